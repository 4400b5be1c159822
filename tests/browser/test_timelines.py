"""A host plans twelve weeks of a minor: chooses the steps, makes a plan, ticks, follows it in a calendar."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document
from icalendar import Calendar
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from mapsvc.domain.base import now
from tests.browser.conftest import DESKTOP, IN_FULL, PHONE, follow, look_at

pytestmark = pytest.mark.browser

SIZES = [pytest.param(DESKTOP, id="desktop", marks=IN_FULL), pytest.param(PHONE, id="phone")]
NARROWEST, HEAVIEST_BYTES = 320, 150 * 1024
ARRIVAL = now().date() + timedelta(days=60)
TRANSFERRED = """performance.getEntriesByType("resource")
    .concat(performance.getEntriesByType("navigation"))
    .reduce((sum, entry) => sum + entry.transferSize, 0)"""


def fits_the_narrowest(page: Page) -> None:
    """Nothing scrolls sideways on a screen of 320 pixels."""
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST
    page.set_viewport_size(size)


@pytest.mark.parametrize("size", SIZES)
def test_a_host_plans_twelve_weeks_of_a_minor_and_follows_them_in_a_calendar(
    page_with: Callable[..., Page], size: dict[str, int]
) -> None:
    page = page_with(viewport=size)
    page.goto("/timelines/host")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(TRANSFERRED) <= HEAVIEST_BYTES
    fits_the_narrowest(page)
    page.get_by_label("Age of the learner").select_option("yes")
    page.get_by_label("Length of the stay").select_option("12")
    page.get_by_label("Housing").select_option("provided")
    follow(page.get_by_role("button", name="Show these steps"))
    expect(page.locator(".step")).to_have_count(52)
    page.locator(".step summary").first.click()
    expect(page.locator(".step .why").first).to_be_visible()
    look_at(page, "timeline")

    follow(page.get_by_role("link", name="Make a plan with your dates"))
    expect(page.get_by_label("Is the learner under 18")).to_have_value("yes")
    page.get_by_label("Day of arrival").fill(ARRIVAL.isoformat())
    page.get_by_label("Day of departure").fill((ARRIVAL + timedelta(days=83)).isoformat())
    page.locator("#learner").fill("Ana")
    look_at(page, "plan-new")
    follow(page.get_by_role("button", name="Make the plan"))
    plan = page.get_by_label("Address of this plan").input_value()
    assert page.url == plan
    follow(page.get_by_role("button", name="Done: Write down what you can offer"))
    expect(page.get_by_role("button", name="Done: Write down what you can offer")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_text("1 of 52 steps are done")).to_be_visible()
    fits_the_narrowest(page)
    look_at(page, "plan")

    feed = page.get_by_label("Address for Google Calendar").input_value()
    events = Calendar.from_ical(page.request.get(feed).body()).walk("VEVENT")
    assert len(events) == 54
    assert min(event.decoded("dtstart") for event in events) == ARRIVAL - timedelta(days=120)
    sheet = PdfReader(BytesIO(page.request.get(f"{plan}/plan.pdf").body()))
    assert "Ana" in sheet.pages[0].extract_text()
    document = page.request.get(f"{plan}/papers/welcome-mail.docx").body()
    assert any("Ana" in one.text for one in Document(BytesIO(document)).paragraphs)

    follow(page.get_by_role("link", name="Erase it before"))
    look_at(page, "plan-erase")
    follow(page.get_by_role("button", name="Erase it now"))
    expect(page.get_by_text("The plan is erased.")).to_be_visible()
    assert page.request.get(feed).status == 404
