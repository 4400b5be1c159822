"""A placing as a calendar: a stay is an event of whole days."""

from collections.abc import Callable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from mapsvc.catalogues import speaker
from mapsvc.messages import mark as _
from mapsvc.planning.results import Result, Stay
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.placement_words import fields_words, printable, shared_field

Name = Callable[[str], str]  # of an event, from a learner's code


def placement_calendar(
    result: Result, *, language: str, name: Name, page: Callable[[str], str], site: str, made: datetime
) -> bytes:
    """The stays as an iCalendar file (RFC 5545), one event each, by code.

    name gives the stay of a learner the same name in each scenario of a cohort, so that a calendar moves
    it instead of adding it; page gives the whole address of a host's page from its slug. made, in UTC, tells
    which of two files is newer.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{printable(site)}//mapsvc//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _line(result.cohort))
    for stay in result.stays():
        event = _event(stay, language)
        event.add("uid", _line(name(stay.learner.code)))
        event.add("dtstamp", made)
        event.add("last-modified", made)
        event.add("url", page(stay.offer.slug))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(stay: Stay, language: str) -> Event:
    say, offer, learner = speaker(language), stay.offer, stay.learner
    event = Event()
    event.add("dtstart", learner.first)
    event.add("dtend", learner.last + timedelta(days=1))  # the day after, as the standard counts
    event.add(
        "summary",
        _line(
            say(
                _("%(code)s: %(host)s, %(town)s"),
                code=learner.code,
                host=offer.host,
                town=offer.town,
            )
        ),
    )
    where = (offer.host, offer.town, country_label(offer.country, language))
    event.add("location", _line(", ".join(part for part in where if part)))
    event.add("geo", (offer.lat, offer.lon))
    field = fields_words(shared_field(stay), language)
    about = [say(_("Learner: %(code)s"), code=learner.code), offer.title]
    if field:
        about.append(say(_("Field: %(field)s"), field=field))
    event.add("description", "\n".join(_line(one) for one in about if one))
    event.add("transp", "TRANSPARENT")  # the referent is not busy because of it
    return event


def _line(text: str) -> str:
    return " ".join(printable(text).split())
