"""The map of regions says what its table says, leads where it leads, and stays light with 1,345 regions."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from mapsvc.places.nuts_imports import import_nuts
from tests.browser.conftest import DESKTOP, IN_FULL, PHONE, Witness, follow, new_context, show, violations
from tests.conftest import real_file
from tests.installations import copy
from tests.service import RunningService

pytestmark = pytest.mark.browser

HEAVIEST_BYTES = 600_000
NUTS = [f"data/NUTS_RG_60M_2024_4326_LEVL_{level}.geojson" for level in (1, 2, 3)]
ON_THE_MAP = """paths => Object.fromEntries(paths.map(path => [
    path.dataset.unit,
    [/shade-(\\w)/.exec(path.getAttribute("class"))[1],
     path.getAttribute("aria-label").split(": ").pop()]]))"""
IN_THE_TABLE = """rows => Object.fromEntries(rows.map(row => [
    row.dataset.unit,
    [/shade-(\\w)/.exec(row.querySelector(".dab").getAttribute("class"))[1],
     row.querySelector("td.number").textContent.trim()]]))"""


@pytest.fixture(scope="module")
def of_nuts(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service whose regions are those of NUTS 2024."""
    folder = tmp_path_factory.mktemp("nuts")
    copy(prepared, folder)
    import_nuts(folder, [real_file(name) for name in NUTS])
    with RunningService.started(folder, MAPSVC_WORKERS="1") as service:
        yield service


def region(page: Page, unit: str) -> Any:
    return page.locator(f"#coverage_map path[data-unit='{unit}']")


@pytest.mark.parametrize("viewport", [pytest.param(DESKTOP, marks=IN_FULL), PHONE], ids=["desktop", "phone"])
def test_1345_regions_are_light_and_the_map_says_what_the_table_says(
    browser: Browser, of_nuts: RunningService, viewport: dict[str, int]
) -> None:
    context, witness = new_context(browser, of_nuts.url, viewport=viewport), Witness(of_nuts.url)
    page, weight = context.new_page(), list[float]()
    witness.watch(page)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))

    show(page, "/coverage?level=3&measure=seats&month=" + next_month(page))
    page.wait_for_load_state("networkidle")

    drawn = page.locator("#coverage_map path[data-unit]").evaluate_all(ON_THE_MAP)
    rows = page.locator("tr[data-unit]").evaluate_all(IN_THE_TABLE)
    assert drawn == rows
    assert len(drawn) == 1345
    assert 100_000 < sum(weight) < HEAVIEST_BYTES
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    witness.check()
    context.close()


def next_month(page: Page) -> str:
    """The second month that the page offers."""
    page.goto("/coverage")
    return page.locator("#month option").nth(1).get_attribute("value") or ""


def test_a_click_on_a_region_goes_down_and_the_way_back_up_is_shown(page: Page) -> None:
    show(page, "/coverage?measure=kits")

    region(page, "DE").hover(position=inside(page, "DE"))
    expect(page.locator(".region-hint")).to_have_text(re.compile("Germany.*Settling-in kits: 3"))
    with page.expect_navigation():
        region(page, "DE").click(position=inside(page, "DE"))
    page.locator("html[data-ready]").wait_for(state="attached")

    assert page.url.endswith("/coverage?within=DE&measure=kits")
    assert page.locator("#coverage_map path[data-unit]").count() == page.locator("tr[data-unit]").count()
    follow(page.get_by_role("link", name="All regions"))
    expect(page.locator("tr[data-unit='DE']")).to_be_visible()


def inside(page: Page, unit: str) -> Any:
    """A point of a region's box that the region itself covers."""
    page.locator("#coverage_map").scroll_into_view_if_needed()
    return region(page, unit).evaluate(
        """path => {
            const box = path.getBoundingClientRect();
            for (let part = 1; part < 400; part += 1) {
                const [x, y] = [(part % 20) / 20 * box.width, Math.floor(part / 20) / 20 * box.height];
                if (document.elementFromPoint(box.x + x, box.y + y) === path) return { x, y };
            }
        }"""
    )


def test_the_keyboard_walks_over_the_map_and_enter_goes_down(page: Page) -> None:
    show(page, "/coverage")
    stops = page.locator("#coverage_map path[tabindex='0']")
    expect(stops).to_have_count(1)
    stops.focus()
    first = stops.get_attribute("data-unit")

    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)

    expect(stops).to_have_count(1)
    expect(stops).to_be_focused()
    expect(page.locator(".region-hint")).to_contain_text("Hosts:")
    unit = stops.get_attribute("data-unit")
    assert first
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert f"within={unit}" in page.url or f"={unit}" in page.url


def test_on_a_phone_a_touch_tells_first_and_then_leads_on(phone: Page) -> None:
    show(phone, "/coverage?measure=kits")
    at = inside(phone, "DE")

    region(phone, "DE").tap(position=at)

    popup = phone.locator(".place-popup")
    expect(popup).to_contain_text("Settling-in kits: 3")
    follow(popup.get_by_role("link", name="Open"))
    assert phone.url.endswith("/coverage?within=DE&measure=kits")


def test_a_heading_sorts_the_table_and_once_more_turns_it(page: Page) -> None:
    show(page, "/coverage?measure=alumni")
    heading = page.get_by_role("columnheader", name="Region")

    follow(heading.get_by_role("link"))
    expect(heading).to_have_attribute("aria-sort", "ascending")
    first = page.locator("tr[data-unit] th").first.inner_text()
    follow(heading.get_by_role("link"))

    expect(heading).to_have_attribute("aria-sort", "descending")
    assert first.startswith("A")
    assert page.locator("tr[data-unit] th").last.inner_text() == first


def test_a_field_is_asked_for_where_one_is_counted_alone(page: Page) -> None:
    show(page, "/coverage")
    expect(page.get_by_label("Field")).to_be_hidden()

    page.get_by_label("What is counted").select_option("field")
    page.get_by_label("Field").select_option("07")
    follow(page.get_by_role("button", name="Show"))

    expect(page.locator("#summary")).to_contain_text("Engineering, manufacturing and construction")


def test_without_scripts_the_table_suffices(page_with: Callable[..., Page]) -> None:
    page = page_with(java_script_enabled=False)
    page.goto("/coverage?measure=kits")

    expect(page.locator("#coverage_map")).to_be_hidden()
    follow(page.locator("tr[data-unit='FR'] a"))

    expect(page.get_by_role("heading", level=2, name="The same as a table")).to_be_visible()
    expect(page.locator("#summary")).to_contain_text("regions have settling-in kits")


def test_where_the_outlines_cannot_be_loaded_the_page_says_so(page: Page, witness: Witness) -> None:
    witness.expects("Failed to load resource")
    witness.expects("preload")
    page.route("**/regions/**", lambda route: route.abort())

    page.goto("/coverage")

    expect(page.locator("#map-failed")).to_have_text("The map could not be loaded. The table says the same.")
