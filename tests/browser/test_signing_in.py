"""Signing in on a desktop and on a phone, each page looked at by axe."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, IN_FULL, PHONE, Witness, follow
from tests.service import RunningService

pytestmark = pytest.mark.browser


def accessible(page: Page) -> None:
    """No violation on this page, and nothing wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize("viewport", [DESKTOP, pytest.param(PHONE, marks=IN_FULL)], ids=["desktop", "phone"])
def test_an_administrator_signs_in_invites_and_leaves(
    page_with: Callable[..., Page], live_service: RunningService, witness: Witness, viewport: dict[str, int]
) -> None:
    witness.expects("422")
    email = f"admin{viewport['width']}@example.org"
    live_service.command("grant", email, "administrator")
    page = page_with(viewport=viewport)

    page.goto("/people")
    accessible(page)
    page.get_by_label("Mail address").fill("admin at example")
    follow(page.get_by_role("button", name="Mail me a link"))
    expect(page.get_by_role("alert")).to_contain_text("is not a mail address")
    expect(page.get_by_role("alert")).to_be_focused()
    accessible(page)
    page.get_by_label("Mail address").fill(email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    accessible(page)
    follow(page.get_by_role("link", name="Open the link of the mail"))
    accessible(page)
    follow(page.get_by_role("main").get_by_role("button", name="Sign in"))

    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    page.get_by_label("Mail address").fill(f"referent{viewport['width']}@example.org")
    page.get_by_label("School, chamber or region").fill("School of Como")
    follow(page.get_by_role("button", name="Send the invitation"))
    expect(page.get_by_text("The invitation is on its way")).to_be_visible()
    accessible(page)
    invited = page.get_by_role("link", name="Open the link of the mail").get_attribute("href")
    page.goto("/account/")
    accessible(page)
    page.goto("/account/delete")
    accessible(page)

    follow(page.get_by_role("button", name="Sign out"))
    page.goto("/account/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto(str(invited))
    accessible(page)
    follow(page.get_by_role("button", name="Accept"))
    expect(page.get_by_text("Referent of School of Como")).to_be_visible()


def test_signing_in_works_without_javascript(
    page_with: Callable[..., Page], live_service: RunningService
) -> None:
    live_service.command("grant", "plain@example.org", "moderator")
    page = page_with(java_script_enabled=False)

    page.goto("/account/")
    page.get_by_label("Mail address").fill("plain@example.org")
    follow(page.get_by_role("button", name="Mail me a link"))
    follow(page.get_by_role("link", name="Open the link of the mail"))
    follow(page.get_by_role("main").get_by_role("button", name="Sign in"))

    expect(page.get_by_role("listitem").filter(has_text="Moderator")).to_be_visible()
