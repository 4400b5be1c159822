"""Where links inside content lead: from "kit:como" to the address of its page."""

from collections.abc import Callable

PAGES = {
    "emergency": "/emergency",
    "map": "/",
    "shortlist": "/shortlist",
    "kits": "/kits",
    "courses": "/courses",
    "help": "/help",
    "privacy": "/privacy",
}


def address(name: str) -> str:
    """The address of what content names; what is not known leads to the first page."""
    kind, _, rest = name.partition(":")
    make = _ADDRESSES.get(kind)
    return make(rest) if make else "/"


def _step(name: str) -> str:
    timeline, _, step = name.partition("/")
    return f"/timelines/{timeline}#{step}"


def _resource(name: str) -> str:
    timeline, _, key = name.partition("/")
    return f"/timelines/{timeline}/papers/{key}"


_ADDRESSES: dict[str, Callable[[str], str]] = {
    "page": lambda name: PAGES.get(name, "/"),
    "kit": lambda slug: f"/kits/{slug}",
    "course": lambda slug: f"/courses/{slug}",
    "lesson": lambda name: f"/courses/{name}",
    "timeline": lambda slug: f"/timelines/{slug}",
    "step": _step,
    "resource": _resource,
}
