"""Towns for a group as readers see them: seats by host, what stands beside them, what would help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext, ngettext

from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Filters, Near, Search
from mapsvc.domain import vocabulary
from mapsvc.domain.days import spelt
from mapsvc.domain.listings import Kind
from mapsvc.planning.cohorts import OpenOffer
from mapsvc.planning.groups import GroupPlace, GroupSeats
from mapsvc.planning.widening import GroupSearch, Step, Way
from mapsvc.presentation.kit_lists import NEAR_KM
from mapsvc.presentation.labels import RegionNames, country_label, language_label
from mapsvc.presentation.placement_words import number_words

DAY = "d MMMM y"
ALUMNI = Filters(kinds=(Kind.ALUMNI,))


@dataclass(frozen=True, slots=True)
class SeatLine:
    """Seats at one host for one trade."""

    host: str
    title: str
    slug: str
    town: str
    field: str
    seats: int
    km: str


@dataclass(frozen=True, slots=True)
class GroupTown:
    """A town with its seats by host, nearest first, and what stands beside it.

    alumni counts former participants within NEAR_KM; search is the address of the public map around it.
    """

    name: str
    country: str
    seats: int
    hosts: int
    total: int
    farthest_km: str
    lines: list[SeatLine]
    missing: list[str]
    alumni: int
    search: str
    lon: float
    lat: float


def group_towns(
    places: Sequence[GroupPlace],
    offers: Mapping[str, OpenOffer],
    search: GroupSearch,
    *,
    directory: Directory,
    language: str,
) -> list[GroupTown]:
    """The places in their order, in the reader's language."""
    return [_town(place, offers, search, directory, language) for place in places]


def way_words(way: Way, search: GroupSearch, language: str, regions: RegionNames) -> str:
    """What to widen, and in how many towns the seats are then."""
    count = ngettext("%(count)s town", "%(count)s towns", way.towns, count=way.towns)
    return str(gettext("%(change)s: %(towns)s", change=_step(way, search, language, regions), towns=count))


def map_of(towns: Sequence[GroupTown], search: GroupSearch) -> dict[str, Any]:
    """What the page's map shows: a place for each town, and the circle around the first."""
    places = [
        {
            "kind": "host",
            "title": f"{number}. {town.name}",
            "about": [
                town.country,
                str(ngettext("%(num)s seat", "%(num)s seats", town.seats)),
                str(ngettext("%(num)s host", "%(num)s hosts", town.hosts)),
            ],
            "lon": town.lon,
            "lat": town.lat,
            "url": f"#town-{number}",
            "open": str(gettext("See the seats")),
        }
        for number, town in enumerate(towns, start=1)
    ]
    circle = (
        {"lon": towns[0].lon, "lat": towns[0].lat, "km": search.wanted.within_km} if len(towns) == 1 else None
    )
    return {"places": places, "lines": [], "circle": circle}


def days_words(first: date, last: date, language: str) -> str:
    """The days of a stay."""
    return f"{spelt(first, DAY, language)} – {spelt(last, DAY, language)}"


def _town(
    place: GroupPlace,
    offers: Mapping[str, OpenOffer],
    search: GroupSearch,
    directory: Directory,
    language: str,
) -> GroupTown:
    near = Near(place.base.lon, place.base.lat, radius_km=NEAR_KM)
    lines = [_line(seats, offers[seats.offer], language) for seats in place.assigned]
    return GroupTown(
        name=place.base.name,
        country=country_label(place.country, language),
        seats=sum(seats.seats for seats in place.assigned),
        hosts=len({offers[seats.offer].site_key for seats in place.assigned}),
        total=place.total,
        farthest_km=number_words(place.farthest_km, language),
        lines=lines,
        missing=[
            str(gettext("%(trade)s: %(count)s", trade=_field(code, language), count=count))
            for code, count in place.missing
        ],
        alumni=directory.search(Search(near=near, filters=ALUMNI, limit=1)).total,
        search=_public_search(place, search),
        lon=place.base.lon,
        lat=place.base.lat,
    )


def _line(seats: GroupSeats, offer: OpenOffer, language: str) -> SeatLine:
    return SeatLine(
        host=offer.host,
        title=offer.title if offer.title != offer.host else "",
        slug=offer.slug,
        town=offer.town,
        field=_field(seats.field, language),
        seats=seats.seats,
        km=number_words(seats.km, language),
    )


def _field(code: str, language: str) -> str:
    return vocabulary.label("fields", code, language) if code else str(gettext("Any trade"))


def _public_search(place: GroupPlace, search: GroupSearch) -> str:
    wanted = search.wanted
    asked: list[tuple[str, object]] = [
        ("lon", round(place.base.lon, 5)),
        ("lat", round(place.base.lat, 5)),
        ("radius_km", f"{wanted.within_km:g}"),
        *(("field", code) for code in wanted.fields),
        ("kind", "host"),
        ("from", wanted.first.isoformat()),
        ("to", wanted.last.isoformat()),
    ]
    return "/?" + urlencode(asked)


def _step(way: Way, search: GroupSearch, language: str, regions: RegionNames) -> str:
    wider = way.search.wanted
    if way.step is Step.DISTANCE:
        return str(gettext("Look within %(km)s km", km=number_words(wider.within_km, language)))
    if way.step is Step.WEEKS:
        return days_words(wider.first, wider.last, language)
    if way.step is Step.LANGUAGE:
        name = language_label(search.language, language)
        return str(gettext("Not only where %(name)s is spoken", name=name))
    if way.step is Step.REGION:
        return str(gettext("Not only in this region: %(name)s", name=regions.name(search.region, language)))
    if way.step is Step.COUNTRY:
        name = country_label(search.wanted.country or "", language)
        return str(gettext("Not only in this country: %(name)s", name=name))
    return str(gettext("Any trade"))
