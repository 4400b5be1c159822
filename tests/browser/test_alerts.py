"""Somebody saves a search, gets the mail of a real server, and a mail program ends it by one click."""

from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from mapsvc.config import Settings
from mapsvc.domain.alerts import EVERY, Alert
from mapsvc.domain.base import now
from mapsvc.storage.engine import private_engine, public_engine, writing
from mapsvc.worker import Work, installation_of, look_at_alerts
from tests.browser.conftest import NewPage, Office, follow, look_at
from tests.letters import link_in
from tests.mail_sink import text_of

pytestmark = pytest.mark.browser


def a_week_goes_by(office: Office) -> None:
    """The worker's look of the next week; the worker itself sends what it wrote."""
    settings = Settings(instance=office.service.folder, base_url=office.service.url)
    engine, public = private_engine(settings), public_engine(settings)
    with writing(engine) as session:
        session.execute(update(Alert).values(looked=now() - EVERY - timedelta(minutes=1)))
        session.commit()
    look_at_alerts(Work(settings, engine, public, installation_of(settings)))
    engine.dispose()
    public.dispose()


def test_a_search_is_saved_told_of_and_ended_by_one_click(
    office: Office, new_page: NewPage, size: dict[str, int]
) -> None:
    page, email = new_page(), f"ana{size['width']}@example.org"
    page.goto("/?where=Como")
    if size["width"] < 600:
        page.locator("#sheet-handle").click()
    follow(page.get_by_role("link", name="Tell me of new hosts"))
    look_at(page, "alert-new")
    page.get_by_label("Mail address").fill("nobody")
    follow(page.get_by_role("button", name="Send me the link"))
    look_at(page, "alert-fault")
    page.get_by_label("Mail address").fill(email)
    follow(page.get_by_role("button", name="Send me the link"))

    begin = link_in(text_of(office.sink.wait_for(email, having="/alerts/confirm/")))
    page.goto(begin)
    look_at(page, "alert-begin")
    follow(page.get_by_role("button", name="Yes, tell me of new hosts"))
    expect(page.get_by_role("status").first).to_contain_text("We look once a week")
    look_at(page, "alert-show")
    shown = page.url
    follow(page.get_by_role("button", name="Pause"))
    look_at(page, "alert-paused")
    follow(page.get_by_role("button", name="Go on"))
    page.go_back()
    look_at(page, "alert-back")

    office.host(f"Segheria {size['width']}", f"segheria{size['width']}@example.org")
    a_week_goes_by(office)
    mail = office.sink.wait_for(email, having=f"Segheria {size['width']}")
    stop = mail["List-Unsubscribe"].strip("<>")
    page.goto(stop)
    look_at(page, "alert-stop")
    click = Request(stop, data=mail["List-Unsubscribe-Post"].encode(), method="POST")
    with urlopen(click) as answer:
        assert answer.status == 200

    page.goto(shown)
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    page.goto(stop)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link stops no mails")
    look_at(page, "alert-over")
    page.goto(begin)
    expect(page.get_by_role("heading", level=1)).to_have_text("That did not work")
    look_at(page, "alert-link-used")
