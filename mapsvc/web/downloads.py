"""Search results to take along: tables, geographic files, and the map as one file."""

from dataclasses import replace

from flask import Blueprint, Response, request
from flask_babel import gettext

from mapsvc import i18n
from mapsvc.directory.searches import Search
from mapsvc.domain.listings import Kind
from mapsvc.http import running
from mapsvc.params.searches import SearchState, search_state
from mapsvc.places.basemap import ATTRIBUTION
from mapsvc.presentation.public_tables import areas_table
from mapsvc.services.exports import hosts_table
from mapsvc.services.table_files import MOST_ROWS, check_format
from mapsvc.storage.listings import listings_by_id
from mapsvc.viewers import open_to_all
from mapsvc.web.table_answers import about_here, attachment, cut_to, table_answer

MOST_ON_MAP = 2000  # sites of a downloaded map: a phone opens it still

bp = Blueprint("downloads", __name__, url_prefix="/download")


@bp.get("/hosts.<file_format>")
@open_to_all
def hosts(file_format: str) -> Response:
    """Every row of the sites that a search finds, as a file of any format."""
    check_format(file_format, places=True)
    here, search = running(), _for_hosts(_state().search)
    ids = here.directory.ids_at_sites(search) if search else []
    shown = ids[:MOST_ROWS]
    with here.public_engine.connect() as connection:
        listings = listings_by_id(connection, shown)
    table = hosts_table(
        (listings[id_] for id_ in shown if id_ in listings),
        language=i18n.language(),
        **about_here(),
        note=cut_to(MOST_ROWS, len(ids)),
    )
    return table_answer(table, file_format)


@bp.get("/areas.<file_format>")
@open_to_all
def areas(file_format: str) -> Response:
    """The areas in which a search finds former participants, with how many: no row is about a person."""
    check_format(file_format, places=True)
    here = running()
    search = replace(_state().search, limit=MOST_ROWS, page=1)
    filters = replace(search.filters, kinds=(Kind.ALUMNI,))
    hits = here.directory.search(replace(search, filters=filters)).hits
    stays = here.items.of(hits, language=i18n.language())
    return table_answer(areas_table(stays, language=i18n.language(), **about_here()), file_format)


@bp.get("/map.html")
@open_to_all
def search_map() -> Response:
    """The map of a search as one page that needs no network."""
    # Folium costs 84 MB and seconds: only here, where it is used, never on the search path.
    from mapsvc.maps.download import download_map  # noqa: PLC0415

    here, state = running(), _state()
    search = _for_hosts(state.search)
    hits = here.directory.search(replace(search, limit=MOST_ON_MAP, page=1)).hits if search else ()
    page = download_map(
        here.items.of(hits, language=i18n.language()),
        title=_title(state),
        centre={"lon": state.centre.lon, "lat": state.centre.lat} if state.centre else None,
        radius_km=state.radius_km,
        language=i18n.language(),
        attribution=" · ".join(ATTRIBUTION),
        base_url=request.host_url.rstrip("/"),
        words={
            "sample": gettext("Sample"),
            "open": gettext("See this host"),
            "zoom_in": gettext("Zoom in"),
            "zoom_out": gettext("Zoom out"),
        },
    )
    return attachment(page.encode(), "text/html; charset=utf-8", "map.html")


def _state() -> SearchState:
    return search_state(request.args, running().gazetteer)


def _for_hosts(search: Search) -> Search | None:
    """The search without people, whom nobody could erase from a file, and kits, which have their own files.

    None where it is for them alone.
    """
    kinds = tuple(kind for kind in search.filters.kinds or Kind if kind not in {Kind.ALUMNI, Kind.KIT})
    return replace(search, filters=replace(search.filters, kinds=kinds)) if kinds else None


def _title(state: SearchState) -> str:
    if state.centre and state.centre.label:
        return str(gettext("Hosts around %(place)s", place=state.centre.label))
    return str(gettext("Hosts"))
