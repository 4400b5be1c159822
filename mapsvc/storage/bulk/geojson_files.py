"""Flat tables as GeoJSON, piece by piece."""

from collections.abc import Iterator

import orjson

from mapsvc.domain.flat_tables import LINE, FlatTable, Row

FEATURES_A_PIECE = 500


def geojson_pieces(table: FlatTable) -> Iterator[bytes]:
    """The table as an RFC 7946 feature collection, one feature a line; longitude comes first.

    Empty cells are null, and so is the geometry of a row without a place. What the file says of itself
    stands beside the features, which programs that do not know it leave out.
    """
    about = {
        "type": "FeatureCollection",
        "name": table.name,
        "title": table.about.title,
        "made": table.about.made,
        "site": table.about.site,
        "address": table.about.address,
        "attribution": table.about.attribution,
        "licence": table.about.licence,
        "note": table.about.note,
    }
    head = orjson.dumps({key: value for key, value in about.items() if value}, option=orjson.OPT_UTC_Z)
    piece = bytearray(head[:-1] + b',"features":[')
    places, said = table.places, [(place, table.keys[place]) for place in table.said]
    for line, row in enumerate(table.rows):
        feature = {
            "type": "Feature",
            "geometry": _geometry(row, places),
            "properties": {key: _value(row[place]) for place, key in said},
        }
        piece += (b",\n" if line else b"\n") + orjson.dumps(feature, option=orjson.OPT_UTC_Z)
        if line % FEATURES_A_PIECE == FEATURES_A_PIECE - 1:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece) + b"\n]}\n"


def _value(cell: object) -> object:
    return None if cell == "" else cell


def _geometry(row: Row, places: tuple[int, ...]) -> dict[str, object] | None:
    numbers = [row[place] for place in places]
    if not numbers or None in numbers:
        return None
    if len(numbers) == len(LINE):
        return {"type": "LineString", "coordinates": [numbers[:2], numbers[2:]]}
    return {"type": "Point", "coordinates": numbers}
