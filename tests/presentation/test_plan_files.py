"""A plan in a calendar and on paper: other programs read it, and it tells no names and no address."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar, Component
from pypdf import PdfReader

from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.domain.plans import HostPlan
from mapsvc.presentation.plan_files import plan_calendar, plan_sheet
from mapsvc.presentation.plans import fields_of, masked, plan_view
from mapsvc.services.planning import steps_of_plan

HOST = usable(Tree.of()).timelines["host"]
PAGE = "https://map.example.org/timelines/host"
TODAY = date(2027, 1, 15)


def plan(**changed: Any) -> HostPlan:
    """Twelve weeks of a minor who gets a room."""
    said: dict[str, Any] = {
        "arrival": date(2027, 3, 1),
        "departure": date(2027, 5, 23),
        "minor": True,
        "housing": True,
        "language": "en",
        "learner": "Ana",
        "host": "Bäckerei Ōgre",
        "tutor": "",
        "referent": "",
        "town": "Como",
        "done": ["offer"],
        "created": datetime(2026, 11, 22, tzinfo=UTC),
        "changed": datetime(2026, 11, 22, tzinfo=UTC),
    }
    return HostPlan(id=1, timeline="host", **said | changed)


def events(one: HostPlan) -> dict[str, Component]:
    """The events of the calendar of a plan, by their names."""
    body = plan_calendar(
        one, HOST, steps_of_plan(one, HOST), name=lambda key: f"u-{key}", page=PAGE, site="The map"
    )
    return {str(event["uid"]): event for event in Calendar.from_ical(body).walk("VEVENT")}


def sheet(one: HostPlan, language: str = "en") -> PdfReader:
    made = plan_sheet(one, HOST, steps_of_plan(one, HOST), language, today=TODAY, site="The map")
    return PdfReader(io.BytesIO(made))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_calendar_holds_each_step_once_on_its_day() -> None:
    found = events(plan())

    steps = {f"u-{one.step.key}": one.day for one in steps_of_plan(plan(), HOST)}
    days = {"u-arrival-day": date(2027, 3, 1), "u-departure-day": date(2027, 5, 23)}
    assert {name: event.decoded("dtstart") for name, event in found.items()} == steps | days
    assert len(found) > 45


def test_a_step_keeps_its_name_when_the_days_change() -> None:
    before, after = events(plan()), events(plan(arrival=date(2027, 3, 8), departure=date(2027, 5, 30)))

    assert before.keys() == after.keys()
    assert before["u-team"].decoded("dtstart") != after["u-team"].decoded("dtstart")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_calendar_speaks_the_language_of_the_plan(language: str) -> None:
    event = events(plan(language=language))["u-team"]

    step = next(step for step in HOST.data.steps if step.key == "team")
    assert str(event["summary"]) == step.title[language]
    assert step.what[language].split(".")[0].split("\n")[0] in str(event["description"]).replace("\n", " ")
    assert str(event["url"]) == f"{PAGE}#team"


def test_a_calendar_marks_what_is_done() -> None:
    found = events(plan())

    assert str(found["u-offer"]["summary"]).startswith("✓ ")
    assert not str(found["u-team"]["summary"]).startswith("✓ ")


def test_a_calendar_tells_no_name() -> None:
    one = plan(learner="Zwqkana", host="Zwqkahost", town="Zwqkatown")

    said = "".join(event.to_ical().decode() for event in events(one).values())

    assert "Zwqka" not in said


def test_nobody_is_busy_because_of_a_step() -> None:
    assert {str(event["transp"]) for event in events(plan()).values()} == {"TRANSPARENT"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sheet_says_its_language_and_title_and_screen_readers_can_read_it(language: str) -> None:
    catalog = sheet(plan(), language).trailer["/Root"]

    assert catalog["/Lang"] == language
    assert catalog["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    assert sheet(plan(), language).metadata is not None
    assert HOST.data.title[language] in catalog["/Metadata"].get_data().decode()


def test_a_sheet_holds_all_steps_with_days_and_sources() -> None:
    said = words(sheet(plan()))

    titles = [one.step.title["en"] for one in steps_of_plan(plan(), HOST)]
    assert [title for title in titles if title not in said] == []
    for text in ("Ana · Bäckerei Ōgre · Como", "Monday 1 March 2027", "Where this comes from", "EUR-Lex"):
        assert text in said


def test_a_name_on_a_sheet_is_never_read_as_markup() -> None:
    name = '#read("/etc/passwd") *bold* <label>'

    assert name in words(sheet(plan(learner=name)))


def test_a_sheet_with_letters_that_no_font_has_is_still_printed() -> None:
    assert "Before the stay" in words(sheet(plan(learner="مخبز")))


def test_a_plan_says_what_is_next_late_and_done() -> None:
    one = plan(done=["offer", "team"])

    view = plan_view(one, HOST, steps_of_plan(one, HOST), "en", today=TODAY)

    found = {each.step.key: each for phase in view.phases for each in phase.steps}
    assert (view.done, view.total) == (2, len(found))
    assert view.next is not None
    assert view.next.step.key == "choose-tutor"
    assert (found["offer"].state, found["choose-tutor"].state) == ("", "late")
    assert (found["minor-consent"].state, found["thank-you"].state) == ("today", "")
    assert [phase.key for phase in view.phases] == ["before", "during", "after"]


def test_a_plan_counts_done_steps_of_this_stay_alone() -> None:
    one = plan(done=["goals-short", "gone-since"])

    assert plan_view(one, HOST, steps_of_plan(one, HOST), "en", today=TODAY).done == 0


def test_papers_are_filled_in_with_what_the_plan_knows() -> None:
    assert fields_of(plan(), "en") == {
        "learner": "Ana",
        "host": "Bäckerei Ōgre",
        "town": "Como",
        "arrival": "Monday 1 March 2027",
        "departure": "Sunday 23 May 2027",
    }


def test_an_address_is_known_again_by_its_owner_alone() -> None:
    assert masked("ada.lovelace@example.org") == "a…@example.org"
