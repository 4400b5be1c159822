"""What a kit must have before it helps anybody: sections, words, phrases, facts with sources."""

from collections.abc import Mapping, Sequence
from typing import Any

from mapsvc.content import markup
from mapsvc.content.faults import Faults
from mapsvc.content.kits import SECTIONS, Country, Kit, Language, Town
from mapsvc.content.links import Known
from mapsvc.content.text_checks import (
    NOT_IN_LANGUAGE,
    check_days,
    check_facts,
    check_links,
    marks_in,
)
from mapsvc.content.texts import Text
from mapsvc.messages import LANGUAGES
from mapsvc.messages import mark as _

TOWN_SECTIONS = ("before", "journey", "first-week", "home", "around", "food", "free-time", "trouble")
COUNTRY_SECTIONS = ("before", "home", "money-phone", "health", "emergencies", "work", "trouble")
LANGUAGE_SECTIONS = ("words",)
FEWEST_WORDS = 300  # of a town's own part
FEWEST_PHRASES = {"street": 40, "work": 10}

MISSING_TEXT = _("There is no text in “%(language)s”. Write it, or say only_in: [%(others)s] in the YAML.")
MISSING_SECTION = _("The section “%(name)s” is missing. Write it under “## %(name)s”.")
NO_PART = _("No text has the section “%(name)s”: neither the town's, nor its country's, nor its language's.")
FEW_WORDS = _("This text has %(count)s words. A kit needs at least %(limit)s of its own.")
FEW_PHRASES = _("There are %(count)s phrases for “%(use)s”. At least %(limit)s are needed.")
NO_SUCH = _("“%(name)s” is not there: %(file)s is missing. Write it, or correct the name.")
OTHER_TASKS = _(
    "The checklist has other days than in “%(language)s”: %(days)s. Both must have the same items."
)
HINT_LEFT = _("A hint of the template stands here still. Write the section, and take this line away.")
NO_TOWN = _("The gazetteer has no town %(town)s in %(country)s. Look its number up in data/gazetteer.")


def check_kits(kits: Mapping[str, Kit], faults: Faults, *, known: Known, towns: Mapping[int, str]) -> None:
    """Notes what kits lack. towns gives the country of each town of the gazetteer."""
    for kit in kits.values():
        _check_town(kit.town, faults, towns, kits)
        _check_whole(kit, faults)
    parts = {part.path: part for kit in kits.values() for part in kit.parts}
    for part in parts.values():
        check_part(part, faults, known=known)


def check_part(part: Town | Country | Language, faults: Faults, *, known: Known) -> None:
    """Notes what the texts of a town, a country or a language lack."""
    needed = {"kits": TOWN_SECTIONS, "countries": COUNTRY_SECTIONS, "languages": LANGUAGE_SECTIONS}
    sections = needed[part.path.parent.parent.name]
    wanted = part.data.only_in or LANGUAGES
    check_days(part.path, part.data.facts, faults)
    for language in wanted:
        text = part.texts.get(language)
        if text is None:
            others = ", ".join(part.texts)
            faults.add(part.path, 0, MISSING_TEXT, language=language, others=others)
            continue
        for name in sections:
            if name not in text.sections:
                faults.add(text.path, 0, MISSING_SECTION, name=name)
        check_facts(part.path, part.data.facts, marks_in(text), language, faults)
        check_links(text, faults, known)
        _check_hints(text, faults)
    _check_tasks([part.texts[one] for one in wanted if one in part.texts], faults)


def _check_town(town: Town, faults: Faults, towns: Mapping[int, str], kits: Mapping[str, Kit]) -> None:
    said = town.data
    if towns.get(said.town) != said.country:
        faults.add(town.path, "town", NO_TOWN, town=said.town, country=said.country)
    for slug in said.nearby:
        if slug not in kits:
            faults.add(town.path, 0, NO_SUCH, name=slug, file=f"kits/{slug}/kit.yml")
    for text in town.texts.values():
        count = sum(len(markup.plain(section.tokens).split()) for section in text.sections.values())
        if count < FEWEST_WORDS:
            faults.add(text.path, 0, FEW_WORDS, count=count, limit=FEWEST_WORDS)


def _check_whole(kit: Kit, faults: Faults) -> None:
    said = kit.town.data
    if kit.country is None:
        faults.add(kit.town.path, 0, NO_SUCH, name=said.country, file=f"countries/{said.country}/country.yml")
    spoken = {part.name for part in kit.languages}
    for name in said.languages:
        if name not in spoken:
            faults.add(kit.town.path, 0, NO_SUCH, name=name, file=f"languages/{name}/language.yml")
    for part in kit.languages:
        _check_phrases(part, faults)
    covered = {name for part in kit.parts for text in part.texts.values() for name in text.sections}
    for name in SECTIONS:
        if name not in covered:
            faults.add(kit.town.path, 0, NO_PART, name=name)


def _check_phrases(part: Language, faults: Faults) -> None:
    for use, limit in FEWEST_PHRASES.items():
        count = sum(phrase.use == use for phrase in part.data.phrases)
        if count < limit:
            faults.add(part.path, 0, FEW_PHRASES, count=count, use=use, limit=limit)
    for phrase in part.data.phrases:
        for language in part.data.only_in or LANGUAGES:
            if language not in phrase.say or language not in phrase.means:
                faults.add(part.path, phrase.key, NOT_IN_LANGUAGE, name=phrase.key, language=language)


def _check_hints(text: Text[Any], faults: Faults) -> None:
    for section in text.sections.values():
        for token in section.tokens:
            if token.type == "blockquote_open":
                faults.add(text.path, token.map[0] if token.map else section.line, HINT_LEFT)


def _check_tasks(texts: Sequence[Text[Any]], faults: Faults) -> None:
    days = [sorted(task.days for one in text.sections.values() for task in one.tasks) for text in texts]
    for text, own in zip(texts[1:], days[1:], strict=True):
        if own != days[0]:
            faults.add(text.path, 0, OTHER_TASKS, language=texts[0].language, days=days[0])
