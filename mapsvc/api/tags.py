"""Answers that a browser may keep, and ask about before it fetches them again."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Response, jsonify, request

from mapsvc import __version__, i18n
from mapsvc.http import running

JSON = "application/json"


def tagged(key: str, make: Callable[[], dict[str, Any]]) -> Response:
    """The JSON that make() gives in the reader's language, under an ETag; see tagged_bytes."""
    return _answer((i18n.language(), key), JSON, lambda: jsonify(make()))


def tagged_bytes(key: str, mimetype: str, make: Callable[[], bytes]) -> Response:
    """What make() gives in every language, under an ETag; 304 without making it where the reader has it.

    key is what the answer depends on beside the address, the state of the directory and the day: the
    declared parameters in their canonical form, so that nothing else makes another entry in a cache.
    """
    return _answer((key,), mimetype, lambda: Response(make(), mimetype=mimetype))


def _answer(key: tuple[str, ...], mimetype: str, make: Callable[[], Response]) -> Response:
    depends = (__version__, running().directory.version, request.path, *key)
    tag = sha256("\n".join(depends).encode()).hexdigest()[:20]
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304, mimetype=mimetype) if known else make()
    response.set_etag(tag, weak=True)
    response.cache_control.no_cache = True
    return response
