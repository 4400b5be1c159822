"""A learner keeps a kit, loses the network and finds it again; people are never kept."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mapsvc.config import Settings
from mapsvc.resources import PACKAGE, resource, static_digest
from mapsvc.services.kept_kits import all_kept
from mapsvc.storage.engine import private_engine, reading
from tests.browser.conftest import (
    IN_FULL,
    PHONE,
    NewPage,
    Office,
    Witness,
    follow,
    look_at,
    new_context,
    show,
)
from tests.installations import copy
from tests.service import RunningService, free_port

pytestmark = pytest.mark.browser

KIT = "/kits/kaunas"
KEPT = re.compile(
    r"/(static/[0-9a-f]{12}/[\w./-]+|maps/kit-[0-9a-f]{12}\.js|kits/kaunas/map-[0-9a-f]{12}\.pmtiles"
    r"|kits/kaunas(/keep\.json)?|offline(/shortlist|/keep\.json)?|kept|emergency|emergency-card)"
)
CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys())
    found[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
  return found;
}"""
# How many colours the map's canvases show: one alone where no tile was drawn.
COLOURS = """frame => new Set([...frame.querySelectorAll("canvas")].flatMap((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: data.length / 400 }, (_, at) => data.slice(at * 400, at * 400 + 3).join());
})).size"""
PATIENCE_MS = (
    60_000  # a service that has just started reads all that it knows first; a copy is made of 40 files
)
# Programs are not counted, and a browser without a window calls itself one.
PERSON = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)
NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "Failed to load resource")


@dataclass(frozen=True, slots=True)
class Learner:
    """Their page, and the folder and the port of the service that it asks."""

    page: Page
    folder: Path
    port: str


def cached(page: Page) -> dict[str, list[str]]:
    """The paths in each cache of the browser."""
    found: dict[str, list[str]] = page.evaluate(CACHED)
    return found


def keep(page: Page) -> None:
    """Presses what keeps the page that is open, and waits until it is kept."""
    page.locator("[data-press]").click()
    expect(page.locator(".keep-said")).to_contain_text("It opens without a network.", timeout=PATIENCE_MS)


def drop(page: Page) -> None:
    """Removes the kit of the page from this device."""
    page.locator("[data-drop-kept]").click()
    expect(page.locator(".keep-said")).to_have_text("Removed from this device.", timeout=PATIENCE_MS)


def counted(folder: Path) -> dict[str, int]:
    """How often each kit was kept, as a service that has ended has it."""
    engine = private_engine(Settings(instance=folder))
    with reading(engine) as session:
        found = {one.kit: one.times for one in all_kept(session)}
    engine.dispose()
    return found


def shortlist(page: Page, kind: str) -> str:
    """Puts the first result of a kind on the shortlist; its title."""
    show(page, f"/?kind={kind}")
    card = page.locator("#results .card").first
    card.locator(".save").click()
    return card.locator("a").inner_text()


def released(folder: Path) -> Path:
    """The program as it is, with another style: what a new version brings."""
    folder.mkdir()
    for name in ("templates", "data"):
        (folder / name).symlink_to(resource(name))
    (folder / "mapsvc").symlink_to(PACKAGE)
    shutil.copytree(resource("static"), folder / "static")
    with (folder / "static" / "css" / "base.css").open("a") as style:
        style.write("main.sheet-page h1 { letter-spacing: 1px; }\n")
    return folder


@pytest.fixture
def learner(browser: Browser, prepared: Path, tmp_path: Path) -> Iterator[Learner]:
    """Somebody with a phone, and a service of their own that can be stopped and started again."""
    folder, port = tmp_path / "instance", free_port()
    folder.mkdir()
    copy(prepared, folder)
    base = f"http://127.0.0.1:{port}"
    page = new_context(browser, base, viewport=PHONE, has_touch=True, user_agent=PERSON).new_page()
    witness = Witness(base, expected=list(NO_NETWORK))
    witness.watch(page)
    yield Learner(page, folder, str(port))
    page.context.close()
    witness.check()


def test_a_kept_kit_opens_without_a_network_with_its_map_the_emergency_page_and_the_shortlist(
    learner: Learner,
) -> None:
    page = learner.page
    with RunningService.started(learner.folder, MAPSVC_PORT=learner.port, MAPSVC_WORKERS="1"):
        host, person = shortlist(page, "host"), shortlist(page, "alumni")
        page.goto(KIT)
        expect(page.locator("[data-about]")).to_contain_text(re.compile(r"Loads about [1-4]\d0 kB"))
        keep(page)
        look_at(page, "kit-kept")

    page.context.set_offline(True)

    open_all_without_network(page, host, person)


def test_each_kit_that_is_kept_is_counted_once_and_is_kept_where_that_fails(learner: Learner) -> None:
    page = learner.page
    told: list[str] = []
    page.on("request", lambda one: told.append(f"{one.method} {one.url}") if one.method == "POST" else None)
    with RunningService.started(learner.folder, MAPSVC_PORT=learner.port):
        page.goto(KIT)
        keep(page)
        page.reload()  # it is renewed, and not counted
        expect(page.locator(".keep-said")).to_contain_text("Kept on")
        drop(page)

        page.context.set_offline(True)
        page.locator("[data-press]").click()
        expect(page.locator(".keep-said")).to_contain_text("The network broke off", timeout=PATIENCE_MS)
        page.context.set_offline(False)

        page.context.route(f"**{KIT}/kept", lambda route: route.abort())
        keep(page)
        drop(page)
        page.context.unroute(f"**{KIT}/kept")
        keep(page)

    assert [one.partition(learner.port)[2] for one in told] == [f"{KIT}/kept"] * 3
    assert counted(learner.folder) == {"kaunas": 2}


@IN_FULL
def test_what_is_kept_follows_a_new_version_of_the_site_and_goes_where_it_is_switched_off(
    learner: Learner, tmp_path: Path
) -> None:
    page, port = learner.page, learner.port
    with RunningService.started(learner.folder, MAPSVC_PORT=port):
        page.goto(KIT)
        keep(page)

    site = released(tmp_path / "site")
    with RunningService.started(learner.folder, program=site, prepare=True, MAPSVC_PORT=port):
        # What comes may be the copy, where the service is slow to begin; it is renewed all the same.
        for path in (KIT, "/emergency"):
            page.goto(path)
            page.wait_for_load_state("networkidle")
        wait_until_no_cache_has(page, static_digest())
    page.goto(KIT)
    expect(page.locator("h1")).to_have_css("letter-spacing", "1px")
    expect(page.locator(".keep-said")).to_contain_text("Kept on")

    with RunningService.started(learner.folder, MAPSVC_PORT=port, MAPSVC_OFFLINE="false"):
        page.goto("/about")
        wait_until_no_cache_has(page, "")
        page.goto(KIT)
        expect(page.locator("[data-keep]")).to_have_count(0)


def open_all_without_network(page: Page, host: str, person: str) -> None:
    """Opens what is kept, and what is not."""
    page.goto(f"{KIT}?from=a-link")
    expect(page.locator("h1")).to_have_text("Settling in Kaunas")
    expect(page.locator(".keep-said")).to_contain_text("There is no network now: this is the kept copy.")
    page.get_by_role("button", name="Show the map").click()
    expect(page.locator("#kit_map .pin.kind-kit")).to_have_count(3)
    page.wait_for_timeout(1000)  # as long as tiles are drawn
    assert page.locator("#kit_map").evaluate(COLOURS) > 3
    page.locator("#kit_map .pin-small").first.click()
    expect(page.locator("#kit_map .place-popup")).to_contain_text("Kauno")
    page.goto("/emergency")
    expect(page.locator(".big-call")).to_contain_text("Call 112")
    page.goto("/emergency-card")
    page.get_by_label("Your name").fill("Ona")
    expect(page.locator("[data-shows=name]")).to_have_text("Ona")
    page.goto("/help")
    expect(page.locator("h1")).to_have_text("You are offline")
    expect(page.locator("#kept-kits a")).to_have_text(["Kaunas"])
    look_at(page, "offline")
    follow(page.locator("main").get_by_role("link", name="Shortlist"))
    expect(page.locator("#kept-hosts a")).to_have_text([host])
    expect(page.locator("#kept-more")).to_have_text("One more is shown when there is a network.")
    assert person not in page.content()
    look_at(page, "offline-shortlist")


def wait_until_no_cache_has(page: Page, words: str) -> None:
    """Waits until no address in any cache holds these words, and the worker has done what it was at."""
    for _ in range(150):
        if not any(words in path for paths in cached(page).values() for path in paths):
            return
        page.wait_for_timeout(200)
    raise AssertionError(cached(page))


def test_nothing_of_people_is_kept_whatever_a_signed_in_reader_opens(
    new_page: NewPage, office: Office
) -> None:
    office.service.command("grant", "ruta@school.example", "referent", "--for", "School of Ruta")
    page = new_page()
    page.goto(KIT)
    keep(page)

    office.sign_in(page, "ruta@school.example")
    person = shortlist(page, "alumni")
    follow(page.locator("#results .card a").first)
    expect(page.locator("h1")).to_contain_text(person)
    for path in ("/account/", "/desk/", "/shortlist", "/api/search?kind=alumni", KIT, "/emergency"):
        page.goto(path)
        page.wait_for_load_state("networkidle")

    found = cached(page)
    assert sorted(name.partition(" ")[2].split(" ")[0] for name in found) == [
        "files",
        "kits/kaunas",
        "offline",
    ]
    assert [path for paths in found.values() for path in paths if not KEPT.fullmatch(path)] == []
    kept = page.evaluate("localStorage.getItem('mapsvc.shortlist.shown')")
    assert person not in str(kept)
    pages = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) => {"
        "  const cache = await caches.open(name);"
        "  return Promise.all((await cache.keys()).map(async (key) => (await cache.match(key)).text()));"
        "}))).flat().join()"
    )
    assert person not in pages
    assert "ruta@school.example" not in pages


def test_what_is_kept_is_shown_with_its_size_and_removed(phone: Page) -> None:
    phone.goto("/kept")
    expect(phone.locator("[data-none]")).to_be_visible()
    phone.goto(KIT)
    keep(phone)
    phone.goto("/kits/como")
    keep(phone)

    follow(phone.locator(".keep").get_by_role("link", name="What is kept on this device"))
    lines = phone.locator("[data-things] li")
    expect(lines).to_have_count(3, timeout=PATIENCE_MS)
    expect(lines.filter(has_text="Kaunas")).to_contain_text(re.compile(r"\d+ kB, kept on \d+ \w+ 20\d\d"))
    expect(phone.locator("[data-room]")).to_contain_text("The browser gives about")
    look_at(phone, "kept")
    phone.get_by_role("button", name="Remove: Kaunas").click()
    told = phone.locator("[role=status]").filter(has_text="Removed: Kaunas")
    expect(told).to_be_visible(timeout=PATIENCE_MS)
    assert [name for name in cached(phone) if "kaunas" in name] == []
    assert [path for paths in cached(phone).values() for path in paths if "kaunas" in path] == []
    phone.get_by_role("button", name="Remove all").click()

    expect(phone.locator("[data-none]")).to_be_visible(timeout=PATIENCE_MS)
    assert cached(phone) == {}
    assert phone.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_a_full_device_is_told_what_to_do_and_keeps_no_half(phone: Page, live_server: str) -> None:
    phone.goto("/kits/como")
    session = phone.context.new_cdp_session(phone)
    session.send("Storage.overrideQuotaForOrigin", {"origin": live_server, "quotaSize": 60_000})

    phone.locator("[data-press]").click()

    said = phone.locator(".keep-said")
    expect(said).to_contain_text("There is not enough room on this device.", timeout=PATIENCE_MS)
    expect(phone.locator("[data-press]")).to_be_enabled()
    assert not any("como" in name for name in cached(phone))


def test_the_site_can_be_installed(browser: Browser, live_server: str, tmp_path: Path) -> None:
    engine = browser.browser_type
    with engine.launch_persistent_context(
        tmp_path, executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox"]
    ) as context:
        page = context.new_page()
        page.goto(f"{live_server}{KIT}")
        keep(page)
        session = context.new_cdp_session(page)

        told = session.send("Page.getAppManifest")
        hindered = session.send("Page.getInstallabilityErrors")

    assert told["errors"] == []
    assert json.loads(told["data"])["start_url"] == "/"
    assert hindered["installabilityErrors"] == []
