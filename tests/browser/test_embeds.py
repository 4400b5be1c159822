"""A page of a named site shows the map, which works in it; no other site does, and no other page is shown."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import Witness, follow, look_at, new_context
from tests.installations import copy
from tests.service import RunningService

pytestmark = pytest.mark.browser

SANDBOX = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"
ITALY = "/embed?country=IT&lang=en"
OTHERS = ("/", "/embed/new", "/sign-in", "/api/search", "/robots.txt")


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, without a line for each."""

    def log_message(self, *_said: object) -> None:
        """Says nothing."""


@contextmanager
def another_site(folder: Path) -> Iterator[str]:
    """A second server over this folder; its address, without a host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield str(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder of a school's site and its port."""
    folder = tmp_path_factory.mktemp("school")
    (folder / "favicon.ico").touch()
    with another_site(folder) as port:
        yield folder, port


@pytest.fixture(scope="module")
def embedding(
    prepared: Path, school: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """A service of which the school may show maps, under the name localhost alone."""
    folder = tmp_path_factory.mktemp("embedding")
    copy(prepared, folder)
    named = f"http://localhost:{school[1]}"
    with RunningService.started(folder, MAPSVC_EMBED_ANCESTORS=named, MAPSVC_WORKERS="1") as service:
        yield service


Framing = Callable[..., Page]


@pytest.fixture
def framing(browser: Browser, embedding: RunningService, school: tuple[Path, str]) -> Iterator[Framing]:
    """Opens a page of the school, under one of its names, that frames an address of the service."""
    folder, port = school
    made = []

    def opened(path: str, *, host: str = "localhost", width: int = 640, height: int = 480) -> Page:
        frame = f'<iframe id="map" title="Map" src="{embedding.url}{path}" sandbox="{SANDBOX}"'
        (folder / "index.html").write_text(
            f'<!doctype html><html lang="en"><title>School</title><h1>School</h1>{frame}'
            f' width="{width}" height="{height}"></iframe>',
            "utf-8",
        )
        made.append(new_context(browser, f"http://{host}:{port}"))
        page = made[-1].new_page()
        page.goto("/")
        return page

    yield opened
    for context in made:
        context.close()


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("#map")


def ready(page: Page) -> FrameLocator:
    frame = frame_of(page)
    frame.locator("html[data-ready]").wait_for(state="attached")
    return frame


def test_a_page_of_another_site_shows_the_map_with_pins_popup_list_and_a_way_out(framing: Framing) -> None:
    page = framing(ITALY, width=360, height=480)
    frame = ready(page)
    expect(frame.locator(".pin, .cluster").first).to_be_visible()
    expect(frame.locator("#list")).to_be_hidden()

    frame.get_by_role("button", name="List").click()
    before = frame.locator("#results .card").first.get_attribute("data-id")
    frame.locator("[rel=next]").click()
    expect(frame.locator("[rel=prev]")).to_be_visible()
    expect(frame.locator("#results")).to_be_focused()
    assert frame.locator("#results .card").first.get_attribute("data-id") != before
    frame.locator("#results .card[data-kind=host] [data-show]").first.click()
    opened = frame.locator(".place a.button")
    expect(opened).to_be_visible()
    expect(frame.locator("[data-save]")).to_have_count(0)
    with page.context.expect_page() as tab:
        opened.click()

    expect(tab.value.locator("h1")).to_be_visible()
    assert "/hosts/" in tab.value.url
    assert tab.value.evaluate("window.opener") is None


def test_moving_the_map_brings_the_pins_of_the_same_search(framing: Framing) -> None:
    page = framing(ITALY)
    frame = ready(page)
    box = frame.locator("#embed_map").bounding_box()
    assert box
    x, y = box["x"] + 60, box["y"] + box["height"] - 60

    with page.expect_request(lambda request: "/api/viewport" in request.url) as asked:
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60, y - 60, steps=4)
        page.mouse.up()

    assert "country=IT" in asked.value.url
    assert "kind=alumni" not in asked.value.url


def test_the_frame_asks_nobody_else_and_sets_no_cookie(
    framing: Framing, embedding: RunningService, school: tuple[Path, str]
) -> None:
    page = framing(ITALY)
    ready(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.reload()
    ready(page)

    known = (f"{embedding.url}/", f"http://localhost:{school[1]}/")
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((*known, "data:", "blob:"))] == []
    assert page.context.cookies() == []


def test_a_site_that_was_not_named_does_not_show_it(framing: Framing) -> None:
    page = framing(ITALY, host="127.0.0.1")

    page.wait_for_load_state("networkidle")

    assert page.frames[1].url.startswith("chrome-error:")


@pytest.mark.parametrize("path", OTHERS)
def test_no_other_page_is_shown_by_the_site_that_was_named(path: str, framing: Framing) -> None:
    page = framing(path)

    page.wait_for_load_state("networkidle")

    assert "mapsvc" not in frame_of(page).locator("html").inner_text()
    assert page.frames[1].url.startswith(("chrome-error:", "about:blank"))


def test_a_fault_is_said_inside_the_frame(framing: Framing) -> None:
    page = framing("/embed?radius_km=far", width=240, height=320)

    expect(frame_of(page).locator("h1")).to_have_text("That did not work")
    expect(frame_of(page).locator(".lead")).to_contain_text("radius_km")


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [
        (240, 320, "light"),
        (240, 320, "dark"),
        (320, 240, "light"),
        (390, 600, "light"),
        (1280, 800, "dark"),
    ],
)
def test_everybody_can_use_it_at_any_size(
    width: int, height: int, scheme: str, browser: Browser, embedding: RunningService
) -> None:
    size = {"width": width, "height": height}
    context = new_context(browser, embedding.url, viewport=size, color_scheme=scheme)
    page, witness = context.new_page(), Witness(embedding.url)
    witness.watch(page)

    page.goto("/embed?where=Como&radius_km=100")
    page.locator("html[data-ready]").wait_for(state="attached")
    look_at(page, f"embed-{height}-{scheme}")
    page.locator(".pin").first.press("Enter")
    expect(page.locator(".place a.button")).to_be_in_viewport(ratio=0.9)
    look_at(page, f"embed-popup-{height}-{scheme}")
    page.keyboard.press("Escape")
    expect(page.locator(".place")).to_have_count(0)
    expect(page.locator(".pin").first).to_be_in_viewport()
    if page.get_by_role("button", name="List").is_visible():
        page.get_by_role("button", name="List").click()
        look_at(page, f"embed-list-{height}-{scheme}")

    # Asked on a page of its own: inside another site the browser may refuse to keep anything anyway.
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    witness.check()
    context.close()


def test_the_lines_are_made_seen_and_copied(browser: Browser, embedding: RunningService) -> None:
    context = new_context(browser, embedding.url, permissions=["clipboard-read", "clipboard-write"])
    page, witness = context.new_page(), Witness(embedding.url)
    witness.watch(page)
    page.goto("/embed/new?country=IT")

    page.get_by_label("Width in pixels").fill("400")
    follow(page.get_by_role("button", name="Show the map and the lines"))
    lines = page.locator("#snippet").input_value()
    page.get_by_role("button", name="Copy the lines").click()
    expect(page.locator("#copied")).to_have_text("Copied.")

    assert page.evaluate("navigator.clipboard.readText()") == lines
    assert 'width="400"' in lines
    page.locator("iframe").scroll_into_view_if_needed()
    expect(page.frame_locator("iframe").locator("#embed_map")).to_be_visible()
    look_at(page, "embed-new")
    witness.check()
    context.close()


def test_without_scripts_there_is_the_list_and_the_lines(browser: Browser, embedding: RunningService) -> None:
    context = new_context(browser, embedding.url, java_script_enabled=False)
    page = context.new_page()

    page.goto("/embed?country=IT&list=off")
    expect(page.locator("#results .card").first).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("link", name="Previous")).to_be_visible()
    page.goto("/embed/new?where=Torino")
    page.get_by_label("Height in pixels").fill("500")
    follow(page.get_by_role("button", name="Show the map and the lines"))

    assert 'height="500"' in page.locator("#snippet").input_value()
    context.close()
