"""Sheets, letters and the calendar of a placing say what they should, by code, and no word of them runs."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from docx import Document
from icalendar import Calendar
from pypdf import PdfReader

from mapsvc.planning.outcomes import Outcome
from mapsvc.planning.results import Result
from mapsvc.presentation.placement_calendars import placement_calendar
from mapsvc.presentation.placement_letters import host_letters
from mapsvc.presentation.placement_sheets import learner_sheets
from mapsvc.presentation.placement_words import printable
from tests.presentation.placings import HOSTILE, PAGE, hand, hostile, offer, result, venue
from tests.presentation.test_class_sheets import alternatives, fonts

MADE = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NOBODY = result(outcome=Outcome((), (), (), 0, 0.0, 0.0), learners=())


def sheets(found: Result, language: str = "en") -> PdfReader:
    return PdfReader(io.BytesIO(learner_sheets(found, hand(language))))


def said(reader: PdfReader, page: int = 0) -> str:
    return " ".join(reader.pages[page].extract_text().split())


def test_each_learner_who_is_placed_has_one_page_by_code() -> None:
    reader = sheets(result())

    assert len(reader.pages) == 2
    assert "B-01" in said(reader, 0)
    assert "B-02" not in said(reader, 0)
    assert "B-02" in said(reader, 1)


def test_a_sheet_says_host_address_days_distance_kit_emergency_number_and_whom_to_ask() -> None:
    words = said(sheets(result()))

    for text in (
        "Forno Rossi",
        "Via Roma 1",
        "22100 Como",
        "Monday 1 March 2027",
        "Friday 26 March 2027",
        "1.5 km in a straight line from Como",
        "https://map.example.org/kits/como",
        "Call 112",
        "Ada Exemple",
        "Lycée Voltaire",
    ):
        assert text in words


def test_a_host_without_a_venue_or_a_kit_still_gives_a_sheet() -> None:
    bare = hand(venues={"offer:1": venue(kit=None, lines=(), website="")})

    reader = PdfReader(io.BytesIO(learner_sheets(result(), bare)))

    assert len(reader.pages) == 2
    assert "kit" not in said(reader)


def test_sheets_say_their_language_and_that_screen_readers_can_read_them() -> None:
    reader = sheets(result(), "fr")
    catalog = reader.trailer["/Root"]

    assert catalog["/Lang"] == "fr"
    assert catalog["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    assert any(PAGE.format("forno") in text for text in alternatives(catalog["/StructTreeRoot"]))
    assert fonts(reader.pages[0]) == {"Figtree"}


def test_a_placing_of_nobody_gives_papers_that_say_so() -> None:
    assert "Nobody has a host" in said(sheets(NOBODY))
    assert "Nobody has a host" in letter_text(NOBODY)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_what_people_wrote_is_text_on_a_sheet_and_a_page_stays_a_page(text: str) -> None:
    reader = sheets(hostile(text))

    assert len(reader.pages) == 1
    start = printable(text).split()[0][:12]
    if start.isascii():
        assert start in said(reader).replace(" ", "") or start in said(reader)


def letter_text(found: Result, language: str = "en") -> str:
    document = Document(io.BytesIO(host_letters(found, hand(language))))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_a_letter_a_host_in_order_of_name_with_its_learners_and_no_others() -> None:
    document = Document(io.BytesIO(host_letters(result(), hand())))
    titles = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    tables = [[cell.text for cell in table.rows[1].cells] for table in document.tables]

    assert titles == ["Placements at Albergo Blu", "Placements at Forno Rossi"]
    assert tables[1] == [
        "B-01",
        "1 March 2027",
        "26 March 2027",
        "Food processing (0721)",
        "Italian A2; English",
    ]
    assert [len(table.rows) for table in document.tables] == [2, 2]


def test_each_letter_begins_on_a_page_of_its_own() -> None:
    packed = zipfile.ZipFile(io.BytesIO(host_letters(result(), hand())))

    assert packed.read("word/document.xml").count(b"<w:pageBreakBefore/>") == 1


def test_two_offers_of_one_site_are_one_letter() -> None:
    same = result(
        offers={"offer:1": offer(), "offer:2": offer("offer:2", site_key="site:1", title="Sell bread")}
    )

    document = Document(io.BytesIO(host_letters(same, hand())))

    assert [len(table.rows) for table in document.tables] == [3]


def test_a_letter_says_no_more_of_learners_than_code_days_fields_and_languages() -> None:
    text = letter_text(result())

    assert "Tours" not in text
    assert "17" not in text.replace("2027", "")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_what_people_wrote_is_text_in_a_letter(text: str) -> None:
    assert " ".join(printable(text).split()) in letter_text(hostile(text))


def calendar(found: Result, made: datetime = MADE) -> Calendar:
    body = placement_calendar(
        found, language="en", name=lambda code: f"7-{code}@map", page=PAGE.format, site="The map", made=made
    )
    return Calendar.from_ical(body)


def test_a_stay_is_one_event_of_whole_days_that_ends_the_day_after_the_last() -> None:
    first = calendar(result()).events[0]

    assert first.decoded("dtstart") == date(2027, 3, 1)
    assert first.decoded("dtend") == date(2027, 3, 27)
    assert first["summary"] == "B-01: Forno Rossi, Como"
    assert first["location"] == "Forno Rossi, Como, Italy"


def test_an_event_has_the_same_name_in_the_next_scenario() -> None:
    later = result(scenario="Another", offers={"offer:1": offer(host="Else"), "offer:2": offer("offer:2")})

    names = [
        [one["uid"] for one in calendar(found, made).events]
        for found, made in ((result(), MADE), (later, MADE + timedelta(days=1)))
    ]

    assert names == [["7-B-01@map", "7-B-02@map"]] * 2


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_what_people_wrote_is_text_in_a_calendar(text: str) -> None:
    events = calendar(hostile(text)).events

    assert len(events) == 1
    assert " ".join(printable(text).split()) in events[0]["summary"]
