"""Where hosts are missing: the matrix of fields and regions, and lists of hosts to look after."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from mapsvc import i18n
from mapsvc.domain.base import now
from mapsvc.errors import NotFound
from mapsvc.http import running
from mapsvc.params.gaps import LEAST_KM, MOST_KM, ORDERS, GapsQuery, gaps_query
from mapsvc.places.region_sets import RegionSets, region_sets
from mapsvc.presentation import gaps as shown
from mapsvc.presentation.coverage_forms import level_label
from mapsvc.presentation.public_tables import matrix_table, missing_table, missing_title
from mapsvc.services.gaps import Missing
from mapsvc.services.table_files import MOST_ROWS, check_format
from mapsvc.viewers import open_to_all
from mapsvc.web.table_answers import about_here, cut_to, links, table_answer

FIRST = 10  # hosts of each list that the page of all shows
PAGE = 50
MATRIX = "fields-by-region"

bp = Blueprint("gaps", __name__, url_prefix=shown.PATH)


@bp.get("")
@open_to_all
def overview() -> str:
    """The matrix of fields and regions, and the beginning of each list."""
    query = _query()
    view = shown.gaps_view(running().directory, running().public_engine, query, language=i18n.language())
    lists = [_list(what, query, limit=FIRST) for what in Missing]
    return render_template("gaps/overview.html", view=view, lists=lists, **_words(query))


@bp.get("/<name>")
@open_to_all
def hosts(name: str) -> str:
    """One list, page by page."""
    what, query = _missing(name), _query()
    found = _list(what, query, offset=(query.page - 1) * PAGE, limit=PAGE)
    pages = max(1, -(-found.total // PAGE))
    return render_template("gaps/hosts.html", found=found, pages=pages, **_words(query))


@bp.get("/<name>.<file_format>")
@open_to_all
def table(name: str, file_format: str) -> Response:
    """One list, or the matrix, as a file."""
    check_format(file_format, places=name != MATRIX)
    language, query = i18n.language(), _query()
    if name == MATRIX:
        view = shown.gaps_view(running().directory, running().public_engine, query, language=language)
        credit = query.regions.attribution
        found = matrix_table(view, language=language, attribution=credit, **about_here())
        return table_answer(found, file_format)
    what = _missing(name)
    listed = _list(what, query, limit=MOST_ROWS)
    note = cut_to(MOST_ROWS, listed.total)
    title = missing_title(what, query.km)
    found = missing_table(listed, title, language=language, note=note, **about_here())
    return table_answer(found, file_format)


def _files(query: GapsQuery, name: str, *, places: bool) -> dict[str, str]:
    return links(lambda one: query.address(f"{shown.PATH}/{name}.{one}", page=1), places=places)


def _sets() -> RegionSets:
    return region_sets(running().settings.folder)


def _query() -> GapsQuery:
    return gaps_query(request.args, _sets())


def _missing(name: str) -> Missing:
    if name not in set(Missing):
        raise NotFound
    return Missing(name)


def _list(what: Missing, query: GapsQuery, **part: Any) -> shown.MissingHosts:
    here = running()
    return shown.missing_hosts(
        here.directory,
        here.public_engine,
        what,
        query,
        today=now().date(),
        language=i18n.language(),
        **part,
    )


def _words(query: GapsQuery) -> dict[str, Any]:
    """What both pages say around their tables."""
    language = i18n.language()
    return {
        "query": query,
        "files": {what: _files(query, what, places=True) for what in Missing},
        "matrix_files": _files(query, MATRIX, places=False),
        "path": shown.PATH,
        "sets": _sets().all(),
        "unit": query.regions.unit_name(query.unit.id, language) if query.unit else "",
        "above": shown.ancestors(query, language),
        "coverage": _coverage(query),
        "levels": [(level, level_label(query.regions, level)) for level in query.regions.levels],
        "countries": shown.countries(query.regions, language),
        "fields": shown.fields(language),
        "orders": ORDERS,
        "bounds": (LEAST_KM, MOST_KM),
        "most_rows": MOST_ROWS,
    }


def _coverage(query: GapsQuery) -> str:
    """The address of the same regions on the map of what each has."""
    within = query.unit.id if query.unit else None
    return url_for("coverage.overview", set=query.regions.key, within=within)
