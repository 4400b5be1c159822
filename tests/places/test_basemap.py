"""What the base map file holds."""

import gzip
import hashlib
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import yaml
from pmtiles.reader import MmapSource, Reader

from mapsvc.places.basemap import ATTRIBUTION, LAST_ZOOM, basemap_digest, basemap_path
from mapsvc.resources import resource

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
POLYGON = 3


class Feature(NamedTuple):
    """A feature: its attributes, its kind of shape and the corners of it in units of the tile."""

    properties: dict[str, Any]
    shape: int
    corners: list[tuple[int, int]]


KAUNAS_TILE = (7, 72, 40)
BERN_TILE = (7, 66, 45)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with basemap_path().open("rb") as file:
        yield Reader(MmapSource(file))


def tile(reader: Reader, *zxy: int) -> dict[str, list[Feature]]:
    raw = reader.get(*zxy)
    assert raw is not None, f"no tile {zxy}"
    return layers(gzip.decompress(raw))


def named(content: dict[str, list[Feature]], kind: str) -> dict[str, dict[str, Any]]:
    found = [feature.properties for feature in content["places"]]
    return {place["name"]: place for place in found if place["kind"] == kind}


def test_the_map_has_zooms_0_to_7_of_gzipped_vector_tiles(reader: Reader) -> None:
    header = reader.header()

    assert (header["min_zoom"], header["max_zoom"]) == (0, LAST_ZOOM)
    assert (header["tile_type"].name, header["tile_compression"].name) == ("MVT", "GZIP")
    assert (header["min_lon_e7"], header["max_lon_e7"]) == (-1_800_000_000, 1_800_000_000)


def test_the_map_stays_small() -> None:
    assert 1_000_000 < basemap_path().stat().st_size < 4_500_000


def test_the_map_says_where_it_comes_from(reader: Reader) -> None:
    assert all(source in reader.metadata()["attribution"] for source in ATTRIBUTION)


def test_a_tile_has_the_four_layers(reader: Reader) -> None:
    assert tile(reader, 4, 8, 5).keys() == {"earth", "water", "boundaries", "places"}


def test_kaunas_is_on_its_tile(reader: Reader) -> None:
    kaunas = named(tile(reader, *KAUNAS_TILE), "locality")["Kaunas"]

    assert kaunas["population"] > 200_000
    assert kaunas["name:pl"] == "Kowno"
    assert kaunas["pmap:kind"] == "locality"


def test_the_region_of_kaunas_is_named_on_its_tile(reader: Reader) -> None:
    assert named(tile(reader, *KAUNAS_TILE), "region")["Kauno apskritis"]["id"] == "LT-KU"


def test_countries_are_named_in_the_readers_language(reader: Reader) -> None:
    germany = named(tile(reader, 4, 8, 5), "country")["Deutschland"]

    assert (germany["name:en"], germany["name:fr"], germany["iso"]) == ("Germany", "Allemagne", "DE")


def test_capitals_come_in_their_own_spelling_and_in_french(reader: Reader) -> None:
    prague = named(tile(reader, 4, 8, 5), "locality")["Praha"]

    assert prague["capital"] is True
    assert prague["name:fr"] == "Prague"


def test_borders_between_countries_and_regions_are_told_apart(reader: Reader) -> None:
    lines = [feature.properties for feature in tile(reader, *BERN_TILE)["boundaries"]]

    assert {line["kind"] for line in lines} == {"country", "region"}


def test_places_come_with_the_most_important_first(reader: Reader) -> None:
    content = tile(reader, *BERN_TILE)["places"]
    zooms = [f.properties["min_zoom"] for f in content if f.properties["kind"] == "locality"]

    assert zooms == sorted(zooms)
    assert max(zooms) > LAST_ZOOM


def test_land_is_drawn_as_areas_only(reader: Reader) -> None:
    shapes = {
        land.shape for zxy in (KAUNAS_TILE, BERN_TILE, (4, 8, 5)) for land in tile(reader, *zxy)["earth"]
    }

    assert shapes == {POLYGON}


def test_no_land_stretches_along_the_date_line(reader: Reader) -> None:
    """Rings that cross it were once drawn through the seas, as bands from edge to edge."""
    norwegian_sea = tile(reader, 4, 8, 3)["earth"]

    assert all(
        0 < max(x for x, _ in land.corners) - min(x for x, _ in land.corners) < 4000 for land in norwegian_sea
    )


def test_europe_has_tiles_of_the_last_zoom_and_the_rest_of_the_world_has_not(reader: Reader) -> None:
    assert reader.get(7, 57, 53) is not None  # Gran Canaria
    assert reader.get(7, 56, 33) is not None  # Iceland
    assert reader.get(7, 76, 49) is not None  # Ankara
    assert reader.get(7, 37, 48) is None  # New York


def test_the_digest_changes_with_the_file_and_only_then(tmp_path: Any) -> None:
    copy = tmp_path / "map.pmtiles"
    copy.write_bytes(basemap_path().read_bytes())
    same = basemap_digest(copy)
    copy.write_bytes(basemap_path().read_bytes()[:-1])

    assert same == basemap_digest()
    assert basemap_digest(copy) != same
    assert len(same) == 12


@pytest.mark.parametrize("folder", ["basemap", "regions"])
def test_the_files_are_those_that_source_yml_tells_of(folder: str) -> None:
    home = resource(f"data/{folder}")
    told = yaml.safe_load((home / "SOURCE.yml").read_text())

    found = {name: hashlib.sha256((home / name).read_bytes()).hexdigest() for name in told["artefacts"]}

    assert found == told["artefacts"]
    assert all(source["licence"] and source["sha256"] for source in told["inputs"])


# Reading vector tiles (specification 2.1) apart from the library that wrote them.


def layers(raw: bytes) -> dict[str, list[Feature]]:
    """The features of each layer of an uncompressed tile, in their order."""
    return dict(layer(message) for number, message in fields(raw) if number == 3)


def layer(raw: bytes) -> tuple[str, list[Feature]]:
    name, keys, values, features = "", [], [], []
    for number, value in fields(raw):
        if number == 1:
            name = value.decode()
        elif number == 2:
            features.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(scalar(value))
    return name, [feature(message, keys, values) for message in features]


def feature(raw: bytes, keys: list[str], values: list[Any]) -> Feature:
    parts = dict(fields(raw))
    tags = list(varints(parts.get(2, b"")))
    properties = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
    return Feature(properties, parts[3], list(corners(list(varints(parts.get(4, b""))))))


def corners(commands: list[int]) -> Iterator[tuple[int, int]]:
    x = y = at = 0
    while at < len(commands):
        kind, times = commands[at] & 7, commands[at] >> 3
        at += 1
        if kind == 7:  # close the ring
            continue
        for _ in range(times):
            x, y = x + signed(commands[at]), y + signed(commands[at + 1])
            at += 2
            yield x, y


def scalar(raw: bytes) -> Any:
    number, value = next(fields(raw))
    if number == 1:
        return value.decode()
    if number in (2, 3):
        return struct.unpack("<f" if number == 2 else "<d", value)[0]
    return {4: value, 5: value, 6: signed(value) if number == 6 else 0, 7: bool(value)}[number]


def signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def varints(raw: bytes) -> Iterator[int]:
    at = 0
    while at < len(raw):
        value, at = varint(raw, at)
        yield value


def varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(raw: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(raw):
        tag, at = varint(raw, at)
        kind = tag & 7
        if kind == VARINT:
            value, at = varint(raw, at)
            yield tag >> 3, value
            continue
        if kind == BYTES:
            length, at = varint(raw, at)
        else:
            length = {FIXED64: 8, FIXED32: 4}[kind]
        yield tag >> 3, raw[at : at + length]
        at += length
