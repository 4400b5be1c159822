"""Our year as a referent and an administrator see it: page, sheet, workbook and table say the same."""

import csv
import io
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, select

from mapsvc.access.permissions import viewer_of
from mapsvc.domain.cohorts import Scenario
from mapsvc.domain.people import Account, Role
from mapsvc.domain.years import YearNumbers
from mapsvc.planning.flows import Flow, FlowKind
from mapsvc.storage.engine import reading, writing
from tests.services.test_years import carried_out, planned
from tests.web.signed_in import given, post, sign_in
from tests.web.well_formed import faults_of

BACK = date(2027, 3, 1)
COUNTED = re.compile(
    r'id="counter-(\w+)">.*?<p class="counted">(?:<span aria-hidden="true">)?([\d,–]+)', re.DOTALL
)


def client_of(app: Flask, engine: Engine, email: str) -> FlaskClient:
    client = app.test_client()
    sign_in(client, engine, email)
    return client


@pytest.fixture
def school(app: Flask, engine: Engine) -> int:
    """The number of School A, whose learners went to Italy (9) and to Lithuania (2)."""
    account = given(engine, "referent@example.org", Role.REFERENT, sending="School A")
    with writing(engine) as session:
        viewer = viewer_of(session.get_one(Account, account))
        carried_out(session, viewer, *[(1, "IT", "0716")] * 9, *[(2, "LT", "0713")] * 2, first=BACK)
    return min(viewer.sending_ids)


@pytest.fixture
def referent(app: Flask, engine: Engine, school: int) -> FlaskClient:
    return client_of(app, engine, "referent@example.org")


def at(school: int | str, file: str = "", **more: object) -> str:
    said = "&".join(f"{name}={value}" for name, value in ({"of": school, "year": 2027} | more).items())
    return f"/desk/year{file}?{said}"


def test_the_page_shows_each_counter_with_what_it_counts(referent: FlaskClient, school: int) -> None:
    page = referent.get(at(school)).text

    assert dict(COUNTED.findall(page)) == {
        "flows": "11",
        "hosts": "–",
        "fields": "11",
        "green": "–",
        "fewer": "–",
        "courses": "0",
        "kits": "0",
    }
    assert "Others together" in page
    assert "Lithuania" not in page  # two stays are told of nobody
    assert page.count("whichever of the two is more") == 1
    assert "not only your learners" in page
    assert faults_of(page) == []


def test_typed_numbers_make_shares(referent: FlaskClient, engine: Engine, school: int) -> None:
    typed = {"of": school, "kind": "calendar", "year": 2027, "green": "6", "fewer": ""}

    answer = post(referent, "/desk/year/numbers", typed)
    page = referent.get(answer.location).text

    assert answer.status_code == 303
    assert "55% of the stays" in page
    with reading(engine) as session:
        (kept,) = session.scalars(select(YearNumbers)).all()
        assert (kept.green, kept.fewer, kept.begins) == (6, None, 2027)


def test_what_is_no_number_is_named_and_nothing_is_lost(referent: FlaskClient, school: int) -> None:
    for typed in ("-1", "many", "1e9", "999999999"):
        said = {"of": school, "year": 2027, "green": typed, "fewer": "5"}

        answer = post(referent, "/desk/year/numbers", said)

        assert answer.status_code == 422, typed
        assert 'role="alert"' in answer.text
        assert 'value="5"' in answer.text
        assert faults_of(answer.text) == []


def test_a_page_that_only_takes_what_is_sent_offers_its_languages_above_it(
    referent: FlaskClient, school: int
) -> None:
    refused = post(referent, "/desk/year/numbers", {"of": school, "year": 2027, "green": "many"}).text

    assert 'href="/desk/year?lang=fr"' in refused
    assert "/desk/year/numbers?lang=" not in refused


def test_a_number_larger_than_all_stays_is_pointed_out(referent: FlaskClient, school: int) -> None:
    post(referent, "/desk/year/numbers", {"of": school, "year": 2027, "green": "12"})

    page = referent.get(at(school)).text

    assert "larger than the number of stays" in page


def test_page_table_and_workbook_say_the_same_and_the_sheet_can_be_read_aloud(
    referent: FlaskClient, school: int
) -> None:
    table = list(csv.reader(io.StringIO(referent.get(at(school, "/our-year.csv")).text)))
    book = CalamineWorkbook.from_filelike(io.BytesIO(referent.get(at(school, "/our-year.xlsx")).data))
    pdf = PdfReader(io.BytesIO(referent.get(at(school, "/our-year.pdf")).data))

    stays = [row[1:] for row in table if row[0] == "Stays"]
    assert stays == [["", "11"], ["Others together", "11"]]
    assert ["Hosts used", "", ""] in table
    summary = {row[0]: row[1] for row in book.get_sheet_by_name("Our year").to_python()}
    assert (summary["Stays"], summary["Hosts used"]) == (11, "")
    fields = book.get_sheet_by_name("Stays by field").to_python()
    assert fields == [["Field", "Number"], ["Others together", 11], ["Total", 11]]
    words = " ".join(page.extract_text() for page in pdf.pages)
    assert "School A" in words
    assert "Stays: 11" in words
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in pdf.trailer["/Root"]["/Metadata"].get_data()


def test_an_administrator_sees_the_whole_and_no_school_alone(app: Flask, engine: Engine, school: int) -> None:
    given(engine, "boss@example.org", Role.ADMINISTRATOR)
    account = given(engine, "other@example.org", Role.REFERENT, sending="School B")
    with writing(engine) as session:
        viewer = viewer_of(session.get_one(Account, account))
        planned(session, viewer, Flow(FlowKind.REALISED, "DE", "LT", 20, 2027))
    boss, other = client_of(app, engine, "boss@example.org"), client_of(app, engine, "other@example.org")

    whole = boss.get(at("all")).text

    assert dict(COUNTED.findall(whole))["flows"] == "31"
    assert "School A" not in whole
    assert boss.get(at(school)).status_code == 404
    assert other.get(at(school)).status_code == 404
    assert other.get(at("all")).status_code == 404
    assert post(boss, "/desk/year/numbers", {"of": "all", "year": 2027}).status_code == 404


def test_odd_addresses_get_plain_answers(referent: FlaskClient) -> None:
    odd = {
        "?of=x": 404,
        "?of=99999999999999999999": 404,
        "?year=1": 400,
        "?kind=moon": 400,
        "/our-year.exe": 404,
        "?year=2100&kind=school": 200,
    }

    assert {one: referent.get(f"/desk/year{one}").status_code for one in odd} == odd


def test_a_year_without_records_says_what_fills_it(referent: FlaskClient, school: int) -> None:
    page = referent.get(at(school, year=2020)).text

    assert "Nothing is recorded for this year yet." in page
    assert faults_of(page) == []


def test_the_page_of_a_scenario_says_that_it_was_carried_out_and_takes_it_back(
    referent: FlaskClient, engine: Engine
) -> None:
    with reading(engine) as session:
        number = session.scalars(select(Scenario.id)).one()
    path = f"/desk/cohorts/scenarios/{number}"

    before = referent.get(path).text
    post(referent, f"{path}/carried-out", {})
    after = referent.get(path).text

    assert "This is the scenario that you carried out." in before
    assert "We carried this one out" in after
    assert faults_of(after) == []
