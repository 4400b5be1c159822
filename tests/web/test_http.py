import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from itertools import product
from typing import Any

import brotli
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from mapsvc.app import MAX_BODY, MAX_FIELD, MAX_PARTS
from mapsvc.config import Settings
from mapsvc.gateway import LARGEST_BODY, OVERLOADED
from mapsvc.headers import HEADERS, PAGE_HEADERS
from mapsvc.params.searches import SEARCH_PARAMETERS
from mapsvc.places.basemap import basemap_digest
from mapsvc.places.region_sets import SHIPPED, shipped_set
from mapsvc.places.towns_to_choose import towns_to_choose
from mapsvc.resources import static_digest
from mapsvc.viewers import OPEN
from tests.postgis import PostgisCluster

READ_ONLY = (
    "learners",
    "hosts",
    "coverage",
    "downloads",
    "files",
    "pages",
    "promises",
    "api",
    "tiles",
    "feeds",
    "static",
)  # blueprints
NO_CONTACT = "/.well-known/security.txt"  # no such file while the operator has no address
PAGES = (
    "/",
    "/list",
    "/shortlist",
    "/coverage",
    "/coverage?level=2&sort=name",
    "/coverage/gaps",
    "/coverage/gaps/stale",
    "/about",
    "/help",
    "/legal",
    "/sign-in",
)
PAGES += ("/?q=bois", "/?where=Lyon&radius_km=100", "/?page=99")
FAULTS = ("/nowhere", "/?radius_km=NaN", "/hosts/none", "/api/search?k=0", f"/?q={'a' * 5000}")
OTHERS = (
    "/download/map.html?limit=1",
    "/robots.txt",
    "/healthz",
    "/api/search",
    "/api/places?q=pra",
    "/api/areas/FR",
    "/static/css/base.css",
)
GUARDED = ("Secure", "HttpOnly", "SameSite=Lax")
ODD = (
    "",
    "NaN",
    "-1",
    "1e400",
    "99999999999999999999",
    "３",
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "..%2f..%2fetc%2fpasswd",
    "{{7*7}}",
    "%25(x)s%25",
    "'%22%3E%3Cscript%3E",
    "%E2%80%AE%D7%A9%D7%9C%D7%95%D7%9D",
    "%F0%9F%91%BB",
    "a" * 2000,
)


def rules(app: Flask) -> list[Rule]:
    found = list(app.url_map.iter_rules())
    assert len(found) >= 15
    return found


def public_rules(app: Flask) -> list[Rule]:
    """The routes that anybody may read and nobody writes to."""
    return [
        rule
        for rule in rules(app)
        if getattr(app.view_functions[rule.endpoint], "decision", OPEN) == OPEN
        and rule.endpoint.partition(".")[0] in READ_ONLY
    ]


def paths_of(rule: Rule, value: str) -> str:
    return re.sub(r"<[^>]+>", lambda _: value, rule.rule)


def slug_of_a(kind: str, app: Flask) -> str:
    """The last part of the address of a public page of this kind."""
    (item,) = app.test_client().get(f"/api/search?kind={kind}&limit=1").get_json()["items"]
    return str(item["url"].rpartition("/")[2])


def plain_paths(app: Flask) -> list[str]:
    """An address of each public route."""
    person = slug_of_a("alumni", app)
    values = {
        "slug": slug_of_a("host", app),
        "file_format": "csv",
        "digest": basemap_digest(),
        "edition": towns_to_choose(app.extensions["mapsvc"].gazetteer).digest,
        "set_key": SHIPPED,
        "outlines": shipped_set().outlines_name(0),
        "listing_id": "1",
        "area_key": "FR",
        "filename": "css/base.css",
        **dict.fromkeys("zxy", "0"),
        "name": app.test_client().get("/").text.partition("/maps/")[2].partition('"')[0],
    }
    return [
        re.sub(
            r"<(?:[^>]+:)?(\w+)>",
            lambda found: values[found.group(1)],
            rule.rule.replace("/alumni/<slug>", f"/alumni/{person}"),
        )
        for rule in public_rules(app)
    ]


class Parts(HTMLParser):
    """What a page holds that a strict policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.elsewhere: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "style" or (
            tag == "script" and "src" not in values and values.get("type") != "application/json"
        ):
            self.inline.append(tag)
        self.inline += [f"{tag} {name}" for name in values if name == "style" or name.startswith("on")]
        source = values.get("src") or (values.get("href") if tag in {"link", "use", "base"} else None) or ""
        if re.match(r"([a-z]+:)?//|javascript:", source):
            self.elsewhere.append(source)


def parts(number: int, value: bytes) -> bytes:
    """A form in parts, all with this value."""
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + value + b"\r\n"
    return part * number + b"--x--\r\n"


def parts_of(answer: TestResponse) -> Parts:
    parts = Parts()
    parts.feed(answer.text)
    return parts


def lacking(answer: TestResponse) -> dict[str, str | None]:
    """The headers for safety that an answer has otherwise, or not at all."""
    wanted = HEADERS | PAGE_HEADERS if answer.mimetype == "text/html" else HEADERS
    found = {name: answer.headers.get(name) for name in wanted}
    return {name: value for name, value in found.items() if value != wanted[name]}


def test_every_route_answers_odd_values_in_its_path_without_failing(sampled_app: Flask) -> None:
    client = sampled_app.test_client()
    asked = [paths_of(rule, value) for rule in rules(sampled_app) for value in ODD if "<" in rule.rule]

    failed = [(path, status) for path in asked if (status := client.get(path).status_code) >= 500]

    assert failed == []


def test_every_route_answers_odd_parameters_without_failing(sampled_app: Flask) -> None:
    client = sampled_app.test_client()
    names = (*SEARCH_PARAMETERS, "lang", "ids", "box", "zoom", "x", "%00")
    queries = [f"?{name}={value}" for name, value in product(names, ODD)]
    paths = [path for path in plain_paths(sampled_app) if path != "/api/search"]
    few = [query for place, query in enumerate(queries) if place % 37 == 0]
    asked = [f"/api/search{query}" for query in queries] + [path + query for path in paths for query in few]

    failed = [(path, status) for path in asked if (status := client.get(path).status_code) >= 500]

    assert failed == []


@pytest.mark.parametrize(
    "query", ["a", "a=b=c", "&&&", "=", "%", "%zz", "q=%", "q[]=1", "q=1&q=2", "+", "?", "#"]
)
def test_every_route_answers_queries_that_are_none(query: str, sampled_app: Flask) -> None:
    client = sampled_app.test_client()

    failed = [path for path in plain_paths(sampled_app) if client.get(f"{path}?{query}").status_code >= 500]

    assert failed == []


def test_each_plain_address_answers_well(sampled_app: Flask) -> None:
    client = sampled_app.test_client()
    view = "/api/viewport?box=-180,-90,180,90&zoom=3"

    found = {
        path: client.get(view if "viewport" in path else path).status_code
        for path in plain_paths(sampled_app)
    }

    assert {path: status for path, status in found.items() if status != 200} == {NO_CONTACT: 404}


@pytest.mark.parametrize("path", [*PAGES, *FAULTS, *OTHERS])
def test_every_answer_carries_the_headers_that_keep_readers_safe(path: str, client: FlaskClient) -> None:
    answer = client.get(path)

    assert lacking(answer) == {}


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT", "TRACE"])
@pytest.mark.parametrize("path", [*PAGES, *FAULTS, *OTHERS])
def test_so_does_every_answer_to_another_method(method: str, path: str, client: FlaskClient) -> None:
    assert lacking(client.open(path, method=method)) == {}


@pytest.mark.parametrize("path", [*PAGES, *FAULTS])
def test_over_https_a_browser_is_told_to_stay_there(path: str, client: FlaskClient) -> None:
    answer = client.get(path, base_url="https://localhost")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/?lang=fr", "/sign-in?lang=fr"])
def test_over_https_no_cookie_leaves_it(path: str, client: FlaskClient) -> None:
    set_by = client.get(path, base_url="https://localhost").headers.getlist("Set-Cookie")

    assert set_by
    assert [cookie for cookie in set_by if not all(f"; {word}" in cookie for word in GUARDED)] == []


def test_the_policy_allows_our_own_files_alone() -> None:
    policy = dict(part.split(" ", 1) for part in PAGE_HEADERS["Content-Security-Policy"].split("; "))

    assert policy.pop("default-src") == "'none'"
    # Small pictures that Leaflet makes by itself; they are no request.
    assert policy.pop("img-src") == "'self' data:"
    assert {policy.pop("base-uri"), policy.pop("frame-ancestors")} == {"'none'"}
    assert set(policy.values()) == {"'self'"}


@pytest.mark.parametrize("path", [*PAGES, *FAULTS])
def test_no_page_holds_a_script_or_a_style_of_its_own_or_anything_from_elsewhere(
    path: str, client: FlaskClient
) -> None:
    answer = client.get(path)

    parts = parts_of(answer)

    assert (parts.inline, parts.elsewhere) == ([], [])


def test_the_page_of_a_host_holds_no_script_or_style_of_its_own(client: FlaskClient) -> None:
    (item,) = client.get("/api/search?limit=1").get_json()["items"]

    parts = parts_of(client.get(item["url"]))

    assert (parts.inline, parts.elsewhere) == ([], [])


def test_no_cookie_is_set_but_for_a_language_that_was_chosen(sampled_app: Flask) -> None:
    client = sampled_app.test_client()

    set_by = [
        path
        for path in [*plain_paths(sampled_app), *PAGES, *FAULTS]
        if "Set-Cookie" in client.get(path).headers
    ]
    chosen = client.get("/?lang=fr").headers.getlist("Set-Cookie")

    assert set_by == ["/sign-in"]  # a form is only taken from the browser that it was given to
    assert [cookie.partition("=")[0] for cookie in chosen] == ["lang"]
    assert all(word in chosen[0] for word in ("HttpOnly", "SameSite=Lax"))
    assert "Set-Cookie" not in sampled_app.test_client().get("/?lang=xx").headers


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:8000", "127.0.0.1@evil.example", "a b"]
)
@pytest.mark.parametrize("path", ["/", "/api/search", "/nowhere", "/static/css/base.css", "/?lang=fr"])
def test_a_foreign_host_is_refused(host: str, path: str, client: FlaskClient) -> None:
    answer = client.get(path, headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_what_a_page_loads_is_kept_for_good_under_a_name_that_changes_with_it(client: FlaskClient) -> None:
    page = client.get("/").text
    addresses = re.findall(r'(?:src|href)="(/static/[^"#]+|/maps/[^"]+)"', page)

    kept = {address: client.get(address).headers["Cache-Control"] for address in addresses}

    assert len(addresses) > 10
    assert set(kept.values()) == {"public, max-age=31536000, immutable"}
    script = next(client.get(address).text for address in addresses if address.startswith("/maps/"))
    assert f'from "../static/{static_digest()}/js/' in script


@pytest.mark.parametrize("before", ["", "0123456789ab/"])
def test_a_static_file_under_an_older_name_is_given_as_it_is_and_not_kept(
    before: str, client: FlaskClient
) -> None:
    now = client.get(f"/static/{static_digest()}/css/base.css")

    older = client.get(f"/static/{before}css/base.css")

    assert (older.status_code, older.data) == (200, now.data)
    assert older.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_the_hosts_of_the_settings_are_served(host: str, client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_what_a_stranger_says_of_a_proxy_is_ignored(client: FlaskClient) -> None:
    (item,) = client.get("/api/search?limit=1").get_json()["items"]
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "1.2.3.4",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Port": "1",
        "Forwarded": "host=evil.example;proto=https",
        "X-Original-URL": "/admin",
        "X-Rewrite-URL": "/admin",
        "X-HTTP-Method-Override": "DELETE",
    }

    for path in ("/", item["url"], "/shortlist?ids=1", "/download/map.html?limit=1"):
        answer = client.get(path, headers=headers)
        assert answer.data == client.get(path).data
        assert "Strict-Transport-Security" not in answer.headers


def test_head_says_what_get_would(sampled_app: Flask) -> None:
    client = sampled_app.test_client()

    for path in [*plain_paths(sampled_app), *FAULTS]:
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.data) == (get.status_code, b"")
        assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize(("wish", "words"), [("fr", "Page introuvable"), ("en", "Page not found")])
def test_the_page_that_is_not_there_speaks_the_readers_language(
    wish: str, words: str, client: FlaskClient
) -> None:
    by_browser = client.get("/nowhere", headers={"Accept-Language": wish})
    by_address = client.get(f"/hosts/none?lang={wish}")

    for answer in (by_browser, by_address):
        assert answer.status_code == 404
        assert words in answer.text
        assert f'<html lang="{wish}"' in answer.text


@pytest.mark.parametrize(
    "query", ["endpoint=x", "_scheme=javascript&_external=1", "_anchor=x", "self=1", "_method=POST", "slug=x"]
)
def test_no_parameter_of_a_reader_changes_where_the_languages_lead(query: str, client: FlaskClient) -> None:
    page = client.get(f"/?{query}&lang=en&q=caf%C3%A9")

    assert page.status_code == 200
    assert f'href="/?{query.replace("&", "&amp;")}&amp;q=caf%C3%A9&amp;lang=fr"' in page.text


def test_the_languages_of_a_page_that_is_not_there_lead_to_the_first_page(client: FlaskClient) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": "//evil.example/x"})

    assert answer.status_code == 404
    assert "evil.example" not in answer.text
    assert 'href="/?lang=fr"' in answer.text


def test_a_fault_under_api_is_an_object(client: FlaskClient) -> None:
    assert "message" in client.get("/api/nothing").get_json()["error"]


@pytest.mark.parametrize("path", ["/", "/list", "/api/search", "/help", "/nowhere"])
def test_an_address_that_is_too_long_is_refused(path: str, client: FlaskClient) -> None:
    assert client.get(f"{path}?q={'a' * 20_000}").status_code == 414


@pytest.mark.parametrize(
    "wish",
    [
        "../../etc/passwd",
        "",
        "*",
        "fr;q=abc",
        "fr;q=-1",
        "fr;q=1e999",
        "é",
        "x" * 4000,
        ",;,;",
        "zh-Hant-TW, tlh;q=0.9",
    ],
)
def test_an_odd_wish_for_a_language_is_answered_in_one_that_we_have(wish: str, client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Language": wish})

    assert answer.status_code == 200
    assert re.search(r'<html lang="(en|fr)"', answer.text)


@pytest.mark.parametrize(("encoding", "decoded"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
@pytest.mark.parametrize("path", ["/api/search", "/tiles/3/4/2.mvt"])
def test_an_answer_for_programs_is_packed_and_known_again(
    path: str, encoding: str, decoded: Callable[[bytes], bytes], client: FlaskClient
) -> None:
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": encoding})
    known = {"Accept-Encoding": encoding, "If-None-Match": packed.headers["ETag"]}

    assert packed.headers["Content-Encoding"] == encoding
    assert decoded(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert client.get(path, headers=known).status_code == 304


@pytest.mark.parametrize("tag", ["*", '"', 'W/"', '"a", "b"', "W/*", "x" * 4000, '"' + "a" * 4000 + '"'])
@pytest.mark.parametrize("header", ["If-None-Match", "If-Match", "If-Modified-Since", "If-Range"])
def test_odd_conditions_are_no_fault(header: str, tag: str, sampled_app: Flask) -> None:
    client = sampled_app.test_client()
    paths = ("/", "/api/search", "/static/css/base.css", f"/basemap/{basemap_digest()}.pmtiles")

    found = {client.get(path, headers={header: tag}).status_code for path in paths}

    assert found <= {200, 304, 412}


@pytest.mark.parametrize(
    "ranges",
    [
        ",".join(f"{n}-{n}" for n in range(500)),
        "0-",
        "-1",
        "9999999999999-",
        "a-b",
        "5-1",
        "0-0,0-0",
        "-",
        "",
        "0" * 4000,
    ],
)
def test_no_range_makes_an_answer_larger_than_its_file(ranges: str, client: FlaskClient) -> None:
    for path in (f"/basemap/{basemap_digest()}.pmtiles", "/static/css/base.css", "/"):
        whole = len(client.get(path).data)

        answer = client.get(path, headers={"Range": f"bytes={ranges}"})

        assert answer.status_code in {200, 206, 416}
        assert len(answer.data) <= max(whole, 20_000)


def test_a_range_of_the_base_map_is_given(client: FlaskClient) -> None:
    answer = client.get(f"/basemap/{basemap_digest()}.pmtiles", headers={"Range": "bytes=0-6"})

    assert (answer.status_code, answer.data) == (206, b"PMTiles")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE"])
def test_pages_only_give(method: str, sampled_app: Flask) -> None:
    client = sampled_app.test_client()
    headers = {"Origin": "https://evil.example", "Cookie": "session=x"}

    answers = [
        client.open(path, method=method, headers=headers, data=b"a=1") for path in plain_paths(sampled_app)
    ]

    refused = {"POST": 403}.get(method, 405)  # a foreign form is refused before anybody looks where it goes
    assert {answer.status_code for answer in answers} <= {refused, 405}
    assert all("GET" in answer.headers["Allow"] for answer in answers if answer.status_code == 405)
    assert not any("Access-Control-Allow-Origin" in answer.headers for answer in answers)


@pytest.mark.parametrize(
    "name", ["../../setup.cfg", "..%2f..%2fsetup.cfg", "%2e%2e/setup.cfg", "/etc/passwd", "css/../../x"]
)
def test_no_file_beside_the_shipped_ones_is_given(name: str, client: FlaskClient) -> None:
    assert client.get(f"/static/{name}").status_code in {404, 308, 400}


@pytest.mark.parametrize("path", ["/", "/about", "/sign-in", "/nowhere", "/healthz"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_body_that_no_page_takes_is_refused_unread(method: str, path: str, client: FlaskClient) -> None:
    answer = client.open(path, method=method, environ_overrides={"CONTENT_LENGTH": str(LARGEST_BODY + 1)})

    assert answer.status_code == 413
    assert "too large" in answer.text
    assert "At most 1 MB" in answer.text
    assert lacking(answer) == {}


def test_under_api_it_is_refused_with_an_object(client: FlaskClient) -> None:
    answer = client.post("/api/search", environ_overrides={"CONTENT_LENGTH": str(LARGEST_BODY + 1)})

    assert answer.status_code == 413
    assert answer.get_json()["error"]["message"] == "What was sent is too large."


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"a=" + b"x" * MAX_BODY, "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * (MAX_FIELD + 1), "application/x-www-form-urlencoded"),
        (b"&".join(b"field%d=1" % number for number in range(100_000)), "application/x-www-form-urlencoded"),
        (parts(MAX_PARTS + 1, b"1"), "multipart/form-data; boundary=x"),
        (parts(1, b"x" * (MAX_FIELD + 1)), "multipart/form-data; boundary=x"),
    ],
    ids=["body", "text", "names", "parts", "part"],
)
def test_a_form_that_is_too_large_is_refused(body: bytes, content_type: str, client: FlaskClient) -> None:
    answer = client.post(
        "/sign-in", data=body, content_type=content_type, headers={"Origin": "http://localhost"}
    )

    assert answer.status_code == 413
    assert "too large" in answer.text
    assert ("At most 1 MB" in answer.text) == (len(body) > MAX_BODY)


def test_who_is_turned_away_hears_when_to_come_back(client: FlaskClient) -> None:
    page = client.get("/?lang=fr", environ_overrides={OVERLOADED: True})
    machine = client.get("/api/search?lang=en", environ_overrides={OVERLOADED: True})

    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in (page, machine)] == [
        (503, "30")
    ] * 2
    assert "Too many people" in machine.get_json()["error"]["message"]
    assert lacking(page) == {}


def test_a_fault_of_ours_shows_no_inside(sampled_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the inside")

    monkeypatch.setattr(sampled_app.extensions["mapsvc"].directory, "search", fails, raising=True)
    monkeypatch.setitem(sampled_app.config, "PROPAGATE_EXCEPTIONS", False)
    client = sampled_app.test_client()

    for path in ("/", "/api/search"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "inside" not in answer.text
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_database_that_is_away_is_said_and_waited_for(
    app: Flask, settings: Settings, request: pytest.FixtureRequest
) -> None:
    client = app.test_client()
    app.extensions["mapsvc"].directory.refresh(at_once=True)
    paths = ("/", "/list?q=x", "/api/search", "/hosts/none", "/download/hosts.csv", "/api/listing/1")

    with away(settings, app, request):
        app.extensions["mapsvc"].directory._looked = 0
        answers = [client.get(path) for path in paths]

    assert {(answer.status_code, answer.headers.get("Retry-After")) for answer in answers} <= {
        (503, "30"),
        (200, None),
        (404, None),
    }
    assert answers[3].status_code == 503
    assert "temporarily" in answers[3].text or "again" in answers[3].text
    assert client.get("/").status_code == 200
    assert client.get("/hosts/none").status_code == 404


@contextmanager
def away(settings: Settings, app: Flask, request: pytest.FixtureRequest) -> Iterator[None]:
    """Takes the database away for a while."""
    if settings.database.startswith("sqlite"):
        app.extensions["mapsvc"].public_engine.dispose()
        file = settings.folder / "mapsvc.sqlite"
        moved = file.rename(settings.folder / "moved")
        yield
        moved.rename(file)
        return
    cluster: PostgisCluster = request.getfixturevalue("cluster")
    name = settings.database.rpartition("/")[2]
    with psycopg.connect(cluster.admin_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        yield
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
