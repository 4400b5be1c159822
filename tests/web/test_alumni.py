"""The pages on which people put a stay on the map, correct it, and are seen in their area."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from mapsvc.domain.alumni import Pin, PinSubmission
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Account, Letter, Pass, Role
from mapsvc.storage.engine import reading
from tests.conftest import real_file
from tests.letters import link_in
from tests.web.pinning import FILLED
from tests.web.signed_in import given, post, sign_in

ANA = "ana@example.org"
CORPUS_ISSUE_WINS = {
    **dict.fromkeys(
        ("PIN-001", "PIN-004", "PIN-005", "PIN-007", "PIN-008", "PIN-011", "PIN-018", "PIN-030", "PIN-035"),
        "the issue has a town in place of lat and lon, and a mailed link before anything is made",
    ),
    **dict.fromkeys(
        ("PIN-019", "PIN-020", "PIN-022"), "the issue refuses every coordinate, whatever it holds: 400"
    ),
    "PIN-015": "a fault in a form is answered with the form and 422",
    "PIN-016": "a fault in a form is answered with the form and 422",
    "PIN-012": "refused with a clear message, 422",
}
NOT_APPLICABLE = dict.fromkeys(("PIN-031", "PIN-032", "PIN-033"), "a stay has no website")


def count(engine: Engine, noun: Any) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(noun)) or 0


def nothing_kept(engine: Engine) -> bool:
    return [count(engine, noun) for noun in (Pin, Pass, Letter, Listing)] == [0, 0, 0, 0]


def sent(client: FlaskClient, **changed: Any) -> TestResponse:
    """The answer to a filled form whose area was looked at."""
    filled = {name: value for name, value in {**FILLED, **changed}.items() if value is not None}
    shown = post(client, "/alumni/new", filled)
    if shown.status_code != 200:
        return shown
    seen = shown.text.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    chosen = shown.text.partition('name="place"')[2].partition('value="')[2].partition('"')[0]
    return post(client, "/alumni/new", {**filled, "seen": seen, "place": chosen})


def mailed(engine: Engine) -> str:
    """The path of the link in the last mail."""
    with reading(engine) as session:
        body = session.scalars(select(Letter.body).order_by(Letter.id.desc())).first() or ""
    return "/alumni/" + link_in(body).partition("/alumni/")[2]


def approved(app: Flask, engine: Engine) -> None:
    """A moderator approves the words that were handed in last."""
    given(engine, "mo@example.org", Role.MODERATOR)
    moderator = app.test_client()
    sign_in(moderator, engine, "mo@example.org")
    with reading(engine) as session:
        number = session.scalar(select(func.max(PinSubmission.id)))
    assert "Ana" in moderator.get("/review").text
    assert moderator.get(f"/review/stays/{number}").status_code == 200
    assert post(moderator, f"/review/stays/{number}/approve").status_code == 303


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def ana(app: Flask, engine: Engine) -> FlaskClient:
    """Somebody whose stay everybody sees, signed in."""
    client = app.test_client()
    assert sent(client).status_code == 200
    assert post(client, mailed(engine)).status_code == 303
    approved(app, engine)
    return client


def slug(engine: Engine) -> str:
    with reading(engine) as session:
        return session.scalars(select(Listing.slug)).one()


def test_the_age_is_asked_before_anything_else(reader: FlaskClient) -> None:
    page = reader.get("/alumni/new").text

    assert 'name="age"' in page
    assert 'name="town"' not in page


@pytest.mark.parametrize("filled", [{"age": "17"}, {**FILLED, "age": "13"}])
def test_who_is_under_18_is_refused_kindly_and_nothing_is_kept(
    reader: FlaskClient, engine: Engine, filled: dict[str, Any]
) -> None:
    answer = post(reader, "/alumni/new", filled)

    assert answer.status_code == 403
    assert "You can come back once you are 18." in answer.text
    assert nothing_kept(engine)


def test_no_consent_is_ticked_before(reader: FlaskClient) -> None:
    page = post(reader, "/alumni/new", {"age": "20"}).text

    ticks = [part.partition(">")[0] for part in page.split("<input")[1:] if 'name="agree' in part[:200]]
    assert len(ticks) == 3
    assert not any("checked" in tick for tick in ticks)


def test_the_area_is_shown_before_anything_is_sent(reader: FlaskClient, engine: Engine) -> None:
    answer = post(reader, "/alumni/new", FILLED)

    assert "Around Como" in answer.text
    assert "The bakery opens at four." in answer.text
    assert nothing_kept(engine)


@pytest.mark.parametrize("name", ["lat", "lon", "latitude", "lng", "geometry", "LON"])
def test_a_form_with_a_point_is_refused_and_nothing_is_kept(
    reader: FlaskClient, engine: Engine, name: str
) -> None:
    answers = [
        post(reader, "/alumni/new", {**FILLED, name: "45.81234"}),
        post(reader, f"/alumni/new?{name}=45.81234", FILLED),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert "45.81234" not in answers[0].text
    assert nothing_kept(engine)


def test_a_town_of_several_is_offered_as_a_choice(reader: FlaskClient) -> None:
    asked = post(reader, "/alumni/new", {**FILLED, "town": "Frankfurt"})
    number = asked.text.partition('type="radio" value="')[2].partition('"')[0]
    chosen = post(reader, "/alumni/new", {**FILLED, "town": "Frankfurt", "place": number})

    assert (asked.status_code, asked.text.count('type="radio"') > 1) == (422, True)
    assert (chosen.status_code, "This area will be shown" in chosen.text) == (200, True)


def test_a_visitor_gives_a_mail_address(reader: FlaskClient, engine: Engine) -> None:
    answer = post(reader, "/alumni/new", {**FILLED, "email": ""})

    assert answer.status_code == 422
    assert "Please give your mail address." in answer.text
    assert nothing_kept(engine)


def test_a_town_that_is_none_is_told_at_its_field(reader: FlaskClient) -> None:
    answer = post(reader, "/alumni/new", {**FILLED, "town": "Xyzzyqqq"})

    assert answer.status_code == 422
    assert "We know no town of this name" in answer.text
    assert 'value="Xyzzyqqq"' in answer.text


def test_a_warning_comes_before_a_phone_number_is_sent(reader: FlaskClient) -> None:
    answer = post(reader, "/alumni/new", {**FILLED, "story": "Call +33 6 12 34 56 78"})

    assert "what looks like a phone number" in answer.text


def test_nothing_is_public_before_link_and_moderator(app: Flask, reader: FlaskClient, engine: Engine) -> None:
    answer = sent(reader)
    assert answer.status_code == 200
    assert "Open its link within 6 days." in answer.text
    before = reader.get("/api/search").text

    confirming = app.test_client()
    assert "Ana" in confirming.get(mailed(engine)).text
    assert post(confirming, mailed(engine)).status_code == 303

    assert "Ana" not in before
    assert "Ana" not in reader.get("/api/search").text
    assert count(engine, Listing) == 0


def test_an_approved_stay_is_found_with_its_page(
    app: Flask, reader: FlaskClient, ana: FlaskClient, engine: Engine
) -> None:
    found = reader.get("/api/search").json["items"]
    page = reader.get(f"/alumni/{slug(engine)}")

    assert [(one["title"], one["kind"], one["url"]) for one in found] == [
        ("Ana", "alumni", f"/alumni/{slug(engine)}")
    ]
    assert (page.status_code, page.mimetype, page.headers["X-Robots-Tag"]) == (200, "text/html", "noindex")
    assert 'content="noindex"' in page.text
    assert reader.get(f"/hosts/{slug(engine)}").status_code == 404
    assert reader.get("/").status_code == 200
    assert reader.get(f"/api/listing/{found[0]['id']}").status_code == 200


def test_no_file_of_hosts_and_no_map_to_keep_holds_a_person(reader: FlaskClient, ana: FlaskClient) -> None:
    files = [reader.get(path).data for path in ("/download/hosts.csv", "/download/map.html")]

    assert not any(b"bakery opens" in file or b"/alumni/" in file for file in files)


def test_a_person_sees_corrects_and_takes_along_their_own_stay(ana: FlaskClient, engine: Engine) -> None:
    overview = ana.get("/alumni/mine").text
    with reading(engine) as session:
        number = session.scalars(select(Pin.id)).one()
    form = ana.get(f"/alumni/mine/{number}").text

    assert "What others see" in overview
    assert "The bakery opens at four." in form
    assert ana.get("/alumni/mine/stays.json").json["pins"][0]["draft"]["display_name"] == "Ana"
    assert ana.get("/alumni/mine/stays.geojson").json["features"][0]["geometry"]["type"] == "Point"


def test_a_stay_of_somebody_else_is_not_there(app: Flask, ana: FlaskClient, engine: Engine) -> None:
    with reading(engine) as session:
        number = session.scalars(select(Pin.id)).one()
    stranger = app.test_client()
    given(engine, "eve@example.org")
    sign_in(stranger, engine, "eve@example.org")

    paths = [f"/alumni/mine/{number}", f"/alumni/mine/{number}/withdraw", f"/alumni/mine/{number}/confirm"]
    assert stranger.get(paths[0]).status_code == 404
    assert [post(stranger, path, FILLED).status_code for path in paths] == [404, 404, 404]
    assert count(engine, Listing) == 1


def test_a_withdrawn_stay_is_gone_at_once(
    app: Flask, reader: FlaskClient, ana: FlaskClient, engine: Engine
) -> None:
    path = f"/alumni/{slug(engine)}"
    with reading(engine) as session:
        number = session.scalars(select(Pin.id)).one()

    assert post(ana, f"/alumni/mine/{number}/withdraw").status_code == 303

    assert reader.get(path).status_code == 404
    assert reader.get("/api/search").json["items"] == []


def test_the_pages_speak_french(reader: FlaskClient) -> None:
    assert reader.get("/alumni/new?lang=fr").status_code == 200


def rows() -> Iterator[tuple[str, Any]]:
    for line in real_file("corpus/bad_inputs.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["surface"] == "pin-form":
            yield row["id"], row["input"]


def text_of(said: Any) -> str:
    return said["$repeat"][0] * said["$repeat"][1] if isinstance(said, dict) else str(said)


def shown_as_typed(client: FlaskClient, app: Flask, engine: Engine, said: dict[str, Any]) -> None:
    assert sent(client, display_name=text_of(said["name"])).status_code == 200
    post(client, mailed(engine))
    given(engine, "mo@example.org", Role.MODERATOR)
    moderator = app.test_client()
    sign_in(moderator, engine, "mo@example.org")
    with reading(engine) as session:
        words = session.scalars(select(PinSubmission)).one()
    assert moderator.get("/review").status_code == 200
    assert post(moderator, f"/review/stays/{words.id}/approve").status_code == 303
    with reading(engine) as session:
        listing = session.scalars(select(Listing)).one()
    page = client.get(f"/alumni/{listing.slug}")
    assert listing.title == said["name"]
    assert page.status_code == client.get("/").status_code == 200
    assert "<script>alert" not in page.text
    assert "{# " not in said["name"] or said["name"] in page.text


def flagged(client: FlaskClient, app: Flask, engine: Engine, said: dict[str, Any]) -> None:
    assert sent(client, display_name=said["name"], story=said.get("story", "")).status_code == 200
    post(client, mailed(engine))
    with reading(engine) as session:
        assert session.scalars(select(PinSubmission)).one().flags
    assert count(engine, Listing) == 0


def refused_at_a_field(client: FlaskClient, app: Flask, engine: Engine, said: dict[str, Any]) -> None:
    answer = sent(client, display_name=text_of(said["name"]))
    assert answer.status_code == 422
    assert any(words in answer.text for words in ("At most 80", "is empty", "hidden signs"))
    assert nothing_kept(engine)


def refused_point(client: FlaskClient, app: Flask, engine: Engine, said: dict[str, Any]) -> None:
    point = {"lat": str(said["lat"]), "lon": str(said["lon"])}
    assert post(client, "/alumni/new", {**FILLED, **point}).status_code == 400
    assert nothing_kept(engine)


def too_young(client: FlaskClient, app: Flask, engine: Engine, said: dict[str, Any]) -> None:
    assert post(client, "/alumni/new", {**FILLED, "age": str(said["age"])}).status_code == 403
    assert nothing_kept(engine)


def somebody_else(client: FlaskClient, app: Flask, engine: Engine, said: dict[str, Any]) -> None:
    assert sent(client, display_name=said["name"], email=said["email"]).status_code == 200
    assert [count(engine, noun) for noun in (Pin, PinSubmission, Account, Listing)] == [0, 0, 0, 0]


def too_many(client: FlaskClient, app: Flask, engine: Engine, said: dict[str, Any]) -> None:
    answers = [sent(client) for _time in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0


CHECKS: dict[str, Callable[[FlaskClient, Flask, Engine, dict[str, Any]], None]] = {
    **dict.fromkeys(("PIN-001", "PIN-004", "PIN-005", "PIN-007", "PIN-008", "PIN-018"), shown_as_typed),
    **dict.fromkeys(("PIN-011", "PIN-030"), flagged),
    **dict.fromkeys(("PIN-012", "PIN-015", "PIN-016"), refused_at_a_field),
    **dict.fromkeys(("PIN-019", "PIN-020", "PIN-022"), refused_point),
    "PIN-027": too_young,
    "PIN-028": somebody_else,
    "PIN-035": too_many,
}


def test_every_row_of_the_corpus_has_a_check_or_a_reason() -> None:
    assert {name for name, _said in rows()} == CHECKS.keys() | NOT_APPLICABLE.keys()
    assert CORPUS_ISSUE_WINS.keys() <= CHECKS.keys()


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_bad_form_of_the_corpus_behaves(name: str, app: Flask, reader: FlaskClient, engine: Engine) -> None:
    CHECKS[name](reader, app, engine, dict(rows())[name])

    pages = ("/", "/list", "/api/search?kind=alumni", "/api/viewport?box=5,40,15,50&zoom=6", "/alumni/new")
    assert {path: reader.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)


def test_a_visitor_reports_a_stay_and_a_moderator_hides_it(
    app: Flask, reader: FlaskClient, ana: FlaskClient, engine: Engine
) -> None:
    path = f"/alumni/{slug(engine)}"
    form = f"/report?slug={slug(engine)}"
    moderator = app.test_client()
    sign_in(moderator, engine, "mo@example.org")

    assert form in reader.get(path).text
    assert f'href="{path}"' in reader.get(form).text
    assert post(reader, form, {"complaint": "unsafe", "text": "Not a stay."}).status_code == 303
    assert f'href="{path}"' in reader.get(f"/report/thanks?slug={slug(engine)}").text
    assert "Hide this stay" in moderator.get("/review/reports/1").text
    assert post(moderator, "/review/reports/1/hide").status_code == 303

    assert "Show this stay again" in moderator.get("/review/reports/1").text
    assert reader.get(path).status_code == 404
    assert "It was reported." in ana.get("/alumni/mine").text
    assert reader.get(f"/report/thanks?slug={path}").status_code == 200
