"""Looks into zip archives without trusting what they say of themselves."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as BadDeflate  # noqa: N812

from mapsvc.errors import UnreadableFile
from mapsvc.intake.limits import Limits, refuse_unpacked
from mapsvc.messages import mark as _

CHUNK = 1 << 16
# Lists of hosts shrink to a tenth, or to a fortieth where they repeat much.
MOST_GROWTH = 200
GROWTH_COUNTS_FROM_BYTES = 10_000_000

_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
# What macOS and others add, beside what was meant.
_BESIDE = ("__MACOSX/", ".DS_Store")


@dataclass(slots=True)
class Archive:
    """A zip archive that is open, with the entries that hold something, each name once."""

    file: ZipFile
    limits: Limits
    entries: tuple[ZipInfo, ...]
    unpacked: int = 0

    @property
    def names(self) -> list[str]:
        """The names of the entries in the order of the archive."""
        return [entry.filename for entry in self.entries]

    def chunks(self, entry: ZipInfo) -> Iterator[bytes]:
        """The content of an entry in pieces of at most CHUNK bytes.

        Raises UnreadableFile when all that was unpacked so far is larger than the limits allow, or
        when the content is not what the archive says of it.
        """
        with _read_safely(), self.file.open(entry) as content:
            while chunk := content.read(CHUNK):
                self.unpacked += len(chunk)
                refuse_unpacked(self.unpacked, self.limits)
                yield chunk

    def unpack(self, entry: ZipInfo, target: Path) -> None:
        """Writes an entry to target, a new file. Raises UnreadableFile as chunks() does."""
        with target.open("xb") as file:
            for chunk in self.chunks(entry):
                file.write(chunk)


@contextmanager
def open_archive(path: Path, limits: Limits) -> Iterator[Archive]:
    """The archive in a file; closed at the end.

    Raises UnreadableFile when it is damaged or encrypted, holds too many files, or any that is a
    link, has a name twice or a name that leads elsewhere, or says that it is too large unpacked.
    """
    # Counted before anything is listed: a list of 200,000 entries takes 100 MB of memory.
    if _entries_in(path) > limits.packed_entries:
        raise UnreadableFile(
            _("The archive holds more than %(limit)s files (too many files)."), limit=limits.packed_entries
        )
    with _read_safely():
        file = ZipFile(path)
    with file:
        listed = file.infolist()
        if len({entry.filename for entry in listed}) != len(listed):
            raise UnreadableFile(_("The archive holds two files of the same name."))
        refuse_unpacked(sum(entry.file_size for entry in listed), limits)
        for entry in listed:
            _refuse_unsafe(entry)
        meant = tuple(entry for entry in listed if not entry.is_dir() and not _is_beside(entry.filename))
        yield Archive(file, limits, meant)


def _refuse_unsafe(entry: ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableFile(_("The archive is protected by a password. Save it without one and try again."))
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise UnreadableFile(
            _("The archive is packed in a way that is not read. Pack it as a plain zip file.")
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise UnreadableFile(_("The archive holds a link to another file, which is not followed."))
    parts = entry.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise UnreadableFile(_("The archive holds a file whose name leads elsewhere. Pack it again."))
    if entry.file_size > max(GROWTH_COUNTS_FROM_BYTES, MOST_GROWTH * entry.compress_size):
        raise UnreadableFile(
            _("The archive unpacks to more than %(limit)s times its size, as no list of hosts does."),
            limit=MOST_GROWTH,
        )


def _is_beside(name: str) -> bool:
    return name.startswith(_BESIDE) or name.rpartition("/")[2].startswith("._")


def _entries_in(path: Path) -> int:
    """How many entries an archive can list at most: each begins with the same four bytes."""
    count, rest = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = rest + chunk
            count += text.count(_ENTRY)
            rest = text[-(len(_ENTRY) - 1) :]
    return count


@contextmanager
def _read_safely() -> Iterator[None]:
    try:
        yield
    except (
        BadZipFile,
        BadDeflate,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        raise UnreadableFile(_("The file is damaged and cannot be read.")) from error
