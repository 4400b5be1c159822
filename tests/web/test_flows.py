"""Stays from region to region: a referent types, pastes or imports them, and sees whether they add up."""

import io
import json
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.datastructures import FileStorage

from mapsvc.domain.flow_plans import FlowPlan
from mapsvc.domain.people import Role
from mapsvc.domain.tombstones import Tombstone
from mapsvc.storage.engine import reading
from tests.web.referents import post_parts
from tests.web.signed_in import given, post, sign_in, token_of
from tests.web.well_formed import faults_of

PLAN = {
    "name": "Erasmus+ & 2027",
    "announced": "36",
    "reported": "",
    "rows": "\n".join(
        (
            "Pays de la Loire; Lombardia; 18; 2027",
            "Bretagne; Litauen; 8; 2027",
            "FR; Germany; 8; 2027; plan",
        )
    ),
}


def signed_in(app: Flask, engine: Engine, email: str, sending: str) -> FlaskClient:
    given(engine, email, Role.REFERENT, sending=sending)
    client = app.test_client()
    sign_in(client, engine, email)
    return client


@pytest.fixture
def referent(app: Flask, engine: Engine) -> FlaskClient:
    return signed_in(app, engine, "referent@example.org", "School A")


def made(client: FlaskClient, **changed: str) -> str:
    answer = post(client, "/desk/flows/new", PLAN | changed)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def kept(engine: Engine) -> FlowPlan:
    with reading(engine) as session:
        return session.scalars(select(FlowPlan)).one()


def plain(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def drawn(page: str) -> list[dict[str, object]]:
    held = re.search(r'id="map-config">(.*?)</script>', page)
    assert held
    found: list[dict[str, object]] = json.loads(held[1])["arrows"]
    return found


def test_a_plan_says_whether_its_parts_add_up(referent: FlaskClient, engine: Engine) -> None:
    path = made(referent)

    page = referent.get(path)
    post(referent, f"{path}/edit", PLAN | {"announced": "34"})
    even = referent.get(path)
    post(referent, f"{path}/edit", PLAN | {"announced": "30"})
    more = referent.get(path)

    assert "36 announced; 18 + 8 + 8 planned: 2 missing." in page.text
    assert "34 announced; 18 + 8 + 8 planned: it adds up." in even.text
    assert "30 announced; 18 + 8 + 8 planned: 4 too many." in more.text
    assert "Erasmus+ &amp; 2027" in page.text
    assert faults_of(page.text) == []
    assert kept(engine).rows == [
        ["planned", "FR-PDL", "IT-25", 18, 2027],
        ["planned", "FR-BRE", "LT", 8, 2027],
        ["planned", "FR", "DE", 8, 2027],
    ]


def test_map_matrix_and_table_show_the_same_stays(referent: FlaskClient) -> None:
    path = made(referent, rows=PLAN["rows"] + "\nBretagne; Litauen; 3; 2027; realised\nLT; FR; 2; 2026; done")

    countries = referent.get(path).text
    regions = referent.get(f"{path}?by=region").text
    realised = referent.get(f"{path}?by=region&kind=realised&year=2027").text

    assert [(one["title"], one["number"]) for one in drawn(countries)] == [
        ("France → Italy", 18),
        ("France → Lithuania", 8),
        ("France → Germany", 8),
    ]
    assert drawn(regions)[0]["title"] == "Pays de la Loire → Lombardy"
    assert [(one["title"], one["text"]) for one in drawn(realised)] == [
        ("Brittany → Lithuania", "3 realised")
    ]
    assert '<td class="number sum">34</td>' in countries
    for one in drawn(countries):
        assert -10 < one["from"][0] < 30  # type: ignore[index]
        assert 35 < one["from"][1] < 70  # type: ignore[index]


def test_lines_that_cannot_be_used_are_named_and_nothing_is_lost(
    referent: FlaskClient, engine: Engine
) -> None:
    bad = ("Atlantis; 3; 2027", "IT; many; 2027", "IT; 3; 1492", "Limburg; 3", "IT; 4; 2027; maybe", ";;")
    rows = "\n".join(f"FR; {one}" for one in bad)

    answer = post(referent, "/desk/flows/new", PLAN | {"rows": rows})

    assert answer.status_code == 422
    for said in ("Line 1: “Atlantis”", "Line 2: “many”", "Line 3: “1492”", "Line 4: “Limburg”", "“maybe”"):
        assert said in answer.text
    assert "FR; Atlantis; 3; 2027" in answer.text
    assert faults_of(answer.text) == []
    with reading(engine) as session:
        assert session.scalars(select(FlowPlan)).all() == []


DAYS = "Where from; To; Number; Year; Kind; Days; Activity"
LINES = f"""{DAYS}
FR-PDL; IT-25; 18; 2027; planned; 26; short-term
FR-PDL; IT-25; 4; 2027; planned; 26 jours; Mobilité de groupe d’apprenants
FR-BRE; LT; 1; 2027; planned; 31; group
FR; DE; 8; 2027; planned; 95;
FR; ES; 2; 2027; planned;;
FR; DE; 8; 2026; realised; 1; long_term"""


def test_a_plan_is_checked_and_each_breach_named_with_the_mend(referent: FlaskClient, engine: Engine) -> None:
    path = made(referent, rows=LINES)

    page = referent.get(f"{path}/rules?call=2026")
    along = plain(referent.get(f"{path}/rules?call=2026&activity=long_term&accompanying=2").text)

    said = plain(page.text)
    assert faults_of(page.text) == []
    assert "4 planned lines with days" in said
    assert "France → Germany, 2027 95 days: Short-term learning mobility has 10 to 89 days." in said
    assert "Take off 6 days, or plan it as: Long-term learning mobility (ErasmusPro)." in said
    assert "Brittany → Lithuania, 2027 31 days" in said
    assert "Brittany → Lithuania, 2027 A group has at least 2 people." in said
    assert said.count("Nobody goes along.") == 2
    assert "1 planned line without days" in said
    assert "Without days nothing can be checked: France → Spain, 2027" in said
    assert "2 rules are broken." in along
    assert kept(engine).rows[0] == ["planned", "FR-PDL", "IT-25", 18, 2027, "short_term", 26]
    assert kept(engine).rows[4] == ["planned", "FR", "ES", 2, 2027]
    assert f'href="{path}/rules"' in referent.get(path).text


def test_a_plan_without_days_says_where_to_write_them(referent: FlaskClient) -> None:
    said = plain(referent.get(f"{made(referent)}/rules").text)

    assert "Without days nothing can be checked: Pays de la Loire → Lombardy, 2027" in said
    assert "No rule is broken" not in said


def test_days_and_activities_that_cannot_be_read_are_named(referent: FlaskClient) -> None:
    bad = ("2027; planned; some; group", "2027; planned; 5; holiday", "; ; 0;")
    rows = "\n".join([DAYS, *(f"FR; IT; 1; {one}" for one in bad)])

    answer = post(referent, "/desk/flows/new", PLAN | {"rows": rows})

    assert answer.status_code == 422
    for said in ("Line 2: “some” is no number of days", "Line 3: “holiday” is no activity", "Line 4: “0”"):
        assert said in answer.text


@pytest.mark.parametrize("sign", ["\t", ";", ","])
def test_columns_pasted_from_a_spreadsheet_may_come_in_any_order_with_headings(
    referent: FlaskClient, engine: Engine, sign: str
) -> None:
    rows = ["Année|Vers|De|Nombre|Remarque", "2026/27|Lituanie|Bretagne|12.0|x", "2027|EL|fr-pdl|1 200|"]

    made(referent, rows="\n".join(row.replace("|", sign) for row in rows))

    assert kept(engine).rows == [
        ["planned", "FR-BRE", "LT", 12, 2026],
        ["planned", "FR-PDL", "GR", 1200, 2027],
    ]


def test_what_is_downloaded_can_be_imported_again(referent: FlaskClient, engine: Engine) -> None:
    path = made(referent, rows=PLAN["rows"] + "\nLimburg (NL); Limburg (BE); 3; 2027; realised; 5; courses")
    rows = kept(engine).rows
    for file_format in ("csv", "xlsx"):
        content = referent.get(f"{path}/stays.{file_format}")
        form = {**PLAN, "rows": "", "csrf_token": token_of(referent)}
        form["file"] = FileStorage(io.BytesIO(content.data), f"stays.{file_format}")  # type: ignore[assignment]

        answer = post_parts(referent, f"{path}/edit", form)

        assert answer.status_code == 303, answer.text
        assert kept(engine).rows == rows


def test_the_lines_of_the_form_are_read_as_the_same_plan(referent: FlaskClient, engine: Engine) -> None:
    path = made(referent, rows=PLAN["rows"] + "\nLimburg (NL); Brussels; 3; 2027; realised; 95; long-term")
    rows = kept(engine).rows
    for language in ("en", "fr"):
        page = referent.get(f"{path}/edit?lang={language}").text
        text = page.partition('name="rows"')[2].partition(">")[2].partition("</textarea>")[0]

        post(referent, f"{path}/edit", PLAN | {"rows": text.replace("&#39;", "'").strip()})

        assert kept(engine).rows == rows


def test_a_change_is_undone_and_done_again(referent: FlaskClient, engine: Engine) -> None:
    path = made(referent)
    first = kept(engine).rows
    assert post(referent, f"{path}/undo").status_code == 404
    post(referent, f"{path}/edit", PLAN | {"rows": "FR; IT; 1; 2027"})

    post(referent, f"{path}/undo")
    back = kept(engine).rows
    post(referent, f"{path}/undo")

    assert back == first
    assert kept(engine).rows == [["planned", "FR", "IT", 1, 2027]]


def test_a_plan_is_deleted_for_good_after_a_question(referent: FlaskClient, engine: Engine) -> None:
    path = made(referent)

    asked = referent.get(f"{path}/erase")
    before = kept(engine)
    answer = post(referent, f"{path}/erase")

    assert faults_of(asked.text) == []
    assert answer.status_code == 303
    with reading(engine) as session:
        assert session.scalars(select(FlowPlan)).all() == []
        (grave,) = session.scalars(select(Tombstone)).all()
    assert (grave.noun, grave.row_id) == ("flow_plan", before.id)
    assert referent.get(path).status_code == 404


def test_referents_of_other_schools_get_nothing_of_a_plan(
    app: Flask, engine: Engine, referent: FlaskClient
) -> None:
    path = made(referent)
    other = signed_in(app, engine, "other@example.org", "School B")

    for end in ("", "/edit", "/erase", "/stays.csv"):
        theirs, none = other.get(f"{path}{end}"), other.get(f"/desk/flows/999999{end}")
        assert (theirs.status_code, theirs.data) == (none.status_code, none.data) == (404, none.data)
    assert "Erasmus" not in other.get("/desk/flows").text
    assert "There is no plan yet" in other.get("/desk/flows").text


@pytest.mark.parametrize("query", ["kind=x", "by=village", "year=abc", "year=1"])
def test_a_bad_view_of_a_plan_is_said_plainly(referent: FlaskClient, query: str) -> None:
    path = made(referent)

    assert referent.get(f"{path}?{query}").status_code == 400


def test_a_plan_without_lines_says_what_to_do(referent: FlaskClient) -> None:
    path = made(referent, rows="", announced="")

    page = referent.get(path)

    assert "has no lines yet" in page.text
    assert faults_of(page.text) == []
