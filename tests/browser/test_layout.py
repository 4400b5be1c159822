"""Every page fits small screens, can be used by all, works without scripts and is light."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, Witness, new_context, show, violations

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
RESULTS = "/?where=Torino&radius_km=100"
EMPTY = "/?lon=-18.6&lat=64.9&radius_km=5"
WITH_MAP = {"home": "/", "results": RESULTS, "empty": EMPTY, "coverage": "/coverage?level=1"}
KITS = {"kits": "/kits", "kit": "/kits/como", "emergency": "/emergency"}
COURSES = {
    "courses": "/courses",
    "course": "/courses/safety",
    "lesson": "/courses/safety/travel/on-the-way",
    "emergency-card": "/emergency-card",
}
PLAIN = (
    KITS
    | COURSES
    | {"kept": "/kept", "offline": "/offline", "offline-shortlist": "/offline/shortlist"}
    | {"about": "/about", "help": "/help", "shortlist": "/shortlist"}
    | {path.strip("/"): path for path in ("/privacy", "/legal", "/accessibility", "/terms")}
)
LOOKS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "has_touch": True},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "french": {"viewport": DESKTOP, "locale": "fr-FR"},
    "narrow": {"viewport": NARROW},
    "narrow without scripts": {"viewport": NARROW, "java_script_enabled": False},
}
CHECKED = ("desktop", "dark", "phone")
HEAVIEST_BYTES = 250 * 1024
HEAVIEST_TEXT_BYTES = 150 * 1024
LONGEST_MOVE_S = 0.3
MOVING = "document.getAnimations().some(({ playState }) => playState === 'running')"
INLINE = "script:not([src]):not([type='application/json']), style, [style]:not(.map *)"


@dataclass(frozen=True)
class Visit:
    """What was seen of one page in one look."""

    policy: str
    inline: int
    width: int
    complaints: list[str]
    violations: list[tuple[str, str]]
    screenshot: bytes


Visits = Callable[[str, str], Visit]


@pytest.fixture(scope="module")
def visit(browser: Browser, live_server: str) -> Iterator[Visits]:
    """Visits a path in a look, once for all tests that ask something of it; each look has one page."""
    pages: dict[str, tuple[Page, Witness]] = {}

    @cache
    def visited(look: str, path: str) -> Visit:
        if look not in pages:
            page, witness = new_context(browser, live_server, **LOOKS[look]).new_page(), Witness(live_server)
            witness.watch(page)
            pages[look] = page, witness
        page, witness = pages[look]
        answer = open_page(page, path, scripts="without" not in look)
        wait_until_nothing_moves(page)
        seen = Visit(
            policy=answer.headers["content-security-policy"],
            inline=page.locator(INLINE).count(),
            width=page.evaluate("document.documentElement.scrollWidth"),
            complaints=witness.outside + witness.faults,
            violations=violations(page) if look in CHECKED else [],
            screenshot=page.screenshot(),
        )
        witness.outside.clear()
        witness.faults.clear()
        return seen

    yield visited
    for page, _witness in pages.values():
        page.context.close()


@pytest.fixture(scope="module")
def host(browser: Browser, live_server: str) -> str:
    """The path of a host's page."""
    context = new_context(browser, live_server)
    found = first_host(context.new_page())
    context.close()
    return found


def open_page(page: Page, path: str, *, scripts: bool = True) -> Response:
    answer = page.goto(path)
    assert answer
    if path in WITH_MAP.values() and scripts:
        page.locator("html[data-ready]").wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    return answer


def wait_until_nothing_moves(page: Page) -> None:
    """Waits as long as anything fades in or slides, but no longer than that may take."""
    until = time.monotonic() + LONGEST_MOVE_S
    while page.evaluate(MOVING) and time.monotonic() < until:
        page.wait_for_timeout(20)


def first_host(page: Page) -> str:
    show(page, RESULTS)
    return page.locator("#results .card a").first.get_attribute("href") or ""


@pytest.mark.parametrize("look", CHECKED)
@pytest.mark.parametrize("path", [*WITH_MAP.values(), *PLAIN.values(), "/no-such-page"])
def test_pages_have_no_accessibility_fault(visit: Visits, path: str, look: str) -> None:
    seen = visit(look, path)

    assert seen.violations == []
    assert [fault for fault in seen.complaints if "404" not in fault or path != "/no-such-page"] == []


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


@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_a_host_page_has_no_accessibility_fault(visit: Visits, host: str, look: str) -> None:
    seen = visit(look, host)

    assert seen.violations == seen.complaints == []


@pytest.mark.parametrize("look", ["narrow", "narrow without scripts"])
def test_nothing_scrolls_sideways_at_320_pixels(visit: Visits, host: str, look: str) -> None:
    for path in (*WITH_MAP.values(), *PLAIN.values(), host):
        seen = visit(look, path)
        assert seen.width <= NARROW["width"], path
        assert seen.complaints == [], path


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


def test_every_page_forbids_what_is_not_its_own(visit: Visits) -> None:
    for path in (*WITH_MAP.values(), *PLAIN.values()):
        seen = visit("desktop", path)
        assert "default-src 'none'" in seen.policy
        assert "unsafe" not in seen.policy
        assert seen.inline == 0, path


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


@pytest.mark.parametrize("path", KITS.values())
def test_the_first_visit_of_a_text_is_lighter_still(page_with: Callable[..., Page], path: str) -> None:
    page = page_with(viewport=PHONE)
    weight: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))

    open_page(page, path)

    assert 20_000 < sum(weight) <= HEAVIEST_TEXT_BYTES


def test_what_is_ticked_in_a_checklist_stays_ticked(phone: Page) -> None:
    phone.goto("/kits/como#first-week")
    boxes = phone.locator("[data-task]")

    boxes.nth(1).check()
    phone.reload()

    expect(boxes.nth(1)).to_be_checked()
    expect(boxes.nth(0)).not_to_be_checked()


def test_the_list_of_sections_leads_to_a_section_and_closes_behind(phone: Page) -> None:
    phone.goto("/kits/como")
    expect(phone.locator(".contents")).not_to_have_attribute("open", "")

    phone.locator(".contents > summary").click()
    phone.get_by_role("link", name="Emergencies").click()

    expect(phone.locator(".contents")).not_to_have_attribute("open", "")
    expect(phone.locator("#emergencies-title")).to_be_in_viewport()
    expect(phone.locator(".contents-now")).to_have_text("Emergencies")


def test_the_number_of_a_fact_opens_its_source(phone: Page) -> None:
    phone.goto("/kits/como")
    first = phone.locator(".prose sup.fact a").first

    first.click()

    expect(phone.locator(first.get_attribute("href") or "").get_by_role("link").first).to_be_in_viewport()


def test_screenshots_are_taken_to_be_looked_at(visit: Visits, host: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    shots = []

    for name, path in {**WITH_MAP, "host": host}.items():
        for look in ("desktop", "phone", "dark", "french"):
            seen = visit(look, path)
            shots.append(SCREENSHOTS / f"{name}-{look}.png")
            shots[-1].write_bytes(seen.screenshot)
            assert seen.complaints == []

    assert all(shot.stat().st_size > 10_000 for shot in shots)
