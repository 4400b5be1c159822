"""A referent brings a messy list, mends it, has it placed, locks, widens, compares and deletes."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Cohort, CohortLearner, Scenario, ScenarioStage
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role
from mapsvc.intake.cohorts import read_cohort
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import shipped_regions
from mapsvc.services import cohort_reading, scenario_runs
from mapsvc.services.cohorts import Brought
from mapsvc.storage.bulk.apart import apart
from mapsvc.storage.engine import public_engine, reading, writing
from tests.cohorts import cohort_of_24, hosts_for_24
from tests.publish import publish
from tests.web.conftest import Serve, close
from tests.web.signed_in import ORIGIN, given, post, sign_in, token_of

RULES = {"name": "First", "languages": "y", "wish": "5", "distance": "3", "freshness": "1", "spread": "2"}
LIST = (
    "Code;Trade;First day;Last day;Age;English\n"
    "A1;carpenter;2027-03-01;2027-03-26;17;B1\n"
    "A2;baker;2027-03-01;2027-03-26;x;B1\n"
)


class Desk:
    """A referent's browser, and the worker."""

    def __init__(self, app: Flask, engine: Engine, settings: Settings) -> None:
        self.app, self.engine, self.settings = app, engine, settings
        self.client = self.signed_in("anna@example.org", "School A")

    def signed_in(self, email: str, school: str) -> FlaskClient:
        given(self.engine, email, Role.REFERENT, sending=school)
        client = self.app.test_client()
        sign_in(client, self.engine, email)
        return client

    def send(self, path: str, content: bytes, file_name: str, **data: str) -> TestResponse:
        file = (io.BytesIO(content), file_name)
        sent = {"csrf_token": token_of(self.client), "file": file, **data}
        return self.client.post(path, data=sent, headers={"Origin": ORIGIN})

    def brought(self, content: bytes | str = LIST, name: str = "list.csv") -> str:
        """The path of the page of a new cohort."""
        raw = content.encode() if isinstance(content, str) else content
        answer = self.send("/desk/cohorts/new", raw, name, name="Spring")
        assert answer.status_code == 303, answer.text
        return str(answer.location).partition("#")[0]

    def placed(self, cohort: str, **changed: str) -> str:
        """The path of a scenario that the worker brought to its end."""
        answer = post(self.client, f"{cohort}/scenarios/new", RULES | changed)
        assert answer.status_code == 303, answer.text
        self.work()
        return str(answer.location)

    def work(self) -> int:
        engine = public_engine(self.settings)
        try:
            return scenario_runs.place_waiting(self.engine, engine, self.settings.folder)
        finally:
            engine.dispose()

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return " ".join(answer.text.split())

    def kept(self, noun: type[Any]) -> list[Any]:
        with reading(self.engine) as session:
            return list(session.scalars(select(noun).order_by(noun.id)))


def here(function: Callable[..., Brought], folder: Path, file: Path, name: str) -> Brought:
    """Reads in this process: what a process apart takes to start is seconds of every test."""
    read = read_cohort(file, name=name, towns=Gazetteer.open(folder), regions=shipped_regions())
    return cohort_reading.brought_of(read, name)


@pytest.fixture
def desk(settings: Settings, engine: Engine, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(cohort_reading, "apart", here)
    with writing(engine) as session:
        publish(session, *hosts_for_24(), source="a list")
        session.commit()
    app = serve(settings)
    yield Desk(app, engine, settings)
    close(app)


def test_a_referent_without_a_cohort_is_told_how_to_begin(desk: Desk) -> None:
    page = desk.page("/desk/cohorts")

    assert "No cohort yet" in page
    for file_format in ("csv", "xlsx"):
        answer = desk.client.get(f"/desk/cohorts/template/en.{file_format}")
        assert answer.status_code == 200
        assert len(answer.data) > 100
    assert desk.client.get("/desk/cohorts/template/xx.csv").status_code == 404


def test_a_list_keeps_who_can_be_used_and_tells_the_others_by_row(desk: Desk) -> None:
    cohort = desk.brought()

    page = desk.page(cohort)
    assert [one.code for one in desk.kept(CohortLearner)] == ["A1"]
    assert "Row 3" in page
    assert "left out" in page
    assert re.search(r"A2.{0,30}Age", page)


def test_a_list_of_which_nobody_can_be_used_makes_no_cohort_and_says_why(desk: Desk) -> None:
    answer = desk.send("/desk/cohorts/new", LIST.replace("17", "x").encode(), "list.csv")

    assert answer.status_code == 422
    assert "Row 2" in answer.text
    assert "No learner of this list can be used" in answer.text
    assert desk.kept(Cohort) == []


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "list.csv", "The file is empty"),
        (b"%PDF-1.4 x", "list.pdf", "type not allowed"),
        (b"Trade;Age\nbaker;17\n", "list.csv", "No column holds the code"),
        (b"PK\x03\x04 broken", "list.xlsx", "file"),
    ],
)
def test_what_is_no_list_is_told_and_makes_nothing(desk: Desk, content: bytes, name: str, said: str) -> None:
    answer = desk.send("/desk/cohorts/new", content, name)

    assert answer.status_code == 422
    assert said in answer.text
    assert desk.kept(Cohort) == []


def test_a_name_that_somebody_wrote_as_a_code_is_kept_nowhere(desk: Desk) -> None:
    desk.brought(LIST + "Hedwig Musterfrau;baker;2027-03-01;2027-03-26;17;B1\n")

    (cohort,) = desk.kept(Cohort)
    assert any(fault["column"] == "Code" for fault in cohort.faults)
    assert "Musterfrau" not in str(cohort.faults)


def test_a_newer_list_takes_the_place_of_the_one_before(desk: Desk) -> None:
    cohort = desk.brought()

    answer = desk.send(f"{cohort}/list", LIST.replace("x", "18").replace("A1", "A3").encode(), "newer.csv")

    assert answer.status_code == 303
    assert sorted(one.code for one in desk.kept(CohortLearner)) == ["A2", "A3"]
    assert desk.kept(Cohort)[0].faults == []


def test_a_downloaded_list_can_be_brought_again(desk: Desk) -> None:
    cohort = desk.brought(cohort_of_24(), "cohort.xlsx")
    before = {one.code: one.said for one in desk.kept(CohortLearner)}

    for file_format in ("csv", "xlsx"):
        file = desk.client.get(f"{cohort}/cohort.{file_format}")
        desk.send(f"{cohort}/list", file.data, f"again.{file_format}")
        assert {one.code: one.said for one in desk.kept(CohortLearner)} == before
    assert len(before) == 24


def test_a_learner_is_mended_by_a_form_that_reads_like_the_list(desk: Desk) -> None:
    desk.brought()
    (row,) = desk.kept(CohortLearner)
    path = f"/desk/cohorts/learners/{row.id}"
    said = {"code": "A1", "first": "2027-03-01", "last": "2027-03-26", "fields": "carpenter; 0713"}

    answer = post(desk.client, path, said | {"age": "18", "wish_1": "Como (IT)", "wheelchair": "yes"})
    refused = post(desk.client, path, said | {"wish_1": "Zzyzxville"})
    backwards = post(desk.client, path, said | {"last": "2027-02-01"})

    assert answer.status_code == 303
    assert (refused.status_code, backwards.status_code) == (422, 422)
    assert "Zzyzxville" in refused.text
    kept = desk.kept(CohortLearner)[0].said
    assert (kept["age"], kept["wheelchair"], kept["wishes"][0]["name"]) == (18, True, "Como")
    assert "Como" in desk.page(path)
    moved = desk.page(f"{path}?weeks=1")
    assert ("2027-03-08" in moved, "2027-04-02" in moved) == (True, True)


def test_a_learner_is_added_and_taken_out(desk: Desk) -> None:
    cohort = desk.brought()
    said = {"code": "A9", "first": "2027-03-01", "last": "2027-03-26", "fields": "baker", "age": "18"}

    added = post(desk.client, f"{cohort}/add", said | {"together_with": "A1"})
    twice = post(desk.client, f"{cohort}/add", said)
    one = next(row for row in desk.kept(CohortLearner) if row.code == "A9")
    asked = desk.page(f"/desk/cohorts/learners/{one.id}/remove")
    removed = post(desk.client, f"/desk/cohorts/learners/{one.id}/remove")

    assert (added.status_code, twice.status_code, removed.status_code) == (303, 422, 303)
    assert one.said["together_with"] == ["A1"]
    assert "cannot be undone" in asked
    assert [row.code for row in desk.kept(CohortLearner)] == ["A1"]


def test_a_cohort_is_placed_locked_widened_and_compared(desk: Desk) -> None:
    cohort = desk.brought(cohort_of_24(), "cohort.xlsx")
    first = desk.placed(cohort, base="Como", max_km="60")
    page = desk.page(first)
    code = re.findall(r'name="learner" value="([^"]+)"', page)[0]
    post(desk.client, f"{first}/lock", {"learner": code, "locked": "yes"})
    wider = re.search(r'href="([^"]*max_km=[^"]*)"', page)
    assert wider
    form = desk.page(wider[1].replace("&amp;", "&"))
    number = first.rpartition("/")[2]
    second = desk.placed(cohort, name="Wider", base="Como", max_km="", after=number, locks=code)

    scenarios = desk.kept(Scenario)
    assert [one.stage for one in scenarios] == [ScenarioStage.DONE] * 2
    assert "Begun with the rules of First" in form
    assert scenarios[1].demands["locks"] == [[code, scenarios[0].locks[0][1]]]
    placed = [len(one.outcome["placements"]) for one in scenarios]
    assert placed[0] < placed[1] < 24
    assert f"{placed[1]} of 24 learners have a place" in desk.page(second)
    numbers = "&".join(f"scenario={one.id}" for one in scenarios)
    compared = desk.page(f"{cohort}/compare?{numbers}")
    assert compared.index("Wider") > compared.index("First")
    assert desk.client.get(f"{cohort}/compare?scenario={scenarios[0].id}").status_code == 303
    figures, learners = (
        rows_of(desk.client.get(f"{cohort}/compare/{what}.csv?{numbers}")) for what in ("figures", "learners")
    )
    assert [(row["scenario"], int(row["placed"])) for row in figures] == [
        ("First", placed[0]),
        ("Wider", placed[1]),
    ]
    states = [[row[f"state_{place}"] for row in learners].count("has a place") for place in (1, 2)]
    assert (states, len(learners)) == (placed, 24)
    assert sum(row["changes"] == "yes" for row in learners) == compared.count('class="differs"')
    assert all(bool(row["host_1"]) == (row["state_1"] == "has a place") for row in learners)
    assert desk.client.get(f"{cohort}/compare/learners.xlsx?{numbers}").data.startswith(b"PK")
    assert desk.client.get(f"{cohort}/compare/figures.csv?scenario={scenarios[0].id}").status_code == 400


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_an_offer_that_is_not_public_any_more_is_said_to_be_gone(desk: Desk) -> None:
    cohort = desk.brought()
    scenario = desk.placed(cohort)
    with writing(desk.engine) as session:
        for listing in session.scalars(select(Listing)):
            listing.visible_until = now().date() - timedelta(days=1)
        session.commit()

    page = desk.page(scenario)

    assert "not public any more" in page
    assert "1 of 1 learners" in page


def test_kilometres_without_a_town_and_a_town_that_may_be_several_are_asked_about(desk: Desk) -> None:
    cohort = desk.brought()

    without = post(desk.client, f"{cohort}/scenarios/new", RULES | {"max_km": "30"})
    several = post(desk.client, f"{cohort}/scenarios/new", RULES | {"base": "Frankfurt"})
    unknown = post(desk.client, f"{cohort}/scenarios/new", RULES | {"base": "Zzyzxville"})
    much = post(desk.client, f"{cohort}/scenarios/new", RULES | {"wish": "11"})

    assert [one.status_code for one in (without, several, unknown, much)] == [422] * 4
    assert "from which town" in without.text
    assert several.text.count('name="place"') > 2
    assert "No such town is known" in unknown.text
    assert desk.kept(Scenario) == []


def test_a_scenario_is_cancelled_renamed_and_deleted(desk: Desk) -> None:
    cohort = desk.brought()
    made = post(desk.client, f"{cohort}/scenarios/new", RULES)
    path = str(made.location)
    waiting = desk.page(path)
    progress = desk.client.get(f"{path}/progress").json

    post(desk.client, f"{path}/cancel")
    desk.work()
    cancelled = desk.page(path)
    post(desk.client, f"{path}/name", {"name": "Second"})
    renamed = desk.page(path)
    post(desk.client, f"{path}/delete")

    assert "Waits for its turn" in waiting
    assert progress == {"stage": "waiting", "elapsed_s": 0}
    assert "This was cancelled" in cancelled
    assert "Second" in renamed
    assert desk.kept(Scenario) == []
    assert desk.client.get(path).status_code == 404


def test_a_deleted_cohort_is_gone_with_all_of_it(desk: Desk) -> None:
    cohort = desk.brought()
    desk.placed(cohort)

    asked = desk.page(f"{cohort}/delete")
    answer = post(desk.client, f"{cohort}/delete")

    assert "cannot be undone" in asked
    assert answer.status_code == 303
    assert [desk.kept(noun) for noun in (Cohort, CohortLearner, Scenario)] == [[], [], []]


def test_a_list_is_read_in_a_process_apart(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort_reading, "apart", apart)

    cohort = desk.brought(cohort_of_24(), "cohort.xlsx")

    assert len(desk.kept(CohortLearner)) == 24
    assert "Zzyzxville" in desk.page(cohort)


def test_the_workbook_of_a_cohort_opens(desk: Desk) -> None:
    cohort = desk.brought()

    file = desk.client.get(f"{cohort}/cohort.xlsx")

    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert rows[1][0] == "A1"
