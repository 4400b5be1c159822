"""Ten thousand hosts, some with hostile names: still quick, light, and plain text everywhere."""

import csv
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Witness, show
from tests.installations import copy
from tests.service import RunningService

pytestmark = pytest.mark.browser

HOSTILE = [
    "{{7*7}}",
    "{% raw %}",
    "<script>alert(1)</script>",
    "${alert(1)}",
    "<img src=x onerror=alert(1)>",
    "مدرسة مهنية في الشمال",
]
ALONE = "/?lon=-18.6&lat=64.9&radius_km=50"  # the middle of Iceland, where no other host is
MANY = 10_000
TRIES = 5  # the machine is shared: the best of these is the page's own time
HEAVIEST_BYTES = 250 * 1024


def write_hosts(path: Path) -> None:
    chance = random.Random(20261122)
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["name", "latitude", "longitude", "town", "country", "sector"])
        for number, name in enumerate(HOSTILE):
            table.writerow(
                [name, f"{64.9 + number * 0.05:.4f}", f"{-18.6 + number * 0.1:.4f}", "", "IS", "wood"]
            )
        for number in range(MANY):
            point = (f"{chance.uniform(37, 60):.5f}", f"{chance.uniform(-8, 28):.5f}")
            table.writerow([f"Workshop {number}", *point, "", "", chance.choice(["wood", "health", "food"])])


@pytest.fixture(scope="module")
def live_server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service of its own, with MANY hosts more."""
    folder = tmp_path_factory.mktemp("large")
    copy(prepared, folder)
    table = folder / "hosts.csv"
    write_hosts(table)
    with RunningService.started(folder, MAPSVC_WORKERS="1") as service:
        service.command("import-hosts", str(table), "--source", "large")
        yield service.url


@pytest.fixture
def quiet_page(page: Page) -> Page:
    """A page on which no script may open a dialog."""

    def refuse(message: str) -> None:
        pytest.fail(f"a name was run as a script: {message}")

    page.on("dialog", lambda dialog: refuse(dialog.message))
    return page


def wait_for_hosts(page: Page) -> None:
    """Waits until the running service has taken the import in."""
    for _ in range(60):
        page.goto(ALONE)
        if page.locator("#results").get_attribute("data-total") == str(len(HOSTILE)):
            return
        time.sleep(0.5)
    pytest.fail("the import does not show")


def test_names_are_text_in_list_pin_page_and_downloaded_map(quiet_page: Page, tmp_path: Path) -> None:
    page = quiet_page
    wait_for_hosts(page)
    page.locator("html[data-ready]").wait_for(state="attached")

    titles = page.locator("#results .card-title").all_inner_texts()
    assert sorted(titles) == sorted(HOSTILE)

    for number in range(len(HOSTILE)):
        card = page.locator("#results .card").nth(number)
        title = card.locator("a").inner_text()
        card.locator("[data-show]").click()
        expect(page.get_by_role("dialog").locator("h2")).to_have_text(title)
        page.keyboard.press("Escape")

    for href in page.locator("#results .card-title a").evaluate_all(
        "links => links.map(link => link.pathname)"
    ):
        page.goto(href)
        assert page.locator("h1").inner_text() in HOSTILE

    show(page, ALONE)
    page.get_by_text("Download these results").click()
    with page.expect_download() as started:
        page.locator(".downloads a[href*='map.html']").click()
    file = tmp_path / "map.html"
    started.value.save_as(file)
    page.goto(file.as_uri())
    assert sorted(page.locator("#list .card-title").all_inner_texts()) == sorted(HOSTILE)
    page.locator("#list button").first.click()
    expect(page.locator(".place-title")).to_be_visible()


def test_a_downloaded_map_asks_for_nothing(page: Page, tmp_path: Path, live_server: str) -> None:
    answer = page.request.get(f"{live_server}/download/map.html?where=Torino&radius_km=100")
    file = tmp_path / "map.html"
    file.write_bytes(answer.body())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(file.as_uri())
    expect(page.locator("#list .card").first).to_be_visible()

    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert len(asked) - sum(url.startswith("data:") for url in asked) == 1


def test_the_first_visit_is_light_with_ten_thousand_hosts(
    page: Page, context_with: Callable[..., BrowserContext], witness: Witness
) -> None:
    wait_for_hosts(page)
    times, weights = [], []

    for _ in range(TRIES):
        context = context_with()
        fresh = context.new_page()
        witness.watch(fresh)
        session = context.new_cdp_session(fresh)
        session.send("Network.enable")
        weight: list[float] = []
        session.on(
            "Network.loadingFinished", lambda event, into=weight: into.append(event["encodedDataLength"])
        )
        started = time.monotonic()
        show(fresh, "/")
        times.append(time.monotonic() - started)
        fresh.wait_for_load_state("networkidle")
        weights.append(sum(weight))
        assert int(fresh.locator("#results").get_attribute("data-total") or 0) >= MANY - 100
        context.close()

    # Said, not judged: how quick it is depends on what else the machine does (benchmarks/ measures).
    print(f"pins and list on screen after {', '.join(f'{each:.2f}' for each in times)} s")  # noqa: T201
    assert max(weights) <= HEAVIEST_BYTES, weights
