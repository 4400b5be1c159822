"""The desk shows what waits in the lists of whom asks, and does what they press."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.domain.hosts import HostStatus, Organisation, Site
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role
from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.sources import Import
from mapsvc.domain.uploads import QuarantinedRow
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services import accounts
from mapsvc.services.publishing_kits import publish_kits
from mapsvc.storage.engine import reading, writing
from tests import make
from tests.publish import publish
from tests.services.test_stale import LONG_AGO
from tests.web.signed_in import given, post, sign_in

SCHOOL, OTHER = "Lycée Voltaire", "Berufsschule Trier"
ADA, OTTO, ROOT = "ada@example.org", "otto@example.org", "root@example.org"
LISTS = ("/desk/to-locate/", "/desk/rows/", "/desk/duplicates/", "/desk/confirm/")
ROW = re.compile(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td>.*?>(\d+)</td>.*?>(\d+)</td></tr>')
TILE = re.compile(r"<strong>([\d,]+)</strong><span>([^<]+)</span>")


@pytest.fixture
def client(app: Flask, engine: Engine) -> FlaskClient:
    """A browser, and a directory in which one thing of each kind waits at Ada's desk."""
    given(engine, ADA, Role.REFERENT, sending=SCHOOL)
    given(engine, OTTO, Role.REFERENT, sending=OTHER)
    given(engine, ROOT, Role.ADMINISTRATOR)
    with writing(engine) as session:
        source = make.source(session)
        source.owner_id = accounts.sending_organisation(session, SCHOOL).id
        near = (make.COMO[0], make.COMO[1] + 0.0004)
        publish(
            session,
            make.host("Falegnameria Rossi"),
            make.host("Falegnameria Rosi", near),
            make.host("Bar Nowhere", None, site_values={"town": "Commo", "region": None}),
            make.host("Bar Old", make.LECCO),
        )
        old = session.scalars(select(Organisation).where(Organisation.name == "Bar Old")).one()
        old.updated = LONG_AGO
        record = session.scalars(select(Import)).one()
        record.mapping = {"yaml": "columns: {name: [Name], town: [Town], country: [Country]}"}
        cells = [["Name", ""], ["Town", "Lecco"], ["Country", "IT"]]
        row = {"line": 7, "cells": cells, "column": "Name", "value": "", "message": "No name."}
        session.add(QuarantinedRow(import_id=record.id, **row))
        session.commit()
    return app.test_client()


def ids(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        found = {one.name: one.id for one in session.scalars(select(Organisation))}
        found["site"] = session.scalars(select(Site.id).where(Site.lon.is_(None))).first() or 0
        found["row"] = session.scalars(select(QuarantinedRow.id)).one()
    return found


def titles(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return sorted(session.scalars(select(Listing.title)))


def tiles(client: FlaskClient) -> dict[str, str]:
    return {words: count for count, words in TILE.findall(client.get("/desk/").text)}


def test_the_desk_counts_what_waits(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, ADA)

    assert tiles(client) == {
        "to put on the map": "1",
        "rows to correct": "1",
        "pairs that look like one": "1",
        "to confirm": "1",
    }


def test_an_empty_desk_says_what_to_do_first(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, OTTO)

    page = client.get("/desk/").text

    assert "Your desk is empty" in page
    assert "/desk/imports/" in page
    assert TILE.findall(page) == []


@pytest.mark.parametrize("path", LISTS)
def test_each_list_shows_only_what_is_of_ones_own_lists(
    client: FlaskClient, engine: Engine, path: str
) -> None:
    shown = {}
    for who in (ADA, OTTO, ROOT):
        sign_in(client, engine, who)
        shown[who] = 'class="block' in client.get(path).text or "tick-row" in client.get(path).text

    assert shown == {ADA: True, OTTO: False, ROOT: True}


def test_a_host_is_put_in_a_town_that_is_typed_and_taken_off_again(
    client: FlaskClient, engine: Engine
) -> None:
    sign_in(client, engine, ADA)
    site = ids(engine)["site"]

    answer = post(client, "/desk/to-locate/", {"site": site, "town": "Como"})
    page = client.get(answer.headers["Location"]).text
    shown = titles(engine)
    back = re.search(r'action="(/desk/to-locate/off/\d+)"', page)
    assert back
    post(client, back[1])

    assert answer.status_code == 303
    assert "Bar Nowhere" in shown
    assert "Bar Nowhere" not in titles(engine)


def test_a_town_that_nobody_knows_is_said_at_its_field(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, ADA)

    answer = post(client, "/desk/to-locate/", {"site": ids(engine)["site"], "town": "Xqzzwv"})

    assert answer.status_code == 422
    assert "No town of this name is known" in answer.text
    assert 'value="Xqzzwv"' in answer.text


@pytest.mark.parametrize("point", [{"lon": "9,0852", "lat": "45,8081"}, {"lon": "9.0852", "lat": "45.8081"}])
def test_a_host_is_put_at_a_point(client: FlaskClient, engine: Engine, point: dict[str, str]) -> None:
    sign_in(client, engine, ADA)

    answer = post(client, f"/desk/to-locate/{ids(engine)['site']}", point)

    assert answer.status_code == 303
    assert "Bar Nowhere" in titles(engine)


@pytest.mark.parametrize("point", [{"lon": "east", "lat": "45"}, {"lon": "9"}, {}])
def test_a_point_that_is_none_is_said(client: FlaskClient, engine: Engine, point: dict[str, str]) -> None:
    sign_in(client, engine, ADA)

    answer = post(client, f"/desk/to-locate/{ids(engine)['site']}", point)

    assert answer.status_code == 422
    assert "Choose a town, or a point on the map." in answer.text


def test_a_row_is_corrected_and_imported(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, ADA)
    row = ids(engine)["row"]

    wrong = post(client, f"/desk/rows/{row}", {"cell-1": "Como"})
    right = post(client, "/desk/rows/", {"row": row, "column": "Name", f"cell-{row}": "Bar Lecco"})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert 'value="Como"' in wrong.text
    assert "Bar Lecco" in titles(engine)
    assert tiles(client)["rows to correct"] == "0"


def test_a_row_is_left_out_and_waits_again(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, ADA)
    answer = post(client, "/desk/rows/", {"row": ids(engine)["row"], "do": "leave"})
    left = tiles(client)["rows to correct"]
    back = re.search(r'action="(/desk/rows/back/\d+)"', client.get(answer.headers["Location"]).text)
    assert back

    post(client, back[1])

    assert (left, tiles(client)["rows to correct"]) == ("0", "1")


def test_a_pair_is_made_one_and_two_again(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, ADA)
    known = ids(engine)
    kept, other = known["Falegnameria Rosi"], known["Falegnameria Rossi"]

    answer = post(client, "/desk/duplicates/", {"kept": kept, "other": other, "as": "merge"})
    merged = titles(engine)
    back = re.search(r'action="(/desk/duplicates/back/\d+)"', client.get(answer.headers["Location"]).text)
    assert back
    post(client, back[1])

    assert "Falegnameria Rossi" not in merged
    assert "Falegnameria Rossi" in titles(engine)
    assert tiles(client)["pairs that look like one"] == "1"


@pytest.mark.parametrize(("verb", "shown"), [("confirm", True), ("pause", False)])
def test_stale_hosts_are_confirmed_or_paused_together(
    client: FlaskClient, engine: Engine, verb: str, shown: bool
) -> None:
    sign_in(client, engine, ADA)

    post(client, "/desk/confirm/", {"host": ids(engine)["Bar Old"], "do": verb})

    assert tiles(client)["to confirm"] == "0"
    assert ("Bar Old" in titles(engine)) == shown


def test_a_host_without_an_address_cannot_be_asked(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, ADA)

    answer = post(client, "/desk/confirm/", {"host": ids(engine)["Bar Old"], "do": "ask"})

    assert "Without a mail address: 1." in client.get(answer.headers["Location"]).text


def test_what_is_of_another_list_is_answered_as_what_does_not_exist(
    client: FlaskClient, engine: Engine
) -> None:
    known = ids(engine)
    sign_in(client, engine, ADA)
    placed = post(client, "/desk/to-locate/", {"site": known["site"], "town": "Como"}).headers["Location"]
    number = placed.rpartition("=")[2]
    sign_in(client, engine, OTTO)
    rossi, rosi = known["Falegnameria Rossi"], known["Falegnameria Rosi"]
    asked = (
        ("/desk/to-locate/{}", {"town": "Como"}, known["site"]),
        ("/desk/to-locate/off/{}", {}, int(number)),
        ("/desk/to-locate/", {"site": "{}", "town": "Como"}, known["site"]),
        ("/desk/rows/{}", {"cell-0": "x"}, known["row"]),
        ("/desk/rows/", {"row": "{}", "do": "leave"}, known["row"]),
        ("/desk/rows/", {"row": "{}"}, known["row"]),
        ("/desk/duplicates/", {"kept": "{}", "other": rossi, "as": "merge"}, rosi),
        ("/desk/confirm/", {"host": "{}", "do": "confirm"}, known["Bar Old"]),
        ("/desk/confirm/", {"host": "{}", "do": "pause"}, known["Bar Old"]),
        ("/desk/confirm/", {"host": "{}", "do": "ask"}, known["Bar Old"]),
    )
    before = titles(engine)

    for path, data, theirs in asked:
        answers = []
        for id_ in (theirs, 999_999):
            filled = {name: str(value).format(id_) for name, value in data.items()}
            answer = post(client, path.format(id_), filled)
            answers.append((answer.status_code, answer.text.replace(path.format(id_), path)))
        assert answers[0][0] == 404, path
        assert answers[0] == answers[1], path
    for path in (f"/desk/to-locate/{known['site']}", f"/desk/rows/{known['row']}"):
        assert client.get(path).status_code == 404
    assert titles(engine) == before


def test_a_learner_has_no_desk(client: FlaskClient, engine: Engine) -> None:
    given(engine, "lea@example.org")
    sign_in(client, engine, "lea@example.org")

    assert {client.get(path).status_code for path in ("/desk/", *LISTS)} == {404}


def test_texts_of_lists_are_shown_as_they_are(client: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        organisation = session.scalars(select(Organisation).where(Organisation.name == "Bar Nowhere")).one()
        organisation.name = "<script>{{7*7}}</script>"
        organisation.status = HostStatus.LISTED
        session.commit()
    sign_in(client, engine, ADA)

    page = client.get("/desk/to-locate/").text

    assert "&lt;script&gt;{{7*7}}&lt;/script&gt;" in page


def test_who_may_review_sees_how_many_changes_wait(client: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        number = session.scalars(select(Organisation.id).where(Organisation.name == "Bar Old")).one()
        session.add(HostSubmission(organisation_id=number, proposed={}))
        session.commit()
    seen = {}
    for who in (ADA, ROOT):
        sign_in(client, engine, who)
        seen[who] = tiles(client).get("to review")

    assert seen == {ADA: None, ROOT: "1"}


def test_the_desk_says_in_which_regions_hosts_have_no_kit_near(
    client: FlaskClient, engine: Engine, gazetteer: Gazetteer, regions: Regions
) -> None:
    sign_in(client, engine, ADA)
    with writing(engine) as session:
        publish(session, make.host("Studio Roma", (12.48, 41.89), site_values={"region": "IT-RM"}))

    def gaps() -> tuple[str, list[tuple[str, ...]]]:
        shown = client.get("/desk/kits/").get_data(as_text=True)
        lead = re.search(r'<p class="lead">(.*?)</p>', shown)
        return (lead[1] if lead else ""), [
            (re.sub("<.*?>", "", region), *rest) for region, *rest in ROW.findall(shown)
        ]

    without = gaps()
    with writing(engine) as session:
        como = {"como": usable(Tree.of()).kits["como"]}
        publish_kits(session, como, towns=gazetteer, regions=regions)
        session.commit()
    said, rows = gaps()

    assert without[0].startswith("4 of 4 hosts on the map are farther than 50 km from any kit.")
    assert said == "1 of 4 hosts on the map are farther than 50 km from any kit. Kits so far: 1."
    assert rows == [("Rome", "Italy", "1", "1")]
