"""A referent reads the year of a school, a visitor says what they think, an administrator looks at both."""

from datetime import date

from playwright.sync_api import expect
from sqlalchemy import select

from mapsvc.access.permissions import viewer_of
from mapsvc.config import Settings
from mapsvc.domain.people import Account, Role
from mapsvc.planning.flows import Flow, FlowKind
from mapsvc.services import accounts
from mapsvc.storage.engine import private_engine, writing
from tests.browser.conftest import NewPage, Office, follow, look_at
from tests.services.test_years import carried_out, planned

REFERENT, BOSS = "referent@example.org", "boss@example.org"
SPRING = date(2026, 3, 2)


def at_work(office: Office, school: str) -> None:
    """A school whose learners went abroad in 2026, and somebody who runs the site."""
    engine = private_engine(Settings(instance=office.service.folder))
    with writing(engine) as session:
        known = session.scalars(select(Account).where(Account.email == BOSS)).first()
        if known is None:
            accounts.grant(session, BOSS, Role.ADMINISTRATOR)
        sending = accounts.sending_organisation(session, school)
        viewer = viewer_of(accounts.grant(session, f"{school}-{REFERENT}", Role.REFERENT, sending=sending))
        session.commit()
        stays = [(site, "IT", "0716") for site in range(1, 8)] + [(9, "LT", "0713")] * 5 + [(8, "DE", "0713")]
        carried_out(session, viewer, *stays, first=SPRING)
        planned(
            session,
            viewer,
            Flow(FlowKind.REALISED, "FR-PDL", "IT-25", 18, 2026),
            Flow(FlowKind.REALISED, "FR-BRE", "LT", 8, 2026),
            Flow(FlowKind.REALISED, "FR", "DE", 2, 2026),
        )
    engine.dispose()


def test_a_year_is_read_typed_and_taken_along(
    new_page: NewPage, office: Office, size: dict[str, int]
) -> None:
    school = f"School{size['width']}"
    at_work(office, school)
    page = new_page()
    office.sign_in(page, f"{school}-{REFERENT}".lower())
    page.goto("/desk/year?year=2026")
    page.get_by_label("Stays with green travel").fill("20")
    follow(page.get_by_role("button", name="Keep the numbers"))

    expect(page.locator("#counter-flows + .counted")).to_have_text("28")
    expect(page.locator("#counter-green + .counted")).to_have_text("20")
    look_at(page, "our-year")
    with page.expect_download() as found:
        page.get_by_role("link", name="Sheet to print (PDF)").click()
    assert found.value.suggested_filename == "our-year-calendar-2026.pdf"
    page.goto("/desk/year?year=2001")
    look_at(page, "our-year-empty")
    page.locator("#green").fill("-1")
    follow(page.get_by_role("button", name="Keep the numbers"))
    look_at(page, "our-year-fault")


def test_what_visitors_think_reaches_who_runs_the_site(
    new_page: NewPage, office: Office, size: dict[str, int]
) -> None:
    at_work(office, f"Other{size['width']}")
    visitor, boss = new_page(), new_page()
    for number in range(5):
        visitor.goto("/feedback")
        if not number:
            look_at(visitor, "feedback")
            follow(visitor.get_by_role("button", name="Send"))
            look_at(visitor, "feedback-fault")
        visitor.get_by_role("group", name="Who are you?").get_by_label("Learner").check()
        visitor.get_by_role("group", name="Is the site easy to use?").get_by_label("4", exact=True).check()
        if not number:
            visitor.get_by_label("What should be better?").fill("More bakeries. Ring me: +39 031 123456")
        follow(visitor.get_by_role("button", name="Send"))
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Thank you")
    look_at(visitor, "feedback-thanks")

    office.sign_in(boss, BOSS)
    boss.goto("/desk/success")
    boss.locator("#hosts").fill("-5")
    follow(boss.get_by_role("button", name="Keep the targets"))
    look_at(boss, "success-fault")
    boss.locator("#hosts").fill("500")
    follow(boss.get_by_role("button", name="Keep the targets"))

    expect(boss.get_by_text("More bakeries.")).to_be_visible()
    expect(boss.locator("#reached-hosts ~ meter")).to_have_count(1)
    look_at(boss, "success")
    follow(boss.get_by_role("button", name="Delete"))
    expect(boss.get_by_text("More bakeries.")).to_have_count(0)
