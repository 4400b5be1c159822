"""Asks each address that content names whether it still answers: for operators, and never by itself."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel

from mapsvc.content import markup
from mapsvc.content.facts import Source
from mapsvc.content.library import Library
from mapsvc.content.texts import Text
from mapsvc.content.trees import Tree

AT_ONCE = 4  # sites that are asked at the same time; each is asked one address after the other
PAUSE_S = 1.0  # between two questions to one site
TIMEOUT_S = 15.0
FIRST_BAD = 400  # status from which on an answer is none
HEADERS = {
    "User-Agent": "mapsvc (content check --online; looks whether sources still answer)",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.5",
    "Accept-Language": "en,*;q=0.5",
}

Addresses = Mapping[str, Sequence[str]]  # the files in which each address stands


@dataclass(frozen=True, slots=True, order=True)
class Silent:
    """An address that does not answer as it should: the files that name it, and what happened."""

    files: tuple[str, ...]
    url: str
    why: str

    def __str__(self) -> str:
        return f"{', '.join(self.files)}: {self.url}: {self.why}"


def addresses(library: Library, tree: Tree) -> Addresses:
    """All addresses of sources and of links in texts, in alphabetical order, with their files."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, url in _named(library, tree):
        if url.startswith("https://"):
            found[url].add(name)
    return {url: sorted(found[url]) for url in sorted(found)}


def silent(found: Addresses, *, pause_s: float = PAUSE_S, timeout_s: float = TIMEOUT_S) -> list[Silent]:
    """Those addresses that do not answer, by file.

    Each is asked by HEAD, and by GET where that is refused; no page is read. Sites are asked side by
    side, AT_ONCE of them, and each with a pause of pause_s between two questions. timeout_s is how long
    a site may take to answer.
    """
    by_site: defaultdict[str, list[str]] = defaultdict(list)
    for url in found:
        by_site[urlsplit(url).netloc].append(url)

    def asked(urls: Sequence[str]) -> list[tuple[str, str]]:
        with requests.Session() as session:
            session.headers.update(HEADERS)
            answers = []
            for place, url in enumerate(urls):
                time.sleep(pause_s if place else 0)
                answers.append((url, _why_not(session, url, pause_s=pause_s, timeout_s=timeout_s)))
            return answers

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [answer for some in pool.map(asked, by_site.values()) for answer in some]
    return sorted(Silent(tuple(found[url]), url, why) for url, why in answers if why)


def _why_not(session: requests.Session, url: str, *, pause_s: float, timeout_s: float) -> str:
    """What is wrong with the answer of an address; "" where nothing is."""
    why = _asked(session, "HEAD", url, timeout_s)
    if not why:
        return ""
    time.sleep(pause_s)
    return _asked(session, "GET", url, timeout_s)


def _asked(session: requests.Session, method: str, url: str, timeout_s: float) -> str:
    try:
        with session.request(method, url, timeout=timeout_s, stream=True, allow_redirects=True) as answer:
            return f"it answers with status {answer.status_code}" if answer.status_code >= FIRST_BAD else ""
    except requests.exceptions.SSLError:
        return "no safe connection can be made to it"
    except requests.exceptions.Timeout:
        return f"it does not answer within {timeout_s:g} s"
    except requests.exceptions.TooManyRedirects:
        return "it sends from one address to the next without end"
    except (requests.RequestException, ValueError):  # ValueError: sent on to what is no address
        return "it cannot be reached"


def _named(library: Library, tree: Tree) -> Iterator[tuple[str, str]]:
    """Every address with the name of its file, as often as it stands there."""
    kits = (part for kit in library.kits.values() for part in kit.parts)
    things = [*kits, *library.courses.values(), *library.timelines.values()]
    for thing in things:
        for source in _sources(thing.data):
            yield tree.named(thing.path), source.url
    for path, data in _shared(library, tree):
        for source in _sources(data):
            yield tree.named(path), source.url
    for text in _texts(library):
        for section in text.sections.values():
            for tokens in (section.tokens, *(task.tokens for task in section.tasks)):
                for url, _line in markup.links_in(tokens):
                    yield tree.named(text.path), url


def _shared(library: Library, tree: Tree) -> Iterator[tuple[Path, Any]]:
    """What programs put into texts, with its files."""
    for name, data in (("plugs.yml", library.shared.plugs), ("numbers.yml", library.shared.numbers)):
        path = tree.file("countries", name)
        if path is not None:
            yield path, data


def _sources(value: Any) -> Iterator[Source]:
    """All sources inside a value that was read from YAML."""
    if isinstance(value, Source):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _sources(getattr(value, name))
    elif isinstance(value, dict):
        for one in value.values():
            yield from _sources(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _sources(one)


def _texts(library: Library) -> Iterable[Text[Any]]:
    for kit in library.kits.values():
        for part in kit.parts:
            yield from part.texts.values()
    for course in library.courses.values():
        for lesson in course.lessons:
            yield from lesson.texts.values()
    for timeline in library.timelines.values():
        for resource in timeline.resources.values():
            yield from resource.texts.values()
