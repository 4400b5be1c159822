"""A shortlist is kept in the browser, and goes to others by its link."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Witness, follow, show

pytestmark = pytest.mark.browser


def test_a_shortlist_survives_a_visit_and_is_shared_by_link(
    page: Page, context_with: Callable[..., BrowserContext], witness: Witness
) -> None:
    show(page, "/")
    cards = page.locator("#results .card")
    titles = [cards.nth(number).locator("a").inner_text() for number in (0, 1)]
    for number in (0, 1):
        cards.nth(number).locator(".save").click()
    expect(page.locator(".nav-wide [data-shortlist-count]")).to_have_text("2")

    follow(page.locator(".nav-wide [data-shortlist-link]"))
    expect(page.locator("#shortlist .card")).to_have_count(2)
    link = page.url
    other = context_with().new_page()
    witness.watch(other)
    other.goto(link)

    assert other.locator("#shortlist .card a").all_inner_texts() == titles
    expect(other.locator("[data-shortlist-count]").first).to_be_hidden()


def test_a_shared_shortlist_can_be_kept(page: Page, page_with: Callable[..., Page]) -> None:
    show(page, "/")
    id_ = page.locator("#results .card").first.get_attribute("data-id")
    other = page_with()
    other.goto(f"/shortlist?ids={id_}")

    other.locator("[data-keep-all]").click()
    other.goto("/shortlist")

    expect(other.locator("#shortlist .card")).to_have_count(1)


def test_taking_the_last_one_off_leaves_an_empty_shortlist_that_helps(page: Page) -> None:
    show(page, "/")
    page.locator("#results .card .save").first.click()
    follow(page.locator(".nav-wide [data-shortlist-link]"))

    page.locator("#shortlist .save").click()

    expect(page.locator(".empty h2")).to_have_text("Nothing here yet")


def test_a_shortlist_link_works_without_scripts(page: Page, page_with: Callable[..., Page]) -> None:
    show(page, "/")
    card = page.locator("#results .card").first
    plain = page_with(java_script_enabled=False)

    plain.goto(f"/shortlist?ids={card.get_attribute('data-id')}")

    expect(plain.locator("#shortlist .card a")).to_have_text(card.locator("a").inner_text())
