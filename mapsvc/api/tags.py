"""Answers that a browser or a proxy may keep, and ask about before they fetch them again."""

import gzip
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import Any

import brotli
import orjson
from flask import Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from mapsvc import __version__, i18n
from mapsvc.http import BY_READER, running

JSON = "application/json"
WORTH_PACKING = 500  # bytes
# The next levels take off a few bytes in a hundred and cost half as much again: answers are made anew
# for each search, unlike pages.
BROTLI_LEVEL = GZIP_LEVEL = 1
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=BROTLI_LEVEL)),
    "gzip": lambda body: gzip.compress(body, GZIP_LEVEL, mtime=0),
}


def tagged(key: str, make: Callable[[], Any], *, by_language: bool = True) -> Response:
    """The JSON of what make() gives, as tagged_bytes() answers; its integers have at most 64 bits."""
    return tagged_bytes(key, JSON, lambda: orjson.dumps(make()), by_language=by_language)


def tagged_bytes(
    key: str, mimetype: str, make: Callable[[], bytes], *, by_language: bool = False
) -> Response:
    """What make() gives, packed, under an ETag; 304 without making it where the reader has it.

    key is what the answer depends on beside the path, the state of the directory and the day: the
    declared parameters in their canonical form, so that nothing else makes another entry in a
    cache. by_language says that the reader's language counts as well.

    The answer may be kept by anybody, but has to be asked about each time it is used: what was
    taken off the map is gone with the next look.
    """
    language = i18n.language() if by_language else ""
    depends = (__version__, running().directory.version, language, request.path, key)
    tag = sha256("\n".join(depends).encode()).hexdigest()[:20]
    headers = {
        "ETag": f'W/"{tag}"',
        "Cache-Control": "public, no-cache",
        "Vary": f"{BY_READER}, Accept-Encoding" if by_language else "Accept-Encoding",
    }
    if request.if_none_match.contains_weak(tag):
        return Response(status=304, headers=headers, content_type=mimetype)
    body = make()
    packing = _packing(request.headers.get("Accept-Encoding", ""))
    if packing and len(body) >= WORTH_PACKING:
        headers["Content-Encoding"] = packing
        body = PACKERS[packing](body)
    return Response(body, headers=headers, content_type=mimetype)


@lru_cache(256)
def _packing(accepted: str) -> str | None:
    """How an answer is packed for who accepts this; None for not at all."""
    return parse_accept_header(accepted, Accept).best_match(PACKERS)
