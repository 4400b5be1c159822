"""A kit to take along: on paper, its first week as a calendar, its places for a map."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from mapsvc import i18n
from mapsvc.content.kits import Kit
from mapsvc.domain.base import now
from mapsvc.errors import InvalidSearch, NotFound
from mapsvc.http import BY_READER, running
from mapsvc.messages import mark as _
from mapsvc.params.values import day
from mapsvc.presentation.content_links import address
from mapsvc.presentation.kit_calendars import first_week
from mapsvc.presentation.kit_places import MEDIA_TYPES, places_geojson, places_gpx
from mapsvc.presentation.kit_sheets import Printing, kit_sheet
from mapsvc.presentation.printed_glances import printed_glance
from mapsvc.viewers import installation, open_to_all
from mapsvc.web.kits import glance_of, kit_called

bp = Blueprint("kit_files", __name__, url_prefix="/kits/<slug>")


@bp.get("/kit.pdf")
@open_to_all
def paper(slug: str) -> Response:
    """A kit to print, or to keep on a phone."""
    kit, here, shared = _kit(slug), installation(), running().shelf.library.shared
    glance = glance_of(kit)
    printing = Printing(
        language=i18n.language(),
        link=_link(kit),
        links=lambda name: here.link(address(name)),
        site=here.name,
        today=now().date(),
        emergency=shared.by_key.get("emergency"),
        glance=printed_glance(glance, plugs=shared.plugs) if glance else [],
    )
    return file_answer(kit_sheet(kit, printing), "application/pdf", f"kit-{slug}.pdf")


@bp.get("/first-week.ics")
@open_to_all
def calendar(slug: str) -> Response:
    """The checklist of the first week, for a day of arrival."""
    kit, arrival = _kit(slug), day(request.args, "arrival")
    if arrival is None:
        raise InvalidSearch(_("Choose the day on which you arrive."))
    site = urlsplit(installation().base_url).hostname or ""
    body = first_week(
        kit, arrival, language=i18n.language(), link=_link(kit), site=site, made=now().replace(microsecond=0)
    )
    return file_answer(body, "text/calendar; charset=utf-8", f"first-week-{slug}.ics")


@bp.get("/places.<file_format>")
@open_to_all
def places(slug: str, file_format: str) -> Response:
    """The places of a kit that has any."""
    kit, language = _kit(slug), i18n.language()
    if file_format not in MEDIA_TYPES or not kit.town.data.places:
        raise NotFound
    if file_format == "gpx":
        body = places_gpx(kit, language=language, link=_link(kit))
    else:
        body = places_geojson(kit, language=language)
    return file_answer(body, MEDIA_TYPES[file_format], f"places-{slug}.{file_format}")


def _kit(slug: str) -> Kit:
    kit = kit_called(slug)
    if not kit.town.texts:
        raise NotFound
    return kit


def _link(kit: Kit) -> str:
    return installation().link(address(f"kit:{kit.slug}"))


def file_answer(body: bytes, media_type: str, name: str) -> Response:
    """A file to save, in the reader's language, that is asked for again only where it has changed."""
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Vary"] = BY_READER
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
