"""Two programs that are not ours read from a tile what the view holds."""

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from mapsvc.api import mvt
from mapsvc.directory.answers import Cluster, Pin, View
from mapsvc.domain.listings import Kind, Precision
from tests.api.tile_decoders import EXTENT, WORLD_M, Layers, by_gdal, by_mapbox

Address = tuple[int, int, int]
Gdal = Callable[[bytes, Address], Layers]

MERCATOR = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
EMPTY = View(0, (), ())
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
# Many more keys than one byte can number, some of them in one cluster alone.
KEYS = st.sampled_from([*Kind, *(f"kind{number}" for number in range(150))])


@pytest.fixture(scope="module")
def gdal() -> Iterator[Gdal]:
    """Reads a tile by GDAL, in one process apart for all tests."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        yield lambda tile, address: pool.submit(by_gdal, tile, *address).result()


def pin(id_: int, lon: float, lat: float, title: str = "Atelier", *, sample: bool = False) -> Pin:
    return Pin(id=id_, kind="host", lon=lon, lat=lat, title=title, precision="town", sample=sample)


def cluster(lon: float, lat: float, **kinds: int) -> Cluster:
    return Cluster(lon=lon, lat=lat, count=sum(kinds.values()), kinds=kinds, box=(lon, lat, lon, lat))


@st.composite
def addresses(draw: st.DrawFn) -> Address:
    zoom = draw(st.integers(0, 22))
    of_side = st.integers(0, 2**zoom - 1)
    return zoom, draw(of_side), draw(of_side)


@st.composite
def tiles(draw: st.DrawFn) -> tuple[View, Address]:
    """A tile and a view that fits into it, its points well inside."""
    zoom, x, y = address = draw(addresses())
    share = st.floats(0.001, 0.999)

    def at() -> tuple[float, float]:
        across, down = (x + draw(share)) / 2**zoom, (y + draw(share)) / 2**zoom
        return 360 * across - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))

    counts = st.dictionaries(KEYS, st.integers(0, 2**40), max_size=40)
    clusters = tuple(cluster(*at(), **draw(counts)) for _ in range(draw(st.integers(0, 12))))
    ids = draw(st.lists(st.integers(1, 2**63 - 1), unique=True, max_size=12))
    pins = tuple(
        Pin(
            id=id_,
            kind=draw(st.sampled_from(Kind)),
            lon=(point := at())[0],
            lat=point[1],
            title=draw(TEXTS),
            precision=draw(st.sampled_from(Precision)),
            sample=draw(st.booleans()),
        )
        for id_ in ids
    )
    return View(len(pins), clusters, pins), address


def expected(view: View) -> dict[str, list[tuple[int | None, dict[str, object]]]]:
    """The ids and attributes that a tile of this view holds."""
    return {
        "clusters": [(None, {"count": one.count, **one.kinds}) for one in view.clusters],
        "pins": [
            (
                one.id,
                {
                    "id": one.id,
                    "kind": one.kind,
                    "title": one.title,
                    "precision": one.precision,
                    "sample": one.sample,
                },
            )
            for one in view.pins
        ],
    }


def told(layers: Layers) -> dict[str, list[tuple[int | None, dict[str, object]]]]:
    return {name: [(one.id, one.attributes) for one in features] for name, features in layers.items()}


def places(layers: Layers) -> dict[str, list[tuple[int, int]]]:
    return {name: [one.at for one in features] for name, features in layers.items()}


def units(lon: float, lat: float, address: Address) -> tuple[float, float]:
    """Where PROJ sees a point in a tile, in the tile's units."""
    zoom, x, y = address
    east, north = MERCATOR.transform(lon, lat)
    side = WORLD_M / 2**zoom
    return ((east + WORLD_M / 2) / side - x) * EXTENT, ((WORLD_M / 2 - north) / side - y) * EXTENT


@settings(max_examples=40, deadline=None)
@given(tiles())
def test_two_programs_read_what_the_view_holds(gdal: Gdal, given: tuple[View, Address]) -> None:
    view, address = given
    encoded = mvt.tile(view, *address)

    one, other = by_mapbox(encoded), gdal(encoded, address)

    assert told(one) == expected(view)
    assert told(other) == expected(view)
    assert places(one) == places(other)
    drawn = [feature.at for feature in (*one["clusters"], *one["pins"])]
    for (column, row), spot in zip(drawn, (*view.clusters, *view.pins), strict=True):
        across, down = units(spot.lon, spot.lat, address)
        assert (column, row) == (pytest.approx(across, abs=1.01), pytest.approx(down, abs=1.01))


def test_a_tile_without_anything_is_still_a_tile_to_both(gdal: Gdal) -> None:
    encoded = mvt.tile(EMPTY, 3, 4, 2)

    assert by_mapbox(encoded) == gdal(encoded, (3, 4, 2)) == {"clusters": [], "pins": []}


def test_the_decoders_tell_a_tile_that_is_cut_short(gdal: Gdal) -> None:
    view = View(1, (), (pin(1, 7.75, 48.58),))
    cut = mvt.tile(view, 3, 4, 2)[:-20]

    with pytest.raises(Exception, match=r"[Pp]ars|[Tt]runcat"):
        by_mapbox(cut)
    with pytest.raises(Exception, match=r"[Pp]ars|recogni"):
        gdal(cut, (3, 4, 2))


def test_rows_are_counted_downwards_from_the_north_west() -> None:
    north_west, south_east = pin(1, -170, 80), pin(2, 170, -80)

    layers = by_mapbox(mvt.tile(View(2, (), (north_west, south_east)), 0, 0, 0))

    first, second = (one.at for one in layers["pins"])
    assert first[0] < second[0]
    assert first[1] < second[1]


@pytest.mark.parametrize(
    ("lon", "lat", "address", "at"),
    [
        (0.0, 90.0, (0, 0, 0), (2048, 0)),
        (0.0, -90.0, (0, 0, 0), (2048, EXTENT - 1)),
        (180.0, 0.0, (1, 0, 1), (0, 0)),
        (180.0, 0.0, (1, 1, 1), (EXTENT - 1, 0)),
        (-180.0, 0.0, (1, 1, 1), (EXTENT - 1, 0)),
        (-180.0, 0.0, (22, 0, 2**21), (0, 0)),
        (180.0, 0.0, (22, 0, 2**21), (0, 0)),
        (0.0, 0.0, (1, 0, 0), (EXTENT - 1, EXTENT - 1)),
    ],
)
def test_what_stands_on_an_edge_is_drawn_inside(
    lon: float, lat: float, address: Address, at: tuple[int, int]
) -> None:
    layers = by_mapbox(mvt.tile(View(1, (), (pin(1, lon, lat),)), *address))

    assert [one.at for one in layers["pins"]] == [at]


def test_a_value_that_many_features_have_is_written_once() -> None:
    few, many = (
        mvt.tile(
            View(count, (), tuple(pin(7, 7.75, 48.58, "Menuiserie Muller") for _ in range(count))), 0, 0, 0
        )
        for count in (1, 100)
    )

    assert few.count(b"Menuiserie Muller") == many.count(b"Menuiserie Muller") == 1
    assert [one.attributes["title"] for one in by_mapbox(many)["pins"]] == ["Menuiserie Muller"] * 100


def test_true_and_the_number_one_are_two_values() -> None:
    layers = by_mapbox(mvt.tile(View(1, (), (pin(1, 7.75, 48.58, sample=True),)), 0, 0, 0))

    (only,) = layers["pins"]
    assert (only.attributes["id"], only.attributes["sample"]) == (1, True)
    assert (type(only.attributes["id"]), type(only.attributes["sample"])) == (int, bool)
