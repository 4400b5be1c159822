"""A kit as its page shows it: sections in the reader's language, a checklist, phrases, notes of facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask_babel import gettext
from markdown_it.token import Token
from markupsafe import Markup

from mapsvc import i18n
from mapsvc.content import markup
from mapsvc.content.corrections import named
from mapsvc.content.kits import SECTIONS, Country, Kit, Language, LanguageFile, Phrase, Place, Town
from mapsvc.content.texts import Section
from mapsvc.content.words import said_in
from mapsvc.domain import vocabulary
from mapsvc.domain.corrections import correction_path
from mapsvc.domain.days import spelt
from mapsvc.presentation.content_links import address
from mapsvc.presentation.content_words import USES, after_arrival, other_language
from mapsvc.presentation.labels import country_label, language_label
from mapsvc.presentation.notes import Note, Notes

FIRST_WEEK, WORDS, AROUND = "first-week", "words", "around"

AnyPart = Town | Country | Language


@dataclass(frozen=True, slots=True)
class ShownPart:
    """What one part says in a section: whose words they are, and in which language they came."""

    whose: str
    html: Markup
    language: str
    other: str  # that it is in another language than the reader's; "" where it is not


@dataclass(frozen=True, slots=True)
class ShownTask:
    """An item of the checklist; `key` stays the same in every language."""

    key: str
    html: Markup
    language: str


@dataclass(frozen=True, slots=True)
class ShownPhrase:
    """Words to say, how they sound, what they mean."""

    text: str
    say: str
    means: str


@dataclass(frozen=True, slots=True)
class PhraseList:
    """Phrases of one language for one use; `code` is that of the language."""

    title: str
    code: str
    phrases: list[ShownPhrase]


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section of the page; days are the items of its checklist by day: (words for the day, items)."""

    key: str
    heading: str
    parts: list[ShownPart]
    days: list[tuple[str, list[ShownTask]]]
    phrases: list[PhraseList]
    places: Sequence[Place]
    notes: list[Note]

    @property
    def unchecked(self) -> int:
        """How many of its facts nobody looked at within a year."""
        return sum(note.state != "good" for note in self.notes)


@dataclass(frozen=True, slots=True)
class KitPage:
    """A kit in the reader's language."""

    slug: str
    name: str
    title: str
    summary: str
    language: str  # of title and summary
    country: str
    country_label: str
    written: str
    sections: list[ShownSection]
    nearby: list[tuple[str, str]]  # slug and name of kits that go with it


def kit_page(kit: Kit, notes: Notes, *, names: Mapping[str, str]) -> KitPage:
    """The page of a kit, whose facts are numbered by notes. names are those of all kits, by slug."""
    reader, said = i18n.language(), kit.town.data
    text = kit.town.text(reader)
    found = (_section(kit, key, notes, reader) for key in SECTIONS)
    return KitPage(
        slug=kit.slug,
        name=said.name,
        title=text.front.title if text else said.name,
        summary=text.front.summary if text else "",
        language=text.language if text else reader,
        country=said.country,
        country_label=country_label(said.country, reader),
        written=_month(text.front.written_on, reader) if text else "",
        sections=[section for section in found if section is not None],
        nearby=[(slug, names[slug]) for slug in said.nearby if slug in names],
    )


def section_of(
    kit: str, part: AnyPart, key: str, whose: str, notes: Notes
) -> tuple[ShownPart, list[Note]] | None:
    """What a part says in a section, and the notes of its facts; None where it says nothing there.

    kit is that on whose page its facts are corrected.
    """
    reader = i18n.language()
    text = part.text_with(key, reader)
    if text is None:
        return None
    section = text.sections[key]
    numbers, fresh = notes.of(
        str(part.path),
        part.data.facts,
        [section.tokens, *(task.tokens for task in section.tasks)],
        correct=lambda fact: correction_path(kit, named(part), fact),
    )
    shown = markup.html(section.tokens, numbers=numbers, links=address)
    return ShownPart(whose, shown, text.language, other_language(text.language, reader)), fresh


def phrases_of(part: Language, wanted: Sequence[str] = (), *, named: bool = False) -> Iterator[PhraseList]:
    """The phrases of a language, a list for each use, which says the language where named.

    wanted are the keys of some, in one list.
    """
    reader = i18n.language()
    if wanted:
        by_key = {phrase.key: phrase for phrase in part.data.phrases}
        chosen = [_phrase(by_key[key], reader) for key in wanted if key in by_key]
        yield PhraseList(language_label(part.name, reader), part.name, chosen)
        return
    for use, title in USES.items():
        found = [_phrase(phrase, reader) for phrase in part.data.phrases if phrase.use == use]
        if found:
            words = i18n.said(title)
            shown = f"{language_label(part.name, reader)} · {words}" if named else words
            yield PhraseList(shown, part.name, found)


def _section(kit: Kit, key: str, notes: Notes, reader: str) -> ShownSection | None:
    parts: list[ShownPart] = []
    fresh: list[Note] = []
    for part in kit.parts:
        if found := section_of(kit.slug, part, key, _whose(part, reader), notes):
            shown, own = found
            fresh += own
            if shown.html:
                parts.append(shown)
    days = _days(kit, key, notes, reader)
    spoken = kit.languages if key == WORDS else ()
    phrases = [one for part in spoken for one in phrases_of(part, named=len(spoken) > 1)]
    places = kit.town.data.places if key == AROUND else ()
    if not (parts or days or phrases):
        return None
    return ShownSection(
        key, vocabulary.label("kit_sections", key, reader), parts, days, phrases, places, fresh
    )


def _whose(part: AnyPart, reader: str) -> str:
    """Where what a part says holds: in the town, in all of its country, wherever its language is spoken."""
    if isinstance(part.data, LanguageFile):
        return language_label(part.name, reader)
    if part.path.parent.parent.name == "countries":
        return str(gettext("Everywhere in this country: %(name)s", name=country_label(part.name, reader)))
    return ""


def _days(kit: Kit, key: str, notes: Notes, reader: str) -> list[tuple[str, list[ShownTask]]]:
    """The checklist of a section, of all parts together, by day."""
    found: list[tuple[int, ShownTask]] = []
    for part in kit.parts:
        text = part.text_with(key, reader)
        if text is not None:
            found += _tasks(part, text.sections[key], text.language, notes)
    found.sort(key=lambda pair: pair[0])
    grouped = groupby(found, key=lambda pair: pair[0])
    return [(after_arrival(days, reader), [task for _days, task in tasks]) for days, tasks in grouped]


def _tasks(part: AnyPart, section: Section, language: str, notes: Notes) -> Iterator[tuple[int, ShownTask]]:
    for place, task in enumerate(section.tasks):
        numbers, _known = notes.of(str(part.path), part.data.facts, [task.tokens])
        html = markup.html(_inline(task.tokens), numbers=numbers, links=address)
        key = f"{part.name}-{section.key}-{place}"
        yield task.days, ShownTask(key, html, language)


def _inline(tokens: Sequence[Token]) -> list[Token]:
    """The words of a block alone: a label holds no paragraph."""
    return [token for token in tokens if token.type == "inline"]


def _phrase(phrase: Phrase, reader: str) -> ShownPhrase:
    return ShownPhrase(phrase.text, said_in(phrase.say, reader), said_in(phrase.means, reader))


def _month(day: date, reader: str) -> str:
    return spelt(day, "MMMM y", reader)
