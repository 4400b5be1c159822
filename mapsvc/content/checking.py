"""Looks at all content of a tree, as `mapsvc content check` does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from mapsvc.content.course_checks import check_courses
from mapsvc.content.courses import Course, load_courses
from mapsvc.content.faults import Fault, Faults
from mapsvc.content.kit_checks import check_kits
from mapsvc.content.kits import Kit, load_kits
from mapsvc.content.links import targets
from mapsvc.content.timeline_checks import check_timelines
from mapsvc.content.timelines import Timeline, load_timelines
from mapsvc.content.trees import Tree


@dataclass(frozen=True, slots=True)
class Library:
    """All content of a tree, by slug."""

    kits: Mapping[str, Kit]
    courses: Mapping[str, Course]
    timelines: Mapping[str, Timeline]

    @classmethod
    def load(cls, tree: Tree, faults: Faults) -> Self:
        """What a tree holds; what cannot be read is left out, and noted."""
        return cls(load_kits(tree, faults), load_courses(tree, faults), load_timelines(tree, faults))


def check(tree: Tree, *, towns: Mapping[int, str]) -> list[Fault]:
    """All faults of a tree, by file and line. towns gives the country of each town of the gazetteer."""
    faults = Faults(tree)
    library = Library.load(tree, faults)
    known = targets(library.kits, library.courses, library.timelines).__contains__
    check_kits(library.kits, faults, known=known, towns=towns)
    check_courses(library.courses, faults, known=known)
    check_timelines(library.timelines, faults, known=known)
    return sorted(faults.found)
