"""Somebody looks where hosts are missing; a referent plans stays and sees them as arrows that add up."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mapsvc.config import Settings
from mapsvc.domain.people import Role
from mapsvc.services import accounts
from mapsvc.storage.engine import private_engine, writing
from tests.browser.conftest import DESKTOP, IN_FULL, PHONE, NewPage, Office, follow, look_at

pytestmark = pytest.mark.browser

SIZES = [pytest.param(DESKTOP, id="desktop", marks=IN_FULL), pytest.param(PHONE, id="phone")]
ROWS = "Pays de la Loire\tLombardia\t18\t2027\nBretagne\tLietuva\t8\t2027\nLombardia\tBretagne\t8\t2027"


def referent(office: Office, email: str) -> None:
    """Somebody who plans the stays of a school."""
    engine = private_engine(Settings(instance=office.service.folder))
    with writing(engine) as session:
        school = accounts.sending_organisation(session, "School of flows")
        accounts.grant(session, email, Role.REFERENT, sending=school)
        session.commit()
    engine.dispose()


@pytest.mark.parametrize("size", SIZES)
def test_the_fields_of_a_region_lead_down_and_wide_tables_scroll_in_their_frame(
    page_with: Callable[..., Page], size: dict[str, int]
) -> None:
    page = page_with(viewport=size)
    page.goto("/coverage/gaps")
    look_at(page, "gaps")

    frame = page.locator(".matrix-wrap")
    first = frame.locator("tbody th").first
    before = first.bounding_box()
    frame.evaluate("one => one.scrollLeft = 400")
    after = first.bounding_box()
    follow(page.get_by_role("link", name="Engineering, manufacturing and construction"))
    page.get_by_label("Country").select_option("IT")
    follow(page.get_by_role("button", name="Show"))

    assert before
    assert after
    assert before["x"] == after["x"]
    expect(page.get_by_label("Field", exact=True)).to_have_value("07")
    expect(page.locator(".hole").first).to_have_text("none")
    look_at(page, "gaps-of-a-country")
    page.goto("/coverage/gaps?km=1")
    follow(page.get_by_role("link", name="See all").first)
    follow(page.get_by_role("link", name="By name", exact=True))
    expect(page.locator(".order [aria-current]")).to_have_text("By name")
    look_at(page, "gaps-list")


def test_a_referent_plans_stays_that_do_not_add_up_and_mends_them(new_page: NewPage, office: Office) -> None:
    referent(office, "flows@example.org")
    page = new_page()
    office.sign_in(page, "flows@example.org")
    page.goto("/desk/flows")
    look_at(page, "flows-none")

    follow(page.get_by_role("link", name="Make a plan"))
    page.get_by_label("Name of the plan").fill("Erasmus+ 2027")
    page.get_by_label("How many stays were announced in all?").fill("36")
    page.locator("#rows").fill(f"{ROWS}\nAtlantis\tLietuva\t2\t2027")
    follow(page.get_by_role("button", name="Keep the plan"))
    expect(page.locator(".faults")).to_contain_text("Line 4: “Atlantis”")
    look_at(page, "flows-bad-line")
    page.locator("#rows").fill(ROWS)
    follow(page.get_by_role("button", name="Keep the plan"))
    expect(page.locator(".balance")).to_have_text("36 announced; 18 + 8 + 8 planned: 2 missing.")
    page.get_by_label("From and to").select_option("region")
    follow(page.get_by_role("button", name="Show"))

    chips = page.locator(".flow-chip")
    expect(chips).to_have_count(3)
    expect(page.locator("path.flow-line")).to_have_count(3)
    names = [chip.get_attribute("aria-label") or "" for chip in chips.all()]
    assert names[0] == "Pays de la Loire → Lombardy, 18 planned"
    chips.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".place-popup")).to_contain_text("18 planned")
    look_at(page, "flows")

    follow(page.get_by_role("link", name="Change the plan"))
    page.locator("#rows").fill(f"{ROWS}\nBretagne\tBayern\t2\t2027\tplanned\t95")
    follow(page.get_by_role("button", name="Keep the plan"))
    expect(page.locator(".balance")).to_contain_text("it adds up")
    follow(page.get_by_role("link", name="Check the rules"))
    expect(page.locator("#broken")).to_contain_text("Take off 6 days")
    page.get_by_text("Where else this stands").click()
    look_at(page, "flows-rules")
    follow(page.get_by_role("link", name="Erasmus+ 2027"))
    follow(page.get_by_role("button", name="Undo the last change"))
    expect(page.locator(".balance")).to_contain_text("2 missing")
    page.get_by_text("Download this table").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Spreadsheet (Excel)").click()
    assert download.value.path().stat().st_size > 3000
    follow(page.get_by_role("link", name="Delete the plan"))
    look_at(page, "flows-erase")
    follow(page.get_by_role("button", name="Delete the plan"))
    expect(page.get_by_text("There is no plan yet.")).to_be_visible()
