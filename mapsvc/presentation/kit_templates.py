"""The files with which a referent begins a kit, with a hint for each section of what belongs there."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date

import yaml
from babel.languages import get_official_languages

from mapsvc.catalogues import translate
from mapsvc.content.kits import Kit
from mapsvc.messages import LANGUAGES
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.places.gazetteer import Place

# How a kit is written: what the page says, and the file beside the template.
MANNER = (
    _(
        "Write to one person of 17 who arrives at night with a nearly empty phone: what to do first, "
        "where, whom to ask."
    ),
    _("Short sentences, common words, “you”. 600 to 900 words in each language, at least 300."),
    _("Only what holds in this town. What holds in the whole country stands once, in the country's part."),
    _(
        "A sentence that can become wrong (a rule, a number, a name of an office) is a fact: it ends "
        "in a mark such as [^bus], and kit.yml says under “bus” which page of the office or the "
        "operator says so."
    ),
    _("Not sure? Leave it out. A short true text is better than a long one."),
    _("No prices, timetables and opening hours: say which page shows them."),
    _("The pages add by themselves: 112, money, clock, plugs, public holidays, languages."),
    _(
        "The first week is a checklist. Each line begins with the days after arrival: - [ ] +2 for "
        "the third day. Both languages have the same days."
    ),
    _("Lines that begin with > are hints. Write below them, and take them away."),
    _(
        "Read it once as somebody who arrives, and once as somebody who lives there. Then let a "
        "second person read it."
    ),
)
TITLE = _("Settling in %(town)s")
SUMMARY = _("At most 200 signs: what somebody should know of this town first.")
TOWN_HINTS: Mapping[str, str] = {
    "before": _("What makes this town different, what to ask for in writing, what to pack for it."),
    "journey": _(
        "Each station, airport and coach stop by its name, and how one gets from there to a bed. "
        "Then the same at night, with a phone that is nearly empty."
    ),
    "first-week": _(
        "Five to nine things to do, each in a line of its own with the days after arrival. Both "
        "languages have the same days."
    ),
    "home": _("The districts with their character and their distance. Where rooms are found, whom to ask."),
    "around": _("Who runs the buses and trams, which ticket to ask for, what young people pay, bicycles."),
    "health": _("Which hospital has an emergency department, and for whom. Where to go at night."),
    "food": _("Where one eats well for little, what people eat, where to buy food late."),
    "free-time": _(
        "The youth information. Where young people live and meet, sport, two trips of a day, one custom."
    ),
    "trouble": _("What goes wrong in this town, and what to do then, in order."),
}
COUNTRY_HINTS: Mapping[str, str] = {
    "before": _("Identity papers, consent of parents, medicine, what takes weeks to get."),
    "home": _("Registering, deposit, contract, what landlords may ask, where tenants get help."),
    "money-phone": _("Paying, cards, changing money, SIM cards."),
    "health": _("The European Health Insurance Card, doctor, pharmacy, evenings and weekends."),
    "emergencies": _("Numbers beside 112, help lines for young people, what to say."),
    "work": _("Hours and breaks, also under 18. Who is told of an accident. Rights of trainees."),
    "trouble": _("Whom to turn to: police, consulate, advice centres. What to do when papers are lost."),
}
LANGUAGE_HINTS: Mapping[str, str] = {"words": _("How to begin, which sounds matter, when to be formal.")}
FIRST_TASK = _("Write to your family and your referent that you have arrived.")
SOURCE_NAME = _("Name of the office or the operator")
TOWN_IS = _("The number of the town. Leave it as it is.")
FACTS_ARE = _(
    "Each source: the page of the office or the operator. checked_on: the day on which you looked at it."
)
PHRASES_ARE = _("40 phrases for the street, 10 for work (for: work). The stressed syllable is in capitals.")
CHECKLIST = "first-week"
MOST_LANGUAGES = 3


def slug_of(place: Place) -> str:
    """What the folder of a town's kit is called: small letters and hyphens."""
    return fold(place.name).replace(" ", "-")[:50].strip("-") or "town"


def kit_template(place: Place, kits: Mapping[str, Kit], *, reader: str, today: date) -> bytes:
    """A zip of the files of a kit, to be filled in: those of a town, and those of its country and its
    languages where no kit has them yet.

    What stands in a text is in the language of that text, all else in the reader's.
    """
    spoken = list(get_official_languages(place.country))[:MOST_LANGUAGES]
    countries = {kit.country.name for kit in kits.values() if kit.country}
    languages = {part.name for kit in kits.values() for part in kit.languages}
    files = dict(_town_files(place, spoken, reader, today))
    if place.country not in countries:
        files |= _country_files(place.country, reader, today)
    for language in spoken:
        if language not in languages:
            files |= _language_files(language, reader, today)
    files["how.txt"] = "\n".join(f"- {translate(reader, line)}" for line in MANNER) + "\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in files.items():
            made = zipfile.ZipInfo(path, (today.year, today.month, today.day, 0, 0, 0))
            archive.writestr(made, text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _town_files(place: Place, spoken: list[str], reader: str, today: date) -> Iterator[tuple[str, str]]:
    folder = f"kits/{slug_of(place)}"
    town = {"town": place.id, "name": place.name, "country": place.country, "languages": spoken}
    yield f"{folder}/kit.yml", _comment(reader, TOWN_IS) + _yaml(town) + _facts(reader, today)
    for language in LANGUAGES:
        front = {
            "title": translate(language, TITLE, town=place.name),
            "summary": translate(language, SUMMARY),
            "written_on": today,
        }
        yield f"{folder}/{language}.md", _text(front, TOWN_HINTS, language)


def _country_files(country: str, reader: str, today: date) -> dict[str, str]:
    folder, front = f"countries/{country}", {"title": country, "written_on": today}
    texts = {f"{folder}/{one}.md": _text(front, COUNTRY_HINTS, one) for one in LANGUAGES}
    return {f"{folder}/country.yml": _facts(reader, today), **texts}


def _language_files(spoken: str, reader: str, today: date) -> dict[str, str]:
    folder, front = f"languages/{spoken}", {"title": spoken, "written_on": today}
    texts = {f"{folder}/{one}.md": _text(front, LANGUAGE_HINTS, one) for one in LANGUAGES}
    words = dict.fromkeys(LANGUAGES, "")
    phrase = {"key": "good-morning", "for": "street", "text": "", "say": words, "means": dict(words)}
    return {f"{folder}/language.yml": _comment(reader, PHRASES_ARE) + _yaml({"phrases": [phrase]}), **texts}


def _text(front: Mapping[str, object], hints: Mapping[str, str], language: str) -> str:
    parts = [f"---\n{_yaml(front)}---\n"]
    for key, hint in hints.items():
        parts.append(f"## {key}\n\n> {translate(language, hint)}\n")
        if key == CHECKLIST:
            parts.append(f"- [ ] +0 {translate(language, FIRST_TASK)}\n")
    return "\n".join(parts)


def _facts(reader: str, today: date) -> str:
    source = {"name": translate(reader, SOURCE_NAME), "url": "https://www.example.org/"}
    example = {"written_on": today, "checked_on": None, "source": source}
    return _comment(reader, FACTS_ARE) + _yaml({"facts": {"bus": example}})


def _comment(reader: str, words: str) -> str:
    return f"# {translate(reader, words)}\n"


def _yaml(said: Mapping[str, object]) -> str:
    return str(yaml.safe_dump(dict(said), allow_unicode=True, sort_keys=False, width=1_000))
