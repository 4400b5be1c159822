"""Every table of a page can be taken along, or it says here why not; its files are closed as its page is.

A table that is new fails until TABLES names the route of its files, or NONE the reason why it has none.
"""

import inspect
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Scenario, ScenarioStage
from mapsvc.domain.people import Role
from mapsvc.domain.uploads import Upload, UploadStage
from mapsvc.planning.outcome_files import as_json, demands_as_json, learner_as_json, offer_as_json
from mapsvc.resources import resource
from mapsvc.services.table_files import PLAIN_FORMATS
from mapsvc.storage.engine import writing
from mapsvc.storage.upload_files import report_file
from mapsvc.viewers import OPEN
from tests.presentation.placings import result
from tests.web.conftest import Serve, close
from tests.web.decisions import ENTRY, World, kinds, make_world
from tests.web.signed_in import given, sign_in

REPORT = "line,outcome,name,column,value,reason\n2,quarantined,Rossi,town,Nowhere,There is no such town.\n"


class Shown(NamedTuple):
    """The page that shows a table, and the route of its files."""

    page: str
    files: str


# By template, for each <table> in it, in their order.
TABLES: dict[str, tuple[Shown, ...]] = {
    "audit/log.html": (Shown("audit.log", "audit.download"),),
    "checks/estimate.html": (Shown("checks.estimate", "checks.download"),),
    "cohorts/compare.html": (
        Shown("cohorts.scenarios.compare", "cohorts.scenarios.figures"),
        Shown("cohorts.scenarios.compare", "cohorts.scenarios.learners"),
    ),
    "cohorts/result.html": (Shown("cohorts.scenarios.show", "placements.table"),),
    "cohorts/show.html": (Shown("cohorts.show", "cohorts.download"),),
    "coverage/overview.html": (Shown("coverage.overview", "coverage.table"),),
    "desk/demand.html": (Shown("desk.demand.overview", "desk.demand.download"),),
    "desk/duplicates.html": (Shown("desk.duplicates.pairs", "desk.duplicates.table"),),
    "desk/kits.html": (Shown("desk.kits.gaps", "desk.kits.table"),),
    # Towns by towns, and the same stays as a list.
    "flows/show.html": (Shown("flows.show", "flows.download"),) * 2,
    "gaps/_parts.html": (Shown("gaps.hosts", "gaps.table"),),
    "gaps/overview.html": (Shown("gaps.overview", "gaps.table"),),
    "importing/_outcome.html": (Shown("importing.file.show", "importing.file.report"),),
    "importing/uploads.html": (Shown("importing.uploads", "importing.table"),),
    "keeping/hosts.html": (Shown("keeping.hosts", "keeping.table"),),
    "own_courses/learners.html": (Shown("completions.overview", "completions.table"),),
    "pages/grants.html": (Shown("pages.grants", "pages.amounts"),),
    "placements/on_map.html": (Shown("placements.on_map", "placements.table"),),
    "rates/overview.html": (Shown("rates.overview", "rates.table"),),
    "success/overview.html": (
        Shown("success.overview", "success.months"),
        Shown("success.overview", "success.marks"),
    ),
    # One for each counter, and all of them in one file.
    "years/overview.html": (Shown("year.overview", "year.download"),),
}
# Tables without a file, and why.
NONE = {
    "importing/columns.html": "a form: the columns of the reader's own file, to say what each of them holds",
    "kits/_parts.html": "sentences to say, which stand on the sheet of the kit and in what is kept offline",
}
# Pages whose tables are of a text of ours, and why these have no file.
TEXTS = {"kits.emergency": "sentences to say on the telephone, which are kept offline with the page"}
# Lists that are no <table>, and have the same files all the same.
LISTS = (
    Shown("cohorts.overview", "cohorts.table"),
    Shown("desk.rows.faults", "desk.rows.table"),
    Shown("groups.find", "groups.table"),
    Shown("kits.overview", "kits.table"),
    Shown("learners.find_hosts", "downloads.hosts"),
    Shown("learners.find_hosts", "downloads.areas"),
)
# Each once, in one order that all processes of a run share.
ALL = tuple(dict.fromkeys((*(shown for listed in TABLES.values() for shown in listed), *LISTS)))
# Pages whose tables stand over a crowd of data: their links are looked for in what they are made of.
CROWDED = {
    *("desk.demand.overview", "desk.duplicates.pairs"),
    *("completions.overview", "year.overview"),
}


def unlisted(folder: Path, listed: Mapping[str, tuple[Shown, ...]], none: Mapping[str, str]) -> list[str]:
    """The templates that have other than the listed count of tables; those of NONE count as they are."""
    found = {
        str(file.relative_to(folder)): len(re.findall(r"<table\b", file.read_text("utf-8")))
        for file in sorted(folder.rglob("*.html"))
    }
    wanted = {name: len(tables) for name, tables in listed.items()} | dict.fromkeys(none, 1)
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name, 0) != wanted.get(name, 0))


def test_every_table_of_a_template_has_its_files_or_a_reason_for_having_none() -> None:
    assert unlisted(resource("templates"), TABLES, NONE) == []


@pytest.mark.parametrize("name", ["desk/new.html", "audit/log.html", "kits/_parts.html"])
def test_a_table_that_is_planted_is_noticed(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(resource("templates"), folder)
    with (folder / name).open("a", encoding="utf-8") as out:
        out.write('<table class="table"><tr><td>{{ one }}</td></tr></table>')

    assert unlisted(folder, TABLES, NONE) == [name]


@pytest.mark.parametrize("shown", ALL, ids=lambda one: one.files)
def test_the_files_of_a_table_are_closed_as_its_page_is(shown: Shown, sampled_app: Flask) -> None:
    page, files = (sampled_app.view_functions[name].decision for name in shown)

    assert page == files
    assert page == OPEN or _roles(shown.files) in ({""}, _roles(shown.page))


def _roles(endpoint: str) -> set[str]:
    """Who gets in; nobody where what the route is about stands beside the path."""
    return set(ENTRY[endpoint].split(", "))


@pytest.mark.parametrize("name", [name for name, listed in TABLES.items() if listed[0].page in CROWDED])
def test_a_page_over_a_crowd_of_data_is_made_with_its_files(name: str, sampled_app: Flask) -> None:
    template = (resource("templates") / name).read_text("utf-8")
    view = inspect.getsource(inspect.getmodule(sampled_app.view_functions[TABLES[name][0].page]))  # type: ignore[arg-type]

    by_template, by_view = (f'url_for("{TABLES[name][0].files}"' in source for source in (template, view))

    assert by_template or (by_view and "{{ downloads(files" in template)


class Desks:
    """Somebody of each role over a world with something in each table, and a visitor."""

    def __init__(self, app: Flask, engine: Engine, world: World) -> None:
        self.app, self.world = app, world
        self.clients = {"visitor": app.test_client()}
        for role in (Role.REFERENT, Role.MODERATOR, Role.ADMINISTRATOR):
            client = self.clients[role] = app.test_client()
            given(engine, f"{role}@example.org", role, sending="School A" if role is Role.REFERENT else None)
            sign_in(client, engine, f"{role}@example.org")

    def client(self, endpoint: str) -> FlaskClient | None:
        """The browser of somebody who may see a page; None where nobody of them may."""
        if self.app.view_functions[endpoint].decision == OPEN:
            return self.clients["visitor"]
        roles = _roles(endpoint)
        return next((one for role, one in self.clients.items() if role in roles), None)

    def pages(self) -> Iterator[tuple[str, str]]:
        """The endpoint and the address of one page of each route."""
        numbers = self.world.numbers
        both = f"?scenario={numbers['scenario']}&scenario={numbers['other scenario']}"
        for rule in self.app.url_map.iter_rules():
            is_about_open_thing = rule.arguments and rule.endpoint not in ENTRY
            if "GET" in (rule.methods or ()) and not is_about_open_thing:
                path = self.world.path(self.app, rule, None, kind=kinds(rule)[0])
                yield rule.endpoint, path + (both if rule.endpoint == "cohorts.scenarios.compare" else "")
        yield "gaps.hosts", "/coverage/gaps/no-seats"
        yield "importing.file.show", f"/desk/imports/uploads/{numbers['done upload']}/"

    def linked(self, page: str) -> set[tuple[str, str]]:
        """The routes to which links of a page lead that bring a file, and in which formats."""
        adapter, found = self.app.url_map.bind("localhost"), set()
        for href in re.findall(r'<a[^>]*href="([^"]+)"[^>]*\bdownload\b', page):
            try:
                endpoint, values = adapter.match(urlsplit(unescape(href)).path)
            except HTTPException:
                continue
            found.add((endpoint, str(values.get("file_format", ""))))
        return found


@pytest.fixture
def desks(settings: Settings, engine: Engine, serve: Serve) -> Iterator[Desks]:
    world = make_world(settings, engine)
    fill(world, settings, engine)
    app = serve(settings)
    yield Desks(app, engine, world)
    close(app)


def fill(world: World, settings: Settings, engine: Engine) -> None:
    """Two scenarios of the world's cohort that place somebody, and an upload that is done."""
    made = result()
    with writing(engine) as session:
        scenario = session.get_one(Scenario, world.numbers["scenario"])
        said = {
            "stage": ScenarioStage.DONE,
            "demands": demands_as_json(made.demands),
            "learners": [learner_as_json(one) for one in made.learners],
            "offers": [offer_as_json(one) for one in made.offers.values()],
            "outcome": as_json(made.outcome),
        }
        for name, value in said.items():
            setattr(scenario, name, value)
        other = Scenario(cohort_id=scenario.cohort_id, name="Other", created=now() + timedelta(1), **said)
        fault = {"line": 2, "column": "town", "value": "Nowhere", "name": "Rossi"}
        fault |= {"message": "The name is missing.", "values": {}}
        upload = Upload(
            sending_id=session.get_one(Upload, world.numbers["upload"]).sending_id,
            file_name="list.csv",
            list_name="a list",
            stage=UploadStage.DONE,
            preview={"samples": []},
            report={
                "counts": {"quarantined": 1},
                "reasons": [{**fault, "count": 1}],
                "notices": [],
                "lines": [fault],
                "lines_in_all": 1,
            },
        )
        session.add_all([other, upload])
        session.commit()
        world.numbers |= {"other scenario": other.id, "done upload": upload.id}
    file = report_file(settings.folder, world.numbers["done upload"])
    file.parent.mkdir(exist_ok=True)
    file.write_text(REPORT, "utf-8")


def without_files(
    desks: Desks, pages: Iterable[tuple[str, str]]
) -> tuple[set[str], list[tuple[str, str, str]]]:
    """Which of the pages show a table, and what they lack: page, route and format, or "unlisted", path."""
    known = {shown.page for shown in ALL} | TEXTS.keys()
    seen, faults = set(), []
    for endpoint, path in pages:
        client = desks.client(endpoint)
        answer = client.get(path) if client else None
        if answer is None or answer.mimetype != "text/html" or "<table" not in answer.text:
            continue
        seen.add(endpoint)
        if endpoint not in known:
            faults.append((endpoint, "unlisted", path))
        linked = desks.linked(answer.text)
        if "data-columns" in answer.text:  # the form of NONE
            continue
        faults += [
            (endpoint, shown.files, one)
            for shown in ALL
            for one in PLAIN_FORMATS
            if shown.page == endpoint and (shown.files, one) not in linked
        ]
    return seen, faults


def test_every_page_with_a_table_leads_to_its_files(desks: Desks) -> None:
    seen, faults = without_files(desks, desks.pages())

    assert faults == []
    assert {shown.page for listed in TABLES.values() for shown in listed} - seen == CROWDED


def test_a_page_whose_table_has_no_file_is_noticed(desks: Desks) -> None:
    def planted() -> str:
        return "<!doctype html><table><tr><td>1</td></tr></table>"

    planted.decision = OPEN  # type: ignore[attr-defined]
    desks.app.add_url_rule("/planted", "planted", planted)

    found = without_files(desks, [("planted", "/planted"), ("pages.about", "/about")])

    assert found == ({"planted"}, [("planted", "unlisted", "/planted")])
