"""The words of a host's sheet: its parts, its fields, their values, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from mapsvc import i18n
from mapsvc.domain import vocabulary
from mapsvc.domain.days import spelt
from mapsvc.domain.differences import plain_legal_ids
from mapsvc.domain.hosts import HostStatus
from mapsvc.domain.sheets import Part
from mapsvc.presentation.labels import country_label, language_label

PARTS = {
    Part.ORGANISATION: _l("The organisation"),
    Part.WHERE: _l("Where it is"),
    Part.WHAT: _l("What somebody can do"),
    Part.WHEN: _l("When and how long"),
    Part.WHOM: _l("Whom you take"),
    Part.CONDITIONS: _l("Welcome and conditions"),
    Part.CONTACT: _l("Contact"),
}
LABELS = {
    "status": _l("Status"),
    "name": _l("Name"),
    "other_names": _l("Other names"),
    "kind": _l("Kind of organisation"),
    "sectors": _l("Sectors of work"),
    "website": _l("Website"),
    "about": _l("About the organisation"),
    "languages": _l("Languages"),
    "legal_ids": _l("Official numbers"),
    "address": _l("Street and number"),
    "postcode": _l("Postcode"),
    "town": _l("Town"),
    "country": _l("Country"),
    "lon": _l("Longitude of the pin"),
    "lat": _l("Latitude of the pin"),
    "title": _l("Title"),
    "summary": _l("Summary"),
    "fields": _l("Fields of training"),
    "missions": _l("Tasks"),
    "profiles": _l("People at work"),
    "periods": _l("Periods"),
    "min_days": _l("Shortest stay, in days"),
    "max_days": _l("Longest stay, in days"),
    "welcome": _l("Who is welcome"),
    "min_age": _l("Minimum age"),
    "wheelchair": _l("Wheelchair"),
    "programmes": _l("Programmes"),
    "accommodation": _l("Accommodation"),
    "conditions": _l("Good to know"),
    "documents": _l("Documents"),
    "effects_visitor": _l("What the learner gains"),
    "effects_host": _l("What the host gains"),
    "contact": _l("Contact person"),
}
STATUSES = {
    HostStatus.LISTED: _l("On the map"),
    HostStatus.HELD: _l("Not on the map yet"),
    HostStatus.PAUSED: _l("Paused"),
    HostStatus.REMOVED: _l("Removed"),
}
DONE = {
    "before": _l("As it was before"),
    "added": _l("Added by hand"),
    "edited": _l("Edited"),
    "added_part": _l("Added a place or an offer"),
    "removed_part": _l("Removed a place or an offer"),
    "restored": _l("Brought an earlier state back"),
    "paused": _l("Paused"),
    "resumed": _l("Put on the map"),
    "removed": _l("Removed"),
    "brought_back": _l("Brought back after it was removed"),
    "placed": _l("Set the pin on the map"),
    "unplaced": _l("Took the pin away again"),
    "approved": _l("Approved after review"),
    "undone": _l("Took the approval back"),
    "confirmed": _l("Confirmed that it is still true"),
}
TEXTS = frozenset({"about", "title", "summary", "welcome", "conditions", "effects_visitor", "effects_host"})
LISTS = frozenset({"missions", "profiles", "documents"})
KEYS = {
    "kind": "organisation_kinds",
    "sectors": "sectors",
    "fields": vocabulary.FIELDS,
    "programmes": "programmes",
    "accommodation": "accommodation",
}


def text_language(code: str, language: str) -> str:
    """The name of the language that a text is written in; "" is one that nobody named."""
    return language_label(code, language) if code else str(gettext("Language not named"))


def spoken_lines(column: str, value: Any, language: str) -> list[str]:
    """A value as lines of words, none where nothing is said. Texts by language are not for this."""
    if value is None or value in ("", [], {}):
        return []
    if column in KEYS:
        keys = [value] if isinstance(value, str) else value
        return [vocabulary.label(KEYS[column], key, language) for key in keys]
    if column == "languages":
        return [" ".join(filter(None, (language_label(code, language), level))) for code, level in value]
    if column == "periods":
        return [_period(*one) for one in value]
    if column == "contact":
        return [value[name] for name in ("name", "email", "phone") if value.get(name)]
    listed = plain_legal_ids(value) if column == "legal_ids" else value
    return [str(one) for one in listed] if isinstance(listed, list) else [_plain(column, value, language)]


def _plain(column: str, value: Any, language: str) -> str:
    if column == "country":
        return country_label(value, language)
    if column == "status":
        return str(STATUSES.get(value, value))
    if column == "wheelchair":
        return str(gettext("Yes") if value else gettext("No"))
    return str(value)


def _period(first: str, last: str, seats: int) -> str:
    days = {"first": _day(first), "last": _day(last)}
    return f"{gettext('%(first)s to %(last)s', **days)}, {ngettext('%(num)s seat', '%(num)s seats', seats)}"


def _day(text: str) -> str:
    return spelt(date.fromisoformat(text), "long", i18n.language())


def by_language(value: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    """What is said in each language, in order of its code."""
    return [(code, said) for code, said in sorted((value or {}).items()) if said]


def as_lines(said: str | Sequence[str]) -> list[str]:
    """A text or a list of lines as a list."""
    return [said] if isinstance(said, str) else list(said)
