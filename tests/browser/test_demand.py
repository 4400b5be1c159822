"""The page on where hosts are looked for, in a real browser: its map and its table say the same."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.demands import Wanted
from mapsvc.domain.people import Role
from mapsvc.services import accounts
from mapsvc.storage import demands
from mapsvc.storage.engine import private_engine, writing
from tests.browser.conftest import DESKTOP, PHONE, follow, violations
from tests.browser.test_desk import sign_in
from tests.service import RunningService

pytestmark = pytest.mark.browser

WHO = "demand@example.org"
SOUGHT = {("IT-CO", "07"): 9, ("IT-LC", "07"): 6, ("IT-LC", ""): 5, ("FR-67", "10"): 7, ("FR-68", "10"): 4}


def test_the_map_of_unmet_demand_says_what_its_table_says(
    page_with: Callable[..., Page], live_service: RunningService
) -> None:
    engine = private_engine(Settings(instance=live_service.folder))
    with writing(engine) as session:
        accounts.grant(session, WHO, Role.MODERATOR)
        visits = [
            (who.to_bytes(16), Wanted("shipped", *where))
            for where, count in SOUGHT.items()
            for who in range(count)
        ]
        demands.add_visits(session, now().date(), visits)
        session.commit()
    engine.dispose()
    page = page_with(viewport=DESKTOP)
    sign_in(page, WHO)

    page.goto("/desk/demand/")
    expect(page.locator("path[data-unit]")).to_have_count(3)
    names = page.locator("path[data-unit]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label'))"
    )
    assert sorted(name.partition(":")[2] for name in names) == [" 11", " 7", " 9"]
    assert page.locator("tbody tr").evaluate_all("all => all.map(one => one.dataset.unit)") == [
        "IT-LC",
        "IT-CO",
        "FR-67",
    ]
    assert violations(page) == []

    page.set_viewport_size(PHONE)
    page.reload()
    expect(page.locator("path[data-unit]")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []

    page.get_by_label("Shown by").select_option(label="Countries")
    follow(page.get_by_role("button", name="Show"))
    expect(page.locator("path[data-unit]")).to_have_count(2)
    follow(page.get_by_role("link", name=re.compile("Italy")).first)
    expect(page.get_by_role("heading", level=1)).to_have_text("What each region has")
