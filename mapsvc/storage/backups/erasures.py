"""What was erased, in a file outside of the database: it outlives the database, and every backup.

The first line says of which database, and until when nothing is missing. The others are tombstones, and
the marks of those who asked not to be listed: numbers and keyed hashes, no name and no address.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from mapsvc.storage.backups.manifests import Damaged
from mapsvc.storage.tombstones import Grave

Mark = tuple[str, str, str, str]  # digest, entry, kind, moment
State = Sequence[int]  # what tells cheaply that the database has more


@dataclass(frozen=True, slots=True)
class Erasures:
    """What is known to be erased from a database, complete up to a moment."""

    lineage: str
    until: datetime
    graves: Mapping[tuple[str, int], datetime] = field(default_factory=dict)
    marks: frozenset[Mark] = frozenset()
    state: tuple[int, ...] = ()


def file_in(folder: Path, lineage: str) -> Path:
    """Where a folder keeps what was erased from this database; it may keep that of others beside it."""
    return folder / f"erased-{lineage[:12]}.jsonl"


def read_all(folders: Iterable[Path], lineage: str) -> list[Erasures]:
    """What these folders know of a database. Raises Damaged for a file that cannot be read."""
    files = (file_in(folder, lineage) for folder in folders)
    found = [read(file.read_text("utf-8")) for file in dict.fromkeys(files) if file.exists()]
    return [one for one in found if one.lineage == lineage]


def read(text: str) -> Erasures:
    """What a file of erasures says. Raises Damaged."""
    try:
        head, *lines = [json.loads(line) for line in text.splitlines()]
        graves = {
            (str(one["noun"]), int(one["id"])): datetime.fromisoformat(one["at"])
            for one in lines
            if "noun" in one
        }
        marks = frozenset(_mark(one) for one in lines if "mark" in one)
        until = datetime.fromisoformat(head["until"])
        if len(graves) + len(marks) != int(head["lines"]) or until.tzinfo is None:
            raise ValueError
        return Erasures(str(head["lineage"]), until, graves, marks, tuple(map(int, head["state"])))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged from None


def head_of(file: Path) -> tuple[datetime, tuple[int, ...]] | None:
    """Until when a file is complete, and of which state; None where it has to be written anew."""
    try:
        with file.open(encoding="utf-8") as lines:
            head = json.loads(lines.readline())
        return datetime.fromisoformat(head["until"]), tuple(head["state"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def spelt(known: Erasures) -> str:
    """What is erased, as a file has it."""
    head: dict[str, Any] = {
        "lineage": known.lineage,
        "until": known.until.isoformat(),
        "state": list(known.state),
        "lines": len(known.graves) + len(known.marks),
    }
    graves = [
        {"noun": noun, "id": id_, "at": at.isoformat()} for (noun, id_), at in sorted(known.graves.items())
    ]
    marks = [dict(zip(("mark", "entry", "kind", "at"), one, strict=True)) for one in sorted(known.marks)]
    return "".join(json.dumps(line) + "\n" for line in (head, *graves, *marks))


def keep(folder: Path, known: Erasures) -> None:
    """Writes what was erased into its file in folder, beside what that says already; one rename.

    It is on the disk when this returns. Tombstones only become more; marks are those of the database.
    """
    file = file_in(folder, known.lineage)
    earlier = read_all([folder], known.lineage) if head_of(file) else []
    graves = {key: at for one in (*earlier, known) for key, at in one.graves.items()}
    fresh = file.with_suffix(f".new-{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as lines:
        lines.write(spelt(Erasures(known.lineage, known.until, graves, known.marks, known.state)))
        lines.flush()
        os.fsync(lines.fileno())
    fresh.replace(file)
    sync_folder(folder)


def joined(known: Sequence[Erasures]) -> Erasures:
    """All that is known together; marks are those of whoever knows most, as they can be lifted."""
    newest = sorted(known, key=lambda one: one.until)[-1]  # of those that know as much, the last
    graves = {key: at for one in known for key, at in one.graves.items()}
    return Erasures(newest.lineage, newest.until, graves, newest.marks, newest.state)


def graves_of(known: Erasures) -> list[Grave]:
    """The tombstones, by noun and number."""
    return [Grave(noun, id_, at) for (noun, id_), at in sorted(known.graves.items())]


def sync_folder(folder: Path) -> None:
    """Has the names in a folder on the disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mark(line: Mapping[str, Any]) -> Mark:
    return str(line["mark"]), str(line["entry"]), str(line["kind"]), str(line["at"])
