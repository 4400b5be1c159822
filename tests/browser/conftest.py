"""A real browser that accepts no request elsewhere and no fault, and an office that sends real mail."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from sqlalchemy import select

from mapsvc.config import Settings
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Role
from mapsvc.services import accounts
from mapsvc.storage.engine import private_engine, writing
from tests import make
from tests.installations import copy
from tests.letters import link_in
from tests.mail_sink import MailSink, text_of
from tests.publish import publish
from tests.service import RunningService

CHROMIUM = "/usr/bin/chromium"
LEAN = Path(__file__).with_name("chromium.sh")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# A long story is walked at both sizes; the second of them with the full counts, as each takes a while.
IN_FULL = pytest.mark.full
SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
NewPage = Callable[..., Page]


@dataclass
class Witness:
    """What a page asked for and complained about."""

    base: str
    outside: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expects(self, words: str) -> None:
        """Faults with these words are meant by the test."""
        self.expected.append(words)

    def watch(self, page: Page) -> None:
        page.on("request", lambda request: self._asked(request.url))
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", lambda message: self._said(message.type, message.text))

    def check(self) -> None:
        assert self.outside == []
        assert [fault for fault in self.faults if not any(words in fault for words in self.expected)] == []

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base + "/", "data:", "blob:", "file:")):
            self.outside.append(url)

    def _said(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(f"console {kind}: {text}")


@dataclass
class Office:
    """A service that sends real mail, and where the mail arrives."""

    service: RunningService
    sink: MailSink

    def host(self, name: str, email: str) -> int:
        """A public host with somebody who speaks for it; its number."""
        engine = private_engine(Settings(instance=self.service.folder))
        with writing(engine) as session:
            publish(session, make.host(name, offers=(make.offer(),)), source=name)
            found = session.scalars(select(Organisation).where(Organisation.name == name)).one()
            accounts.grant(session, email, Role.HOST, organisation_id=found.id)
            session.commit()
        engine.dispose()
        return found.id

    def sign_in(self, page: Page, email: str) -> None:
        """Signs in by the link of the mail; the page shows none."""
        page.goto("/sign-in")
        page.get_by_label("Mail address").fill(email)
        known = len(self.sink.to(email))
        follow(page.locator("main form .button"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
        expect(page.get_by_role("link", name="Open the link of the mail")).to_have_count(0)
        page.goto(link_in(text_of(self.sink.wait_for(email, having="/sign-in/", after=known))))
        follow(page.locator("main form .button"))
        expect(page.locator(".places")).to_be_visible()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; a browser test skips where it is absent, and fails in CI."""
    if not (path := shutil.which("chromium") or (CHROMIUM if Path(CHROMIUM).exists() else None)):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=LEAN, args=ARGUMENTS, env={**os.environ, "CHROMIUM": path}
        )
        yield running
        running.close()


@pytest.fixture
def witness(live_server: str) -> Iterator[Witness]:
    seen = Witness(live_server)
    yield seen
    seen.check()


@pytest.fixture
def context_with(browser: Browser, live_server: str) -> Iterator[Callable[..., BrowserContext]]:
    """Makes contexts in English at the size of a desktop; other options as Playwright names them."""
    made = []

    def make(**options: Any) -> BrowserContext:
        made.append(new_context(browser, live_server, **options))
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page_with(context_with: Callable[..., BrowserContext], witness: Witness) -> Callable[..., Page]:
    """Makes watched pages, each in a context of its own."""

    def make(**options: Any) -> Page:
        page = context_with(**options).new_page()
        witness.watch(page)
        return page

    return make


@pytest.fixture
def page(page_with: Callable[..., Page]) -> Page:
    """A watched page at the size of a desktop."""
    return page_with()


@pytest.fixture
def phone(page_with: Callable[..., Page]) -> Page:
    """A watched page at the size of a phone."""
    return page_with(viewport=PHONE, has_touch=True)


@contextmanager
def opened_office(prepared: Path, folder: Path) -> Iterator[Office]:
    """An office of its own over seed and samples in an empty folder."""
    copy(prepared, folder)
    with MailSink.open() as sink, RunningService.started(folder, MAPSVC_SMTP_URL=sink.url) as service:
        yield Office(service, sink)


@pytest.fixture(scope="session")
def shared_office(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for all modules whose people, schools and hosts do not meet: to start one takes long."""
    with opened_office(prepared, tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest.fixture(scope="module")
def office(shared_office: Office) -> Office:
    """The office of the module; one that counts what all people left has another of its own."""
    return shared_office


@pytest.fixture(params=[pytest.param(DESKTOP, marks=IN_FULL), PHONE], ids=["desktop", "phone"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    return dict(request.param)


@pytest.fixture
def new_page(browser: Browser, office: Office, size: dict[str, int]) -> Iterator[NewPage]:
    """Makes pages of people who do not know each other, whom the office refuses what it should."""
    witness, made = Witness(office.service.url), []
    for refusal in ("422", "403", "404", "410"):
        witness.expects(refusal)

    def make_page(**options: Any) -> Page:
        made.append(new_context(browser, office.service.url, **{"viewport": size, **options}))
        page = made[-1].new_page()
        witness.watch(page)
        return page

    yield make_page
    for context in made:
        context.close()
    witness.check()


def look_at(page: Page, name: str) -> None:
    """All can use this page, nothing scrolls sideways, and it is there to be looked at."""
    assert violations(page) == []
    width = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds that somebody cannot use: each rule, and the first element that breaks it."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:160]) for each in found]


def new_context(browser: Browser, base_url: str, **options: Any) -> BrowserContext:
    """A context in English at the size of a desktop; other options as Playwright names them."""
    given = {"base_url": base_url, "viewport": DESKTOP, "locale": "en-GB", "reduced_motion": "reduce"}
    context = browser.new_context(**(given | options))
    context.set_default_timeout(30_000)
    return context


def show(page: Page, path: str) -> None:
    """Opens a page that has a map and waits until its pins and its list are on screen."""
    page.goto(path)
    page.locator("html[data-ready]").wait_for(state="attached")


def follow(leading: Locator) -> None:
    """Presses what leads to another page, and waits until that page is there as a whole.

    A press alone comes back while the old page still stands, or half of the new one: axe would judge
    that, and going elsewhere would break off the form that is on its way.
    """
    with leading.page.expect_navigation():
        leading.click()


def settle(page: Page) -> None:
    """Waits until the list and the pins that were asked for are there."""
    page.wait_for_load_state("networkidle")
    expect(page.locator("html.busy")).to_have_count(0)
