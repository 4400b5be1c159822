import gzip
from urllib.parse import quote

import brotli
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, update

from mapsvc.directory.directory import Directory
from mapsvc.domain.base import now
from mapsvc.domain.listings import Change, ChangeCounter, Listing
from tests.api.conftest import asked
from tests.directory.worlds import row, store

NEAR = "/api/search?lon=7.75&lat=48.58"
UNPACKERS = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}


def test_a_search_gives_sites_with_their_distance_and_labels(client: FlaskClient) -> None:
    found = asked(client, f"{NEAR}&radius_km=10&lang=fr")

    (item,) = found["items"]
    assert (found["total"], found["mode"], found["radius_km"], found["pages"]) == (1, "near", 10, 1)
    assert (item["id"], item["title"], item["distance_m"]) == (1, "Menuiserie Muller", 0.0)
    assert (item["country_label"], item["url"]) == ("France", "/hosts/listing-1")
    assert "Bois et ameublement" in item["tags"]
    assert {"value": "de", "label": "Allemand", "count": 1} in found["facets"]["language"]


def test_the_row_that_meets_the_filters_stands_for_its_site(client: FlaskClient) -> None:
    found = asked(client, f"{NEAR}&access=wheelchair")

    assert [item["id"] for item in found["items"]] == [2]
    assert asked(client, f"{NEAR}&access=wheelchair&age=17")["total"] == 0


def test_where_nothing_is_near_the_answer_says_how_far_to_look(client: FlaskClient) -> None:
    found = asked(client, "/api/search?lon=9.4&lat=45.8&radius_km=1")

    assert (found["total"], found["items"]) == (0, [])
    assert (found["wider"]["radius_km"], found["wider"]["total"]) == (30, 1)
    assert asked(client, found["wider"]["url"].replace("/?", "/api/search?"))["total"] == 1


def test_farther_than_any_radius_the_nearest_are_offered(client: FlaskClient) -> None:
    found = asked(client, "/api/search?lon=-60&lat=0&radius_km=1")

    assert found["wider"]["radius_km"] > 500
    assert (
        asked(client, found["wider"]["url"].replace("/?", "/api/search?"))["total"] == found["wider"]["total"]
    )


def test_a_circle_over_the_antimeridian_finds_the_other_side(client: FlaskClient) -> None:
    assert [item["id"] for item in asked(client, "/api/search?lon=179.99&lat=0&radius_km=10")["items"]] == [4]


def test_words_are_searched_blind_to_accents_and_case(client: FlaskClient) -> None:
    assert [item["id"] for item in asked(client, "/api/search?q=ILE+lev")["items"]] == [4]


def test_what_people_typed_goes_through_as_plain_text(client: FlaskClient) -> None:
    (item,) = asked(client, "/api/search?country=IT")["items"]

    assert (item["title"], item["sample"]) == ("{{7*7}} <script>", True)


def test_the_view_holds_each_site_of_the_search_once(client: FlaskClient) -> None:
    shown = asked(client, "/api/viewport?box=-180,-90,180,90&zoom=2")

    assert (shown["total"], len(shown["pins"]), shown["clusters"]) == (4, 4, [])
    assert {"id", "kind", "lon", "lat", "title", "precision", "sample"} == set(shown["pins"][0])


def test_the_view_shows_the_results_of_a_search_around_a_place(client: FlaskClient) -> None:
    query = "lon=7.75&lat=48.58&radius_km=10&box=-180,-90,180,90&zoom=2"

    assert [pin["id"] for pin in asked(client, f"/api/viewport?{query}")["pins"]] == [1]


def test_the_view_goes_over_the_antimeridian(client: FlaskClient) -> None:
    assert [pin["id"] for pin in asked(client, "/api/viewport?box=170,-10,-170,10&zoom=5")["pins"]] == [4]


def test_many_sites_come_as_clusters_that_add_up(client: FlaskClient, engine: Engine) -> None:
    store(engine, [row((4 + number / 100, 45.0), id=number) for number in range(100, 400)])
    client.application.extensions["mapsvc"].directory.refresh(at_once=True)

    shown = asked(client, "/api/viewport?box=3,44,8,46&zoom=8")

    assert (
        shown["total"] == 300 == len(shown["pins"]) + sum(cluster["count"] for cluster in shown["clusters"])
    )
    assert set(shown["clusters"][0]) == {"lon", "lat", "count", "kinds", "box"}


def test_the_map_may_pass_on_the_whole_address_of_its_page(client: FlaskClient) -> None:
    assert asked(client, "/api/viewport?utm_source=x&box=-180,-90,180,90&zoom=2")["total"] == 4


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("zoom=3", "box"),
        ("box=0,0,1,1", "zoom"),
        ("box=0,0,1,1&zoom=23", "zoom"),
        ("box=0,0,1,1&zoom=-1", "zoom"),
        ("box=0,0,1,1&zoom=３", "zoom"),
        ("box=0,0,1,1&zoom=99999999999999999999", "zoom"),
        ("box=0,2,1,1&zoom=3", "box"),
    ],
)
def test_a_view_that_cannot_be_is_refused(query: str, parameter: str, client: FlaskClient) -> None:
    assert asked(client, f"/api/viewport?{query}", 400)["error"]["parameter"] == parameter


def test_a_fault_names_its_parameter_in_the_readers_language(client: FlaskClient) -> None:
    error = asked(client, f"{NEAR}&radius_km=1e9", 400)["error"]

    assert error["parameter"] == "radius_km"
    assert "500 km" in error["message"]


@pytest.mark.parametrize(
    "path", [f"{NEAR}&fields=email", f"{NEAR}&offset=9", "/api/places?x=1", "/api/listing/1?x=1"]
)
def test_an_unknown_parameter_is_refused_by_name(path: str, client: FlaskClient) -> None:
    error = asked(client, path, 400)["error"]

    assert error["parameter"] in path
    assert f"“{error['parameter']}”" in error["message"]


def test_a_listing_is_given_with_what_its_popup_shows(client: FlaskClient) -> None:
    found = asked(client, "/api/listing/1")

    assert (found["title"], found["kind_label"], found["min_age"]) == ("Menuiserie Muller", "Host", 16)


@pytest.mark.parametrize("id_", ["99", "0", "99999999999999999999999", "-1", "x", "1/2", ""])
def test_a_listing_that_is_not_there_is_not_found(id_: str, client: FlaskClient) -> None:
    assert "message" in asked(client, f"/api/listing/{id_}", 404)["error"]


def test_towns_are_suggested_with_what_tells_them_apart(client: FlaskClient) -> None:
    (first, *_) = asked(client, f"/api/places?q={quote('Cologne')}&lang=fr")["items"]

    assert (first["name"], first["matched"], first["country_label"]) == ("Köln", "Cologne", "Allemagne")
    assert asked(client, "/api/places?q=")["items"] == []
    assert len(asked(client, "/api/places?q=san&limit=3")["items"]) == 3


def test_an_answer_is_not_sent_twice_until_something_changes(client: FlaskClient, engine: Engine) -> None:
    tag = client.get(NEAR).headers["ETag"]

    assert client.get(NEAR, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{NEAR}&page=1&radius_km=50", headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{NEAR}&lang=fr", headers={"If-None-Match": tag}).status_code == 200
    assert client.get(f"{NEAR}&age=3", headers={"If-None-Match": tag}).status_code == 200
    store(engine, [row(id=50)])
    client.application.extensions["mapsvc"].directory.refresh(at_once=True)
    assert client.get(NEAR, headers={"If-None-Match": tag}).status_code == 200


VIEW = "/api/viewport?box=-180,-90,180,90&zoom=2"


@pytest.mark.parametrize(
    ("path", "same"),
    [
        (f"{NEAR}&sector=wood&sector=food", "/api/search?sector=food&lat=48.580&sector=wood&lon=7.75"),
        (f"{NEAR}&age=18", f"{NEAR}&age=18&radius_km=50.0&limit=20&page=1&q=&where="),
        (f"{VIEW}&kind=host", "/api/viewport?kind=host&zoom=2&box=-180.0,-90,180,90.00"),
        (VIEW, f"{VIEW}&utm_source=x&page=2&limit=5"),
        (VIEW, f"{VIEW}&lang=fr"),
    ],
)
def test_one_question_is_one_entry_of_a_cache_however_it_is_spelt(
    path: str, same: str, client: FlaskClient
) -> None:
    first, second = client.get(path), client.get(same)

    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.data == second.data
    assert client.get(same, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_what_the_reader_has_is_not_computed_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = {path: client.get(path).headers["ETag"] for path in (NEAR, VIEW)}
    for question in ("search", "viewport"):
        monkeypatch.delattr(Directory, question)

    answers = [client.get(path, headers={"If-None-Match": tag}) for path, tag in tags.items()]

    assert [(answer.status_code, answer.data) for answer in answers] == [(304, b"")] * 2
    assert [answer.headers["ETag"] for answer in answers] == list(tags.values())


@pytest.mark.parametrize("asks_again", [False, True])
@pytest.mark.parametrize(
    ("path", "varies"),
    [(NEAR, {"accept-language", "cookie", "accept-encoding"}), (VIEW, {"accept-encoding"})],
)
def test_a_cache_is_told_what_an_answer_depends_on(
    path: str, varies: set[str], asks_again: bool, client: FlaskClient
) -> None:
    tag = client.get(path).headers["ETag"]

    answer = client.get(path, headers={"If-None-Match": tag if asks_again else ""})

    assert answer.status_code == (304 if asks_again else 200)
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert set(answer.headers["Vary"].lower().split(", ")) == varies


def test_an_answer_that_anybody_may_keep_sets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get(f"{NEAR}&lang=fr").headers


@pytest.mark.parametrize(
    ("accepted", "packing"),
    [
        ("", None),
        ("identity", None),
        ("zstd", None),
        ("br;q=0", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.1, gzip", "gzip"),
    ],
)
def test_an_answer_is_packed_as_its_reader_can_unpack_it(
    accepted: str, packing: str | None, client: FlaskClient
) -> None:
    plain = client.get(NEAR)

    answer = client.get(NEAR, headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == packing
    assert UNPACKERS[packing](answer.data) == plain.data


def test_an_item_shows_a_change_of_its_listing_in_each_language(client: FlaskClient, engine: Engine) -> None:
    paths = (f"{NEAR}&radius_km=10&lang=en", f"{NEAR}&radius_km=10&lang=fr")
    before = [asked(client, path)["items"][0]["country_label"] for path in paths]
    with engine.begin() as connection:
        connection.execute(update(Listing).where(Listing.id == 1).values(country="DE"))
        connection.execute(insert(Change).values(number=1_000, listing_id=1, at=now()))
        connection.execute(update(ChangeCounter).values(number=1_000))
    client.application.extensions["mapsvc"].directory.refresh(at_once=True)

    after = [asked(client, path)["items"][0]["country_label"] for path in paths]

    assert before == ["France", "France"]
    assert after == ["Germany", "Allemagne"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_the_doors_only_give(method: str, client: FlaskClient) -> None:
    assert client.open(NEAR, method=method).status_code == 405


def test_other_sites_are_not_let_in(client: FlaskClient) -> None:
    answer = client.get(NEAR, headers={"Origin": "https://example.org"})

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_all_list_pages_hold_what_the_map_holds(client: FlaskClient, engine: Engine) -> None:
    store(engine, [row((4 + number / 100, 45.0), id=number) for number in range(100, 200)])
    client.application.extensions["mapsvc"].directory.refresh(at_once=True)
    query = "lon=4.5&lat=45&radius_km=30&limit=7"

    first = asked(client, f"/api/search?{query}")
    pages = [asked(client, f"/api/search?{query}&page={page}") for page in range(1, first["pages"] + 1)]
    shown = asked(client, f"/api/viewport?{query}&box=-180,-90,180,90&zoom=9")

    listed = [item["id"] for page in pages for item in page["items"]]
    assert len(listed) == len(set(listed)) == first["total"]
    assert sorted(listed) == sorted(pin["id"] for pin in shown["pins"])


@pytest.mark.parametrize("query", ["", "lon=9.08&lat=45.81&radius_km=500", "q=m", "sort=name"])
def test_pages_by_cursor_are_the_pages_by_number(client: FlaskClient, query: str) -> None:
    first = client.get(f"/api/search?{query}&limit=1").get_json()
    numbered = [
        item["id"]
        for page in range(1, first["pages"] + 1)
        for item in client.get(f"/api/search?{query}&limit=1&page={page}").get_json()["items"]
    ]

    walked = [item["id"] for item in first["items"]]
    answer = first
    while answer["next_cursor"]:
        answer = client.get(f"/api/search?{query}&limit=1&cursor={answer['next_cursor']}").get_json()
        walked += [item["id"] for item in answer["items"]]

    assert walked == numbered
    assert len(set(walked)) == len(walked) == first["total"] > 0
