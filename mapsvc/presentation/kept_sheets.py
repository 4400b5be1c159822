"""A host's sheet as its keeper sees it: what each part says, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from mapsvc.domain.sheets import COLUMNS, OFFER_PARTS, Part
from mapsvc.domain.steps import Step, values_of
from mapsvc.presentation.cards import in_language
from mapsvc.presentation.sheet_words import (
    LABELS,
    LISTS,
    PARTS,
    TEXTS,
    as_lines,
    by_language,
    spoken_lines,
    text_language,
)

# What a learner looks for first: without it, a part is called incomplete.
WANTED = {
    Part.ORGANISATION: ("kind", "sectors", "about", "website"),
    Part.WHERE: ("town",),
    Part.WHAT: ("title", "summary", "fields", "missions"),
    Part.WHEN: ("periods", "min_days"),
    Part.WHOM: ("min_age", "languages"),
    Part.CONDITIONS: ("accommodation",),
    Part.CONTACT: ("contact",),
}
LEFT_OUT = ("lon", "lat")  # the map shows them


@dataclass(frozen=True, slots=True)
class Said:
    """One field of a part: its label, and its lines with the language of each, "" where it has none."""

    label: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PartSheet:
    """One part of the sheet: what it says, and the labels of what it should say."""

    step: Step
    title: str
    said: list[Said]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class OfferParts:
    """One offer with its parts."""

    title: str
    step: Step
    parts: list[PartSheet]


@dataclass(frozen=True, slots=True)
class SiteParts:
    """One site with its part and its offers; placed tells whether it has a point."""

    title: str
    step: Step
    where: PartSheet
    placed: bool
    offers: list[OfferParts]
    new_offer: Step


@dataclass(frozen=True, slots=True)
class WholeSheet:
    """All parts of a sheet in their order."""

    name: str
    organisation: PartSheet
    sites: list[SiteParts]
    new_site: Step

    @property
    def missing(self) -> int:
        """How many fields are still empty that should not be."""
        parts = [self.organisation, *(site.where for site in self.sites)]
        parts += [part for site in self.sites for offer in site.offers for part in offer.parts]
        return sum(len(part.missing) for part in parts)


def whole_sheet(state: Mapping[str, Any], language: str) -> WholeSheet:
    """The sheet of an organisation's state, in the reader's language."""
    sites = [_site(dict(state), number, language) for number in range(1, len(state["sites"]) + 1)]
    return WholeSheet(
        state["name"], _part(dict(state), Step(), language), sites, Step(Part.WHERE, len(sites) + 1)
    )


def offer_title(state: Mapping[str, Any], step: Step, language: str) -> str:
    """What an offer is called: its title, else its number."""
    offers = state["sites"][step.site - 1]["offers"] if 0 < step.site <= len(state["sites"]) else []
    if not 0 < step.offer <= len(offers):
        return str(gettext("New offer"))
    titled = in_language(offers[step.offer - 1]["title"], language)
    return str(titled or gettext("Offer %(number)s", number=step.offer))


def site_title(state: Mapping[str, Any], step: Step) -> str:
    """What a site is called: its street and town, else its number."""
    if not 0 < step.site <= len(state["sites"]):
        return str(gettext("New place"))
    site = state["sites"][step.site - 1]
    named = ", ".join(filter(None, (site["address"], site["town"])))
    return named or str(gettext("Place %(site)s", site=step.site))


def _site(state: dict[str, Any], number: int, language: str) -> SiteParts:
    site, step = state["sites"][number - 1], Step(Part.WHERE, number)
    offers = []
    for place in range(1, len(site["offers"]) + 1):
        parts = [_part(state, Step(part, number, place), language) for part in OFFER_PARTS]
        first = Step(Part.WHAT, number, place)
        offers.append(OfferParts(offer_title(state, first, language), first, parts))
    return SiteParts(
        title=site_title(state, step),
        step=step,
        where=_part(state, step, language),
        placed=site["lon"] is not None,
        offers=offers,
        new_offer=Step(Part.WHAT, number, len(offers) + 1),
    )


def _part(state: dict[str, Any], step: Step, language: str) -> PartSheet:
    values = values_of(state, step)
    shown = [column for column in COLUMNS[step.part] if column not in LEFT_OUT]
    said = [
        Said(str(LABELS[column]), lines)
        for column in shown
        if (lines := _lines(column, values[column], language))
    ]
    missing = [str(LABELS[column]) for column in WANTED[step.part] if not values[column]]
    return PartSheet(step, str(PARTS[step.part]), said, missing)


def _lines(column: str, value: Any, language: str) -> list[tuple[str, str]]:
    if column in TEXTS | LISTS:
        return [
            (text_language(code, language), line)
            for code, texts in by_language(value)
            for line in as_lines(texts)
        ]
    return [("", line) for line in spoken_lines(column, value, language)]
