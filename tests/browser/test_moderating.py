"""A moderator returns an entry with a reason, its author gets the mail and mends it; reports; the log."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from mapsvc.config import Settings
from mapsvc.domain.hosts import Organisation
from mapsvc.storage.engine import private_engine, writing
from tests.browser.conftest import NewPage, Office, follow, look_at, opened_office
from tests.mail_sink import text_of

pytestmark = pytest.mark.browser

ABOUT = "We build wooden boats. Call 0033 6 12 34 56 78 <script>alert(1)</script> {{7*7}}"
WHY = "Please take the phone number out of the text."


@pytest.fixture(scope="module")
def office(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office of this module alone, whose queue is empty in the end."""
    with opened_office(prepared, tmp_path_factory.mktemp("office")) as office:
        yield office


def test_a_moderator_returns_an_entry_with_a_reason_and_its_author_mends_it(
    office: Office, new_page: NewPage, size: dict[str, int]
) -> None:
    width = size["width"]
    name, boss, mo = f"Cantiere {width}", f"boss{width}@rossi.example", f"mo{width}@site.example"
    number = office.host(name, boss)
    office.service.command("grant", mo, "moderator")
    author, moderator = new_page(), new_page()
    office.sign_in(author, boss)
    office.sign_in(moderator, mo)

    # The host writes; nothing of it is public yet.
    author.goto(f"/desk/hosts/{number}/organisation")
    author.locator("textarea[name^=about]").first.fill(ABOUT)
    follow(author.get_by_role("button", name="Save and see the whole sheet"))
    expect(author.get_by_text("Your change waits for review")).to_be_visible()

    # The moderator finds it flagged, and sends it back.
    moderator.goto("/review")
    look_at(moderator, "review-queue")
    follow(moderator.get_by_role("link", name=name))
    expect(moderator.locator("mark").first).to_contain_text("0033 6 12 34 56 78")
    expect(moderator.get_by_text("<script>alert(1)</script> {{7*7}}").first).to_be_visible()
    look_at(moderator, "review-change")
    follow(moderator.get_by_role("button", name="Send back"))
    expect(moderator.get_by_role("alert")).to_contain_text("Say why")
    look_at(moderator, "review-no-reason")
    if not moderator.get_by_label(WHY).is_visible():
        moderator.get_by_text("Reasons that are given often").click()
    moderator.get_by_label(WHY).check()
    reason = moderator.get_by_label("Reason", exact=True)
    expect(reason).to_have_value(WHY)
    reason.fill(f"{WHY} There is a field for it.")
    follow(moderator.get_by_role("button", name="Send back"))
    expect(moderator.get_by_text("the author is told why")).to_be_visible()
    look_at(moderator, "review-sent-back")

    # The author gets the mail, opens its link and mends it.
    mail = office.sink.wait_for(boss, having="Please look at this again")
    assert f"{WHY} There is a field for it." in text_of(mail)
    link = next(word for word in text_of(mail).split() if word.endswith(f"/desk/hosts/{number}"))
    author.goto(link)
    expect(author.get_by_text(f"{WHY} There is a field for it.")).to_be_visible()
    author.goto(f"/desk/hosts/{number}/organisation")
    expect(author.locator("textarea[name^=about]").first).to_have_value(ABOUT)
    author.locator("textarea[name^=about]").first.fill("We build wooden boats.")
    follow(author.get_by_role("button", name="Save and see the whole sheet"))
    expect(author.get_by_text("Your change waits for review")).to_be_visible()

    # Now it is approved, many at once, and can be taken back.
    moderator.goto("/review")
    moderator.get_by_label(f"Choose {name}").check()
    follow(moderator.get_by_role("button", name="Approve what is ticked"))
    expect(moderator.get_by_text("Decided: 1.")).to_be_visible()
    expect(moderator.get_by_text("Nothing waits.")).to_be_visible()
    look_at(moderator, "review-empty")
    follow(moderator.get_by_role("link", name="Decided lately"))
    look_at(moderator, "review-decided")
    office.sink.wait_for(boss, having="It is public now.")


def test_a_visitor_reports_a_host_and_a_moderator_pauses_it(
    office: Office, new_page: NewPage, size: dict[str, int]
) -> None:
    width = size["width"]
    name, mo, ada = f"Officina {width}", f"pauser{width}@site.example", f"ada{width}@example.org"
    office.host(name, f"host{width}@officina.example")
    office.service.command("grant", mo, "moderator")
    visitor, moderator = new_page(), new_page()
    engine = private_engine(Settings(instance=office.service.folder))
    with writing(engine) as session:
        slug = session.scalars(select(Organisation).where(Organisation.name == name)).one().sites[0].slug
    engine.dispose()

    visitor.goto(f"/report?slug={slug}")
    look_at(visitor, "review-report")
    follow(visitor.get_by_role("button", name="Send the report"))
    expect(visitor.get_by_role("alert")).to_contain_text("Choose what is wrong.")
    look_at(visitor, "review-report-faults")
    visitor.get_by_label("It is not suitable or not safe for learners").check()
    visitor.get_by_label("Tell us more").fill("No guard at the saw.")
    visitor.get_by_label("Mail address").fill(ada)
    follow(visitor.get_by_role("button", name="Send the report"))
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Thank you")
    look_at(visitor, "review-thanks")

    office.sign_in(moderator, mo)
    moderator.goto("/review")
    follow(moderator.get_by_role("link", name=name))
    expect(moderator.get_by_text("No guard at the saw.")).to_be_visible()
    look_at(moderator, "review-reported")
    moderator.get_by_label("Answer").fill("They put a guard there.")
    follow(moderator.get_by_role("button", name="Pause the host"))
    expect(moderator.get_by_text("The host is paused and off the map.")).to_be_visible()
    look_at(moderator, "review-paused")
    follow(moderator.get_by_role("link", name="Remove it for good"))
    look_at(moderator, "review-erase")
    moderator.goto("/audit")
    expect(moderator.get_by_role("cell", name=mo).first).to_be_visible()
    look_at(moderator, "review-audit")

    assert "They put a guard there." in text_of(office.sink.wait_for(ada, having="Your report"))
