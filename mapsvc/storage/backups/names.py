"""The files of a folder of backups: named by their moment; what is not ours is left alone."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

PLAIN, AGE, GPG = ".tar.gz", ".tar.gz.age", ".tar.gz.gpg"
UNFINISHED = ".part"
LEFT_FOR = timedelta(days=1)  # what an ended process left half written is removed after that

_SPELT = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"mapsvc-(\d{8}T\d{6}Z)\.tar\.gz(?:\.age|\.gpg)?(?P<part>\.part)?")


def name_at(at: datetime, ending: str) -> str:
    """The name of a backup that was begun at this moment."""
    return f"mapsvc-{at.astimezone(UTC).strftime(_SPELT)}{ending}"


def moment_of(file: Path) -> datetime | None:
    """When a backup was begun, by its name; None for a file that is no backup of ours."""
    found = _NAME.fullmatch(file.name)
    return None if found is None or found["part"] else _moment(found[1])


def backups_in(folder: Path) -> list[Path]:
    """The finished backups of a folder, the oldest first; none where there is no folder."""
    files = folder.iterdir() if folder.is_dir() else ()
    found = {file: moment for file in files if file.is_file() and (moment := moment_of(file))}
    return sorted(found, key=lambda file: (found[file], file.name))


def drop_before(folder: Path, moment: datetime) -> int:
    """Removes the backups that were begun before a moment, whatever their number. How many they were."""
    old = [file for file in backups_in(folder) if (begun := moment_of(file)) and begun < moment]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def drop_unfinished(folder: Path, *, at: datetime) -> None:
    """Removes what processes that were ended left half written."""
    for file in _unfinished(folder):
        if datetime.fromtimestamp(file.stat().st_mtime, UTC) < at - LEFT_FOR:
            file.unlink(missing_ok=True)


def _unfinished(folder: Path) -> Iterator[Path]:
    for file in folder.iterdir():
        found = _NAME.fullmatch(file.name)
        if found is not None and found["part"]:
            yield file


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _SPELT).replace(tzinfo=UTC)
    except ValueError:
        return None
