"""Columns as files: written at once by one process, mapped into memory by many.

A snapshot is a folder with a file of arrays, one after the other, and a manifest that says what they
are, which change of the database they hold, and a checksum of each. It comes into being by one
rename, is never changed, and goes away when a newer one is there; who has it open keeps it.
"""

import fcntl
import json
import mmap
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.columns import Columns, Values

FORMAT = 3
"""Grows with every change of what Columns hold or mean: other formats are built anew."""
ALIGNMENT = 64
BLOCK = 4096  # words of 64 bits whose sum is weighed by its place
ARRAYS, MANIFEST, LOCK = "columns", "manifest.json", "lock"
PREFIX, UNFINISHED = "snapshot-", "unfinished-"


class Damaged(Exception):
    """A snapshot that must not be used: cut short, changed, or of another format."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Columns with the number of the last change that they hold, and the mark of that change."""

    name: str
    number: int
    mark: str
    columns: Columns


def newest(folder: Path) -> str | None:
    """The name of the newest snapshot in the folder, None where there is none."""
    try:
        names = [one.name for one in folder.iterdir() if one.name.startswith(PREFIX)]
    except FileNotFoundError:
        return None
    return max(names, key=lambda name: (number_of(name), name), default=None)


def number_of(name: str) -> int:
    """The number of the last change that a snapshot holds, by its name."""
    try:
        return int(name.removeprefix(PREFIX).partition("-")[0], 16)
    except ValueError:
        return -1


def write(folder: Path, columns: Columns, number: int, mark: str) -> str:
    """Puts a snapshot into the folder and takes the older ones away; its name."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{UNFINISHED}{secrets.token_hex(4)}"
    unfinished.mkdir()
    try:
        told: dict[str, Any] = {"format": FORMAT, "order": sys.byteorder, "number": number, "mark": mark}
        told |= {"values": columns.values.names, "bounds": columns.values.bounds}
        told["arrays"] = _write_arrays(unfinished / ARRAYS, columns)
        text = json.dumps(told).encode()
        _write_durably(unfinished / MANIFEST, b"%08x\n%s" % (crc32(text), text))
        name = f"{PREFIX}{number:016x}-{secrets.token_hex(4)}"
        unfinished.rename(folder / name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    for other in folder.iterdir():
        if other.name.startswith((PREFIX, UNFINISHED)) and other.name != name:
            shutil.rmtree(other, ignore_errors=True)
    return name


def open_snapshot(folder: Path, name: str) -> Snapshot:
    """Maps a snapshot into memory. Raises Damaged, or OSError where it has gone."""
    told = _manifest((folder / name / MANIFEST).read_bytes())
    with (folder / name / ARRAYS).open("rb") as file:
        if os.fstat(file.fileno()).st_size != told["arrays"]["bytes"]:
            raise Damaged("the file of arrays has another length")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays = {}
    for name_, (dtype, shape, offset, checksum) in told["arrays"]["of"].items():
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(mapped, dtype=np.dtype(dtype), count=count, offset=offset)
        if fingerprint(array) != checksum:
            raise Damaged(f"{name_} was changed")
        arrays[name_] = array.reshape(shape)
    # What was read to be checked is not kept in this process: a request takes what it needs.
    mapped.madvise(mmap.MADV_DONTNEED)
    values = Values(tuple(told["values"]), {facet: tuple(ends) for facet, ends in told["bounds"].items()})
    return Snapshot(name, told["number"], told["mark"], Columns(values=values, **arrays))


@contextmanager
def sole_builder(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Whether this process is the one that builds; it is as long as the context is open."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def discard(folder: Path, name: str) -> None:
    """Takes a snapshot away that must not be used."""
    with suppress(OSError):
        shutil.rmtree(folder / name)


def fingerprint(array: NDArray[Any]) -> int:
    """A checksum of the bytes of an array, fast enough to read it by: any one changed word shows."""
    data = array.reshape(-1).view(np.uint8)
    whole = len(data) // 8
    words = data[: whole * 8].view(np.uint64)
    blocks = len(words) // BLOCK
    sums = words[: blocks * BLOCK].reshape(-1, BLOCK).sum(axis=1)
    weights = np.arange(1, blocks + 1, dtype=np.uint64)
    rest = crc32(data[blocks * BLOCK * 8 :].tobytes())
    return int(sums.sum()) ^ int((sums * weights).sum()) << 1 ^ rest << 32


def _write_arrays(path: Path, columns: Columns) -> dict[str, Any]:
    told = {}
    with path.open("wb") as file:
        for one in fields(columns):
            if one.name == "values":
                continue
            array = np.ascontiguousarray(getattr(columns, one.name))
            file.write(b"\0" * (-file.tell() % ALIGNMENT))
            told[one.name] = (array.dtype.str, array.shape, file.tell(), fingerprint(array))
            file.write(array.data)
        file.write(b"\0" * ALIGNMENT)  # an empty file cannot be mapped
        file.flush()
        os.fsync(file.fileno())
        return {"of": told, "bytes": file.tell()}


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _manifest(data: bytes) -> dict[str, Any]:
    checksum, _, text = data.partition(b"\n")
    if checksum != b"%08x" % crc32(text):
        raise Damaged("the manifest was changed")
    told: dict[str, Any] = json.loads(text)
    if (told.get("format"), told.get("order")) != (FORMAT, sys.byteorder):
        raise Damaged("the format is another")
    return told
