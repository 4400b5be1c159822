"""Every page fits small screens, can be used by all, works without scripts and is light."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, Witness, show

pytestmark = pytest.mark.browser

RESULTS = "/?where=Torino&radius_km=100"
EMPTY = "/?lon=-18.6&lat=64.9&radius_km=5"
WITH_MAP = {"home": "/", "results": RESULTS, "empty": EMPTY}
PLAIN = {"about": "/about", "help": "/help", "shortlist": "/shortlist"} | {
    path.strip("/"): path for path in ("/privacy", "/legal", "/accessibility", "/terms")
}
LOOKS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "has_touch": True},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "french": {"viewport": DESKTOP, "locale": "fr-FR"},
}
HEAVIEST_BYTES = 250 * 1024


def open_page(page: Page, path: str) -> None:
    if path in WITH_MAP.values():
        show(page, path)
    else:
        page.goto(path)
        page.wait_for_load_state("networkidle")


def first_host(page: Page) -> str:
    show(page, RESULTS)
    return page.locator("#results .card a").first.get_attribute("href") or ""


def violations(page: Page) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:160]) for each in found]


@pytest.mark.parametrize(
    ("viewport", "colours"),
    [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light")],
    ids=["desktop", "dark", "phone"],
)
@pytest.mark.parametrize("path", [*WITH_MAP.values(), *PLAIN.values(), "/no-such-page"])
def test_pages_have_no_accessibility_fault(
    page_with: Callable[..., Page], witness: Witness, path: str, colours: str, viewport: dict[str, int]
) -> None:
    if path == "/no-such-page":
        witness.expects("404")
    page = page_with(viewport=viewport, color_scheme=colours)
    open_page(page, path)

    assert violations(page) == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_opens_has_no_accessibility_fault(
    page_with: Callable[..., Page], viewport: dict[str, int]
) -> None:
    page = page_with(viewport=viewport)
    show(page, RESULTS)
    page.locator(".pin").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator("a.button")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")

    page.locator("[data-filter=sector] summary").click()
    assert violations(page) == []
    page.keyboard.press("Escape")

    page.locator("#where").fill("Lis")
    expect(page.locator("#where-list [role=option]").first).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_host_page_has_no_accessibility_fault(
    page_with: Callable[..., Page], viewport: dict[str, int]
) -> None:
    page = page_with(viewport=viewport)
    page.goto(first_host(page))
    page.wait_for_load_state("networkidle")

    assert violations(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_nothing_scrolls_sideways_at_320_pixels(page_with: Callable[..., Page], scripts: bool) -> None:
    finder = page_with()
    host = first_host(finder)
    page = page_with(viewport={"width": 320, "height": 640}, java_script_enabled=scripts)

    for path in (*WITH_MAP.values(), *PLAIN.values(), host):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_what_is_pressed_on_a_phone_is_large_enough(phone: Page) -> None:
    show(phone, RESULTS)
    small = """elements => elements
        .filter(element => element.checkVisibility({visibilityProperty: true}))
        .filter(element => !element.closest('.foot, .visually-hidden'))
        .map(element => [element.getBoundingClientRect(), element.outerHTML.slice(0, 90)])
        .filter(([box]) => box.width > 1 && (box.width < 43.5 || box.height < 43.5))
        .map(([box, html]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""

    found = phone.locator("button, summary, select, .button, #where").evaluate_all(small)

    assert found == []


def test_without_scripts_the_search_is_a_form_and_a_list(page_with: Callable[..., Page]) -> None:
    page = page_with(java_script_enabled=False)
    page.goto("/")

    page.locator("#where").fill("Torino")
    page.get_by_role("button", name="Search", exact=True).click()

    expect(page.locator("#summary")).to_contain_text("Torino")
    assert page.locator("#results .card").count() > 0
    expect(page.locator("#search_map")).to_be_hidden()
    page.locator("[data-filter=sector] summary").click()
    page.locator("#options-sector input").first.check()
    page.locator("[data-filter=sector] .button").last.click()
    expect(page.locator(".chosen-chip")).to_have_count(1)
    expect(page.locator("#summary")).to_contain_text("Torino")


def test_the_sheet_opens_by_button_by_keys_and_by_dragging(phone: Page) -> None:
    show(phone, RESULTS)
    handle = phone.locator("#sheet-handle")
    expect(handle).to_have_attribute("aria-expanded", "false")

    handle.click()
    expect(handle).to_have_attribute("aria-expanded", "true")
    handle.press("ArrowDown")
    expect(handle).to_have_attribute("aria-expanded", "false")
    box = handle.bounding_box()
    assert box
    phone.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    phone.mouse.down()
    phone.mouse.move(box["x"] + box["width"] / 2, box["y"] - 180, steps=5)
    phone.mouse.up()

    expect(handle).to_have_attribute("aria-expanded", "true")


def test_every_page_forbids_what_is_not_its_own(page: Page) -> None:
    for path in (*WITH_MAP.values(), *PLAIN.values()):
        answer = page.goto(path)
        assert answer
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert (
            page.locator(
                "script:not([src]):not([type='application/json']), style, [style]:not(.map *)"
            ).count()
            == 0
        )


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_first_visit_is_light(page_with: Callable[..., Page], viewport: dict[str, int]) -> None:
    page = page_with(viewport=viewport)
    weight: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))

    show(page, "/")
    page.wait_for_load_state("networkidle")

    assert 30_000 < sum(weight) <= HEAVIEST_BYTES


def test_screenshots_are_taken_to_be_looked_at(page_with: Callable[..., Page]) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    host = first_host(page_with())
    shots = []

    for name, path in {**WITH_MAP, "host": host}.items():
        for look, options in LOOKS.items():
            page = page_with(**options)
            open_page(page, path)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(300)
            shots.append(SCREENSHOTS / f"{name}-{look}.png")
            page.screenshot(path=shots[-1])
            page.context.close()

    assert all(shot.stat().st_size > 10_000 for shot in shots)
