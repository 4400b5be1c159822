"""A referent brings a list: its columns, what becomes public, the map, and back again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, follow, settle, show, violations
from tests.conftest import real_file
from tests.service import RunningService

pytestmark = pytest.mark.browser

LOOKS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "has_touch": True},
}
SCHOOL = "Willy-Brandt-Grundschule"
SLOW_MS = 90_000


def sign_in(page: Page, service: RunningService, email: str) -> None:
    service.command("grant", email, "administrator")
    page.goto("/sign-in")
    page.get_by_label("Mail address").fill(email)
    follow(page.locator("main .button").first)
    follow(page.get_by_role("link", name="Open the link of the mail"))
    follow(page.locator("main button").first)


def looks_right(page: Page, name: str) -> None:
    """Nobody is shut out of the page, it fits, and it is kept as a picture."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"importing-{name}.png", full_page=True)
    assert violations(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize(
    ("look", "rows", "hosts"), [("desktop", slice(700, 900), "200"), ("phone", slice(None), "1,490")]
)
def test_a_referent_imports_a_list_finds_a_school_and_takes_it_back(
    page_with: Callable[..., Page],
    live_service: RunningService,
    tmp_path: Path,
    look: str,
    rows: slice,
    hosts: str,
) -> None:
    page = page_with(**LOOKS[look])
    name, file = f"Schools of the {look}", tmp_path / "schools.csv"
    head, *lines = real_file("data/de_rheinland-pfalz.csv").read_text("utf-8").splitlines(keepends=True)
    file.write_text(head + "".join(lines[rows]), "utf-8")
    sign_in(page, live_service, f"anna-{look}@school.example")

    page.goto("/desk/imports/")
    looks_right(page, f"file-{look}")
    choose(page, file, name)
    expect(page.get_by_role("heading", name="What do the columns hold?")).to_be_visible(timeout=SLOW_MS)
    looks_right(page, f"columns-{look}")
    page.get_by_label("What the column “school_type” holds").select_option(label="Description")
    expect(page.get_by_text("A few sentences on what the host does.").first).to_be_visible()
    follow(page.get_by_role("button", name="Go on"))

    expect(page.get_by_role("heading", name="This would become public")).to_be_visible(timeout=SLOW_MS)
    looks_right(page, f"review-{look}")
    expect(page.locator(".tile-card").first).to_contain_text(hosts)
    expect(page.locator("section", has=page.locator("#private"))).to_contain_text("phone")
    expect(page.locator(".entry")).to_have_count(12)
    follow(page.get_by_role("button", name="Import", exact=True))

    expect(page.get_by_role("heading", name="The list is imported")).to_be_visible(timeout=SLOW_MS)
    looks_right(page, f"done-{look}")
    show(page, f"/?q={SCHOOL}&where=Koblenz&radius_km=100")
    settle(page)
    expect(page.locator("#results .card-title", has_text=SCHOOL).first).to_be_attached()

    page.goto("/desk/imports/")
    follow(page.locator("tr", has_text=name).get_by_role("link", name="Undo"))
    looks_right(page, f"undo-{look}")
    follow(page.get_by_role("button", name="Yes, undo it"))
    expect(page.get_by_role("status").first).to_contain_text("The import is undone", timeout=SLOW_MS)
    show(page, f"/?q={SCHOOL}&where=Koblenz&radius_km=100")
    settle(page)
    expect(page.locator("#results .card-title", has_text=SCHOOL)).to_have_count(0)


def test_a_bad_file_is_told_and_another_can_be_chosen_without_scripts(
    page_with: Callable[..., Page], live_service: RunningService, tmp_path: Path
) -> None:
    page = page_with(java_script_enabled=False)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    sign_in(page, live_service, "bert@school.example")

    page.goto("/desk/imports/")
    choose(page, broken, "Hosts")
    for _ in range(60):
        if page.get_by_role("heading", name="This did not work").count():
            break
        page.wait_for_timeout(1000)
        follow(page.get_by_role("link", name="Look again"))

    expect(page.get_by_role("alert")).to_contain_text("damaged")
    follow(page.get_by_role("link", name="Choose another file"))
    expect(page.get_by_role("heading", name="Import a list")).to_be_visible()


def choose(page: Page, file: Path, name: str) -> None:
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Name of the list").fill(name)
    follow(page.get_by_role("button", name="Look at the file"))
