"""A kit on paper: small pages with its code, its checklist, its phrases, and its sources as notes."""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from mapsvc.catalogues import translate
from mapsvc.content.facts import Fact
from mapsvc.content.kits import SECTIONS, Kit, LanguageFile, Part
from mapsvc.content.markup import Links
from mapsvc.content.shared_facts import Number
from mapsvc.content.texts import Task
from mapsvc.content.words import said_in
from mapsvc.domain import vocabulary
from mapsvc.messages import mark as _
from mapsvc.presentation.content_words import USES, after_arrival, other_language, sureness
from mapsvc.presentation.labels import country_label, language_label
from mapsvc.presentation.printed_texts import Node, printed
from mapsvc.presentation.printing import qr_code, typeset

MOST_KEPT = 16  # kits on paper that a process keeps, a quarter of a megabyte each


class GlanceLine(NamedTuple):
    """A line of what holds in a country; fact is what the answers are from, where that is not a library."""

    what: str
    answers: Sequence[str]
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Printing:
    """For whom and when a kit is printed, and where it can be read online."""

    language: str
    link: str  # the whole address of its page, which the code holds
    links: Links  # the whole address of what is linked inside, such as "page:emergency"
    site: str  # the name of the map
    today: date
    emergency: Number | None = None  # whom to call
    glance: Sequence[GlanceLine] = ()

    def said(self, message: str, **values: object) -> str:
        """A marked message in the reader's language."""
        return translate(self.language, message, **values)


@dataclass(slots=True)
class Notes:
    """The notes of a kit, numbered in the order of its text; facts of one source and date share one."""

    facts: dict[Hashable, Fact] = field(default_factory=dict)

    def number(self, fact: Fact | None) -> int | None:
        """The number of the note on a fact; None for none."""
        if fact is None:
            return None
        key = (fact.source, fact.written_on, fact.checked_on)
        self.facts.setdefault(key, fact)
        return list(self.facts).index(key) + 1


def kit_sheet(kit: Kit, printing: Printing) -> bytes:
    """The kit as a PDF of A5 pages, in the reader's language where it is written in that.

    The same kit gives the same bytes on the same day; the last ones that were asked for are kept.
    """
    days = [text.front.written_on for part in kit.parts for text in part.texts.values()]
    made = datetime.combine(max(days, default=printing.today), time(), UTC)
    return _typeset(json.dumps(kit_words(kit, printing)), made)


@lru_cache(MOST_KEPT)
def _typeset(words: str, made: datetime) -> bytes:
    return typeset("kits/kit.typ", words, made=made)


def kit_words(kit: Kit, printing: Printing) -> dict[str, Any]:
    """All that is printed of a kit that has a text, as plain values: no word of it is markup."""
    said, sheet = printing.said, _Sheet(kit, printing)
    text = kit.town.text(printing.language)
    emergency, glance = sheet.emergency(), sheet.glance()  # first, as their notes are
    sections = [one for key in SECTIONS if (one := sheet.section(key))]
    return {
        "language": printing.language,
        "title": text.front.title if text else kit.town.data.name,
        "summary": text.front.summary if text else "",
        "written": text.language if text else printing.language,
        "name": kit.town.data.name,
        "site": printing.site,
        "link": printing.link,
        "qr": qr_code(printing.link),
        "alternative": said(_("QR code with this address: %(link)s"), link=printing.link),
        "online": said(_("The newest version is online:")),
        "emergency": emergency,
        "at_a_glance": said(_("At a glance")),
        "glance": glance,
        "contents": said(_("In this kit")),
        "sections": sections,
        "places": sheet.places(),
        "notes": sheet.sources(),
    }


class _Sheet:
    """What is printed of one kit; its notes are numbered as its sections are made."""

    def __init__(self, kit: Kit, printing: Printing) -> None:
        self.kit, self.printing, self.notes = kit, printing, Notes()

    def emergency(self) -> Node | None:
        """Whom to call."""
        number = self.printing.emergency
        if number is None:
            return None
        said, note = self.printing.said, self.notes.number(number.fact)
        call = said(_("Call %(number)s"), number=number.number)
        return {"title": said(_("In an emergency")), "call": call, "to": number.link, "note": note}

    def glance(self) -> list[Node]:
        """What holds in the country."""
        return [
            {"what": one.what, "answers": list(one.answers), "note": self.notes.number(one.fact)}
            for one in self.printing.glance
        ]

    def section(self, key: str) -> Node | None:
        """A section: its checklist, then what each part says. None where nobody says anything."""
        days = self.days(key)
        parts = [one for part in self.kit.parts if (one := self.part(part, key))]
        if not days and not parts:
            return None
        title = vocabulary.label("kit_sections", key, self.printing.language)
        return {"title": title, "emergency": key == "emergencies", "days": days, "parts": parts}

    def part(self, part: Part[Any, Any], key: str) -> Node | None:
        """What a town, a country or a language says in a section; None where that is nothing."""
        text = part.text_with(key, self.printing.language)
        section = text.sections[key] if text else None
        blocks = self.blocks(section.tokens, part.data.facts) if section else []
        phrases = self.phrases(part.data) if key == "words" and isinstance(part.data, LanguageFile) else []
        if not blocks and not phrases:
            return None
        written = text.language if text else self.printing.language
        return {
            "of": self.named(part),
            "language": written,
            "other": other_language(written, self.printing.language),
            "blocks": blocks,
            "spoken": part.name,
            "phrases": phrases,
        }

    def days(self, key: str) -> list[Node]:
        """The checklists of all parts as one, by day; each day has a heading and its tasks."""
        found: list[tuple[Task, Mapping[str, Fact], str]] = []
        for part in self.kit.parts:
            if text := part.text_with(key, self.printing.language):
                found += [(task, part.data.facts, text.language) for task in text.sections[key].tasks]
        found.sort(key=lambda one: one[0].days)
        return [
            {
                "title": after_arrival(days, self.printing.language),
                "tasks": [
                    {"blocks": self.blocks(task.tokens, facts), "language": written}
                    for task, facts, written in tasks
                ],
            }
            for days, tasks in groupby(found, key=lambda one: one[0].days)
        ]

    def blocks(self, tokens: Sequence[Any], facts: Mapping[str, Fact]) -> list[Node]:
        """A text, its facts with the numbers of their notes."""
        return printed(tokens, notes=lambda key: self.notes.number(facts.get(key)), links=self.printing.links)

    def phrases(self, spoken: LanguageFile) -> list[Node]:
        """Tables of phrases, one a use: (how it is written, how it sounds, what it means)."""
        said, language = self.printing.said, self.printing.language
        return [
            {
                "title": said(title),
                "head": [said(_("Phrase")), said(_("How to say it")), said(_("Meaning"))],
                "rows": [
                    [one.text, said_in(one.say, language), said_in(one.means, language)]
                    for one in spoken.phrases
                    if one.use == use
                ],
            }
            for use, title in USES.items()
            if any(one.use == use for one in spoken.phrases)
        ]

    def places(self) -> Node | None:
        """A table of the places: (name, what it is, latitude and longitude, source)."""
        places, said = self.kit.town.data.places, self.printing.said
        if not places:
            return None
        rows = [
            [
                place.name,
                vocabulary.label("kit_places", place.kind, self.printing.language),
                f"{place.lat:.5f}, {place.lon:.5f}",
                {"name": place.source.name, "url": place.source.url},
            ]
            for place in places
        ]
        heads = [said(_("Name")), said(_("What it is")), said(_("Latitude, longitude")), said(_("Source"))]
        return {"title": said(_("Places worth finding")), "head": heads, "rows": rows}

    def sources(self) -> Node | None:
        """The notes: whose each fact is, where it can be read, and how sure it is today."""
        notes = [
            {
                "number": number,
                "name": fact.source.name,
                "url": fact.source.url,
                "state": sureness(fact, self.printing.language, today=self.printing.today),
            }
            for number, fact in enumerate(self.notes.facts.values(), 1)
        ]
        return {"title": self.printing.said(_("Where this comes from")), "notes": notes} if notes else None

    def named(self, part: Part[Any, Any]) -> str:
        """Whom a part is for, where that is more than the town."""
        if part is self.kit.country:
            name = country_label(part.name, self.printing.language)
            return self.printing.said(_("Everywhere in this country: %(name)s"), name=name)
        return "" if part is self.kit.town else language_label(part.name, self.printing.language)
