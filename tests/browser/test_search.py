"""A learner searches by keyboard, around a place, in view and with filters, and always finds a way on."""

import io
import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Request, expect
from pypdf import PdfReader

from tests.browser.conftest import Witness, settle, show

pytestmark = pytest.mark.browser

TORINO = "/?where=Torino&radius_km=100"
NOWHERE = "/?lon=-18.6&lat=64.9&radius_km=5"  # the middle of Iceland


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def ids(page: Page) -> list[str]:
    return page.locator("#results .card").evaluate_all("cards => cards.map(card => card.dataset.id)")


def total(page: Page) -> int:
    return int(page.locator("#results").get_attribute("data-total") or -1)


def test_the_way_to_a_host_is_in_view_on_a_low_screen(page_with: Callable[..., Page]) -> None:
    page = page_with(viewport={"width": 844, "height": 390})
    show(page, "/?where=Como&radius_km=100")

    page.locator(".pin.kind-host").first.press("Enter")

    expect(page.locator(".place a.button")).to_be_in_viewport(ratio=0.9)


def test_a_printed_search_has_all_that_its_list_has(page: Page) -> None:
    show(page, TORINO)
    names = page.locator("#results .card-title a").all_inner_texts()

    printed = PdfReader(io.BytesIO(page.pdf(format="A4")))

    told = " ".join("".join(sheet.extract_text() for sheet in printed.pages).split())
    assert len(names) > 3
    assert [name for name in names if " ".join(name.split()) not in told] == []


def drag_map(page: Page, by: int) -> None:
    box = page.locator("#search_map").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.75
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - by / 2, y, steps=4)
    page.mouse.move(x - by, y, steps=4)
    page.mouse.up()
    page.wait_for_timeout(400)
    settle(page)


def test_the_whole_search_works_by_keyboard_alone(page: Page) -> None:
    show(page, "/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#where")).to_be_focused()

    page.keyboard.type("Torino")
    expect(page.locator("#where-list [role=option]").first).to_contain_text("Torino")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_contain_text("Torino")
    first = page.locator("#results .card a").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if first.evaluate("link => link === document.activeElement"):
            break
    expect(first).to_be_focused()
    title = first.inner_text()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text(title)


def test_places_are_a_combobox_that_says_what_is_marked(page: Page) -> None:
    show(page, "/")
    field = page.locator("#where")
    expect(field).to_have_attribute("role", "combobox")
    expect(field).to_have_attribute("aria-expanded", "false")

    field.press_sequentially("Kauna")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    marked = page.locator("#where-list [aria-selected=true]")

    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("Kaunas")
    assert field.get_attribute("aria-activedescendant") == marked.get_attribute("id")
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#where-list")).to_be_hidden()


def test_enter_searches_the_typed_text_as_the_page_without_scripts_does(page: Page) -> None:
    show(page, "/")

    page.locator("#where").fill("Kaunas")
    page.locator("#where").press("Enter")

    expect(page.locator("#summary")).to_contain_text("Kaunas")
    expect(page.locator(".mode-mark")).to_contain_text("Around a place")


def test_words_are_the_last_choice_under_the_places(page: Page) -> None:
    show(page, "/")
    page.locator("#where").press_sequentially("Mirafiori")
    expect(page.locator(".suggestion-words")).to_contain_text("Mirafiori")

    page.locator(".suggestion-words").click()

    expect(page.locator(".chosen-chip")).to_contain_text("Mirafiori")
    assert query(page)["q"] == ["Mirafiori"]


def test_moving_the_map_leaves_a_search_around_a_place_alone(page: Page) -> None:
    show(page, TORINO)
    before = ids(page)
    expect(page.locator(".search-circle")).to_have_count(1)
    expect(page.locator("#search-area")).to_be_hidden()

    drag_map(page, 500)

    assert ids(page) == before
    expect(page.locator("#search-area")).to_be_visible()


def test_searching_this_area_turns_to_what_the_map_shows(page: Page) -> None:
    show(page, TORINO)
    drag_map(page, 300)

    page.locator("#search-area").click()
    expect(page.locator(".mode-mark")).to_contain_text("What the map shows")

    assert "bbox" in query(page)
    assert "where" not in query(page)
    expect(page.locator(".search-circle")).to_have_count(0)
    expect(page.locator("#search-area")).to_be_hidden()


def test_in_view_the_list_counts_what_the_map_shows(page: Page, live_server: str) -> None:
    show(page, "/")
    answers: list[int] = []
    page.on(
        "response",
        lambda response: "/api/viewport" in response.url and answers.append(response.json()["total"]),
    )

    drag_map(page, 420)
    box = query(page)["bbox"][0]
    with urlopen(f"{live_server}/api/search?bbox={box}") as answer:
        expected = json.load(answer)["total"]

    assert total(page) == expected == answers[-1]


def test_back_and_forward_go_through_the_searches(page: Page) -> None:
    show(page, TORINO)
    torino = ids(page)
    page.locator("#where").fill("Kaunas")
    page.locator("#where").press("Enter")
    expect(page.locator("#summary")).to_contain_text("Kaunas")

    page.go_back()
    expect(page.locator("#summary")).to_contain_text("Torino")

    assert ids(page) == torino
    expect(page.locator("#where")).to_have_value("Torino")


def test_the_address_alone_brings_the_same_search_back(page: Page, page_with: Callable[..., Page]) -> None:
    show(page, "/")
    drag_map(page, 200)
    expected = ids(page)

    other = page_with()
    show(other, page.url)

    assert ids(other) == expected


def test_a_filter_narrows_list_map_and_address_and_goes_away_again(page: Page) -> None:
    show(page, "/")
    everything = total(page)
    page.locator("[data-filter=sector] summary").click()
    option = page.locator("#options-sector .option").first
    count = int(re.sub(r"\D", "", option.locator(".option-count").inner_text()))

    option.locator("input").check()
    expect(page.locator(".chosen-chip")).to_have_count(1)
    settle(page)

    assert total(page) == count < everything
    assert "sector" in query(page)
    expect(page.locator("[data-filter=sector] .badge")).to_have_text("1")
    page.keyboard.press("Escape")
    expect(page.locator("[data-filter=sector]")).not_to_have_attribute("open", "")
    page.locator(".chosen-chip").click()
    expect(page.locator(".chosen-chip")).to_have_count(0)
    settle(page)
    assert total(page) == everything


def test_one_filter_panel_is_open_at_a_time(page: Page) -> None:
    show(page, "/")

    page.locator("[data-filter=sector] summary").click()
    page.locator("[data-filter=dates] summary").click()

    expect(page.locator("#filters details[open]")).to_have_count(1)
    expect(page.locator("#from")).to_be_visible()


def test_an_empty_search_offers_the_wider_one_that_finds_something(page: Page) -> None:
    show(page, NOWHERE)
    expect(page.locator(".empty h2")).to_have_text("Nothing found here")

    page.locator(".empty .button").first.click()
    expect(page.locator(".empty")).to_have_count(0)

    assert total(page) > 0


def test_a_pin_opens_a_dialog_that_takes_and_gives_back_the_focus(page: Page) -> None:
    show(page, TORINO)
    pin = page.locator(".pin").first
    pin.focus()

    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("h2")).to_be_focused()
    expect(dialog.locator("a.button")).to_have_attribute("href", re.compile("^/hosts/"))
    page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    expect(pin).to_be_focused()


def test_the_list_lights_its_pin_and_the_pin_its_line(page: Page) -> None:
    show(page, TORINO)

    page.locator("#results .card").first.hover()
    expect(page.locator("#search_map .lit")).to_have_count(1)
    pins = page.locator(".pin").evaluate_all("pins => pins.map(pin => pin.dataset.pin)")
    listed = next(id_ for id_ in pins if id_ in ids(page))
    page.locator(f".pin[data-pin='{listed}']").hover()

    expect(page.locator("#search_map .lit")).to_have_count(0)
    expect(page.locator("#results .card.lit")).to_have_count(1)


def test_a_line_shows_its_place_on_the_map(page: Page) -> None:
    show(page, TORINO)
    card = page.locator("#results .card").first
    title = card.locator("a").inner_text()

    card.locator("[data-show]").click()

    expect(page.get_by_role("dialog").locator("h2")).to_have_text(title)


def test_near_me_sends_a_position_rounded_to_two_decimals(page_with: Callable[..., Page]) -> None:
    page = page_with(geolocation={"latitude": 45.070339, "longitude": 7.686864}, permissions=["geolocation"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    show(page, "/")

    page.locator("#near-me").click()
    expect(page.locator(".mode-mark")).to_contain_text("Around a place")

    assert query(page)["lon"] == ["7.69"]
    assert query(page)["lat"] == ["45.07"]
    assert not any("7.686" in url or "45.0703" in url for url in asked)


def test_a_failed_request_says_so_and_can_be_tried_again(page: Page, witness: Witness) -> None:
    witness.expects("Failed to load resource")
    show(page, "/")

    def refuse(route: object, _request: Request) -> None:
        route.abort()  # type: ignore[attr-defined]

    page.route("**/list?*", refuse)
    page.locator("#where").fill("Kaunas")
    page.locator("#where").press("Enter")
    expect(page.locator("#note")).to_contain_text("could not be loaded")
    page.unroute("**/list?*")
    page.locator("#note button").click()

    expect(page.locator("#summary")).to_contain_text("Kaunas")
    expect(page.locator("#note")).to_be_hidden()


def test_the_next_page_of_the_list_keeps_the_search(page: Page) -> None:
    show(page, "/")
    first = ids(page)

    page.locator(".pages a[rel=next]").click()
    expect(page.locator(".pages-now")).to_contain_text("Page 2")

    assert query(page)["page"] == ["2"]
    assert not set(first) & set(ids(page))
