"""What comes of a scenario, to take along: files, papers, a calendar, a map."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, url_for

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Cohort, Scenario
from mapsvc.http import BY_READER, running
from mapsvc.maps.names import MapKind
from mapsvc.planning.results import Result
from mapsvc.presentation import placement_files as files
from mapsvc.presentation.kit_lists import nearest_kit
from mapsvc.presentation.paper_files import MIMETYPE as DOCX
from mapsvc.presentation.placement_calendars import placement_calendar
from mapsvc.presentation.placement_letters import host_letters
from mapsvc.presentation.placement_maps import map_rows, placement_map
from mapsvc.presentation.placement_sheets import Hand, Venue, learner_sheets
from mapsvc.presentation.placement_tables import Asked
from mapsvc.presentation.plan_files import CALENDAR
from mapsvc.services import cohorts, scenarios
from mapsvc.services.public_hosts import public_hosts
from mapsvc.services.secrets import keyed_digest
from mapsvc.services.table_files import MEDIA_TYPES, check_format, table_file
from mapsvc.viewers import installation, looking, needs, viewer
from mapsvc.web.page import map_values
from mapsvc.web.table_answers import links

EMERGENCY = "112"  # everywhere in the European Union, if the file of numbers cannot be read
WRITERS: dict[str, Callable[[Result, Asked], bytes]] = {
    "csv": lambda result, asked: table_file(files.everybody_table(result, asked, made=now()), "csv"),
    "xlsx": lambda result, asked: files.as_xlsx(result, asked, made=now()),
    "geojson": files.as_geojson,
    "gpkg": lambda result, asked: files.as_geopackage(result, asked, made=now()),
    "fgb": lambda result, asked: table_file(files.placed_table(result, asked, made=now()), "fgb"),
    "parquet": lambda result, asked: table_file(files.placed_table(result, asked, made=now()), "parquet"),
}

bp = Blueprint("placements", __name__, url_prefix="/desk/cohorts/scenarios/<int:number>")


class Opened(NamedTuple):
    """A scenario that is done, with its cohort and the name of who sends it."""

    scenario: Scenario
    cohort: Cohort
    result: Result
    sender: str


@bp.get("/placements.<file_format>")
@needs(Action.PLAN_COHORT)
def table(number: int, file_format: str) -> Response:
    """Who goes where, for a spreadsheet or a map."""
    one = opened(number)
    check_format(file_format, places=True)
    body = WRITERS[file_format](one.result, Asked(i18n.language(), host_page))
    return attachment(body, MEDIA_TYPES[file_format], f"placements-{number}-{now():%Y-%m-%d}.{file_format}")


@bp.get("/sheets.pdf")
@needs(Action.PLAN_COHORT)
def sheets(number: int) -> Response:
    """A page for each learner."""
    one = opened(number)
    return attachment(learner_sheets(one.result, hand_of(one)), "application/pdf", f"learners-{number}.pdf")


@bp.get("/letters.docx")
@needs(Action.PLAN_COHORT)
def letters(number: int) -> Response:
    """A letter to each host."""
    one = opened(number)
    return attachment(host_letters(one.result, hand_of(one)), DOCX, f"letters-{number}.docx")


@bp.get("/stays.ics")
@needs(Action.PLAN_COHORT)
def calendar(number: int) -> Response:
    """The stays, for a calendar."""
    one, here = opened(number), installation()
    site = urlsplit(here.base_url).hostname or "map"

    def name(code: str) -> str:
        return f"{keyed_digest(here.key, 'stay', f'{one.cohort.id} {code}')[:32]}@{site}"

    body = placement_calendar(
        one.result,
        language=i18n.language(),
        name=name,
        page=host_page,
        site=here.name,
        made=now().replace(microsecond=0),
    )
    return attachment(body, CALENDAR, f"stays-{number}.ics")


@bp.get("/map")
@needs(Action.PLAN_COHORT)
def on_map(number: int) -> str:
    """Who goes where as a map with lines, and the same as a list."""
    one, values = opened(number), map_values(MapKind.PLACEMENT)
    drawn = placement_map(one.result, i18n.language())
    return render_template(
        "placements/on_map.html",
        scenario=one.scenario,
        cohort=one.cohort,
        rows=map_rows(one.result, i18n.language()),
        files=links(lambda name: url_for("placements.table", number=number, file_format=name), places=True),
        left=[learner.code for learner, _one in one.result.left_over()],
        has_base=one.result.demands.base is not None,
        map_script_url=values["map_script_url"],
        map_config=values["map_config"] | drawn,
    )


def opened(number: int) -> Opened:
    """A scenario that is done. Raises NotFound for one that is not the viewer's, NotDone."""
    with looking() as session:
        scenario = scenarios.scenario_of(session, viewer(), number)
        cohort = cohorts.cohort_of(session, viewer(), scenario.cohort_id)
        told = scenarios.told(session, scenario)
        senders = {one.id: one.name for one in cohorts.senders(session, viewer())}
    result = Result(
        cohort=told.cohort,
        scenario=told.scenario,
        learners=told.learners,
        offers=told.offers,
        demands=told.demands,
        outcome=told.outcome,
    )
    return Opened(scenario, cohort, result, senders.get(cohort.sending_id, ""))


def hand_of(one: Opened) -> Hand:
    """Who hands the papers of a scenario out, and what is public of its hosts."""
    known = running().shelf.library.shared.by_key.get("emergency")
    return Hand(
        language=i18n.language(),
        site=installation().name,
        sender=one.sender,
        referent=viewer().name,
        emergency=known.number if known else EMERGENCY,
        today=now().date(),
        venues=venues_of(one.result),
    )


def venues_of(result: Result) -> dict[str, Venue]:
    """What is public of each offer of a placing, and the kit of its town."""
    used = {stay.offer.key: stay.offer for stay in result.stays()}
    public = public_hosts(running().public_engine, used)
    venues = {}
    for key, offer in used.items():
        host, kit = public.get(key), kit_near(offer.lon, offer.lat)
        venues[key] = Venue(
            page=host_page(offer.slug),
            lines=host.lines if host else (),
            website=host.website if host else "",
            kit=kit,
        )
    return venues


def kit_near(lon: float, lat: float) -> tuple[str, str] | None:
    """The name and the whole address of the kit that helps at a point; None where none is near."""
    here = running()
    found = nearest_kit(here.directory, here.items, lon=lon, lat=lat)
    return (found.name, installation().link(found.url)) if found and found.is_near else None


def host_page(slug: str) -> str:
    """The whole address of a host's page."""
    return installation().link(url_for("hosts.host", slug=slug))


def attachment(body: bytes, media_type: str, name: str) -> Response:
    """A file to save that nobody else keeps: it is about learners, if by code."""
    answer = Response(body, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = BY_READER
    return answer
