"""A placing as a map and as the list beside it: both say the same."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from mapsvc.catalogues import speaker
from mapsvc.domain.days import spelt
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Spot
from mapsvc.planning.results import Result, Stay
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.placement_words import number_words, printable

DAY = "d MMM y"


class MapRow(NamedTuple):
    """A line of the list beside the map."""

    code: str
    host: str
    slug: str
    where: str
    days: str
    start: str
    km: str


def placement_map(result: Result, language: str) -> dict[str, Any]:
    """What the page's map shows: {places, lines}, all words in the language.

    A place is a host, the base or a home: {kind, title, about, lon, lat}, a host with {url, open} as well. A
    line is {from, to, count}, its ends [longitude, latitude]. Learners are named by code.
    """
    stays = result.stays()
    hosts = [_host(of_host, language) for of_host in result.by_host()]
    starts = _starts(stays, result.demands.base, language)
    ways = Counter(
        ((stay.start.lon, stay.start.lat), (stay.offer.lon, stay.offer.lat))
        for stay in stays
        if stay.start is not None
    )
    lines = [{"from": start, "to": end, "count": count} for (start, end), count in sorted(ways.items())]
    return {"places": [*starts, *hosts], "lines": lines}


def map_rows(result: Result, language: str) -> list[MapRow]:
    """The same as a list, in order of code."""
    return [
        MapRow(
            code=stay.learner.code,
            host=stay.offer.host,
            slug=stay.offer.slug,
            where=_where(stay, language),
            days=_days(stay, language),
            start=stay.start.name if stay.start else "",
            km="" if stay.start_km is None else number_words(stay.start_km, language),
        )
        for stay in result.stays()
    ]


def _host(stays: tuple[Stay, ...], language: str) -> dict[str, Any]:
    say, offer = speaker(language), stays[0].offer
    learners = [
        say(_("%(code)s: %(days)s"), code=printable(stay.learner.code), days=_days(stay, language))
        for stay in stays
    ]
    return {
        "kind": "host",
        "title": printable(offer.host),
        "about": [_where(stays[0], language), *learners],
        "lon": offer.lon,
        "lat": offer.lat,
        "url": f"/hosts/{offer.slug}",
        "open": say(_("See this host")),
    }


def _starts(stays: Iterable[Stay], base: Spot | None, language: str) -> list[dict[str, Any]]:
    """The base, else the home towns with the codes of who lives there; one place each."""
    say = speaker(language)
    if base is not None:
        return [_start("base", base, [say(_("Base of the group"))])]
    homes: dict[tuple[float, float], tuple[Spot, list[str]]] = {}
    for stay in stays:
        if stay.start is not None:
            point = (stay.start.lon, stay.start.lat)
            homes.setdefault(point, (stay.start, []))[1].append(printable(stay.learner.code))
    found = []
    for _point, (spot, codes) in sorted(homes.items(), key=lambda one: one[0]):
        found.append(_start("home", spot, [say(_("Home town of %(codes)s"), codes=", ".join(codes))]))
    return found


def _start(kind: str, spot: Spot, about: list[str]) -> dict[str, Any]:
    return {"kind": kind, "title": printable(spot.name), "about": about, "lon": spot.lon, "lat": spot.lat}


def _where(stay: Stay, language: str) -> str:
    parts = (printable(stay.offer.town), country_label(stay.offer.country, language))
    return ", ".join(part for part in parts if part)


def _days(stay: Stay, language: str) -> str:
    return f"{spelt(stay.learner.first, DAY, language)} – {spelt(stay.learner.last, DAY, language)}"
