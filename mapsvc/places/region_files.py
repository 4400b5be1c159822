"""The NUTS regions of an installation: one file an edition, in the folder "regions" of the instance.

A file comes into being by one rename, so that whoever reads meets the old one or the new one, whole.
"""

import fcntl
import logging
import os
import re
import secrets
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.places.region_packing import packed
from mapsvc.places.region_units import COUNTRIES, NO_NAMES, Unit, drawn, names_of_country

log = logging.getLogger(__name__)

FOLDER, LOCK, UNFINISHED = "regions", "lock", "unfinished-"
FORMAT = 1  # grows with every change of what a file holds: other formats are left out
NAME = re.compile(r"nuts-\d{4}\.zip")
CONTENTS = "set.json"
TOLD = ("id", "name", "country", "level", "parent")
FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # of entries, so that equal content gives equal bytes


class NoSuchRegions(MapsvcError):
    """A set that is to go is not there."""

    message = _("There is no set “%(key)s”. See: mapsvc import-regions --list")


@dataclass(frozen=True, slots=True)
class NutsSet:
    """An edition of NUTS: its units, the levels that were dissolved here, and its file.

    units are in order of id.
    """

    year: int
    units: tuple[Unit, ...]
    dissolved: tuple[int, ...]
    _body: bytes

    @property
    def key(self) -> str:
        """By which the set is asked for."""
        return key_of(self.year)

    def levels(self) -> dict[int, int]:
        """How many units there are by level, from that of the countries."""
        return dict(sorted(Counter(unit.level for unit in self.units).items()))

    def shapes(self, ids: Sequence[str]) -> list[BaseGeometry]:
        """The outlines of the units with these ids, as they were imported, in the same order.

        Raises KeyError for an unknown id.
        """
        level_of = {unit.id: unit.level for unit in self.units}
        whole = {level: self.level(level) for level in {level_of[key] for key in ids}}
        return [whole[level_of[key]][key] for key in ids]

    def level(self, level: int) -> dict[str, BaseGeometry]:
        """The outlines of one level by id, in order of id; empty when there is no such level."""
        ids = [unit.id for unit in self.units if unit.level == level]
        if not ids:
            return {}
        shapes = shapely.get_parts(shapely.from_wkb(_unpacked(self._body, _shapes(level))))
        return dict(zip(ids, shapes.tolist(), strict=True))

    def packed(self, level: int) -> bytes:
        """What a browser draws of a level. Raises KeyError when there is no such level."""
        return _unpacked(self._body, _outlines(level))


def key_of(year: int) -> str:
    """The key of the edition of a year."""
    return f"nuts-{year}"


def path_of(folder: Path, year: int) -> Path:
    """Where the edition of a year is kept."""
    return folder / FOLDER / f"{key_of(year)}.zip"


def stamped(folder: Path) -> list[tuple[Path, tuple[int, int, int]]]:
    """The files of an instance folder in order of name, each with what changes when it is written anew."""
    found = []
    try:
        with os.scandir(folder / FOLDER) as entries:
            for entry in entries:
                if NAME.fullmatch(entry.name):
                    told = entry.stat()
                    found.append((Path(entry.path), (told.st_mtime_ns, told.st_size, told.st_ino)))
    except FileNotFoundError:
        pass  # nothing was imported, or a file has just gone: the next look is a moment away
    return sorted(found)


def read(path: Path) -> NutsSet | None:
    """What a file holds; None, and a line in the log, when that cannot be read or there is no file."""
    try:
        body = path.read_bytes()
        told = orjson.loads(_unpacked(body, CONTENTS))
        if told["format"] != FORMAT:
            raise ValueError("another format")
        return NutsSet(told["year"], tuple(map(_unit, told["units"])), tuple(told["dissolved"]), body)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        log.exception("The regions in %s cannot be read. Import them again.", path)
        return None


def write(
    folder: Path,
    year: int,
    units: Sequence[Unit],
    shapes: Mapping[str, BaseGeometry],
    *,
    dissolved: Sequence[int],
) -> NutsSet:
    """Puts an edition into place at once: its units, their outlines by id, the levels dissolved here."""
    ordered = sorted(units, key=lambda unit: unit.id)
    entries = {CONTENTS: _contents(year, ordered, dissolved)}
    for level in sorted({unit.level for unit in ordered}):
        here = [shapes[unit.id] for unit in ordered if unit.level == level]
        ids = [unit.id for unit in drawn(ordered, level)]
        entries[_shapes(level)] = shapely.to_wkb(shapely.GeometryCollection(here))
        entries[_outlines(level)] = packed(ids, [shapes[key] for key in ids])
    body = _archive(entries)
    _put(path_of(folder, year), body)
    return NutsSet(year, tuple(ordered), tuple(dissolved), body)


def remove(folder: Path, key: str) -> None:
    """Takes a set away. Raises NoSuchRegions when there is none with this key."""
    for path, _stamp in stamped(folder):
        if path.stem == key:
            path.unlink(missing_ok=True)
            return
    raise NoSuchRegions(key=key)


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """One import at a time; the next one waits. What an import that was killed left behind goes."""
    home = folder / FOLDER
    home.mkdir(exist_ok=True)
    with (home / LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in home.glob(f"{UNFINISHED}*"):
            left.unlink(missing_ok=True)
        yield


def _shapes(level: int) -> str:
    return f"level-{level}.wkb"


def _outlines(level: int) -> str:
    return f"outlines-{level}.json"


def _contents(year: int, units: Sequence[Unit], dissolved: Sequence[int]) -> bytes:
    told = [{name: getattr(unit, name) for name in TOLD} for unit in units]
    return orjson.dumps({"format": FORMAT, "year": year, "dissolved": list(dissolved), "units": told})


def _unit(told: dict[str, Any]) -> Unit:
    names = names_of_country(told["country"]) if told["level"] == COUNTRIES else NO_NAMES
    return Unit(**told, names=names)


def _archive(entries: Mapping[str, bytes]) -> bytes:
    body = BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, FIRST_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return body.getvalue()


def _unpacked(body: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(body)) as archive:
        return archive.read(name)


def _put(path: Path, body: bytes) -> None:
    """Writes a file by one rename, which outlives a loss of power."""
    unfinished = path.with_name(f"{UNFINISHED}{secrets.token_hex(4)}")
    with unfinished.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
