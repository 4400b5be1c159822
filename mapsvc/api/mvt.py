"""Vector tiles: what one tile of the map shows, as the bytes that map programs read.

Sections are those of the Mapbox Vector Tile Specification, version 2.1 (2016). How its messages become
bytes is Protocol Buffers' wire format. The encoder is our own since it stands in the way of every tile:
a general one takes several times as long for points that have no shape to mend.
"""

from collections.abc import Sequence

import numpy as np

from mapsvc.directory.answers import Cluster, Pin, View

MIMETYPE = "application/vnd.mapbox-vector-tile"
EXTENT = 4096  # units along each side of a tile, as most programs have it

# Number and wire type of the fields of each message, in the order of appendix A of the specification.
_TILE_LAYER = b"\x1a"
_LAYER_NAME, _LAYER_FEATURE, _LAYER_KEY, _LAYER_VALUE = b"\x0a", b"\x12", b"\x1a", b"\x22"
_FEATURE_ID, _FEATURE_TAGS, _FEATURE_TYPE, _FEATURE_GEOMETRY = b"\x08", b"\x12", b"\x18", b"\x22"
_VALUE_STRING, _VALUE_UINT, _VALUE_BOOL = b"\x0a", b"\x28", b"\x38"
_VERSION_2, _LAYER_EXTENT = b"\x78\x02", b"\x28"

_POINT = _FEATURE_TYPE + b"\x01" + _FEATURE_GEOMETRY
_LENGTHS_AND_TYPE = len(_FEATURE_TAGS + _POINT) + 1  # of a feature: beside its parts, the length of its point
_MOVE_TO_ONE = b"\x09"  # one MoveTo: its id 1, and 1 shifted left by three (section 4.3.1)
_FALSE, _TRUE = _VALUE_BOOL + b"\x00", _VALUE_BOOL + b"\x01"

Value = str | int | bytes  # bytes are a value as it is written
PIN_KEYS = ("id", "kind", "title", "precision", "sample")


def tile(view: View, zoom: int, x: int, y: int) -> bytes:
    """The tile in column x from the west and row y from the north of the zoom that shows this view.

    It has the layers `clusters` (the attributes `count`, and the number of each kind by its name) and
    `pins` (`id`, also as the feature's own, `kind`, `title`, `precision` and `sample`), in the order of
    the view. Both are there even without features: GDAL takes a tile without layers for no tile, and
    some programs take an answer without content for a fault.

    Every point is drawn inside the tile, in units of 1/EXTENT of its side from its north-west corner,
    as the view says that it belongs there. Programs draw no point that lies on the farther edges.
    """
    clusters, pins = _clusters(view.clusters), _pins(view.pins)
    points = _points([one[:2] for one in view.clusters] + [pin[2:4] for pin in view.pins], zoom, x, y)
    seen = len(view.clusters)
    return clusters.encoded(points[:seen]) + pins.encoded(points[seen:])


def _clusters(clusters: Sequence[Cluster]) -> "_Layer":
    layer = _Layer("clusters")
    key, value, count = layer.key, layer.value, layer.key("count")
    for one in clusters:
        tags = [count, value(one.count)]
        for kind, number in one.kinds.items():
            tags += key(kind), value(number)
        layer.features.append((b"", b"".join(tags)))
    return layer


def _pins(pins: Sequence[Pin]) -> "_Layer":
    layer = _Layer("pins")
    value = layer.value
    id_, kind, title, precision, sample = map(layer.key, PIN_KEYS)
    for pin in pins:
        tags = (
            *(id_, value(pin.id), kind, value(pin.kind), title, value(pin.title)),
            *(precision, value(pin.precision), sample, value(_TRUE if pin.sample else _FALSE)),
        )
        layer.features.append((_FEATURE_ID + _varint(pin.id), b"".join(tags)))
    return layer


class _Layer:
    """A layer that is being filled (section 4.1).

    Features name their attributes by numbers of keys and values; each key and each value stands in the
    layer once (section 4.4). A feature is its own id, as it is written, and these numbers.
    """

    def __init__(self, name: str) -> None:
        self.features: list[tuple[bytes, bytes]] = []
        self._name = name.encode()
        self._keys: dict[str, bytes] = {}
        self._values: dict[Value, bytes] = {}

    def key(self, key: str) -> bytes:
        """The number of a key, as a feature names it."""
        return self._keys.get(key) or self._keys.setdefault(key, _varint(len(self._keys)))

    def value(self, value: Value) -> bytes:
        """The number of a value, as a feature names it."""
        return self._values.get(value) or self._values.setdefault(value, _varint(len(self._values)))

    def encoded(self, points: Sequence[bytes]) -> bytes:
        """The layer as a field of its tile, with the point of each feature (section 4.2)."""
        written = _VARINTS  # none of the lengths here comes near the end of these
        parts = [_VERSION_2, _field(_LAYER_NAME, self._name)]
        for (id_, tags), point in zip(self.features, points, strict=True):
            size = len(id_) + len(tags) + len(written[len(tags)]) + len(point) + _LENGTHS_AND_TYPE
            parts += _LAYER_FEATURE, written[size], id_, _FEATURE_TAGS, written[len(tags)], tags
            parts += _POINT, written[len(point)], point
        parts += [_field(_LAYER_KEY, key.encode()) for key in self._keys]
        parts += [_field(_LAYER_VALUE, _value(value)) for value in self._values]
        parts.append(_LAYER_EXTENT + _varint(EXTENT))
        return _field(_TILE_LAYER, b"".join(parts))


def _points(places: Sequence[tuple[float, float]], zoom: int, x: int, y: int) -> list[bytes]:
    """The geometries (section 4.3) of points in degrees in this tile.

    The world is the square of web mercator; 180° and -180° are one meridian, drawn at the side on which
    the tile touches it.
    """
    tiles = 1 << zoom
    lon, lat = np.array(places, float).reshape(-1, 2).T
    across = (lon / 360 + 0.5) * tiles - x
    outside = (across < 0) | (across > 1)
    across[outside] -= tiles * np.round((across[outside] - 0.5) / tiles)
    down = (0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)) * tiles - y
    columns, rows = (np.clip(part * EXTENT, 0, EXTENT - 1).astype(int).tolist() for part in (across, down))
    # Zigzag (section 4.3.2) of what is never negative is its double.
    return [
        _MOVE_TO_ONE + _VARINTS[2 * column] + _VARINTS[2 * row]
        for column, row in zip(columns, rows, strict=True)
    ]


def _value(value: Value) -> bytes:
    """A value (section 4.1): text, a number from 0, or one that is written already."""
    if isinstance(value, str):
        return _field(_VALUE_STRING, value.encode())
    return value if isinstance(value, bytes) else _VALUE_UINT + _varint(value)


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
