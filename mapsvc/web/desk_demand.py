"""Where visitors look for hosts and find few or none: where to look for new ones."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.domain.demands import FEW, LEAST_SHOWN, MONTHS_KEPT
from mapsvc.http import running
from mapsvc.maps.names import MapKind
from mapsvc.presentation.demand_maps import Shown, demand_map
from mapsvc.presentation.demands import BY_TOTAL, DemandTable, demand_table, months_table
from mapsvc.presentation.region_words import set_credit
from mapsvc.services.coverages import Measure, Wanted
from mapsvc.services.demands import monthly, months_before
from mapsvc.services.table_files import check_format
from mapsvc.storage.demands import Count
from mapsvc.viewers import looking, needs, viewer
from mapsvc.web.demand_forms import SpanForm
from mapsvc.web.page import map_values
from mapsvc.web.table_answers import about_here, links, table_answer

bp = Blueprint("demand", __name__, url_prefix="/demand")


@bp.get("/")
@needs(Action.USE_DESK)
def overview() -> str | tuple[str, int]:
    """Regions by fields, for a span of months, as a map and as a table."""
    form = SpanForm(request.args)
    is_right = form.validate()
    table = _table(form, _counts(form) if is_right else [])
    values = {
        "form": form,
        "table": table,
        "is_right": is_right,
        "seats_in": _next_month(),
        "files": _files(form),
    }
    shown = render_template("desk/demand.html", **values, **_rules(), **_map(form, table))
    return shown if is_right else (shown, 422)


@bp.get("/demand.<file_format>")
@needs(Action.USE_DESK)
def download(file_format: str) -> Response:
    """The counts by month, as a file for spreadsheets; months or regions that are not known are the usual."""
    check_format(file_format, places=False)
    form = SpanForm(request.args)
    if not form.validate():
        form = SpanForm(MultiDict())
    regions = form.region_set()
    credit = set_credit(regions)
    made = months_table(_counts(form), regions, language=i18n.language(), attribution=credit, **about_here())
    return table_answer(made, file_format, private=True)


def _files(form: SpanForm) -> dict[str, str]:
    chosen = {name: form[name].data for name in ("first", "last", "regions", "level", "shown")}
    return links(lambda name: url_for("desk.demand.download", file_format=name, **chosen), places=False)


def _counts(form: SpanForm) -> list[Count]:
    with looking() as opened:
        return monthly(opened, viewer(), set_key=form.regions.data, months=form.months())


def _table(form: SpanForm, counts: list[Count]) -> DemandTable:
    """The table in the order asked for, beside the seats of next month, as everybody sees them."""
    regions, wanted = form.region_set(), Wanted(Measure.SEATS, month=_next_month())
    return demand_table(
        counts,
        regions,
        running().coverages.counted(wanted, regions, today=now().date()).value,
        level=int(form.level.data),
        language=i18n.language(),
        sort=request.args.get("sort", BY_TOTAL),
        is_rising=request.args.get("order") == "up",
    )


def _next_month() -> date:
    return months_before(now().date(), -1)


def _map(form: SpanForm, table: DemandTable) -> dict[str, Any]:
    """The values of the map: what it draws, where outlines are, where regions lead; {} without any."""
    if not table.rows:
        return {}
    regions = form.region_set()
    found = demand_map(table, Shown(form.shown.data))
    values = map_values(MapKind.COVERAGE)
    name = regions.outlines_name(int(form.level.data))
    values["map_config"] |= {
        "regions": url_for("files.regions", set_key=regions.key, outlines=name),
        "drawn": found.drawn,
    }
    links = {
        row.region: url_for("coverage.overview", within=row.region, set=regions.key)
        for row in table.rows
        if regions.unit(row.region)
    }
    return {**values, "map": found, "links": links, "credit": set_credit(regions)}


def _rules() -> dict[str, Any]:
    """By what searches are counted, as the page explains it."""
    is_counted = running().demand is not None
    return {"few": FEW, "least": LEAST_SHOWN, "months_kept": MONTHS_KEPT, "is_counted": is_counted}
