"""Search results to take along: tables, geographic files, and the map as one file."""

from dataclasses import replace

from flask import Blueprint, Response, request
from flask_babel import gettext

from mapsvc import i18n
from mapsvc.directory.searches import Search
from mapsvc.domain.listings import Kind
from mapsvc.errors import NotFound
from mapsvc.http import running
from mapsvc.params.searches import SearchState, search_state
from mapsvc.places.basemap import ATTRIBUTION
from mapsvc.services.exports import FORMATS, MEDIA_TYPES, export
from mapsvc.storage.listings import listings_by_id
from mapsvc.viewers import open_to_all

MOST_ON_MAP = 2000  # sites of a downloaded map: a phone opens it still
MOST_ROWS = 20_000  # rows of a downloaded table

bp = Blueprint("downloads", __name__, url_prefix="/download")


@bp.get("/hosts.<file_format>")
@open_to_all
def hosts(file_format: str) -> Response:
    """Every row of the sites that a search finds, as a file of a format of `mapsvc.services.exports`."""
    if file_format not in FORMATS:
        raise NotFound
    here, search = running(), _for_hosts(_state().search)
    ids = here.directory.ids_at_sites(search)[:MOST_ROWS] if search else []
    with here.public_engine.connect() as connection:
        listings = listings_by_id(connection, ids)
    found = [listings[id_] for id_ in ids if id_ in listings]
    content = export(found, file_format=file_format, language=i18n.language())
    return _attachment(content, MEDIA_TYPES[file_format], f"hosts.{file_format}")


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
    return _attachment(page.encode(), "text/html; charset=utf-8", "map.html")


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


def _attachment(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
