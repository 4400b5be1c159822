"""What an upload keeps in the instance folder: how far its import is, and the report of each row.

Progress cannot be told by the database: on SQLite the import itself holds the lock to write.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path


def tell_progress(folder: Path, upload_id: int, done: int, of_all: int) -> None:
    """Writes how much of an upload's work is done; whoever reads at the same time finds all of it."""
    file = _progress(folder, upload_id)
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps([done, of_all]), "ascii")
    fresh.replace(file)


def progress_of(folder: Path, upload_id: int) -> tuple[int, int] | None:
    """How much of an upload's work is done, of all; None when nothing was told."""
    try:
        done, of_all = json.loads(_progress(folder, upload_id).read_text("ascii"))
    except (OSError, ValueError):
        return None
    return int(done), int(of_all)


def report_file(folder: Path, upload_id: int) -> Path:
    """Where the report of an upload lies, once there is one."""
    return folder / "reports" / f"{upload_id}.csv"


def forget_files(folder: Path, upload_id: int, *, report: bool = True) -> None:
    """Removes what is kept of an upload, with or without its report."""
    files = [_progress(folder, upload_id), *([report_file(folder, upload_id)] if report else [])]
    for file in files:
        file.unlink(missing_ok=True)


@contextmanager
def at_hand(folder: Path, content: bytes, suffix: str) -> Iterator[Path]:
    """The bytes as a file with this suffix, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="upload-", dir=folder) as place:
        file = Path(place) / f"list{suffix}"
        file.write_bytes(content)
        yield file


@contextmanager
def alone(folder: Path, what: str = "uploads") -> Iterator[bool]:
    """Whether no other worker of this folder works on uploads, or on something else; none begins meanwhile.

    The system gives the lock back however the process ends.
    """
    with (folder / f"{what}.lock").open("ab") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def clear_leftovers(folder: Path) -> None:
    """Removes the files at hand of a worker that was killed; only while alone."""
    for place in folder.glob("upload-*"):
        with suppress(OSError):
            for file in place.iterdir():
                file.unlink()
            place.rmdir()


def _progress(folder: Path, upload_id: int) -> Path:
    return folder / "progress" / f"{upload_id}.json"
