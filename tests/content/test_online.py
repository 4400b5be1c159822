"""Operators are told which sources do not answer any more, and no site is pressed."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mapsvc.cli import commands
from mapsvc.content import online
from mapsvc.content.faults import Faults
from mapsvc.content.library import Library
from mapsvc.content.online import AT_ONCE, Silent, addresses, silent
from mapsvc.content.trees import Tree
from tests.content_files import fact, write_kit

PAUSE_S = 0.05


@dataclass
class Site:
    """A site of this machine that notes who asks for what, and how many at the same time."""

    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    now: int = 0
    most: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"


class Town(ThreadingHTTPServer):
    """The server of a site; what it says depends on the path alone."""

    daemon_threads = True

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), Clerk)
        self.site = site
        site.port = self.server_port


class Clerk(BaseHTTPRequestHandler):
    """Answers one question."""

    server: Town

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        site, path = self.server.site, self.path.strip("/")
        with site.lock:
            site.asked.append((self.command, path))
            site.begun.append(time.monotonic())
            site.names.add(self.headers["User-Agent"])
            site.now += 1
            site.most = max(site.most, site.now)
        time.sleep(1.5 if path == "slow" else 0.01)
        with site.lock:
            site.now -= 1
        status = {"gone": 404, "moved": 301, "loop": 302, "astray": 302, "closed": 403}.get(path, 200)
        if path == "only-get" and self.command == "HEAD":
            status = 405
        self.send_response(status)
        leads = {"moved": "/fine", "loop": "/loop", "astray": "https://[nowhere/"}
        if path in leads:
            self.send_header("Location", leads[path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Says nothing."""


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    found = [Site() for _number in range(AT_ONCE + 2)]
    towns = [Town(site) for site in found]
    for town in towns:
        threading.Thread(target=town.serve_forever, args=(0.01,), daemon=True).start()
    yield found
    for town in towns:
        town.shutdown()
        town.server_close()


def why(*urls: str, timeout_s: float = 10) -> dict[str, str]:
    found = {url: ["data/kits/here/kit.yml"] for url in urls}
    return {one.url: one.why for one in silent(found, pause_s=PAUSE_S, timeout_s=timeout_s)}


def test_what_answers_is_not_named(sites: list[Site]) -> None:
    site = sites[0]

    assert why(*map(site.url, ("fine", "moved", "only-get"))) == {}
    assert site.asked == [
        ("HEAD", "fine"),
        ("HEAD", "moved"),
        ("HEAD", "fine"),
        ("HEAD", "only-get"),
        ("GET", "only-get"),
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("gone", "it answers with status 404"),
        ("closed", "it answers with status 403"),
        ("loop", "it sends from one address to the next without end"),
        ("astray", "it cannot be reached"),
    ],
)
def test_what_does_not_answer_as_it_should_is_named_with_the_reason(
    sites: list[Site], path: str, said: str
) -> None:
    url = sites[0].url(path)

    assert why(url) == {url: said}


def test_a_site_that_takes_too_long_is_not_waited_for(sites: list[Site]) -> None:
    url = sites[0].url("slow")

    assert why(url, timeout_s=0.2) == {url: "it does not answer within 0.2 s"}


def test_a_site_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"

        assert why(url) == {url: "it cannot be reached"}


def test_a_site_without_a_safe_connection_is_named(sites: list[Site]) -> None:
    url = sites[0].url("fine").replace("http:", "https:")

    assert why(url) == {url: "no safe connection can be made to it"}


def test_a_site_is_asked_one_address_after_the_other_with_a_pause(sites: list[Site]) -> None:
    why(*[site.url(f"{number}") for number in range(4) for site in sites])

    for site in sites:
        assert site.most == 1
        assert len(site.asked) == 4
        gaps = [after - before for before, after in zip(site.begun, site.begun[1:], strict=False)]
        assert min(gaps) >= PAUSE_S
        assert all("mapsvc" in name for name in site.names)


def test_an_address_is_named_with_all_files_that_hold_it(sites: list[Site]) -> None:
    url = sites[0].url("gone")

    (found,) = silent({url: ["data/a.yml", "data/b.md"]}, pause_s=0)

    assert found == Silent(("data/a.yml", "data/b.md"), url, "it answers with status 404")
    assert str(found) == f"data/a.yml, data/b.md: {url}: it answers with status 404"


def test_sources_of_facts_and_places_and_links_are_asked(tmp_path: Path) -> None:
    source = {"name": "A source", "url": "https://a.example.org/"}
    place = {"key": "a", "name": "Quay", "kind": "station", "lon": 1.0, "lat": 2.0}
    write_kit(
        tmp_path,
        {
            "en": "## food\nSo.[^a] [here](https://b.example.org/) [page](page:map)\n\n- [ ] +1 [x](https://c.eu)\n"
        },
        facts={"a": fact(source=source)},
        places=[{**place, "source": {"name": "A map", "url": "https://d.example.org/"}}],
    )
    tree = Tree((tmp_path / "data",))

    found = addresses(Library.load(tree, Faults(tree)), tree)

    assert found == {
        "https://a.example.org/": ["data/kits/here/kit.yml"],
        "https://b.example.org/": ["data/kits/here/en.md"],
        "https://c.eu": ["data/kits/here/en.md"],
        "https://d.example.org/": ["data/kits/here/kit.yml"],
    }


def test_sources_of_courses_timelines_and_shared_facts_are_asked() -> None:
    tree = Tree.of()

    found = addresses(Library.load(tree, Faults(tree)), tree)

    files = {name for names in found.values() for name in names}
    assert {
        "data/courses/safety/course.yml",
        "data/timelines/host/timeline.yml",
        "data/countries/plugs.yml",
        "data/countries/numbers.yml",
        "data/countries/IT/country.yml",
        "data/languages/it/language.yml",
    } <= files


def test_the_command_names_what_does_not_answer_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sites: list[Site]
) -> None:
    url = sites[0].url("gone")
    monkeypatch.setenv("MAPSVC_INSTANCE", str(tmp_path))
    monkeypatch.setattr(online, "addresses", lambda _library, _tree: {url: ["data/kits/here/kit.yml"]})

    done = CliRunner().invoke(commands, ["content", "check", "--online"])

    assert done.exit_code == 1
    assert f"data/kits/here/kit.yml: {url}: it answers with status 404" in done.output
