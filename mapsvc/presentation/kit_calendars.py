"""The first week of a kit as a calendar: what to do on which day after arrival."""

from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from mapsvc.catalogues import translate
from mapsvc.content import markup
from mapsvc.content.kits import Kit
from mapsvc.messages import mark as _

PRODUCT = "-//mapsvc//kits//EN"


def first_week(kit: Kit, arrival: date, *, language: str, link: str, site: str, made: datetime) -> bytes:
    """The checklist of a kit as an iCalendar file (RFC 5545), an event of the whole day for each item.

    link is the whole address of the kit's page, site the host name of the installation, and made the
    moment, in UTC, from which a calendar knows which file is newer. Taken in again, with another day of
    arrival or in another language, the events move: their names depend on neither.
    """
    text = kit.town.text(language)
    title = " ".join((text.front.title if text else kit.town.data.name).split())
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for number, (days, said, written) in enumerate(_tasks(kit, language)):
        event = Event()
        event.add("uid", f"kit-{kit.slug}-{number}@{site}")
        event.add("dtstamp", made)
        event.add("dtstart", arrival + timedelta(days=days))
        event.add("dtend", arrival + timedelta(days=days + 1))
        event.add("summary", said, parameters={"LANGUAGE": written})
        event.add("description", translate(language, _("From “%(title)s”: %(link)s"), title=title, link=link))
        event.add("url", link)
        event.add("transp", "TRANSPARENT")  # nobody is busy all day with it
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _tasks(kit: Kit, language: str) -> list[tuple[int, str, str]]:
    """All items by day: (days after arrival, words, the language of these)."""
    texts = [text for part in kit.parts if (text := part.text(language))]
    found = [
        (task.days, markup.plain(task.tokens).replace("\n", " "), text.language)
        for text in texts
        for section in text.sections.values()
        for task in section.tasks
    ]
    return sorted(found, key=lambda one: one[0])
