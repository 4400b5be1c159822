"""Looks at all content of a tree, as `mapsvc content check` does."""

from collections.abc import Mapping

from mapsvc.content.course_checks import check_courses
from mapsvc.content.faults import Fault, Faults
from mapsvc.content.kit_checks import check_kits
from mapsvc.content.library import Library
from mapsvc.content.links import targets
from mapsvc.content.own_words import check_own_words
from mapsvc.content.pieces import pieces
from mapsvc.content.reading import check_sentences
from mapsvc.content.timeline_checks import check_timelines
from mapsvc.content.trees import Tree
from mapsvc.content.typography import check_typography


def check(tree: Tree, *, towns: Mapping[int, str]) -> list[Fault]:
    """All faults of a tree, by file and line. towns gives the country of each town of the gazetteer."""
    faults = Faults(tree)
    library = Library.load(tree, faults)
    known = targets(library.kits, library.courses, library.timelines).__contains__
    check_kits(library.kits, faults, known=known, towns=towns)
    check_own_words(library.kits, faults)
    check_courses(library.courses, faults, known=known)
    check_timelines(library.timelines, faults, known=known)
    written = list(pieces(library))
    check_typography(written, faults)
    check_sentences(written, faults)
    return sorted(faults.found)
