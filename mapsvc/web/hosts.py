"""The page of a host: all that is public of it, and what is near."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext

from mapsvc import i18n
from mapsvc.directory.searches import Filters, Near, Search
from mapsvc.domain.listings import Kind, Listing
from mapsvc.errors import NotFound
from mapsvc.http import running
from mapsvc.maps.names import MapKind
from mapsvc.presentation.grants import grant_view, with_grants
from mapsvc.presentation.kit_lists import nearest_kit
from mapsvc.presentation.sheets import host_sheet
from mapsvc.storage.listings import listings_at
from mapsvc.viewers import open_to_all
from mapsvc.web.homes import home_form, home_of_reader
from mapsvc.web.page import mailto, map_values

NEARBY = 6
NEARBY_KM = 50
NOT_KITS = Filters(kinds=tuple(kind for kind in Kind if kind is not Kind.KIT))

bp = Blueprint("hosts", __name__)


@bp.get("/hosts/<slug>")
@open_to_all
def host(slug: str) -> str:
    """A host's sheet, with a small map."""
    here, language = running(), i18n.language()
    with here.public_engine.connect() as connection:
        listings = [one for one in listings_at(connection, slug) if here.directory.visible(one.id)]
    if not listings or listings[0].kind != Kind.HOST:
        raise NotFound
    home, first = home_of_reader(), listings[0]
    sheet = host_sheet(listings, language=language, regions=here.regions)
    url = url_for("hosts.host", slug=slug, _external=True)
    subject = gettext("A host for my placement: %(title)s", title=sheet.title)
    return render_template(
        "learners/host.html",
        host=sheet,
        nearby=with_grants(_nearby(first), home),
        home=home_form(home, url_for("hosts.host", slug=slug), (), url_for("hosts.host", slug=slug)),
        grant=grant_view(home, lon=first.lon, lat=first.lat, country=first.country),
        kit=nearest_kit(
            here.directory,
            here.items,
            lon=listings[0].lon,
            lat=listings[0].lat,
            country=listings[0].country,
        ),
        share={"url": url, "mailto": mailto(subject=subject, body=f"{sheet.title}\n{sheet.place}\n\n{url}")},
        report_url=url_for("reporting.report", slug=slug),
        **map_values(MapKind.HOST),
    )


def _nearby(listing: Listing) -> list[dict[str, object]]:
    """The hosts nearest to a listing's public point, without itself. Kits have a card of their own."""
    here = running()
    answer = here.directory.search(
        Search(near=Near(listing.lon, listing.lat, radius_km=NEARBY_KM), filters=NOT_KITS, limit=NEARBY + 1)
    )
    own = set(here.directory.ids_beside(listing.id))
    others = [hit for hit in answer.hits if hit.listing_id not in own][:NEARBY]
    return here.items.of(others, language=i18n.language())
