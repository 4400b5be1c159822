"""A host claims its entry, edits it and confirms it; a small firm removes itself, and stays away."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, IN_FULL, PHONE, follow
from tests.browser.test_keeping import look_at
from tests.service import RunningService

pytestmark = pytest.mark.browser

SIZES = [pytest.param(DESKTOP, "Nord", id="desktop", marks=IN_FULL), pytest.param(PHONE, "Sør", id="phone")]


def bring_in(service: RunningService, folder: Path, firm: str, domain: str, contact: str) -> str:
    """Imports a list with one firm and another one in Bodø, and says what became of its rows."""
    file = folder / "firms.csv"
    file.write_text(
        "name,town,country,lat,lon,website,contact_email,title\n"
        f"{firm},Bodø,NO,67.2804,14.4049,https://www.{domain},{contact},Woodwork\n"
        f"{firm} og sønner,Bodø,NO,67.2830,14.3800,,,Boats\n",
        "utf-8",
    )
    return service.command("import-hosts", str(file), "--source", f"List with {firm}")


def cards(page: Page, name: str) -> int:
    """How many hosts of exactly this name the public search finds."""
    page.wait_for_timeout(400)  # as long as the directory may take to notice
    page.goto("/?where=Bodø&radius_km=20")
    page.wait_for_load_state("networkidle")
    return page.locator("#results .card-title").get_by_text(name, exact=True).count()


def open_host(page: Page, name: str) -> None:
    assert cards(page, name) == 1
    follow(page.locator("#results .card-title").get_by_text(name, exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def ask(page: Page, way: str, email: str) -> None:
    """Goes one of the three ways and opens the link of the mail."""
    follow(page.get_by_role("link", name=way))
    look_at(page)
    page.get_by_role("textbox", name="Mail address").fill(email)
    follow(page.get_by_role("button", name="Mail me a link"))
    look_at(page)
    follow(page.get_by_role("link", name="Open the link of the mail"))
    look_at(page)


@pytest.mark.parametrize(("size", "word"), SIZES)
def test_a_host_claims_its_entry_edits_it_and_confirms_it(
    page_with: Callable[..., Page],
    live_service: RunningService,
    tmp_path: Path,
    size: dict[str, int],
    word: str,
) -> None:
    firm, domain = f"Snekker {word}", f"snekker-{word.lower()}.no".replace("ø", "o")
    bring_in(live_service, tmp_path, firm, domain, f"post@{domain}")
    page = page_with(viewport=size)

    # It is ours: a mail to an address on our own domain.
    open_host(page, firm)
    look_at(page)
    ask(page, "This is us", f"sjef@{domain}")
    follow(page.get_by_role("button", name="Yes, this is us"))
    expect(page.get_by_role("heading", level=2, name=firm)).to_be_visible()
    look_at(page)

    # A change waits to be looked at.
    follow(page.get_by_role("link", name="Change it"))
    look_at(page)
    page.goto(f"{page.url}/organisation")
    page.get_by_label("English: About the organisation").fill("We build doors.")
    follow(page.get_by_role("button", name="Save and see the whole sheet"))
    page.goto("/my-hosts")
    expect(page.locator("main")).to_contain_text("Your last change waits to be looked at.")
    look_at(page)

    # One click says that it is still true, and its page says when.
    follow(page.get_by_role("button", name="It is still true"))
    expect(page.locator(".said")).to_contain_text("Thank you.")
    open_host(page, firm)
    expect(page.locator(".fresh")).to_contain_text("The host confirmed this entry on")
    expect(page.locator("main")).not_to_contain_text("We build doors.")


@pytest.mark.parametrize(("size", "word"), SIZES)
def test_a_small_firm_removes_itself_and_the_next_import_does_not_bring_it_back(
    page_with: Callable[..., Page],
    live_service: RunningService,
    tmp_path: Path,
    size: dict[str, int],
    word: str,
) -> None:
    firm, contact = f"Bakeri {word}", f"kari.{word.lower()}@gmail.com".replace("ø", "o")
    bring_in(live_service, tmp_path, firm, "facebook.com", contact)
    page = page_with(viewport=size)

    open_host(page, firm)
    ask(page, "Remove us", contact)
    follow(page.get_by_role("button", name="Erase the entry"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Erased")
    look_at(page)
    gone = cards(page, firm)
    said = bring_in(live_service, tmp_path, firm, "facebook.com", contact)

    assert gone == 0
    assert "1 suppressed" in said
    assert "Asked not to be listed." in said
    assert (cards(page, firm), cards(page, f"{firm} og sønner")) == (0, 1)
