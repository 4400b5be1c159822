"""The map of a placing is used with keys alone and says what the list says; a group finds its town."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Cohort, CohortLearner, Scenario, ScenarioStage
from mapsvc.domain.people import Role
from mapsvc.planning.cohorts import Demands
from mapsvc.planning.outcome_files import as_json, demands_as_json, learner_as_json, offer_as_json
from mapsvc.planning.results import Result
from mapsvc.services import accounts
from mapsvc.storage.engine import private_engine, writing
from tests import make
from tests.browser.conftest import NewPage, Office, follow, look_at
from tests.presentation.placings import result
from tests.publish import publish

pytestmark = pytest.mark.browser

MARCH = (date(2027, 3, 1), date(2027, 5, 1), 2)


def scenario(office: Office, email: str, found: Result) -> str:
    """The path of a scenario of a referent's school."""
    engine = private_engine(Settings(instance=office.service.folder))
    with writing(engine) as session:
        school = accounts.sending_organisation(session, f"School of {email}")
        accounts.grant(session, email, Role.REFERENT, sending=school)
        cohort = Cohort(sending_id=school.id, name=found.cohort, delete_on=now().date() + timedelta(days=9))
        session.add(cohort)
        session.flush()
        made = Scenario(
            cohort_id=cohort.id,
            name=found.scenario,
            stage=ScenarioStage.DONE,
            demands=demands_as_json(found.demands),
            learners=[learner_as_json(one) for one in found.learners],
            offers=[offer_as_json(one) for one in found.offers.values()],
            outcome=as_json(found.outcome),
        )
        session.add(made)
        session.add_all(
            CohortLearner(cohort_id=cohort.id, code=one.code, said=learner_as_json(one))
            for one in found.learners
        )
        session.commit()
        path = f"/desk/cohorts/scenarios/{made.id}"
    engine.dispose()
    return path


@pytest.fixture(scope="module")
def group(office: Office) -> None:
    """Three made-up hosts of one town, with two seats each in three trades."""
    engine = private_engine(Settings(instance=office.service.folder))
    trades = {"0721": (9.085, 45.808), "0722": (9.10, 45.80), "0713": (9.07, 45.82)}
    drafts = [
        make.host(f"Host of {code}", at=at, offers=(make.offer(fields=(code,), periods=(MARCH,)),))
        for code, at in trades.items()
    ]
    with writing(engine) as session:
        publish(session, *drafts, source="hosts for a group")
        session.commit()
    engine.dispose()


def test_the_map_of_a_placing_is_used_with_keys_and_says_what_the_list_says(
    office: Office, new_page: NewPage, size: dict[str, int]
) -> None:
    email, page = f"mona-{size['width']}@school.example", new_page()
    path = scenario(office, email, result())
    office.sign_in(page, email)

    page.goto(path)
    look_at(page, "placement-links")
    follow(page.get_by_role("link", name="See it on the map"))
    pin = page.get_by_role("button", name="Forno Rossi, Como, Italy")
    expect(pin).to_be_visible()
    expect(page.locator("path.way")).to_have_count(2)
    look_at(page, "placement-map")
    pin.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Forno Rossi")
    expect(dialog).to_contain_text("B-01: 1 Mar 2027")
    look_at(page, "placement-dialog")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(pin).to_be_focused()
    expect(page.get_by_role("button", name="Como, Base of the group")).to_be_visible()
    expect(page.get_by_role("row", name="B-01")).to_contain_text("Forno Rossi")


def test_without_a_base_lines_begin_at_home(office: Office, new_page: NewPage, size: dict[str, int]) -> None:
    email, page = f"hana-{size['width']}@school.example", new_page()
    path = scenario(office, email, result(demands=Demands(date(2026, 11, 23))))
    office.sign_in(page, email)

    page.goto(f"{path}/map")

    expect(page.get_by_role("button", name="Tours, Home town of B-01")).to_be_visible()
    expect(page.locator("path.way")).to_have_count(1)
    look_at(page, "placement-homes")
    page.goto(f"{path}/estimate?activity=group&accompanying=1")
    expect(page.locator("#lacking")).to_contain_text("Group mobility of learners")
    look_at(page, "estimate")
    page.goto(page.locator(".back a").get_attribute("href") or "")
    check = (page.locator(".back a").get_attribute("href") or "") + "/rules"
    page.goto(f"{check}?activity=long_term")
    expect(page.locator("#broken")).to_contain_text("Add 64 days")
    look_at(page, "cohort-rules")
    page.goto(f"{check}?activity=short_term&accompanying=1")
    expect(page.locator("#broken")).to_have_text("No rule is broken.")
    look_at(page, "cohort-rules-kept")


def test_a_group_finds_its_town(office: Office, group: None, new_page: NewPage, size: dict[str, int]) -> None:
    email, page = f"gita-{size['width']}@school.example", new_page()
    scenario(office, email, result())
    office.sign_in(page, email)

    page.goto("/desk/groups")
    look_at(page, "group-form")
    find(page, seats="8")
    expect(page.get_by_role("heading", name="No town has all seats")).to_be_visible()
    look_at(page, "group-missing")
    find(page, seats="6")

    expect(page.get_by_role("heading", name="1 town has all seats")).to_be_visible()
    expect(page.locator(".group-place")).to_contain_text("Host of 0721")
    expect(page.get_by_role("button", name="1. ")).to_be_visible()
    look_at(page, "group-found")


def find(page: Page, *, seats: str) -> None:
    page.get_by_role("spinbutton", name="Seats").fill(seats)
    page.get_by_label("Or weeks").fill("12-15")
    page.get_by_label("Year of the weeks").select_option("2027")
    for code in ("0713", "0721", "0722"):
        page.locator(f"#field-{code}").check()
    follow(page.get_by_role("button", name="Find towns"))
