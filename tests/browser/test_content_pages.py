"""Pages of kits, courses and timelines can be used by all, fit 320 pixels and load little at first."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import IN_FULL, PHONE, Witness, violations
from tests.content_pages import ALL_OPEN, every_path

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
HEAVIEST_BYTES = 150 * 1024
# What other tests of this folder do not open: everything unfolded, questions of each kind, a paper.
SOME = (
    f"/timelines/host{ALL_OPEN}",
    "/courses/safety/emergencies/each-hour",
    "/kits/write?town=Lecco",
    "/timelines/host/papers/welcome-sheet",
)
LOCALES = {"en": "en-GB", "fr": "fr-FR"}


def faults(page: Page, path: str) -> list[str]:
    """What is wrong with a page that is opened for the first time, with all that it folds opened."""
    weight: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))
    page.set_viewport_size(PHONE)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    session.detach()
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = [f"{rule}: {html}" for rule, html in violations(page)]
    page.set_viewport_size(NARROW)
    if (width := page.evaluate("document.documentElement.scrollWidth")) > NARROW["width"]:
        found.append(f"{width} pixels wide")
    if not 10_000 < sum(weight) <= HEAVIEST_BYTES:
        found.append(f"{sum(weight)} bytes")
    return found


@pytest.mark.parametrize(
    ("language", "paths"),
    [
        ("fr", SOME),
        pytest.param("en", every_path(), marks=IN_FULL),
        pytest.param("fr", every_path(), marks=IN_FULL),
    ],
    ids=["some", "all in English", "all in French"],
)
def test_pages_of_content_are_light_narrow_and_for_all(
    language: str, paths: tuple[str, ...], context_with: Callable[..., BrowserContext], witness: Witness
) -> None:
    page = context_with(viewport=PHONE, locale=LOCALES[language]).new_page()
    witness.watch(page)

    found = {path: faults(page, path) for path in paths}

    assert {path: said for path, said in found.items() if said} == {}
