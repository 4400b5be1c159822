"""The pages on which a host is kept: steps, saving as one goes, lost updates, history, on the map and off."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.datastructures import MultiDict

from mapsvc.domain.hosts import Organisation, Verification
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role
from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.sheets import COLUMNS, Part
from mapsvc.storage.engine import reading, writing
from tests.web.signed_in import ORIGIN, given, post, sign_in, token_of

ADA, EVE, ROOT, BOSS = "ada@school.example", "eve@other.example", "root@site.example", "boss@rossi.example"
VERSION = re.compile(r'name="version"[^>]* value="([0-9a-f]*)"')


@pytest.fixture
def keeper(app: Flask, engine: Engine) -> FlaskClient:
    """A client that is signed in as a referent."""
    given(engine, ADA, Role.REFERENT, sending="A school")
    client = app.test_client()
    sign_in(client, engine, ADA)
    return client


def add(client: FlaskClient, name: str = "Falegnameria Rossi") -> str:
    """Adds a host; the address of its sheet."""
    answer = post(client, "/desk/hosts/new", {"name": name})
    assert answer.status_code == 303
    return answer.location.removesuffix("/organisation")


def send(client: FlaskClient, path: str, data: dict[str, Any], **more: Any) -> Any:
    """Sends the form of a step, with the version that its page has now."""
    found = VERSION.search(client.get(path).text)
    assert found
    given_version = data.pop("version", found[1])
    body = MultiDict({"csrf_token": token_of(client, path), "version": given_version})
    for name, value in data.items():
        body.setlist(name, value if isinstance(value, list) else [value])
    headers = {"Origin": ORIGIN, **more.pop("headers", {})}
    return client.post(path, data=body, headers=headers, **more)


def add_in_como(client: FlaskClient) -> str:
    sheet = add(client)
    send(client, f"{sheet}/places/1", {"town": "Como", "country": "IT"})
    send(client, f"{sheet}/places/1/offers/1/what", {"title-en": "Workshop"})
    return sheet


def host(engine: Engine) -> Organisation:
    with reading(engine) as session:
        return session.scalars(select(Organisation).order_by(Organisation.id.desc()).limit(1)).one()


def titles(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(Listing.title)))


def test_an_empty_list_shows_two_ways_on(keeper: FlaskClient) -> None:
    page = keeper.get("/desk/hosts").text

    assert "No hosts yet" in page
    assert 'href="/desk/hosts/new"' in page


def test_each_step_leads_to_the_next(keeper: FlaskClient) -> None:
    sheet = add(keeper)
    steps = [
        ("organisation", {"name": "Rossi"}, "places/1"),
        ("places/1", {"town": "Como", "country": "IT"}, "places/1/offers/1/what"),
        ("places/1/offers/1/what", {"title-en": "Workshop"}, "places/1/offers/1/when"),
        ("places/1/offers/1/when", {"min_days": "10"}, "places/1/offers/1/whom"),
        ("places/1/offers/1/whom", {"min_age": "16", "wheelchair": ""}, "places/1/offers/1/conditions"),
        ("places/1/offers/1/conditions", {"accommodation": "helped"}, "places/1/offers/1/contact"),
    ]

    for path, data, following in steps:
        answer = send(keeper, f"{sheet}/{path}", data)
        assert (answer.status_code, answer.location) == (303, f"{sheet}/{following}")

    last = send(keeper, f"{sheet}/places/1/offers/1/contact", {"contact_email": "anna@rossi.example"})
    assert last.location == sheet


def test_a_new_offer_that_says_nothing_leads_to_the_sheet(keeper: FlaskClient, engine: Engine) -> None:
    sheet = add(keeper)
    send(keeper, f"{sheet}/places/1", {"town": "Como", "country": "IT"})

    answer = send(keeper, f"{sheet}/places/1/offers/1/what", {"title-en": ""})

    assert answer.location == sheet
    assert host(engine).sites[0].offers == []


def test_rows_and_boxes_and_languages_are_read(keeper: FlaskClient, engine: Engine) -> None:
    sheet = add_in_como(keeper)
    send(
        keeper,
        f"{sheet}/places/1/offers/1/when",
        {
            "periods-first": ["2027-03-01", "", "2027-01-10"],
            "periods-last": ["2027-03-26", "", "2027-01-20"],
            "periods-seats": ["2", "", ""],
            "min_days": " 10 ",
        },
    )
    send(
        keeper,
        f"{sheet}/places/1/offers/1/what",
        {
            "title-en": "Workshop",
            "title-fr": "Atelier",
            "fields": ["0722", "0732"],
            "missions-fr": "Scier\n\n Coller ",
        },
    )

    offer = host(engine).sites[0].offers[0]
    assert offer.periods == [["2027-01-10", "2027-01-20", 1], ["2027-03-01", "2027-03-26", 2]]
    assert (offer.min_days, offer.fields, offer.missions) == (
        10,
        ["0722", "0732"],
        {"fr": ["Scier", "Coller"]},
    )
    assert offer.title == {"en": "Workshop", "fr": "Atelier"}


def test_a_fault_keeps_all_that_was_typed(keeper: FlaskClient, engine: Engine) -> None:
    sheet = add_in_como(keeper)

    answer = send(
        keeper,
        f"{sheet}/places/1/offers/1/when",
        {
            "periods-first": ["2027-03-01"],
            "periods-last": ["2026-03-26"],
            "periods-seats": ["7"],
            "min_days": "two",
            "max_days": "9",
        },
    )

    assert answer.status_code == 422
    assert 'value="2027-03-01"' in answer.text
    assert 'value="7"' in answer.text
    assert 'value="two"' in answer.text
    assert "“two” is no whole number." in answer.text
    assert host(engine).sites[0].offers[0].max_days is None


def test_a_town_that_nobody_knows_is_said_at_its_field(keeper: FlaskClient) -> None:
    sheet = add(keeper)

    answer = send(keeper, f"{sheet}/places/1", {"town": "Atlantis", "country": "IT", "address": "Via 1"})

    assert answer.status_code == 422
    assert "This town is not known here." in answer.text
    assert 'value="Atlantis"' in answer.text
    assert 'value="Via 1"' in answer.text


def test_saving_as_one_goes_answers_a_script_with_the_new_version(
    keeper: FlaskClient, engine: Engine
) -> None:
    sheet = add(keeper)
    asks = {"Accept": "application/json"}

    first = send(keeper, f"{sheet}/organisation", {"name": "Ros"}, headers=asks)
    again = send(
        keeper, f"{sheet}/organisation", {"name": "Rossi", "version": first.json["version"]}, headers=asks
    )
    faulty = send(keeper, f"{sheet}/organisation", {"name": "Rossi", "website": "no"}, headers=asks)

    assert (first.json["said"], again.json["said"]) == ("Saved.", "Saved.")
    assert first.json["version"] != again.json["version"]
    assert (faulty.status_code, faulty.json["said"]) == (422, "Not saved yet.")
    assert faulty.json["faults"][0].startswith("Website: ")
    assert host(engine).name == "Rossi"


def test_a_lost_update_shows_both_and_loses_nothing(keeper: FlaskClient, engine: Engine) -> None:
    sheet = add(keeper)
    path = f"{sheet}/organisation"
    opened = VERSION.search(keeper.get(path).text)
    assert opened
    send(keeper, path, {"name": "Theirs Inc"})

    answer = send(keeper, path, {"name": "Mine Inc", "version": opened[1]})

    assert answer.status_code == 409
    assert "Somebody else changed this part" in answer.text
    assert "Theirs" in re.findall("<del>(.*?)</del>", answer.text, re.DOTALL)[0]
    assert 'value="Mine Inc"' in answer.text
    version = VERSION.search(answer.text)
    assert version
    assert send(keeper, path, {"name": "Mine Inc", "version": version[1]}).status_code == 303
    assert host(engine).name == "Mine Inc"


def test_the_version_stands_in_the_form_and_matches_the_page(keeper: FlaskClient) -> None:
    sheet = add(keeper)
    page = keeper.get(f"{sheet}/organisation").text

    assert VERSION.search(page)
    assert "data-autosave" in page
    assert "data-autosave" not in keeper.get(f"{sheet}/places/1").text


def test_another_language_can_be_added(keeper: FlaskClient) -> None:
    sheet = add_in_como(keeper)
    path = f"{sheet}/places/1/offers/1/what"

    answer = send(keeper, path, {"title-en": "Workshop", "go": "language", "language": "it"})

    assert answer.location == f"{path}?add=it"
    page = keeper.get(answer.location).text
    assert 'name="title-it"' in page
    assert 'name="title-en"' in page
    assert 'name="title-de"' not in page


def test_the_readers_language_is_asked_for_first(keeper: FlaskClient) -> None:
    sheet = add_in_como(keeper)

    page = keeper.get(f"{sheet}/places/1/offers/1/what?lang=fr").text

    assert page.index('name="title-fr"') < page.index('name="title-en"')


def test_a_host_goes_on_the_map_and_off_it_and_comes_back(keeper: FlaskClient, engine: Engine) -> None:
    sheet = add_in_como(keeper)
    assert titles(engine) == []

    assert post(keeper, f"{sheet}/resume").location == sheet
    assert titles(engine) == ["Falegnameria Rossi"]
    post(keeper, f"{sheet}/pause")
    assert titles(engine) == []
    post(keeper, f"{sheet}/resume")
    post(keeper, f"{sheet}/remove")
    assert titles(engine) == []
    assert "Bring it back" in keeper.get(sheet).text
    assert keeper.get(f"{sheet}/organisation").status_code == 404
    post(keeper, f"{sheet}/bring-back")
    assert titles(engine) == ["Falegnameria Rossi"]


def test_a_history_without_a_state_says_that_nobody_changed_the_host(keeper: FlaskClient) -> None:
    sheet = add_in_como(keeper)

    answer = keeper.get(f"{sheet}/history?page=9")

    assert (answer.status_code, "Nobody changed this host here" in answer.text) == (200, True)


def test_the_history_shows_what_changed_and_brings_it_back(keeper: FlaskClient, engine: Engine) -> None:
    sheet = add_in_como(keeper)
    post(keeper, f"{sheet}/resume")
    send(keeper, f"{sheet}/organisation", {"name": "Falegnameria Bianchi"})

    page = keeper.get(f"{sheet}/history").text

    assert re.search(r"Falegnameria <del>.*?Rossi</del><ins>.*?Bianchi</ins>", page, re.DOTALL)
    assert ", you<" in page
    restore = re.findall(r'action="(/desk/hosts/\d+/history/\d+/restore)"', page)[0]
    post(keeper, restore)
    assert host(engine).name == "Falegnameria Rossi"


def test_an_offer_is_removed_only_as_it_was_seen(keeper: FlaskClient, engine: Engine) -> None:
    sheet = add_in_como(keeper)
    found = re.search(
        r'name="site" value="1">.*?name="offer" value="1">.*?value="([0-9a-f]{16})"', keeper.get(sheet).text
    )
    assert found

    post(keeper, f"{sheet}/remove-part", {"site": "1", "offer": "1", "version": "0" * 16})
    assert len(host(engine).sites[0].offers) == 1
    post(keeper, f"{sheet}/remove-part", {"site": "1", "offer": "1", "version": found[1]})

    assert host(engine).sites[0].offers == []


def test_a_body_with_every_column_changes_nothing_that_the_form_does_not_list(
    keeper: FlaskClient, engine: Engine
) -> None:
    sheet = add_in_como(keeper)
    before = host(engine)
    listed = COLUMNS[Part.ORGANISATION]
    columns = [column.key for column in Organisation.__mapper__.column_attrs if column.key not in listed]

    answer = send(keeper, f"{sheet}/organisation", dict.fromkeys(columns, "1") | {"name": "Rossi"})

    after = host(engine)
    changed = {name for name in columns if getattr(before, name) != getattr(after, name)}
    assert (answer.status_code, after.name) == (303, "Rossi")
    assert changed <= {"folded_name", "updated"}


def test_another_referents_host_is_as_none_at_all(app: Flask, keeper: FlaskClient, engine: Engine) -> None:
    sheet = add_in_como(keeper)
    given(engine, EVE, Role.REFERENT, sending="Another school")
    eve = app.test_client()
    sign_in(eve, engine, EVE)
    missing = "/desk/hosts/987654"
    paths = ("", "/organisation", "/places/1", "/places/1/offers/1/what", "/history")
    verbs = ("/pause", "/resume", "/remove", "/bring-back", "/remove-part", "/history/1/restore")

    def body(text: str, path: str) -> str:
        return text.replace(path, "").replace(path.replace("/", "%2F"), "")

    for path in paths:
        theirs, none = eve.get(sheet + path), eve.get(missing + path)
        assert theirs.status_code == none.status_code == 404
        assert body(theirs.text, sheet + path) == body(none.text, missing + path)
    for verb in (*verbs, *paths[1:4]):
        theirs, none = post(eve, sheet + verb), post(eve, missing + verb)
        assert theirs.status_code == none.status_code == 404
        assert body(theirs.text, sheet + verb) == body(none.text, missing + verb)
    assert "Rossi" not in eve.get("/desk/hosts").text
    assert "Rossi" in keeper.get("/desk/hosts?words=ross&show=held").text


def test_numbers_that_no_host_can_have_are_no_host(keeper: FlaskClient) -> None:
    sheet = add(keeper)

    assert keeper.get(f"/desk/hosts/{10**30}").status_code == 404
    assert keeper.get(f"{sheet}/places/0").status_code == 404
    assert keeper.get(f"{sheet}/places/3").status_code == 404
    assert keeper.get(f"{sheet}/places/{10**30}").status_code == 404
    assert keeper.get("/desk/hosts?page=99999999999999999999").status_code == 200
    assert keeper.get("/desk/hosts?page=-1&words=%00&show=nonsense").status_code == 200


def test_the_change_of_a_host_that_nobody_vouches_for_waits(
    app: Flask, keeper: FlaskClient, engine: Engine
) -> None:
    sheet = add_in_como(keeper)
    post(keeper, f"{sheet}/resume")
    given(engine, BOSS, Role.HOST, organisation_id=host(engine).id)
    boss = app.test_client()
    sign_in(boss, engine, BOSS)

    send(boss, f"{sheet}/organisation", {"name": "Rossi e figli"})
    send(boss, f"{sheet}/places/2", {"town": "Lecco", "country": "IT"})

    assert (host(engine).name, len(host(engine).sites)) == ("Falegnameria Rossi", 1)
    page = boss.get(sheet).text
    assert "waits for review" in page
    assert "Rossi e figli" in page
    assert "Lecco" in page
    with reading(engine) as session:
        proposed = session.scalars(select(HostSubmission).order_by(HostSubmission.id.desc())).first()
        assert proposed is not None
        assert (proposed.status, proposed.proposed["name"]) == ("waiting", "Rossi e figli")
    assert "Rossi e figli" not in keeper.get(sheet).text


def test_a_verified_host_publishes_its_own_changes(app: Flask, keeper: FlaskClient, engine: Engine) -> None:
    sheet = add_in_como(keeper)
    number = host(engine).id
    with writing(engine) as session:
        found = session.get(Organisation, number)
        assert found is not None
        found.verification = Verification.VERIFIED
        session.commit()
    given(engine, BOSS, Role.HOST, organisation_id=number)
    boss = app.test_client()
    sign_in(boss, engine, BOSS)

    send(boss, f"{sheet}/organisation", {"name": "Rossi e figli"})

    assert host(engine).name == "Rossi e figli"
    assert boss.get("/desk/hosts/new").status_code == 404


def test_texts_of_people_are_shown_as_they_were_written(keeper: FlaskClient) -> None:
    sheet = add(keeper, "<b>{{7*7}}</b>")

    for path in (sheet, f"{sheet}/organisation", f"{sheet}/history", "/desk/hosts"):
        page = keeper.get(path).text
        assert "<b>{{" not in page
        assert "{{7*7}}" in page


def test_an_administrator_keeps_every_host(app: Flask, keeper: FlaskClient, engine: Engine) -> None:
    sheet = add(keeper)
    given(engine, ROOT, Role.ADMINISTRATOR)
    root = app.test_client()
    sign_in(root, engine, ROOT)

    assert root.get(sheet).status_code == 200
    assert send(root, f"{sheet}/organisation", {"name": "Rossi"}).status_code == 303
