"""The addresses of every page that is made of files: kits, courses, timelines and what leads to them."""

from collections.abc import Iterator
from functools import cache

from mapsvc.content.library import usable
from mapsvc.content.trees import Tree

LANGUAGES = ("en", "fr")
ALL_OPEN = "?minor=yes&weeks=12&housing=provided&texts=all"


@cache
def every_path() -> tuple[str, ...]:
    """The paths, in the order of the library."""
    return tuple(_paths())


def _paths() -> Iterator[str]:
    library = usable(Tree.of())
    yield from (
        "/kits",
        "/kits?near=Lecco",
        "/kits/write",
        "/kits/write?town=Lecco",
        "/emergency",
        "/emergency-card",
        "/courses",
        "/certificates",
    )
    yield from (f"/kits/{slug}" for slug in library.kits)
    for course in library.courses.values():
        yield from (f"/courses/{course.slug}", f"/courses/{course.slug}/test")
        yield from (f"/courses/{course.slug}/{one.module}/{one.key}" for one in course.lessons)
    for slug, timeline in library.timelines.items():
        yield from (f"/timelines/{slug}", f"/timelines/{slug}{ALL_OPEN}", f"/timelines/{slug}/plan")
        yield from (f"/timelines/{slug}/papers/{key}" for key in timeline.resources)
