"""Where content lies: what ships with the program, and what an installation adds to it or replaces."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mapsvc.resources import resource

FOLDERS = ("kits", "countries", "languages", "courses", "timelines")
OVERLAY = "content"  # the folder of an instance that is laid over the shipped ones


@dataclass(frozen=True, slots=True)
class Tree:
    """Folders of the same shape, one over the other: a file of a later one replaces an earlier one's."""

    roots: tuple[Path, ...]
    without: frozenset[Path] = frozenset()  # files that are passed over as if they were not there

    @classmethod
    def of(cls, instance: Path | None = None) -> Self:
        """What ships, with what the instance folder holds over it."""
        return cls((resource("data"), *([instance / OVERLAY] if instance else [])))

    def file(self, *parts: str) -> Path | None:
        """The file of this name that counts; None where no folder has it."""
        found = (root.joinpath(*parts) for root in reversed(self.roots))
        return next((path for path in found if path not in self.without and path.is_file()), None)

    def folders(self, *parts: str) -> list[str]:
        """The names of the folders inside, in alphabetical order, without those that begin with a dot."""
        inside = (path for root in self.roots for path in _entries(root.joinpath(*parts)) if path.is_dir())
        return sorted({path.name for path in inside})

    def files(self, ending: str, *parts: str) -> list[str]:
        """The names, without the ending, of the files inside that end so, in alphabetical order."""
        inside = (path for root in self.roots for path in _entries(root.joinpath(*parts)) if path.is_file())
        return sorted({path.name.removesuffix(ending) for path in inside if path.name.endswith(ending)})

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """What changes when a file of content does: the path, size and time of each."""
        return tuple(
            (str(path), (found := path.stat()).st_size, found.st_mtime_ns)
            for root in self.roots
            for folder in FOLDERS
            for path in sorted(root.joinpath(folder).rglob("*.*"))
            if path.is_file()
        )

    def is_overlay(self, path: Path) -> bool:
        """Whether a file belongs to the installation, and not to what ships."""
        return not path.is_relative_to(self.roots[0])

    def named(self, path: Path) -> str:
        """What a message calls a file: its path from the project or the instance folder."""
        root = next(root for root in self.roots if path.is_relative_to(root))
        return path.relative_to(root.parent).as_posix()


def _entries(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
