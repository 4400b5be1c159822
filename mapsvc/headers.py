"""What browsers are told with each answer, and which page other sites may show inside theirs."""

import json
import re
from collections.abc import Collection

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",  # a list, a file and a fault in words would stand in a frame too
}
# What only a page can make use of: half a kilobyte that forty small files need not carry.
PAGE_HEADERS = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HEADERS_OF_PAGES = HEADERS | PAGE_HEADERS
EMBED = "/embed"  # the one path that may stand in a frame, faults at it too
ANYWHERE = "*"
POLICY, NO_FRAMES = "Content-Security-Policy", "frame-ancestors 'none'"
# As policies know them, without addresses of IPv6.
_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


def origins(written: str) -> tuple[str, ...]:
    """The origins that a setting names, between spaces or commas or as a JSON list; none where it is empty.

    An origin is a scheme, a host and at most a port: https://www.school.example. The host may begin with
    *. for all below it. * alone stands for every site.

    Raises ValueError for anything else: a browser would pass over it without a word.
    """
    given = json.loads(written) if written.startswith("[") else re.split(r"[\s,]+", written)
    found = tuple(dict.fromkeys(str(one).lower().removesuffix("/") for one in given if one))
    if found == (ANYWHERE,):
        return found
    for one in found:
        if not _ORIGIN.fullmatch(one):
            raise ValueError(f"{one} is no origin such as https://www.school.example, nor * alone")
    return found


def headers_of(ancestors: Collection[str] = (), *, page: bool) -> dict[str, str]:
    """The headers of an answer; those of a page that ancestors may show inside theirs, where there are any.

    This site itself may, too. X-Frame-Options is left out there, as it knows no list of origins.
    Source: Content Security Policy Level 3, 6.4.2.
    """
    if not page:
        return HEADERS
    if not ancestors:
        return HEADERS_OF_PAGES
    allowed = {
        POLICY: CSP.replace(NO_FRAMES, f"frame-ancestors 'self' {' '.join(ancestors)}"),
        "Permissions-Policy": "geolocation=(), camera=(), microphone=(), payment=()",
    }
    return {name: value for name, value in HEADERS_OF_PAGES.items() if name != "X-Frame-Options"} | allowed
