"""Sheets for learners who are placed: one printed page each, by code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from mapsvc.catalogues import speaker
from mapsvc.domain.days import spelt
from mapsvc.messages import mark as _
from mapsvc.planning.results import Result, Stay
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.placement_words import (
    fields_words,
    languages_words,
    number_words,
    printable,
    shared_field,
)
from mapsvc.presentation.printing import qr_code, typeset

# Letters of what people wrote: a page stays a page.
LONGEST, LONGEST_LINE, LONGEST_CODE = 160, 90, 40
DAY = "EEEE d MMMM y"


@dataclass(frozen=True, slots=True)
class Venue:
    """What is public of a host beside its offer: its address, its pages, and the kit of its town.

    lines are those of the address; page is the whole address of its page on the map; kit is its name and
    whole address, None where no kit is near.
    """

    page: str
    lines: tuple[str, ...] = ()
    website: str = ""
    kit: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """Who hands the papers out: the sending organisation, the referent to ask, and the map's name.

    emergency is the number to call. venues are by the key of the offer.
    """

    language: str
    site: str
    sender: str
    referent: str
    emergency: str
    today: date
    venues: Mapping[str, Venue] = field(default_factory=dict)


def learner_sheets(result: Result, hand: Hand) -> bytes:
    """The sheets as a PDF of A4 pages, one a learner with a host, in order of code.

    Somebody without a host has no page. A screen reader can read it. No word of it is markup.
    """
    say = speaker(hand.language)
    stays = result.stays()
    # A code takes 10 ms, and many learners share a host.
    codes = {link: qr_code(link) for link in {venue.page for venue in hand.venues.values()}}
    words = {
        "language": hand.language,
        "title": say(_("Sheets for learners: %(cohort)s"), cohort=_short(result.cohort)),
        "sheets": [_sheet(stay, hand, codes) for stay in stays],
        "nobody": say(_("Nobody has a host in this scenario yet.")),
        "foot": " · ".join(_short(one) for one in (hand.sender, hand.site) if one),
    }
    made = datetime(hand.today.year, hand.today.month, hand.today.day, tzinfo=UTC)
    return typeset("placements/sheets.typ", words, made=made)


def _sheet(stay: Stay, hand: Hand, codes: Mapping[str, str]) -> dict[str, Any]:
    say, offer = speaker(hand.language), stay.offer
    venue = hand.venues.get(offer.key)
    return {
        "code": _short(stay.learner.code, LONGEST_CODE),
        "label": say(_("Your placement")),
        "host": _short(offer.host, LONGEST),
        "offer": _short(offer.title, LONGEST) if offer.title != offer.host else "",
        "facts": [[words, lines] for words, lines in _facts(stay, hand, venue) if lines],
        "page": _link(venue.page, say(_("The host on the map"))) if venue else None,
        "kit": _kit(venue, hand.language),
        "alternative": say(_("QR code with this address: %(link)s"), link=venue.page) if venue else "",
        "qr": codes[venue.page] if venue else "",
        "emergency": {
            "title": say(_("In an emergency")),
            "call": say(_("Call %(number)s"), number=hand.emergency),
            "about": say(_("From any phone, free of charge, everywhere in the European Union.")),
        },
        "ask": {"title": say(_("Who to ask")), "lines": _whom(hand)},
    }


def _facts(stay: Stay, hand: Hand, venue: Venue | None) -> list[tuple[str, list[str]]]:
    say, language, offer, learner = speaker(hand.language), hand.language, stay.offer, stay.learner
    where = list(venue.lines) if venue and venue.lines else [offer.town]
    where.append(country_label(offer.country, language))
    days = [
        say(_("First day: %(day)s"), day=spelt(learner.first, DAY, language)),
        say(_("Last day: %(day)s"), day=spelt(learner.last, DAY, language)),
        say(_("%(count)s days"), count=stay.days),
    ]
    return [
        (say(_("Where")), [_short(line) for line in where if line]),
        (say(_("When")), days),
        (
            say(_("Field of training")),
            [_short(fields_words(shared_field(stay), language))] if shared_field(stay) else [],
        ),
        (
            say(_("Languages at work")),
            [languages_words(offer.languages, language)] if offer.languages else [],
        ),
        (say(_("Distance")), _distances(stay, language)),
        (say(_("Website")), [_short(venue.website)] if venue and venue.website else []),
    ]


def _distances(stay: Stay, language: str) -> list[str]:
    """The distance from the base, and that from home where it is another place."""
    say, home, km = speaker(language), stay.learner.home, stay.placement.distance_km
    ways = []
    if km is not None and stay.start is not None:
        ways.append((km, stay.start))
    if stay.home_km is not None and home is not None and (not ways or home != stay.start):
        ways.append((stay.home_km, home))
    message = _("%(km)s km in a straight line from %(place)s")
    return [say(message, km=number_words(way, language), place=_short(spot.name)) for way, spot in ways]


def _kit(venue: Venue | None, language: str) -> dict[str, str] | None:
    if venue is None or venue.kit is None:
        return None
    name, link = venue.kit
    title = speaker(language)(_("Settling-in kit"))
    return {"title": title, **_link(link, _short(name))}


def _link(link: str, words: str) -> dict[str, str]:
    return {"link": link, "words": words}


def _whom(hand: Hand) -> list[str]:
    say = speaker(hand.language)
    lines = [_short(one) for one in (hand.referent, hand.sender) if one]
    return [*lines, say(_("At the host: the tutor whom you meet on the first day."))]


def _short(text: str, most: int = LONGEST_LINE) -> str:
    plain = " ".join(printable(text).split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"
