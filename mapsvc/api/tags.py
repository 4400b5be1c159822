"""Answers that a browser may keep, and ask about before it fetches them again."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Response, jsonify, request

from mapsvc import __version__, i18n
from mapsvc.http import running


def tagged(key: str, make: Callable[[], dict[str, Any]]) -> Response:
    """The JSON that make() gives, under an ETag; 304 without making it where the reader has it.

    key is what the answer depends on beside the address, the language, the state of the directory
    and the day: the declared parameters in their canonical form, so that nothing else makes another
    entry in a cache.
    """
    depends = (__version__, running().directory.version, i18n.language(), request.path, key)
    tag = sha256("\n".join(depends).encode()).hexdigest()[:20]
    response = Response(status=304) if request.if_none_match.contains_weak(tag) else jsonify(make())
    response.set_etag(tag, weak=True)
    response.cache_control.no_cache = True
    return response
