"""People are one badge for each area, which says how many, lists them and outlines the area."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, follow, settle, show
from tests.browser.test_signing_in import accessible

pytestmark = pytest.mark.browser

AROUND_STRASBOURG = "/?kind=alumni#11/48.58/7.75"
FOUR = "4 former participants in this area"


def badge(page: Page) -> Locator:
    return page.get_by_role("button", name=FOUR)


@pytest.fixture(params=["light", "dark"])
def small(request: pytest.FixtureRequest, page_with: Callable[..., Page]) -> Page:
    """A watched page at the size of a phone, by day and by night."""
    return page_with(viewport=PHONE, has_touch=True, color_scheme=request.param)


def test_people_of_one_area_are_one_badge_however_near_the_map_is(phone: Page) -> None:
    show(phone, AROUND_STRASBOURG)
    expect(badge(phone)).to_have_text("4", timeout=20_000)

    for _step in range(2):
        phone.get_by_role("button", name="Zoom in").click()
        settle(phone)

    expect(badge(phone)).to_have_text("4", timeout=20_000)
    expect(phone.locator(".pin, .cluster")).to_have_count(0)


def test_a_badge_outlines_its_area_while_it_is_focused_and_lists_its_people(small: Page) -> None:
    show(small, AROUND_STRASBOURG)
    outline = small.locator(".area-outline")
    expect(outline).to_have_count(0)

    badge(small).focus()
    expect(outline).to_have_count(1)
    badge(small).press("Enter")
    people = small.get_by_role("dialog").locator("li a")
    expect(people).to_have_count(4)
    expect(small.locator(".leaflet-popup")).to_have_css("opacity", "1")  # it fades in
    settle(small)

    expect(small.get_by_role("dialog")).to_contain_text("Around Strasbourg, France")
    expect(people.first).to_contain_text("Sample")
    expect(outline).to_have_count(1)
    accessible(small)

    small.keyboard.press("Escape")
    expect(badge(small)).to_be_focused()
    badge(small).blur()
    expect(outline).to_have_count(0)
    badge(small).press("Enter")
    follow(small.get_by_role("dialog").locator("li a").first)
    expect(outline).to_have_count(1)


def test_the_area_is_drawn_before_a_stay_is_sent(phone: Page) -> None:
    phone.goto("/alumni/new")
    phone.get_by_label("How old are you?").fill("23")
    follow(phone.locator("main button.button"))
    phone.get_by_label("In which town were you?").fill("Strasbourg")
    phone.locator("select[name=field]").select_option("0716")
    phone.locator("input[name=year]").fill("2024")
    phone.locator("input[name=length]").fill("6")
    phone.locator("select[name=from_country]").select_option("FI")
    phone.get_by_label("First name, or a name that you make up").fill("Ana")
    phone.locator("input[name=email]").fill("ana@example.org")
    phone.locator("input[name=agree]").check()

    follow(phone.locator("form.form button.button").last)

    expect(phone.get_by_role("heading", name="This area will be shown: Around Strasbourg")).to_be_visible()
    expect(phone.locator(".area-outline")).to_have_count(1)
    settle(phone)
    accessible(phone)
