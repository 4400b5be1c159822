"""What content may link to inside: kits, lessons, steps, resources and some pages, by name."""

from collections.abc import Callable, Mapping

from mapsvc.content.courses import Course
from mapsvc.content.kits import Kit
from mapsvc.content.timelines import Timeline

PAGES = ("emergency", "map", "shortlist", "kits", "courses", "help", "privacy")

Known = Callable[[str], bool]  # whether something here is called "kit:como"


def targets(
    kits: Mapping[str, Kit], courses: Mapping[str, Course], timelines: Mapping[str, Timeline]
) -> frozenset[str]:
    """The names of all that can be linked to."""
    return frozenset(
        [
            *(f"page:{name}" for name in PAGES),
            *(f"kit:{slug}" for slug in kits),
            *(f"course:{slug}" for slug in courses),
            *(
                f"lesson:{course.slug}/{lesson.module}/{lesson.key}"
                for course in courses.values()
                for lesson in course.lessons
            ),
            *(f"timeline:{slug}" for slug in timelines),
            *(f"step:{one.slug}/{step.key}" for one in timelines.values() for step in one.data.steps),
            *(f"resource:{one.slug}/{key}" for one in timelines.values() for key in one.resources),
        ]
    )
