"""What a visitor waits for: the first view and the next one, beside pages as Folium makes them."""

import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as BrowserFault
from playwright.sync_api import sync_playwright

from benchmarks.peers.naive import naive_pages
from benchmarks.peers.worlds import World
from tests.browser.conftest import ARGUMENTS

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
TRIES, NAIVE_TRIES = 7, 3
STILL_MS = 400  # without a change, after which a view is finished
WITHIN_MS = 60_000
LOOK_AGAIN_S = 0.05
OURS = "document.documentElement?.dataset.ready !== undefined"
NAIVE = "document.querySelector('.leaflet-marker-icon') !== null"
# Notes when the page is there, and after each release of the mouse when pins were last drawn.
WATCH = """
(() => {
  const here = window.__seen = { shown: 0, released: 0, drawn: 0 };
  const look = () => {
    if (DONE) here.shown = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  addEventListener("mouseup", () => {
    here.released = here.drawn = performance.now();
    requestAnimationFrame(() => (here.drawn = Math.max(here.drawn, performance.now())));
  }, true);
  new MutationObserver((changes) => {
    const pins = changes.some((one) => one.target.classList?.contains("leaflet-marker-pane"));
    if (pins) here.drawn = performance.now();
  }).observe(document, { childList: true, subtree: true });
})();
"""


class NotShown(Exception):
    """A page does not come to an end."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit: milliseconds until all is on screen, kilobytes on the wire, milliseconds after a pan."""

    shown_ms: float
    kilobytes: float
    pan_ms: float
    elements: int


def measure_pages(folder: Path, url: str, world: World) -> list[dict[str, Any]]:
    """Rows by page, ours at two sizes first; none, said aloud, without Chromium."""
    with browser() as chromium:
        if chromium is None:
            print(
                "  NOT MEASURED IN THE BROWSER: Chromium is not installed. Run: sudo apt-get install chromium"
            )
            return []
        rows = [
            _row(
                f"ours, {size['width']} px", len(world), None, _visits(chromium, f"{url}/", OURS, size, TRIES)
            )
            for size in (DESKTOP, PHONE)
        ]
        with naive_pages(folder, world) as pages:
            rows += [
                _row(
                    page.name,
                    page.places,
                    page.made_s,
                    _visits(chromium, page.address, NAIVE, DESKTOP, NAIVE_TRIES),
                )
                for page in pages
            ]
        return rows


@contextmanager
def browser() -> Iterator[Any]:
    """A running Chromium, None where it is not installed."""
    if (path := shutil.which("chromium")) is None:
        yield None
        return
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


def _visits(chromium: Any, address: str, done: str, size: dict[str, int], tries: int) -> list[Seen]:
    """The visits; fewer, maybe none, where one of them saw no pin within WITHIN_MS."""
    seen = []
    for _ in range(tries):
        try:
            seen.append(_visit(chromium, address, done, size))
        except (NotShown, BrowserFault) as fault:
            print(f"  NOT SHOWN in {WITHIN_MS / 1000:.0f} s: {address} ({fault})")
            break
    return seen


def _visit(chromium: Any, address: str, done: str, size: dict[str, int]) -> Seen:
    """One first visit with an empty cache, and one pan by a third of the map."""
    with closing(chromium.new_context(viewport=size, locale="en-GB")) as context:
        context.set_default_timeout(WITHIN_MS)
        page = context.new_page()
        page.add_init_script(WATCH.replace("DONE", done))
        wire: list[float] = []
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))
        page.goto(address, wait_until="commit")
        _until(page, "window.__seen.shown > 0")
        page.wait_for_load_state("networkidle")
        return Seen(
            shown_ms=page.evaluate("window.__seen.shown"),
            kilobytes=sum(wire) / 1024,
            pan_ms=_panned(page),
            elements=page.evaluate("document.querySelectorAll('*').length"),
        )


def _panned(page: Any) -> float:
    """Milliseconds from the release of the mouse until pins were last drawn."""
    box = page.locator(".leaflet-container").bounding_box()
    x, y = box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - box["width"] / 6, y, steps=5)
    page.mouse.move(x - box["width"] / 3, y, steps=5)
    time.sleep(0.2)  # held still, so that the map does not slide on
    page.mouse.up()
    _until(page, f"performance.now() - window.__seen.drawn > {STILL_MS}")
    page.wait_for_load_state("networkidle")
    return float(page.evaluate("window.__seen.drawn - window.__seen.released"))


def _until(page: Any, condition: str) -> None:
    """Waits; Playwright's own way would have the page evaluate a text, which ours does not allow.

    Raises NotShown when it takes longer than WITHIN_MS.
    """
    deadline = time.monotonic() + WITHIN_MS / 1000
    while not page.evaluate(condition):
        if time.monotonic() > deadline:
            raise NotShown(condition)
        time.sleep(LOOK_AGAIN_S)


def _row(name: str, places: int, made_s: float | None, visits: list[Seen]) -> dict[str, Any]:
    """The medians of the visits, None without any."""

    def median(what: str, digits: int) -> float | None:
        found = [getattr(one, what) for one in visits]
        return round(statistics.median(found), digits) if found else None

    return {
        "page": name,
        "places": places,
        "n": len(visits),
        "made_s": None if made_s is None else round(made_s, 2),
        "shown_ms": median("shown_ms", 0),
        "pan_ms": median("pan_ms", 0),
        "kilobytes": median("kilobytes", 1),
        "elements": median("elements", 0),
    }
