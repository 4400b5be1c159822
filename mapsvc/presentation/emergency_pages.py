"""What somebody needs within seconds: numbers to call, and words to say in each country's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from mapsvc import i18n
from mapsvc.content.kits import Country, Kit, Language
from mapsvc.content.shared_facts import Number
from mapsvc.content.words import said_in
from mapsvc.places.folding import fold
from mapsvc.presentation.kit_pages import PhraseList, ShownPart, phrases_of, section_of
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.notes import Note, Notes

PHRASES = (
    *("help", "call-ambulance", "need-doctor", "it-hurts-here", "hurt-myself", "i-am-allergic"),
    *("stop-danger", "leave-me-alone", "i-am-lost", "lost-papers", "speak-english", "more-slowly"),
)
EMERGENCIES = "emergencies"


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number to call, what for, and the note of what is said of it."""

    number: str
    link: str
    name: str
    about: str
    note: Note


@dataclass(frozen=True, slots=True)
class CountryHelp:
    """What to know and to say in one country."""

    code: str
    label: str
    parts: list[ShownPart]
    phrases: list[PhraseList]
    notes: list[Note]
    kits: list[tuple[str, str]]  # slug and name


def shown_numbers(numbers: Iterable[Number], notes: Notes) -> list[ShownNumber]:
    """The numbers in their order."""
    reader = i18n.language()
    return [
        ShownNumber(
            number=one.number,
            link=one.link,
            name=said_in(one.name, reader),
            about=said_in(one.about, reader),
            note=notes.add(one.fact),
        )
        for one in numbers
    ]


def country_help(kits: Iterable[Kit], notes: Notes) -> list[CountryHelp]:
    """What each country that has a kit says of emergencies, in order of its name."""
    reader = i18n.language()
    by_country: dict[str, list[Kit]] = {}
    for kit in kits:
        by_country.setdefault(kit.town.data.country, []).append(kit)
    order = sorted(by_country, key=lambda code: fold(country_label(code, reader)))
    return [_of_country(code, by_country[code], notes) for code in order]


def _of_country(code: str, kits: list[Kit], notes: Notes) -> CountryHelp:
    country: Country | None = next((kit.country for kit in kits if kit.country), None)
    spoken: dict[str, Language] = {part.name: part for kit in kits for part in kit.languages}
    found = section_of(kits[0].slug, country, EMERGENCIES, "", notes) if country else None
    return CountryHelp(
        code=code,
        label=country_label(code, i18n.language()),
        parts=[found[0]] if found else [],
        phrases=[one for part in spoken.values() for one in phrases_of(part, PHRASES) if one.phrases],
        notes=found[1] if found else [],
        kits=[(kit.slug, kit.town.data.name) for kit in kits],
    )
