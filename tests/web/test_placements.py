"""What comes of a scenario is downloaded and seen by referents of its school, and by nobody else."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, select

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Cohort, Scenario, ScenarioStage
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role, SendingOrganisation
from mapsvc.planning.cohorts import Demands
from mapsvc.planning.outcome_files import as_json, demands_as_json, learner_as_json, offer_as_json
from mapsvc.planning.outcomes import Outcome
from mapsvc.planning.results import Result
from mapsvc.presentation.comparison_tables import figures_table, learners_table
from mapsvc.presentation.comparisons import comparison
from mapsvc.services.table_files import PLAIN_FORMATS, table_file
from mapsvc.storage.engine import writing
from tests import make
from tests.presentation.placings import HOSTILE, hostile, offer, placement, result
from tests.publish import publish
from tests.web.conftest import Serve, close
from tests.web.signed_in import given, sign_in

FILES = (
    *("placements.csv", "placements.xlsx", "placements.geojson", "placements.gpkg"),
    *("sheets.pdf", "letters.docx", "stays.ics", "map"),
)
PLAIN = tuple(name for name in FILES if not name.endswith("gpkg"))  # GDAL's process takes a second each


class Desk:
    """A referent of School A, one of School B, and scenarios of School A."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        self.app, self.engine = app, engine
        self.ours = self.signed_in("anna@example.org", "School A")
        self.theirs = self.signed_in("bela@example.org", "School B")

    def signed_in(self, email: str, school: str) -> FlaskClient:
        given(self.engine, email, Role.REFERENT, sending=school)
        client = self.app.test_client()
        sign_in(client, self.engine, email)
        return client

    def scenario(self, found: Result, *, stage: str = ScenarioStage.DONE) -> str:
        """The path of a scenario of School A with this result."""
        with writing(self.engine) as session:
            school = session.scalars(
                select(SendingOrganisation.id).where(SendingOrganisation.name == "School A")
            ).one()
            cohort = Cohort(
                sending_id=school, name=found.cohort[:100], delete_on=now().date() + timedelta(days=9)
            )
            session.add(cohort)
            session.flush()
            made = Scenario(
                cohort_id=cohort.id,
                name=found.scenario[:100],
                stage=stage,
                demands=demands_as_json(found.demands),
                learners=[learner_as_json(one) for one in found.learners],
                offers=[offer_as_json(one) for one in found.offers.values()],
                outcome=as_json(found.outcome) if stage == ScenarioStage.DONE else None,
            )
            session.add(made)
            session.commit()
            return f"/desk/cohorts/scenarios/{made.id}"

    def get(self, path: str) -> bytes:
        answer = self.ours.get(path)
        assert answer.status_code == 200, answer.text
        return bytes(answer.data)


@pytest.fixture
def desk(settings: Settings, engine: Engine, serve: Serve) -> Iterator[Desk]:
    app = serve(settings)
    yield Desk(app, engine)
    close(app)


def test_each_file_of_a_scenario_is_what_it_says(desk: Desk) -> None:
    path = desk.scenario(result())

    book = CalamineWorkbook.from_filelike(io.BytesIO(desk.get(f"{path}/placements.xlsx")))
    paper = PdfReader(io.BytesIO(desk.get(f"{path}/sheets.pdf")))
    letters = Document(io.BytesIO(desk.get(f"{path}/letters.docx")))
    stays = Calendar.from_ical(desk.get(f"{path}/stays.ics"))
    features = json.loads(desk.get(f"{path}/placements.geojson"))["features"]

    assert book.sheet_names == ["Placements", "Left over", "Settings"]
    assert len(paper.pages) == len(letters.tables) == len(stays.events) == 2
    assert [one["geometry"]["type"] for one in features] == ["Point", "LineString"] * 2
    assert b"B-03" in desk.get(f"{path}/placements.csv")
    assert desk.get(f"{path}/placements.gpkg").startswith(b"SQLite format 3\x00")


def test_papers_name_school_referent_and_what_is_public_of_the_host(desk: Desk) -> None:
    with writing(desk.engine) as session:
        publish(
            session,
            make.host("Forno Rossi", offers=(make.offer(),), site_values={"address": "Via Roma 1"}),
            source="a",
        )
        key = session.scalars(select(Listing.key)).one()
        session.commit()
    found = result(
        offers={key: offer(key)}, outcome=Outcome((placement("B-01", key),), (), (), 812, 0.0, 0.1)
    )
    path = desk.scenario(found)

    sheet = PdfReader(io.BytesIO(desk.get(f"{path}/sheets.pdf"))).pages[0].extract_text()
    letter = "\n".join(one.text for one in Document(io.BytesIO(desk.get(f"{path}/letters.docx"))).paragraphs)

    for text in ("Via Roma 1", "School A", "Call 112"):
        assert text in sheet
    assert "Via Roma 1" in letter
    assert "School A" in letter


def test_a_referent_of_another_school_gets_what_nothing_gets(desk: Desk) -> None:
    path, nowhere = desk.scenario(result()), "/desk/cohorts/scenarios/999"

    theirs = {file: desk.theirs.get(f"{path}/{file}") for file in FILES}
    nothing = {file: desk.theirs.get(f"{nowhere}/{file}") for file in FILES}

    assert {one.status_code for one in (*theirs.values(), *nothing.values())} == {404}
    assert all("B-0" not in one.text and "Forno" not in one.text for one in theirs.values())


def test_a_scenario_without_a_result_says_so(desk: Desk) -> None:
    path = desk.scenario(result(), stage=ScenarioStage.WAITING)

    answers = [desk.ours.get(f"{path}/{file}") for file in FILES]

    assert [one.status_code for one in answers] == [400] * len(FILES)
    assert all("no result yet" in one.text for one in answers)


def test_no_file_is_kept_on_its_way(desk: Desk) -> None:
    path = desk.scenario(result())

    kept = {file: desk.ours.get(f"{path}/{file}").headers["Cache-Control"] for file in PLAIN}

    assert all("no-store" in value for value in kept.values()), kept


def test_an_unknown_format_is_at_no_address(desk: Desk) -> None:
    path = desk.scenario(result())

    assert desk.ours.get(f"{path}/placements.exe").status_code == 404


def test_an_event_keeps_its_name_in_another_scenario_of_the_cohort_and_tells_no_code(desk: Desk) -> None:
    path = desk.scenario(result())

    names = [str(one["uid"]) for one in Calendar.from_ical(desk.get(f"{path}/stays.ics")).events]

    assert names == [str(one["uid"]) for one in Calendar.from_ical(desk.get(f"{path}/stays.ics")).events]
    assert len(set(names)) == 2
    assert not any("B-0" in name for name in names)


def test_the_map_and_the_list_beside_it_say_the_same(desk: Desk) -> None:
    page = desk.get(f"{desk.scenario(result())}/map").decode()
    config = json.loads(found[1]) if (found := re.search(r'id="map-config">(.*?)</script>', page)) else {}
    rows = re.findall(r"<bdi>(B-\d+)</bdi></th>.*?<bdi>(.*?)</bdi>", page)

    hosts = [one for one in config["places"] if one["kind"] == "host"]
    told = [(code.partition(":")[0], one["title"]) for one in hosts for code in one["about"][1:]]

    assert sorted(told) == rows == [("B-01", "Forno Rossi"), ("B-02", "Albergo Blu")]
    assert [one["title"] for one in config["places"] if one["kind"] == "base"] == ["Como"]
    assert [line["count"] for line in config["lines"]] == [1, 1]


def test_a_map_of_nobody_says_so_and_loads_no_map(desk: Desk) -> None:
    nobody = result(outcome=Outcome((), (), (), 0, 0.0, 0.0), demands=Demands(now().date()))

    page = desk.get(f"{desk.scenario(nobody)}/map").decode()

    assert "Nobody has a host" in page
    assert "leaflet.js" not in page


def test_hostile_texts_never_end_in_a_fault(desk: Desk) -> None:
    text = "{{7*7}}<script>alert(1)</script>" + "=1+1"
    path = desk.scenario(hostile(text))

    bodies = {file: desk.get(f"{path}/{file}") for file in PLAIN}

    assert not any(b"49<script" in body for body in bodies.values())
    assert b"<script>alert" not in bodies["map"]


def test_hostile_texts_end_no_file_of_a_comparison_in_a_fault(desk: Desk) -> None:
    for text in HOSTILE:
        view = comparison([hostile(text), hostile(text)], "en")
        with desk.app.test_request_context():
            tables = figures_table(view, language="en"), learners_table(view, language="en")

        bodies = [table_file(table, name) for table in tables for name in PLAIN_FORMATS]

        assert all(bodies)
        assert not any(
            cell.startswith(("=", "+", "-", "@")) for body in bodies[::2] for cell in cells_of(body)
        )


def cells_of(body: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))) for cell in row]
