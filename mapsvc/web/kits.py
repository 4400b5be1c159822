"""Settling-in kits: their list, the page of each, and the page for emergencies."""

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext

from mapsvc import i18n
from mapsvc.content.kits import Kit
from mapsvc.domain.base import now
from mapsvc.errors import NotFound
from mapsvc.http import running
from mapsvc.maps.names import MapKind
from mapsvc.params.places import meant_place
from mapsvc.params.values import text
from mapsvc.places.basemap_extracts import FARTHEST_ZOOM, box_around, extract_name
from mapsvc.places.gazetteer import Place
from mapsvc.presentation.country_glance import Glance, glance
from mapsvc.presentation.emergency_pages import country_help, shown_numbers
from mapsvc.presentation.kit_lists import kits_by_country, kits_near
from mapsvc.presentation.kit_pages import kit_page
from mapsvc.presentation.kit_places import places_to_show
from mapsvc.presentation.notes import Notes
from mapsvc.presentation.public_tables import kits_table
from mapsvc.services.table_files import check_format
from mapsvc.viewers import open_to_all
from mapsvc.web.page import mailto, map_values
from mapsvc.web.table_answers import about_here, links, table_answer

bp = Blueprint("kits", __name__)


@bp.get("/kits")
@open_to_all
def overview() -> str:
    """All kits by country, or the nearest to a place first."""
    here, near = running(), text(request.args, "near")
    place = meant_place(near, here.gazetteer) if near else None
    return render_template(
        "kits/overview.html",
        near=near,
        place=place,
        nearest=kits_near(here.directory, here.items, lon=place.lon, lat=place.lat) if place else [],
        countries=kits_by_country(here.directory, here.items) if place is None else [],
        files=links(lambda name: url_for("kits.table", file_format=name), places=True),
    )


@bp.get("/kits.<file_format>")
@open_to_all
def table(file_format: str) -> Response:
    """All kits as a file."""
    check_format(file_format, places=True)
    here = running()
    kits = [kit for _country, kits in kits_by_country(here.directory, here.items) for kit in kits]
    return table_answer(kits_table(kits, language=i18n.language(), **about_here()), file_format)


@bp.get("/kits/<slug>")
@open_to_all
def kit(slug: str) -> str:
    """The kit of a town."""
    return kit_page_of(slug)


def kit_page_of(slug: str) -> str:
    """The page of a kit in the reader's language. Raises NotFound."""
    found, notes = kit_called(slug), Notes(now().date())
    library = running().shelf.library
    place = place_of(found)
    names = {one.slug: one.town.data.name for one in library.kits.values()}
    country = glance_of(found)
    shown_plugs = library.shared.plugs if country and country.plugs else None
    plugs = notes.add(shown_plugs) if shown_plugs else None  # the first note, as it stands first
    page = kit_page(found, notes, names=names)
    url = url_for("kits.kit", slug=slug, _external=True)
    subject = gettext("A settling-in kit: %(title)s", title=page.title)
    return render_template(
        "kits/kit.html",
        kit=page,
        emergency=library.shared.by_key.get("emergency"),
        glance=country,
        plugs=plugs,
        notes=notes,
        place=place,
        views=current_app.view_functions,
        report=_report(page.title, url),
        share={"url": url, "mailto": mailto(subject=subject, body=f"{page.title}\n\n{url}")},
        map=town_map_of(found, place) if place else None,
    )


@bp.get("/emergency")
@open_to_all
def emergency() -> str:
    """Whom to call and what to say, in each country that has a kit."""
    library, notes = running().shelf.library, Notes(now().date())
    numbers = shown_numbers(library.shared.numbers, notes)
    countries = country_help(library.kits.values(), notes)
    return render_template("kits/emergency.html", numbers=numbers, countries=countries)


def kit_called(slug: str) -> Kit:
    """The kit with this slug. Raises NotFound."""
    found = running().shelf.library.kits.get(slug)
    if found is None:
        raise NotFound
    return found


def files_of(slug: str) -> Kit:
    """The same as its files have it, without what readers corrected. Raises NotFound."""
    found = running().shelf.files.kits.get(slug)
    if found is None:
        raise NotFound
    return found


def place_of(kit: Kit) -> Place | None:
    """The town of a kit; None where the gazetteer does not have it."""
    return running().gazetteer.place(kit.town.data.town)


def town_map_of(kit: Kit, place: Place) -> dict[str, Any]:
    """The values of the map around the town of a kit: the base map there alone, so that it can be kept."""
    values, box = map_values(MapKind.KIT), box_around(place.lon, place.lat)
    name = extract_name(place.lon, place.lat)
    return {
        "script": values["map_script_url"],
        "config": {
            "basemap": url_for("offline.town_map", slug=kit.slug, name=name),
            "least_zoom": FARTHEST_ZOOM,
            "box": [[box.south, box.west], [box.north, box.east]],
            "town": {"name": kit.town.data.name, "lon": place.lon, "lat": place.lat},
            "places": places_to_show(kit, language=i18n.language()),
        },
    }


def _report(title: str, url: str) -> str:
    """A link that begins a mail to the operator about a fault; "" where nobody can be written to."""
    to = running().settings.operator_email
    subject = gettext("Something is wrong in: %(title)s", title=title)
    return mailto(to=to, subject=subject, body=f"{url}\n\n") if to else ""


def glance_of(kit: Kit) -> Glance | None:
    """What holds in the country of a kit; None where the gazetteer does not have its town."""
    here, country = running(), kit.town.data.country
    place = place_of(kit)
    if place is None:
        return None
    region = here.regions.region_at(place.lon, place.lat, country=country)
    return glance(
        country,
        region=region.id if region else "",
        lon=place.lon,
        lat=place.lat,
        plugs=here.shelf.library.shared.plugs,
        today=now().date(),
    )
