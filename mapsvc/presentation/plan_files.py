"""A plan to take along: as a calendar that follows it, and as a sheet to print."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from mapsvc.catalogues import speaker
from mapsvc.content import markup
from mapsvc.content.stays import DatedStep
from mapsvc.content.timelines import Timeline
from mapsvc.content.words import said_in, shown_in
from mapsvc.domain.plans import HostPlan
from mapsvc.messages import mark as _
from mapsvc.presentation.printing import typeset
from mapsvc.presentation.timeline_words import (
    PHASES,
    WHO,
    day_words,
    minutes_words,
)
from mapsvc.presentation.timelines import fact_numbers, notes_on, papers_of, parsed

CALENDAR = "text/calendar; charset=utf-8"
DONE = "✓ "
EVERY = timedelta(hours=12)  # so often may a calendar ask anew

Name = Callable[[str], str]  # of an event, from the key of its step


def plan_calendar(
    plan: HostPlan, timeline: Timeline, steps: Sequence[DatedStep], *, name: Name, page: str, site: str
) -> bytes:
    """The steps of a plan as whole days of a calendar, in the language of the plan.

    name gives each event the same name each time, so that a calendar moves it instead of adding it; page
    is the whole address of the timeline. No name of a person is in it, as calendars are kept elsewhere.
    """
    say = speaker(plan.language)
    calendar = Calendar()
    calendar.add("prodid", f"-//{site}//mapsvc//{plan.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", said_in(timeline.data.title, plan.language))
    calendar.add("refresh-interval", EVERY, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    calendar.add_component(_event(plan, name("arrival-day"), plan.arrival, say(_("Arrival"))))
    for one in steps:
        calendar.add_component(_step_event(plan, one, name=name, page=page))
    calendar.add_component(_event(plan, name("departure-day"), plan.departure, say(_("Departure"))))
    return bytes(calendar.to_ical())


def plan_sheet(
    plan: HostPlan, timeline: Timeline, steps: Sequence[DatedStep], language: str, *, today: date, site: str
) -> bytes:
    """A plan as a PDF of A4 pages with boxes to tick; it holds no address that opens the plan."""
    return typeset(
        "timelines/plan.typ",
        _sheet_words(plan, timeline, steps, language, today=today, site=site),
        made=datetime(today.year, today.month, today.day, tzinfo=UTC),
    )


def _step_event(plan: HostPlan, one: DatedStep, *, name: Name, page: str) -> Event:
    language, step = plan.language, one.step
    say = speaker(language)
    lines = markup.plain(parsed(said_in(step.what, language))).splitlines()
    text = "\n\n".join(line.strip() for line in lines)
    about = f"{say(WHO[step.who])}, {minutes_words(step.minutes, language)}"
    link = f"{page}#{step.key}"
    done = DONE if step.key in plan.done else ""
    event = _event(plan, name(step.key), one.day, f"{done}{said_in(step.title, language)}")
    event.add("description", f"{about}\n\n{text}\n\n{link}")
    event.add("url", link)
    return event


def _event(plan: HostPlan, uid: str, day: date, title: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", plan.changed)
    event.add("last-modified", plan.changed)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title)
    event.add("transp", "TRANSPARENT")  # nobody is busy all day because of a step
    return event


def _sheet_words(
    plan: HostPlan, timeline: Timeline, steps: Sequence[DatedStep], language: str, *, today: date, site: str
) -> dict[str, Any]:
    say = speaker(language)
    numbers = fact_numbers([one.step for one in steps], language)
    notes = notes_on(timeline.data.facts, numbers, language, today=today, of=list(numbers))
    who = [name for name in (plan.learner, plan.host, plan.town) if name]
    drawn = [(one.step.phase, _sheet_step(plan, timeline, one, numbers, language)) for one in steps]
    phases = [
        {"name": say(name), "steps": [step for phase, step in drawn if phase == key]}
        for key, name in PHASES.items()
    ]
    return {
        "language": language,
        "title": said_in(timeline.data.title, language),
        "who": " · ".join(who),
        "days": say(
            _("From %(arrival)s to %(departure)s"),
            arrival=day_words(plan.arrival, language),
            departure=day_words(plan.departure, language),
        ),
        "phases": [phase for phase in phases if phase["steps"]],
        "open": say(_("to do")),
        "done": say(_("done")),
        "sources": say(_("Where this comes from")),
        "notes": [{"number": one.number, "text": f"{one.name}. {one.said}", "url": one.url} for one in notes],
        "foot": site,
    }


def _sheet_step(
    plan: HostPlan, timeline: Timeline, one: DatedStep, numbers: dict[str, int], language: str
) -> dict[str, Any]:
    step, say = one.step, speaker(language)
    papers = [paper.title for paper in papers_of(timeline, step.resources, language)]
    return {
        "day": day_words(one.day, language),
        "title": said_in(step.title, language),
        "spoken": shown_in(step.title, language),
        "about": f"{say(WHO[step.who])} · {minutes_words(step.minutes, language)}",
        "done": step.key in plan.done,
        "text": _paragraphs(said_in(step.what, language), numbers),
        "papers": say(_("Papers: %(titles)s"), titles=", ".join(papers)) if papers else "",
    }


def _paragraphs(text: str, numbers: dict[str, int]) -> list[str]:
    """The paragraphs of a text, with the number of the note after a fact."""
    said = []
    for token in parsed(text):
        if token.type == "inline":
            words = []
            for child in token.children or []:
                if child.type == "fact":
                    words.append(f"[{numbers[child.content]}]" if child.content in numbers else "")
                else:
                    words.append(" " if child.type in {"softbreak", "hardbreak"} else child.content)
            said.append("".join(words))
    return said
