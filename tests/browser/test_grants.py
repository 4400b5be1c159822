"""Somebody gives a home town: it stays in the browser; cards, the page of a host and the desk show grants."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mapsvc.config import Settings
from mapsvc.domain.people import Role
from mapsvc.services import accounts
from mapsvc.storage.engine import private_engine, writing
from tests.browser.conftest import (
    DESKTOP,
    IN_FULL,
    PHONE,
    NewPage,
    Office,
    follow,
    look_at,
    settle,
    show,
    violations,
)

pytestmark = pytest.mark.browser

SIZES = [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone", marks=IN_FULL)]
STORED = "localStorage.getItem('mapsvc.home')"


@pytest.mark.parametrize("size", SIZES)
def test_a_home_town_stays_in_the_browser_and_every_host_shows_its_grant(
    page_with: Callable[..., Page], size: dict[str, int]
) -> None:
    page = page_with(viewport=size)
    show(page, "/?where=Lyon&radius_km=500")
    if page.locator("#sheet-handle").is_visible():
        page.locator("#sheet-handle").click()
    page.locator("#home-town summary").click()
    page.get_by_label("Your home town").fill("Angers")
    expect(page.locator("#home-list [role=option]").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Call for projects").select_option("2026")
    page.get_by_role("button", name="Show the grants").click()
    expect(page.locator(".grant-line").first).to_contain_text("Travel €")
    settle(page)

    assert "home" not in page.url
    assert page.evaluate(STORED) == '{"home":"Angers","call":"2026"}'
    assert violations(page) == []
    expect(page.locator("#home-town summary")).to_be_focused()
    host = page.locator('.card[data-kind="host"] .card-title a').first
    assert "home" not in (host.get_attribute("href") or "")
    follow(host)
    expect(page.locator("#grant")).to_contain_text("Programme Guide 2026")
    assert "home" not in page.url
    look_at(page, "grant-of-a-host")
    page.locator("#home-town summary").click()
    page.get_by_role("link", name="Forget my home town").click()
    expect(page.locator("#grant")).not_to_contain_text("Programme Guide")
    assert page.evaluate(STORED) is None
    page.goto("/grants")
    look_at(page, "grants-explained")


def test_without_scripts_the_links_carry_the_home_town(context_with: Callable[..., BrowserContext]) -> None:
    page = context_with(java_script_enabled=False).new_page()
    page.goto("/?where=Lyon&radius_km=500")
    page.locator("#home-town summary").click()
    page.get_by_label("Your home town").fill("Angers")
    follow(page.get_by_role("button", name="Show the grants"))

    expect(page.locator(".grant-line").first).to_contain_text("Travel €")
    follow(page.locator('.card[data-kind="host"] .card-title a').first)
    expect(page.locator("#grant")).to_contain_text("country", ignore_case=True)
    assert "home=Angers" in page.url


def test_towns_are_offered_for_the_home_town_and_the_shortlist_shows_the_grants_from_it(
    page_with: Callable[..., Page],
) -> None:
    page = page_with(viewport=PHONE, has_touch=True)
    show(page, "/?country=DE")
    ids = [one.get_attribute("data-id") for one in page.locator('.card[data-kind="host"]').all()[:3]]
    page.goto(f"/shortlist?ids={','.join(filter(None, ids))}")
    page.locator("#home-town summary").click()
    field = page.get_by_role("combobox", name="Your home town")
    field.press_sequentially("mulheim")
    expect(page.locator("#home-status")).to_contain_text("places found")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "home-list-0")
    look_at(page, "towns-for-home")
    field.press("Enter")

    expect(page.locator(".grant-line")).to_have_count(len(ids))
    expect(page.locator("#home-town summary")).to_be_focused()
    expect(page.locator("#home-town summary")).to_contain_text("Mülheim")
    assert "home" not in page.url
    assert "Mülheim, Germany [2867838]" in page.evaluate(STORED)
    look_at(page, "shortlist-with-grants")
    page.reload()
    expect(page.locator(".grant-line")).to_have_count(len(ids))
    expect(page.locator("#home-text")).to_have_value("Mülheim, Germany")
    assert not any("home" in (one.get_attribute("href") or "") for one in page.locator("a").all())


def test_a_referent_keeps_rates_and_checks_a_stay(new_page: NewPage, office: Office) -> None:
    engine = private_engine(Settings(instance=office.service.folder))
    with writing(engine) as session:
        school = accounts.sending_organisation(session, "School of grants")
        accounts.grant(session, "rates@example.org", Role.REFERENT, sending=school)
        session.commit()
    engine.dispose()
    page = new_page()
    office.sign_in(page, "rates@example.org")
    page.goto("/desk/grants")
    look_at(page, "rates-none")
    follow(page.get_by_role("button", name="Add the examples"))
    look_at(page, "rates")
    follow(page.get_by_role("link", name="Add a rate"))
    follow(page.get_by_role("button", name="Keep the rate"))
    look_at(page, "rate-faults")
    page.goto("/desk/rules")
    page.get_by_label("Course fee").fill("much")
    follow(page.get_by_role("button", name="Check"))
    expect(page.locator("#fee-fault")).to_contain_text("such as 41.50")
    look_at(page, "rules-faults")
    page.get_by_label("Course fee").fill("")
    page.get_by_label("Days abroad").fill("31")
    page.get_by_label("Activity").select_option("group")
    follow(page.get_by_role("button", name="Check"))
    expect(page.locator("#broken")).to_contain_text("Take off 1 day")
    expect(page.locator("#outcome")).to_be_focused()
    look_at(page, "rules")
