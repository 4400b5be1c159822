"""All content of an installation, kept, and read anew when a file of it changes."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Self

from mapsvc.content.courses import Course, load_courses
from mapsvc.content.faults import Faults
from mapsvc.content.kits import Kit, load_kits
from mapsvc.content.shared_facts import SharedFacts
from mapsvc.content.timelines import Timeline, load_timelines
from mapsvc.content.trees import Tree

LOOK_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Library:
    """All content of a tree, by slug, and the facts that programs put into it."""

    kits: Mapping[str, Kit]
    courses: Mapping[str, Course]
    timelines: Mapping[str, Timeline]
    shared: SharedFacts

    @classmethod
    def load(cls, tree: Tree, faults: Faults) -> Self:
        """What a tree holds; what cannot be read is left out, and noted."""
        return cls(
            load_kits(tree, faults),
            load_courses(tree, faults),
            load_timelines(tree, faults),
            SharedFacts.load(tree, faults),
        )


class Shelf:
    """The content that ships with what the installation lays over it; safe to share between threads.

    A file of the installation that cannot be used takes nothing away: the shipped one counts instead.
    """

    def __init__(self, instance: Path | None = None, *, look_every_s: float = LOOK_EVERY_S) -> None:
        self._tree = Tree.of(instance)
        self._look_every_s = look_every_s
        self._lock = Lock()
        self._library: Library | None = None
        self._looked = 0.0

    def read(self) -> None:
        """Reads the content now, which takes half a second, so that no visitor waits for it."""
        _library = self.library

    @property
    def library(self) -> Library:
        """The content as of some seconds ago; read at the first use.

        While one thread reads what has changed, the others go on with what they have.
        """
        held = self._library
        if held is not None and time.monotonic() - self._looked < self._look_every_s:
            return held
        if not self._lock.acquire(blocking=held is None) and held is not None:
            return held
        try:
            if self._library is None or time.monotonic() - self._looked >= self._look_every_s:
                self._library = usable(self._tree)
                self._looked = time.monotonic()
            return self._library
        finally:
            self._lock.release()


def usable(tree: Tree) -> Library:
    """What can be used of a tree: shipped files take the place of those laid over them that cannot be.

    What ships is read once for all installations that lay nothing over it.
    """
    tree = replace(tree, roots=tuple(root for root in tree.roots if root.is_dir()))
    try:
        return _read(tree, tree.stamp())
    except OSError:  # a folder of the installation that cannot be opened
        shipped = Tree(tree.roots[:1])
        return _read(shipped, shipped.stamp())


@lru_cache(4)
def _read(tree: Tree, _stamp: tuple[tuple[str, int, int], ...]) -> Library:
    while True:
        faults = Faults(tree)
        library = Library.load(tree, faults)
        broken = frozenset(path for path in faults.unusable if tree.is_overlay(path)) - tree.without
        if not broken:
            return library
        tree = replace(tree, without=tree.without | broken)
