"""Vector tiles over HTTP: the same sites as the search, each in one tile, and plain refusals."""

import random
from itertools import product
from urllib.parse import quote

from flask.testing import FlaskClient
from sqlalchemy import Engine

from mapsvc.api import mvt
from tests.api.conftest import asked
from tests.api.tile_decoders import Layers, by_mapbox, sites
from tests.directory.worlds import points_of_the_world, random_world, row, store

WORLD_TILE = "/tiles/0/0/0.mvt"
STRASBOURG_TILE = "/tiles/3/4/2.mvt"
DEEPEST = 6
IMPOSSIBLE = (  # z, x, y, and which of them is refused
    ("23", "0", "0", "z"),
    ("-1", "0", "0", "z"),
    ("-0", "0", "0", "z"),
    ("x", "0", "0", "z"),
    ("1.0", "0", "0", "z"),
    ("0x3", "1", "1", "z"),
    ("03", "1", "1", "z"),
    ("３", "1", "1", "z"),
    ("1e1", "1", "1", "z"),
    (" ", "0", "0", "z"),
    ("NaN", "0", "0", "z"),
    ("9" * 20, "1", "1", "z"),
    ("9" * 3000, "1", "1", "z"),
    ("3", "8", "0", "x"),
    ("3", "-1", "0", "x"),
    ("0", "1", "0", "x"),
    ("22", "4194304", "0", "x"),
    ("22", "9" * 400, "0", "x"),
    ("3", "+1", "0", "x"),
    ("3", "0", "8", "y"),
    ("3", "0", "-1", "y"),
    ("3", "0", "1.5", "y"),
    ("3", "0", "1@2x", "y"),
    ("3", "0", "{y}", "y"),
)
WRONG = (  # a query, and the parameter that is refused
    ("layer=alumni", "layer"),
    ("debug=1", "debug"),
    ("box=0,0,1,1", "box"),
    ("zoom=3", "zoom"),
    ("radius_km=1e9", "radius_km"),
    ("bbox=1,2,3", "bbox"),
    ("limit=1000000", "limit"),
    ("sort=colour", "sort"),
    ("lon=7", "lat"),
)
QUERIES = (
    "country=IT",
    "country=IT&country=FR&kind=host",
    "sector=wood&language=fr&age=17",
    "from=2027-03-01&to=2027-04-30&seats=1",
    "q=ecole",
    "q=ecole&lon=7.75&lat=48.58&radius_km=500",
    "where=menuis",
    "where=Lyon&radius_km=300",
    "lon=7.75&lat=48.58&radius_km=100",
    "bbox=-10,30,20,60",
    "bbox=170,-30,-170,30",
    "bbox=-10,30,20,60&lon=7.75&lat=48.58&radius_km=400",
)


def layers(client: FlaskClient, path: str) -> Layers:
    """What the tile at a path holds."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, mvt.MIMETYPE), answer.text
    return by_mapbox(answer.data)


def fill(client: FlaskClient, engine: Engine) -> None:
    """Adds some hundred sites all over the world, some on poles, edges and one another."""
    chance = random.Random(7)
    world = random_world(chance, 400, points_of_the_world(chance, 300))
    # Corners of tiles of every zoom, and both sides of one meridian.
    corners = [(0.0, 0.0), (90.0, 0.0), (-90.0, 66.51326044311186), (180.0, 0.0), (-180.0, 0.0)]
    world += [row(at, id=2000 + place) for place, at in enumerate(corners)]
    store(engine, [one._replace(id=one.id + 10_000, site_key=f"world:{one.site_key}") for one in world])
    client.application.extensions["mapsvc"].directory.refresh(at_once=True)


def test_a_tile_shows_the_sites_that_stand_in_it(client: FlaskClient) -> None:
    found = layers(client, STRASBOURG_TILE)

    assert found["clusters"] == []
    assert [(one.id, one.attributes) for one in found["pins"]] == [
        (
            id_,
            {"id": id_, "kind": "host", "title": title, "precision": "town", "sample": sample},
        )
        for id_, title, sample in ((1, "Menuiserie Muller", False), (3, "{{7*7}} <script>", True))
    ]


def test_a_tile_without_sites_is_a_tile(client: FlaskClient) -> None:
    assert layers(client, "/tiles/22/0/0.mvt") == {"clusters": [], "pins": []}


def test_the_sites_of_four_children_are_those_of_their_parent(client: FlaskClient, engine: Engine) -> None:
    fill(client, engine)
    total = asked(client, "/api/search")["total"]
    wrong, shown, parents = [], [], [(0, 0, 0, total)]

    for zoom, x, y, count in parents:
        found = layers(client, f"/tiles/{zoom}/{x}/{y}.mvt")
        shown += [one.id for one in found["pins"]] if zoom == DEEPEST else []
        if zoom == DEEPEST:
            continue
        children = [(zoom + 1, 2 * x + right, 2 * y + below) for right, below in product((0, 1), (0, 1))]
        counts = [sites(layers(client, f"/tiles/{z}/{u}/{v}.mvt")) for z, u, v in children]
        if sum(counts) != count:
            wrong.append((zoom, x, y, count, counts))
        parents += [(*child, number) for child, number in zip(children, counts, strict=True) if number]

    assert sites(layers(client, WORLD_TILE)) == total > 300
    assert wrong == []
    assert len(shown) == len(set(shown)) > 50


def test_a_tile_is_filtered_like_the_search(client: FlaskClient, engine: Engine) -> None:
    fill(client, engine)
    totals = {query: asked(client, f"/api/search?{query}")["total"] for query in QUERIES}

    shown = {query: sites(layers(client, f"{WORLD_TILE}?{query}")) for query in QUERIES}

    assert shown == totals
    assert all(0 < total < asked(client, "/api/search")["total"] for total in totals.values())


def test_a_tile_shows_the_nearest_alone_where_they_are_asked_for(client: FlaskClient) -> None:
    found = layers(client, f"{WORLD_TILE}?lon=7.75&lat=48.58&k=2")

    assert {one.id for one in found["pins"]} == {1, 3}


def test_order_and_page_make_no_other_tile(client: FlaskClient, engine: Engine) -> None:
    fill(client, engine)

    plain = client.get(f"{WORLD_TILE}?q=ecole")
    other = client.get(f"{WORLD_TILE}?limit=1&q=%C3%89cole&page=3&sort=name&lang=fr")
    again = client.get(f"{WORLD_TILE}?limit=1&q=ecole&page=3&sort=name&lang=fr")

    assert plain.data == other.data == again.data
    assert plain.headers["ETag"] == again.headers["ETag"]


def test_a_tile_is_not_sent_twice_until_something_changes(client: FlaskClient, engine: Engine) -> None:
    first = client.get(WORLD_TILE)
    tag = {"If-None-Match": first.headers["ETag"]}

    known = client.get(WORLD_TILE, headers=tag)
    assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert known.cache_control.no_cache
    assert client.get(WORLD_TILE, headers=tag | {"Accept-Language": "fr"}).status_code == 304
    for other in ("/tiles/1/0/0.mvt", f"{WORLD_TILE}?age=30", f"{WORLD_TILE}?lon=7&lat=48"):
        assert client.get(other, headers=tag).status_code == 200
    store(engine, [row(id=50)])
    client.application.extensions["mapsvc"].directory.refresh(at_once=True)
    assert client.get(WORLD_TILE, headers=tag).status_code == 200


def test_a_tile_that_cannot_be_is_refused(client: FlaskClient) -> None:
    refused = []
    for z, x, y, _ in IMPOSSIBLE:
        error = asked(client, f"/tiles/{quote(z)}/{quote(x)}/{quote(y)}.mvt", 400)["error"]
        refused.append((z, x, y, error["parameter"]))
        assert f"“{error['parameter']}”" in error["message"]

    assert refused == list(IMPOSSIBLE)


def test_the_last_tiles_are_there(client: FlaskClient) -> None:
    for address in ("22/4194303/4194303", "22/0/4194303", "3/7/0", "0/0/0"):
        assert set(layers(client, f"/tiles/{address}.mvt")) == {"clusters", "pins"}


def test_a_wrong_parameter_is_refused_by_name(client: FlaskClient) -> None:
    refused = [
        (query, asked(client, f"{WORLD_TILE}?{query}", 400)["error"]["parameter"]) for query, _ in WRONG
    ]

    assert refused == list(WRONG)


def test_another_address_under_tiles_is_an_object_too(client: FlaskClient) -> None:
    for path in ("/tiles/0/0/0.png", "/tiles/0/0.mvt", "/tiles/", "/tiles/0/0/0/0.mvt"):
        assert "message" in asked(client, path, 404)["error"]


def test_head_gives_the_tag_without_the_tile(client: FlaskClient) -> None:
    head, get = client.head(STRASBOURG_TILE), client.get(STRASBOURG_TILE)

    assert (head.status_code, head.data, head.mimetype) == (200, b"", mvt.MIMETYPE)
    assert head.headers["ETag"] == get.headers["ETag"]


def test_tiles_are_for_reading(client: FlaskClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = client.open(WORLD_TILE, method=method)
        assert (answer.status_code, answer.is_json) == (405, True)
