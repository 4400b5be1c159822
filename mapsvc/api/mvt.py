"""Vector tiles: what one tile of the map shows, as the bytes that map programs read.

Sections are those of the Mapbox Vector Tile Specification, version 2.1 (2016). How its messages become
bytes is Protocol Buffers' wire format. The encoder is our own since it stands in the way of every tile:
a general one takes several times as long for points that have no shape to mend.
"""

import math
from collections.abc import Callable

from mapsvc.directory.answers import Cluster, Pin, View

MIMETYPE = "application/vnd.mapbox-vector-tile"
EXTENT = 4096  # units along each side of a tile, as most programs have it

# Number and wire type of the fields of each message, in the order of appendix A of the specification.
_TILE_LAYER = b"\x1a"
_LAYER_NAME, _LAYER_FEATURE, _LAYER_KEY, _LAYER_VALUE = b"\x0a", b"\x12", b"\x1a", b"\x22"
_FEATURE_ID, _FEATURE_TAGS, _FEATURE_TYPE, _FEATURE_GEOMETRY = b"\x08", b"\x12", b"\x18", b"\x22"
_VALUE_STRING, _VALUE_UINT, _VALUE_BOOL = b"\x0a", b"\x28", b"\x38"
_VERSION_2, _LAYER_EXTENT = b"\x78\x02", b"\x28"

_POINT = _FEATURE_TYPE + b"\x01"
_MOVE_TO_ONE = b"\x09"  # one MoveTo: its id 1, and 1 shifted left by three (section 4.3.1)
_FALSE, _TRUE = _VALUE_BOOL + b"\x00", _VALUE_BOOL + b"\x01"

Place = Callable[[float, float], bytes]
Attribute = tuple[str, str | int]


def tile(view: View, zoom: int, x: int, y: int) -> bytes:
    """The tile in column x from the west and row y from the north of the zoom that shows this view.

    It has the layers `clusters` (the attributes `count`, and the number of each kind by its name) and
    `pins` (`id`, also as the feature's own, `kind`, `title`, `precision` and `sample`), in the order of
    the view. Both are there even without features: GDAL takes a tile without layers for no tile, and
    some programs take an answer without content for a fault.

    Every point is drawn inside the tile, in units of 1/EXTENT of its side from its north-west corner,
    as the view says that it belongs there. Programs draw no point that lies on the farther edges.
    """
    place = _placing(zoom, x, y)
    return _clusters(view.clusters, place) + _pins(view.pins, place)


def _clusters(clusters: tuple[Cluster, ...], place: Place) -> bytes:
    layer = _Layer("clusters")
    for one in clusters:
        layer.add(place(one.lon, one.lat), (("count", one.count), *one.kinds.items()))
    return layer.encoded()


def _pins(pins: tuple[Pin, ...], place: Place) -> bytes:
    layer = _Layer("pins")
    for pin in pins:
        attributes = (
            ("id", pin.id),
            ("kind", pin.kind),
            ("title", pin.title),
            ("precision", pin.precision),
            ("sample", pin.sample),
        )
        layer.add(place(pin.lon, pin.lat), attributes, _FEATURE_ID + _varint(pin.id))
    return layer.encoded()


class _Layer:
    """A layer that is being filled (section 4.1).

    Features name their attributes by numbers of keys and values; each key and each value stands in the
    layer once (section 4.4). Pairs met before are kept as they are written in a feature.
    """

    def __init__(self, name: str) -> None:
        self._name = name.encode()
        self._features: list[bytes] = []
        self._keys: dict[str, int] = {}
        self._values: dict[bytes, int] = {}
        self._tags: dict[Attribute, bytes] = {}

    def add(self, point: bytes, attributes: tuple[Attribute, ...], feature_id: bytes = b"") -> None:
        """Adds a feature (section 4.2): its geometry, and its attributes."""
        known, written = self._tags, _VARINTS  # none of the lengths here comes near the end of these
        tags = b"".join([known.get(one) or self._tag(one) for one in attributes])
        feature = feature_id + _FEATURE_TAGS + written[len(tags)] + tags
        feature += _POINT + _FEATURE_GEOMETRY + written[len(point)] + point
        self._features.append(_LAYER_FEATURE + written[len(feature)] + feature)

    def _tag(self, attribute: Attribute) -> bytes:
        """The numbers of an attribute's key and value."""
        key, value = attribute
        keys, values = self._keys, self._values
        tag = _varint(keys.setdefault(key, len(keys)))
        tag += _varint(values.setdefault(_value(value), len(values)))
        self._tags[attribute] = tag
        return tag

    def encoded(self) -> bytes:
        """The layer as a field of its tile."""
        parts = [
            _VERSION_2,
            _field(_LAYER_NAME, self._name),
            *self._features,
            *[_field(_LAYER_KEY, key.encode()) for key in self._keys],
            *[_field(_LAYER_VALUE, value) for value in self._values],
            _LAYER_EXTENT + _varint(EXTENT),
        ]
        return _field(_TILE_LAYER, b"".join(parts))


def _placing(zoom: int, x: int, y: int) -> Place:
    """What turns degrees into the geometry of a point of this tile (section 4.3).

    The world is the square of web mercator; 180° and -180° are one meridian, drawn at the side on which
    the tile touches it.
    """
    tiles = 1 << zoom
    last = EXTENT - 1

    def place(lon: float, lat: float) -> bytes:
        across = (lon / 360 + 0.5) * tiles - x
        if not 0 <= across <= 1:
            across -= tiles * round((across - 0.5) / tiles)
        down = (0.5 - math.asinh(math.tan(math.radians(lat))) / math.tau) * tiles - y
        column = min(max(int(across * EXTENT), 0), last)
        row = min(max(int(down * EXTENT), 0), last)
        # Zigzag (section 4.3.2) of what is never negative is its double.
        return _MOVE_TO_ONE + _VARINTS[2 * column] + _VARINTS[2 * row]

    return place


def _value(value: str | int) -> bytes:
    """A value (section 4.1): text, true or false, or a number from 0."""
    if isinstance(value, str):
        return _field(_VALUE_STRING, value.encode())
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    return _VALUE_UINT + _varint(value)


def _field(head: bytes, content: bytes) -> bytes:
    """A field of bytes: its head, how long it is, and what it holds."""
    return head + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    return _VARINTS[number] if number < len(_VARINTS) else _written(number)


def _written(number: int) -> bytes:
    """A number from 0 as a varint: seven bits a byte, the lowest first, each byte but the last marked."""
    found = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - what seven bits hold
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


_VARINTS = tuple(_written(number) for number in range(2 * EXTENT))
