"""A referent keeps one host on a phone, from its name to the map and back."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Witness, follow, violations
from tests.service import RunningService

pytestmark = pytest.mark.browser

NAME = "Falegnameria Zambrotta"
NEXT_YEAR = date.today().year + 1  # noqa: DTZ011 - any day of next year will do


def sign_in(page: Page, service: RunningService, email: str, *grant: str) -> None:
    """Signs in by the link that a service on one's own machine shows."""
    service.command("grant", email, *grant)
    page.goto("/sign-in")
    page.get_by_label("Mail address").fill(email)
    follow(page.locator("main form .button"))
    follow(page.get_by_role("link", name="Open the link of the mail"))
    follow(page.locator("main form .button"))
    expect(page.locator(".places")).to_be_visible()


def look_at(page: Page) -> None:
    """Whatever page this is: all can use it, and nothing scrolls sideways."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def go_on(page: Page, heading: str) -> None:
    look_at(page)
    follow(page.get_by_role("button", name=re.compile("Save and (go on|finish)")))
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def on_the_map(page: Page) -> bool:
    """Whether the public search finds the host, in a list that its page shows too."""
    page.wait_for_timeout(400)  # as long as the directory may take to notice
    page.goto("/?where=Como&radius_km=20")
    page.wait_for_load_state("networkidle")
    return page.locator("#results .card", has_text=NAME).count() == 1


def test_a_referent_keeps_one_host_on_a_phone(
    page_with: Callable[..., Page], live_service: RunningService, witness: Witness
) -> None:
    page = page_with(viewport=PHONE, has_touch=True)
    sign_in(page, live_service, "ada@school.example", "administrator")

    # Adds it, step by step.
    page.goto("/desk/hosts")
    look_at(page)
    follow(page.get_by_role("link", name="Add a host"))
    page.get_by_label("Name", exact=True).fill(NAME)
    go_on(page, "The organisation")
    page.get_by_label("Kind of organisation").select_option("company")
    page.get_by_text("None chosen yet").click()
    page.get_by_label("Wood and furniture").check()
    page.get_by_label("English: About the organisation").fill("We build kitchens. Nine people work here.")
    expect(page.locator(".save-line")).to_have_text("Saved.")
    go_on(page, "Where it is")
    page.get_by_label("Town").fill("Como")
    page.get_by_label("Country").select_option("IT")
    go_on(page, "What somebody can do")
    page.get_by_label("English: Title").fill("Furniture workshop")
    page.get_by_label("English: Summary").fill("You measure, saw and glue.")
    page.get_by_text("Engineering, manufacturing and construction").first.click()
    page.get_by_label("Materials (glass, paper, plastic and wood)").first.check()
    go_on(page, "When and how long")
    period = page.get_by_role("group", name="Period 1")
    period.get_by_label("First day").fill(f"{NEXT_YEAR}-03-01")
    period.get_by_label("Last day").fill(f"{NEXT_YEAR}-03-26")
    period.get_by_label("Seats").fill("2")
    go_on(page, "Whom you take")
    page.get_by_label("Minimum age").fill("16")
    go_on(page, "Welcome and conditions")
    page.get_by_label("Help to find accommodation").check()
    go_on(page, "Contact")
    page.get_by_label("Mail address").fill("anna@zambrotta.example")
    go_on(page, NAME)
    look_at(page)
    sheet = page.url

    # It is on the public map when she says so, and its contact is not.
    assert not on_the_map(page)
    page.goto(sheet)
    follow(page.get_by_role("button", name="Put it on the map"))
    expect(page.locator(".said")).to_have_text("It is on the map.")
    assert on_the_map(page)
    page.goto(sheet)
    follow(page.get_by_role("link", name="See the public page"))
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page.locator("main")).not_to_contain_text("anna@")

    # Sets the pin, changes a text, sees the difference, has it back.
    page.goto(f"{sheet}/places/1")
    expect(page.locator("#host_map .pin")).to_be_visible()
    page.get_by_role("button", name="Set the pin in the middle of the map").click()
    expect(page.get_by_label("Latitude of the pin")).to_have_value(re.compile(r"45\.8\d+"))
    expect(page.locator(".save-line")).to_have_text("Saved.")
    look_at(page)
    page.goto(f"{sheet}/places/1/offers/1/what")
    page.get_by_label("English: Summary").fill("You measure, saw and paint.")
    follow(page.get_by_role("button", name="Save and see the whole sheet"))
    follow(page.get_by_role("link", name="History"))
    look_at(page)
    changes = page.locator(".revision").first
    expect(changes.locator("del").last).to_contain_text("glue.")
    expect(changes.locator("ins").last).to_contain_text("paint.")
    follow(page.get_by_role("button", name="Bring this state back").first)
    expect(page.locator(".said")).to_have_text("This state is back.")
    expect(page.locator("main")).to_contain_text("You measure, saw and glue.")

    # Pauses, removes, brings back.
    follow(page.get_by_role("button", name="Pause"))
    look_at(page)
    assert not on_the_map(page)
    page.goto(sheet)
    follow(page.get_by_role("button", name="Put it on the map again"))
    follow(page.get_by_role("button", name="Remove", exact=True))
    look_at(page)
    assert not on_the_map(page)
    page.goto(sheet)
    follow(page.get_by_role("button", name="Bring it back"))
    assert on_the_map(page)
    page.goto("/desk/hosts?words=zambrotta")
    look_at(page)
    expect(page.get_by_role("row", name=NAME)).to_contain_text("On the map")


def test_a_step_works_without_scripts_and_says_what_is_wrong(
    page_with: Callable[..., Page], live_service: RunningService, witness: Witness
) -> None:
    witness.expects("422")
    page = page_with(java_script_enabled=False)
    sign_in(page, live_service, "bob@school.example", "administrator")
    page.goto("/desk/hosts/new")
    page.get_by_label("Name", exact=True).fill("Zanzibar GmbH")
    follow(page.get_by_role("button", name="Save and go on"))
    page.get_by_label("Website").fill("not an address")
    follow(page.get_by_role("button", name="Save and go on"))

    expect(page.get_by_role("alert")).to_contain_text("This is no address of a website.")
    expect(page.get_by_label("Website")).to_have_value("not an address")
    page.get_by_label("Website").fill("zanzibar.example")
    follow(page.get_by_role("button", name="Save and go on"))
    page.get_by_label("Town").fill("Lille")
    follow(page.get_by_role("button", name="Save and go on"))
    expect(page.get_by_role("alert")).to_contain_text("Choose the country too")
    page.get_by_label("Country").select_option("FR")
    follow(page.get_by_role("button", name="Save and see the whole sheet"))
    expect(page.locator("main")).to_contain_text("https://zanzibar.example")
    expect(page.locator("main")).to_contain_text("France")


def test_two_who_write_at_once_lose_nothing(
    page_with: Callable[..., Page], live_service: RunningService, witness: Witness
) -> None:
    witness.expects("409")
    page = page_with()
    sign_in(page, live_service, "cleo@school.example", "administrator")
    page.goto("/desk/hosts/new")
    page.get_by_label("Name", exact=True).fill("Two pens")
    follow(page.get_by_role("button", name="Save and go on"))
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Name", exact=True).fill("Two brushes")
    follow(other.get_by_role("button", name="Save and see the whole sheet"))

    page.get_by_label("Name", exact=True).fill("Two pencils")
    expect(page.locator(".save-line")).to_contain_text("Somebody else changed this part")
    follow(page.get_by_role("button", name="Save and see the whole sheet"))

    expect(page.get_by_role("alert")).to_contain_text("Two")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Two pencils")
    look_at(page)
    follow(page.get_by_role("button", name="Save and see the whole sheet"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Two pencils")
