"""Where links of content lead that name something inside: kit:como, step:host/welcome."""

PATHS = {
    "kit": "/kits/{0}",
    "course": "/courses/{0}",
    "lesson": "/courses/{0}/{1}/{2}",
    "timeline": "/timelines/{0}",
    "step": "/timelines/{0}#{1}",
    "resource": "/timelines/{0}/papers/{1}",
}
PAGES = {"map": "/"}  # other pages have their own name as path


def address_of(target: str) -> str:
    """The path of what a link names; the content check has seen that it is there."""
    kind, _colon, name = target.partition(":")
    if kind == "page":
        return PAGES.get(name, f"/{name}")
    return PATHS[kind].format(*name.split("/"))
