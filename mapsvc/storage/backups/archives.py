"""The inside of a backup: a compressed tar file with its list of contents first.

Whoever reads one believes nothing that it says: the names of its parts are ours, and how much is
unpacked is bounded before the first byte is.
"""

import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import IO

from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.storage.backups.manifests import PARTS, Damaged, Manifest, NotABackup, Part, read_manifest

MANIFEST = "manifest.json"
LONGEST_MANIFEST = 1_000_000
LONGEST_LIST = 200_000_000  # bytes of what was erased: it is held in memory
MOST_GROWTH = 200  # a part of ours grows tenfold when it is unpacked
SMALL = 100_000_000  # bytes that any backup may have
LEVEL = 3  # twice as quick as 6, and a tenth larger
BLOCK = 512
AT_ONCE = 1_048_576
END = 20 * BLOCK

Progress = Callable[[int, int], None]
Stream = gzip.GzipFile | IO[bytes]


class TooLarge(MapsvcError):
    """A backup that says it holds more than it can, or than there is room for."""

    message = _(
        "This backup would need %(needed)s MB on the disk, and may have %(most)s MB. Nothing was changed."
    )


def part_of(file: Path) -> Part:
    """A file as a list of contents names it."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Part(size=file.stat().st_size, sha256=digest)


def pack(into: IO[bytes], manifest: Manifest, files: Mapping[str, Path], progress: Progress) -> None:
    """Writes a backup: its list of contents, then each part."""
    of_all, done = sum(part.size for part in manifest.parts.values()), 0
    with gzip.GzipFile(fileobj=into, mode="wb", compresslevel=LEVEL, filename="", mtime=0) as packed:
        text = manifest.model_dump_json().encode()
        packed.write(_head(MANIFEST, len(text), manifest) + text + bytes(-len(text) % BLOCK))
        for name in [name for name in PARTS if name in manifest.parts]:
            left = size = manifest.parts[name].size
            packed.write(_head(name, size, manifest))
            with files[name].open("rb") as content:
                while left:
                    run = _exactly(content, min(AT_ONCE, left))
                    packed.write(run)
                    left -= len(run)
                    done += len(run)
                    progress(done, of_all)
            packed.write(bytes(-size % BLOCK))
        packed.write(bytes(END))


def unpack(stream: IO[bytes], into: Path, *, packed_size: int, progress: Progress) -> Manifest:
    """Writes the parts of a backup into a folder, each under its own name, and compares their sums.

    Raises NotABackup, Damaged or TooLarge.
    """
    with gzip.GzipFile(fileobj=stream, mode="rb") as content:
        try:
            manifest = _manifest(content)
            _refuse_too_large(manifest, packed_size, into)
            of_all, done = sum(part.size for part in manifest.parts.values()), 0
            for name in [name for name in PARTS if name in manifest.parts]:
                _expect(content, name, manifest)
                part = manifest.parts[name]
                _unpack_part(content, part, into / name, partial(_tell, progress, done, of_all))
                done += part.size
            # Beyond the zeros at the end, the sum of the whole is compared.
            if any(content.read(END)) or content.read(1):
                raise NotABackup(why=_("it holds more than it lists"))
        except (EOFError, OSError, zlib.error) as fault:
            if getattr(fault, "errno", None):
                raise  # of the disk
            raise Damaged from fault
    return manifest


def peek(stream: IO[bytes]) -> tuple[Manifest, str]:
    """The list of contents of a backup, and its list of what was erased; the rest is not read.

    Raises NotABackup or Damaged.
    """
    with gzip.GzipFile(fileobj=stream, mode="rb") as content:
        try:
            manifest = _manifest(content)
            first = PARTS[0]
            _expect(content, first, manifest)
            size = manifest.parts[first].size
            if size > LONGEST_LIST:
                raise NotABackup(why=_("its list of what was erased is too long"))
            text = _exactly(content, size)
        except (EOFError, OSError, zlib.error) as fault:
            raise Damaged from fault
    if hashlib.sha256(text).hexdigest() != manifest.parts[first].sha256:
        raise Damaged
    return manifest, text.decode("utf-8", "replace")


def _manifest(content: Stream) -> Manifest:
    head = _next(content)
    if head is None or head.name != MANIFEST or not 0 < head.size <= LONGEST_MANIFEST:
        raise NotABackup(why=_("it has no list of contents"))
    text = _exactly(content, head.size)
    _exactly(content, -head.size % BLOCK)
    return read_manifest(text)


def _refuse_too_large(manifest: Manifest, packed_size: int, into: Path) -> None:
    needed = sum(part.size for part in manifest.parts.values())
    most = min(max(SMALL, MOST_GROWTH * packed_size), shutil.disk_usage(into).free)
    if needed > most:
        raise TooLarge(needed=needed // 1_000_000, most=most // 1_000_000)


def _unpack_part(content: Stream, part: Part, into: Path, tell: Callable[[int], None]) -> None:
    digest, left = hashlib.sha256(), part.size
    with into.open("xb") as file:
        while left:
            run = _exactly(content, min(AT_ONCE, left))
            digest.update(run)
            file.write(run)
            left -= len(run)
            tell(part.size - left)
        file.flush()
        os.fsync(file.fileno())
    _exactly(content, -part.size % BLOCK)
    if digest.hexdigest() != part.sha256:
        raise Damaged


def _tell(progress: Progress, before: int, of_all: int, done: int) -> None:
    progress(before + done, of_all)


def _expect(content: Stream, name: str, manifest: Manifest) -> None:
    head = _next(content)
    if head is None or (head.name, head.size) != (name, manifest.parts[name].size):
        raise NotABackup(why=_("what it holds is not what it lists"))


def _next(content: Stream) -> tarfile.TarInfo | None:
    """The next file, None at the end. We read heads ourselves: tarfile would follow what extends them."""
    block = _exactly(content, BLOCK)
    if not any(block):
        return None
    try:
        head = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        raise Damaged from None
    if head.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} or head.size < 0:
        raise NotABackup(why=_("it holds something that is no file"))
    return head


def _exactly(content: Stream, count: int) -> bytes:
    found = content.read(count) if count else b""
    if len(found) != count:
        raise EOFError
    return found


def _head(name: str, size: int, manifest: Manifest) -> bytes:
    head = tarfile.TarInfo(name)
    head.size, head.mode, head.mtime = size, 0o600, int(manifest.at.timestamp())
    return head.tobuf(tarfile.GNU_FORMAT)
