"""Finds out how the text of a file is encoded."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mapsvc.errors import UnreadableFile
from mapsvc.messages import mark as _

_CHUNK = 1 << 20
_BYTE_ORDER_MARKS = ("\ufeff", "ï»¿")  # the second is the first, read as cp1252
# Central European letters read as Western ones: a superscript or a fraction between two letters.
_MOJIBAKE = re.compile(r"[a-zß-ÿ][¹³¿¼¾][a-zß-ÿ]|[£¥]ó", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Encoding:
    """The name of an encoding; odd_line is the first line that is not UTF-8, where another was taken."""

    name: str
    odd_line: int | None = None
    odd_text: str = ""


def detect_encoding(path: Path) -> Encoding:
    """How a text file is encoded: UTF-16 where it looks so, UTF-8 where it is valid, else Windows-1252.

    Reads the file piece by piece. Raises UnreadableFile when it is empty, holds bytes that are
    no text, or is neither of the three.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnreadableFile(_("The file is empty (empty file)."))
    if wide := _utf16(start):
        return Encoding(wide)
    if b"\0" in start:
        raise UnreadableFile(_("This is not a text file: it holds bytes that no text has."))
    if _is_utf8(path):
        return Encoding("utf-8")
    return _western(path)


def text_lines(path: Path, encoding: Encoding) -> Iterator[str]:
    """The physical lines of the file with their endings, without any byte order mark.

    Raises UnreadableFile at a line that is not in this encoding.
    """
    try:
        with path.open(encoding=encoding.name, newline="") as file:
            first = True
            for line in file:
                text = line
                while first and text.startswith(_BYTE_ORDER_MARKS):
                    text = text.removeprefix(_BYTE_ORDER_MARKS[0]).removeprefix(_BYTE_ORDER_MARKS[1])
                first = False
                if "\0" in text:
                    raise UnreadableFile(_("This is not a text file: it holds bytes that no text has."))
                yield text
    except UnicodeError:
        raise UnreadableFile(
            _("The text cannot be decoded as %(encoding)s. Save the file as UTF-8 and try again."),
            encoding=encoding.name,
        ) from None


def _utf16(start: bytes) -> str | None:
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnreadableFile(_("The file is in UTF-32. Save it as UTF-8 and try again."))
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Latin text in UTF-16 has a zero in nearly every second byte.
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > len(start) * 0.3 and even == 0:
        return "utf-16-le"
    if even > len(start) * 0.3 and odd == 0:
        return "utf-16-be"
    return None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _western(path: Path) -> Encoding:
    """Windows-1252, when the whole file makes sense in it."""
    odd: Encoding | None = None
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if raw.isascii():
                continue
            try:
                text = raw.decode("cp1252")
            except UnicodeDecodeError:
                text = ""
            if not text or _MOJIBAKE.search(text):
                raise UnreadableFile(
                    _(
                        "Line %(line)s is neither in UTF-8 nor in Windows-1252 (Western European). "
                        "Save the file as UTF-8 and try again."
                    ),
                    line=number,
                )
            if odd is None and not _valid_utf8(raw):
                odd = Encoding("cp1252", number, text.strip()[:80])
    return odd or Encoding("cp1252", 1)


def _valid_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
