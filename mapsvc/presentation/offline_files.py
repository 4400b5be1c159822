"""Which files a page needs to be shown without a network, found in the page and in the files themselves."""

import posixpath
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mapsvc.maps.kept import kept_script
from mapsvc.maps.names import MapKind, script_name
from mapsvc.resources import resource, static_digest

NAMED = re.compile(r"/(?:static/[0-9a-f]{12}|maps)/[\w./-]+")
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[\w./-]+)["']""")
FONTS = re.compile(r"""url\(["']?([\w./-]+\.woff2)["']?\)""")
PACKED = frozenset({".js", ".css", ".svg", ".json", ".html"})  # what travels compressed


@dataclass(frozen=True, slots=True)
class OfflineFile:
    """A file under a name that changes with its content: its address, and about how many bytes travel."""

    url: str
    size: int


def files_for(pages: Iterable[str], instance: Path) -> list[OfflineFile]:
    """The styles, scripts, fonts and pictures that these pages of HTML name, and what those name in turn.

    In order of their addresses. instance is the instance folder, where the maps' scripts are kept.
    """
    waiting = {url for page in pages for url in NAMED.findall(page)}
    found: dict[str, OfflineFile] = {}
    while waiting:
        url = waiting.pop()
        size, named = _looked_at(url, static_digest(), instance)
        found[url] = OfflineFile(url, size)
        waiting |= named - found.keys()
    return [found[url] for url in sorted(found)]


def travelling(body: bytes) -> int:
    """About how many bytes a text takes on its way."""
    return len(zlib.compress(body, 6))


@lru_cache(maxsize=512)
def _looked_at(url: str, digest: str, instance: Path) -> tuple[int, frozenset[str]]:
    """About how many bytes of a file travel, and the addresses that it names; digest is that of now."""
    body = _body(url, digest, instance)
    ending = posixpath.splitext(url)[1]
    size = travelling(body) if ending in PACKED else len(body)
    looks = FONTS if ending == ".css" else IMPORTED
    if ending not in {".js", ".css"} or "/vendor/" in url:
        return size, frozenset()
    named = looks.findall(body.decode())
    return size, frozenset(posixpath.normpath(posixpath.join(posixpath.dirname(url), one)) for one in named)


def _body(url: str, digest: str, instance: Path) -> bytes:
    for kind in MapKind:
        if url == f"/maps/{script_name(kind)}":
            return kept_script(kind, instance).encode()
    name = url.removeprefix(f"/static/{digest}/")
    return (resource("static") / name).read_bytes()
