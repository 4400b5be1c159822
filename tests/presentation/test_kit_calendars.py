"""The first week of a kit is a calendar that other programs read."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar, Event

from mapsvc.content.faults import Faults
from mapsvc.content.kits import Kit, load_kits
from mapsvc.content.trees import Tree
from mapsvc.presentation.kit_calendars import first_week
from tests.content_files import write_kit, write_language

ARRIVAL = date(2027, 2, 27)
LINK = "https://map.example.org/kits/here"
MADE = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
LONGEST_LINE = 75  # bytes, RFC 5545 section 3.1


def calendar(kit: Kit, arrival: date = ARRIVAL, language: str = "en") -> bytes:
    return first_week(kit, arrival, language=language, link=LINK, site="map.example.org", made=MADE)


def events(body: bytes) -> list[Event]:
    return list(Calendar.from_ical(body).walk("VEVENT"))


@pytest.fixture(scope="module")
def kits() -> dict[str, Kit]:
    tree = Tree.of()
    return load_kits(tree, Faults(tree))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("slug", ["como", "flensburg", "kaunas"])
def test_each_item_of_a_checklist_is_an_event_on_its_day(
    kits: dict[str, Kit], slug: str, language: str
) -> None:
    kit = kits[slug]

    found = events(calendar(kit, language=language))

    texts = [text for part in kit.parts if (text := part.text(language))]
    tasks = [task for text in texts for section in text.sections.values() for task in section.tasks]
    assert len(found) >= 5
    assert [one["dtstart"].dt - ARRIVAL for one in found] == sorted(timedelta(task.days) for task in tasks)
    assert all(one["dtend"].dt - one["dtstart"].dt == timedelta(1) for one in found)
    assert not any("[ ]" in one["summary"] for one in found)


def test_an_event_says_what_to_do_and_where_that_is_from(tmp_path: Path) -> None:
    kit = write_kit(tmp_path, {"en": "## first-week\n- [ ] +3 Find *the* shop, and ask; say “hi”.\n"})

    (event,) = events(calendar(kit))

    assert event["summary"] == "Find the shop, and ask; say “hi”."
    assert event["summary"].params["LANGUAGE"] == "en"
    assert event["dtstart"].dt == date(2027, 3, 2)
    assert event["description"] == f"From “Settling in here”: {LINK}"
    assert event["url"] == LINK
    assert event["transp"] == "TRANSPARENT"
    assert event["dtstamp"].dt == MADE


def test_taken_in_again_events_move_and_are_not_doubled(kits: dict[str, Kit]) -> None:
    first = events(calendar(kits["como"]))

    later = events(calendar(kits["como"], ARRIVAL + timedelta(7), "fr"))

    names = [str(one["uid"]) for one in first]
    assert names == [str(one["uid"]) for one in later]
    assert len(set(names)) == len(names)
    assert all(name.endswith("@map.example.org") for name in names)


def test_the_file_has_lines_as_calendars_want_them(kits: dict[str, Kit]) -> None:
    body = calendar(kits["kaunas"], language="fr")

    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert not any(b"\n" in line or len(line) > LONGEST_LINE for line in lines)


def test_items_of_a_language_and_of_the_town_come_by_day(tmp_path: Path) -> None:
    write_language(tmp_path, [], {"en": "## first-week\n- [ ] +1 Learn a word.\n"})
    kit = write_kit(tmp_path, {"en": "## first-week\n- [ ] +2 Walk.\n- [ ] +0 Call home.\n"})

    assert [str(one["summary"]) for one in events(calendar(kit))] == ["Call home.", "Learn a word.", "Walk."]


def test_no_text_of_a_kit_begins_a_line_of_its_own(tmp_path: Path) -> None:
    kit = write_kit(
        tmp_path,
        {"en": "## first-week\n- [ ] +0 Ask.\\\n  END:VEVENT\n"},
        front={"title": "One\nURL:https://elsewhere.example"},
    )

    (event,) = events(calendar(kit))

    assert event["summary"] == "Ask. END:VEVENT"
    assert event["url"] == LINK
