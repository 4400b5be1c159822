"""What each region has: a map of regions, and the same as a table and as a file."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for

from mapsvc import i18n
from mapsvc.directory.answers import Hit
from mapsvc.domain.base import now
from mapsvc.domain.listings import Kind
from mapsvc.http import running
from mapsvc.maps.names import MapKind
from mapsvc.params.coverages import USUAL_SORT, CoverageState, coverage_state, coverage_url
from mapsvc.places.region_sets import RegionSets, region_sets
from mapsvc.presentation.coverage_forms import choices
from mapsvc.presentation.coverages import KINDS, CoveragePage, coverage_page
from mapsvc.presentation.public_tables import coverage_table
from mapsvc.presentation.region_words import set_credit
from mapsvc.services.table_files import check_format
from mapsvc.viewers import open_to_all
from mapsvc.web.page import map_values
from mapsvc.web.table_answers import about_here, links, table_answer

MOST_SHOWN = 50  # of what was counted in one region, on its page

bp = Blueprint("coverage", __name__)


@bp.get("/coverage")
@open_to_all
def overview() -> str:
    """How many hosts, seats, former participants or kits each region has."""
    sets, state, page = _asked()
    fields = running().coverages.fields()
    return render_template(
        "coverage/overview.html",
        state=state,
        page=page,
        choices=choices(state, sets, fields, today=now().date(), language=i18n.language()),
        sorts={name: _sort_link(state, name) for name in ("name", "value")},
        views=current_app.view_functions,
        credit=set_credit(state.regions),
        usual_sort=USUAL_SORT,
        files=links(_file_url(state), places=False),
        **_map(state, page),
        **_inside(state),
    )


@bp.get("/coverage.<file_format>")
@open_to_all
def table(file_format: str) -> Response:
    """The same table as a file."""
    check_format(file_format, places=False)
    _sets, state, page = _asked()
    credit = set_credit(state.regions)
    found = coverage_table(page, language=i18n.language(), attribution=credit, **about_here())
    return table_answer(found, file_format)


def _file_url(state: CoverageState) -> Callable[[str], str]:
    return lambda name: coverage_url(state, url_for("coverage.table", file_format=name))


def _asked() -> tuple[RegionSets, CoverageState, CoveragePage]:
    here, today = running(), now().date()
    sets = region_sets(here.settings.folder)
    state = coverage_state(request.args, sets, today=today, fields=here.coverages.fields())
    counted = here.coverages.counted(state.wanted, state.regions, today=today)
    return sets, state, coverage_page(state, counted, language=i18n.language())


def _map(state: CoverageState, page: CoveragePage) -> dict[str, Any]:
    """The values of the map: what it draws, and where the outlines are."""
    values, regions = map_values(MapKind.COVERAGE), state.regions
    name = regions.outlines_name(state.level)
    values["map_config"] |= {
        "regions": url_for("files.regions", set_key=regions.key, outlines=name),
        "drawn": page.drawn,
    }
    return values


def _inside(state: CoverageState) -> dict[str, Any]:
    """What was counted in a region without parts, the first MOST_SHOWN by name, and how many there are."""
    if state.within is None or state.regions.children(state.within.id):
        return {"items": [], "more": 0}
    here, wanted = running(), state.wanted
    kind = Kind(KINDS.get(wanted.measure, Kind.HOST))
    ids = here.coverages.ids_in(state.within.id, state.regions, kind, field=wanted.field)
    hits = [Hit(id_, None, 1) for id_ in ids[:MOST_SHOWN]]
    return {
        "items": here.items.of(hits, language=i18n.language()),
        "more": max(0, len(ids) - MOST_SHOWN),
    }


def _sort_link(state: CoverageState, name: str) -> dict[str, str]:
    """How a column is sorted now, and the address that sorts by it, or turns its order."""
    now_sorted = {name: "ascending", f"-{name}": "descending"}.get(state.sort, "none")
    usual = name if name == "name" else f"-{name}"
    turned = name if state.sort == f"-{name}" else f"-{name}"
    wanted = usual if now_sorted == "none" else turned
    return {"sorted": now_sorted, "url": coverage_url(state, sort=wanted)}
