"""What is wrong with a file of content: where, what, and how to mend it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from mapsvc.content.trees import Tree
from mapsvc.errors import MapsvcError


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a file. line counts from 1; 0 stands for the file as a whole."""

    file: str
    line: int
    text: str = field(compare=False)
    values: dict[str, object] = field(compare=False, default_factory=dict)

    def __str__(self) -> str:
        said = self.text % self.values if self.values else self.text
        return f"{self.file}:{self.line}: {said}" if self.line else f"{self.file}: {said}"


class UnusableContent(MapsvcError):
    """A file of content of which nothing can be shown; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text, **fault.values)
        self.fault = fault


@dataclass(slots=True)
class Faults:
    """The faults that were found in a tree so far."""

    tree: Tree
    found: list[Fault] = field(default_factory=list)
    unusable: set[Path] = field(default_factory=set)  # files of which nothing can be shown

    def add(self, path: Path, where: int | str, text: str, **values: object) -> None:
        """Notes a fault: `text` is a marked sentence, with what to do about it.

        where is a line from 1, 0 for the file as a whole, or the key of what has the fault in a YAML file.
        """
        line = where if isinstance(where, int) else _line_of(path, where)
        self.found.append(Fault(self.tree.named(path), line, text, values))

    def give_up(self, path: Path) -> None:
        """Notes that nothing of a file can be shown; why was added before."""
        self.unusable.add(path)


def _line_of(path: Path, key: str) -> int:
    """The line, from 1, in which something of this key begins in a YAML file; 0 where none is found."""
    begins = re.compile(rf"\s*(?:- )?(?:{{?\s*key:\s*[\"']?)?{re.escape(key)}(?![\w/-])")
    lines = path.read_text("utf-8", errors="replace").splitlines()
    return next((number for number, line in enumerate(lines, 1) if begins.match(line)), 0)
