"""A referent works through what waits at the desk, at a desk and on a phone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Role
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services import accounts
from mapsvc.services.imports import import_hosts
from mapsvc.storage.engine import private_engine, writing
from tests.browser.conftest import DESKTOP, PHONE, follow, violations
from tests.service import RunningService

pytestmark = pytest.mark.browser

LISTED = """Name;Street;Town;Country;Latitude;Longitude
{0} Schreinerei Weber;Bahnhofstr. 9;Bad Neuenahr-Arweiler;DE;;
{0} Hotel zur Post;Marktplatz 3;Bad Neuenahr-Arweiler;DE;;
{0} Kita Sonnenschein;Am Bach 4;Nirgendwo am Bach;DE;;
{0} Bäckerei Müller;Hauptstr. 1;Trier;DE;49.7567;6.6414
{0} Bäckerei Müler;Hauptstr. 1;Trier;DE;49.7569;6.6416
{0} Autohaus König;Industriestr. 7;Mainz;DE;north;8.27
"""
LOOKS = {"desk": {"viewport": DESKTOP}, "phone": {"viewport": PHONE, "has_touch": True}}


def a_list(service: RunningService, word: str) -> str:
    """A referent with a list in which something of each kind waits; the address to sign in with."""
    settings = Settings(instance=service.folder)
    email, file = f"{word}@example.org", service.folder / f"{word}.csv"
    file.write_text(LISTED.format(word), "utf-8")
    engine = private_engine(settings)
    with writing(engine) as session:
        school = accounts.sending_organisation(session, f"School {word}")
        accounts.grant(session, email, Role.REFERENT, sending=school)
        session.commit()
        import_hosts(
            session,
            file,
            source_name=f"List {word}",
            owner_id=school.id,
            importer="tests",
            gazetteer=Gazetteer.open(service.folder),
            regions=Regions.load(),
            key=settings.secret,
        )
        old = session.scalars(select(Organisation).where(Organisation.name == f"{word} Bäckerei Müller"))
        old.one().updated = now() - timedelta(days=500)
        session.commit()
    engine.dispose()
    return email


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Mail address").fill(email)
    follow(page.locator("main form .button").first)
    follow(page.get_by_role("link", name="Open the link of the mail"))
    follow(page.locator("main form .button").first)
    page.wait_for_load_state()


def tile(page: Page, words: str) -> Any:
    return page.locator(".tile-card", has_text=words).locator("strong")


@pytest.mark.parametrize("look", LOOKS)
def test_a_referent_works_through_the_desk(
    page_with: Callable[..., Page], live_service: RunningService, look: str
) -> None:
    email = a_list(live_service, look)
    page = page_with(**LOOKS[look])
    sign_in(page, email)

    def opened(path: str) -> None:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= LOOKS[look]["viewport"]["width"], path

    opened("/desk/")
    expect(tile(page, "to put on the map")).to_have_text("3")
    opened("/desk/to-locate/")
    follow(page.get_by_role("button", name=re.compile("Put all 2 in Bad Neuenahr")))
    expect(page.get_by_text("On the map: 2 in Bad Neuenahr-Ahrweiler.")).to_be_visible()

    follow(page.get_by_role("link", name=re.compile("Search or set on the map")))
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    page.get_by_label("Search a town").fill("Koblen")
    page.locator("#town-list [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Search a town")).to_have_value(re.compile("Koblenz"))
    page.locator("#host_map").click(position={"x": 150, "y": 150})
    expect(page.locator("#host_map .leaflet-marker-icon")).to_have_count(1)
    follow(page.get_by_role("button", name="Put it in this town"))
    expect(page.get_by_text("On the map: 1 in Koblenz.")).to_be_visible()
    follow(page.get_by_role("button", name="Take it off again"))
    expect(page.get_by_text("Taken off the map again.")).to_be_visible()

    opened("/desk/rows/")
    page.get_by_label("Latitude").fill("49.99")
    follow(page.get_by_role("button", name="Try again"))
    expect(page.get_by_text("Imported: 1.")).to_be_visible()

    opened("/desk/duplicates/")
    follow(page.get_by_role("button", name="They are one: keep the first"))
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()

    opened("/desk/confirm/")
    page.get_by_role("button", name="Choose all on this page").click()
    follow(page.get_by_role("button", name="Still true"))
    expect(page.get_by_text("Confirmed: 1.")).to_be_visible()
    opened("/desk/")
    for words, count in (("put on the map", "1"), ("rows", "0"), ("pairs", "0"), ("to confirm", "0")):
        expect(tile(page, words)).to_have_text(count)


def test_without_scripts_a_host_is_placed_by_its_town(
    page_with: Callable[..., Page], live_service: RunningService
) -> None:
    page = page_with(java_script_enabled=False)
    sign_in(page, a_list(live_service, "plain"))
    page.goto("/desk/to-locate/")

    follow(page.get_by_role("link", name=re.compile("Kita Sonnenschein")))
    page.get_by_label("Search a town").fill("Koblenz")
    follow(page.get_by_role("button", name="Put it in this town"))

    expect(page.get_by_text("On the map: 1 in Koblenz.")).to_be_visible()
