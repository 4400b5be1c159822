"""Looks at all that a spreadsheet packs before a library reads it: a small file can grow without end."""

from array import array
from pathlib import Path
from xml.parsers import expat
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from mapsvc.errors import UnreadableFile
from mapsvc.intake.archives import Archive, open_archive
from mapsvc.intake.limits import Limits, refuse_too_many_cells, refuse_unpacked
from mapsvc.intake.xml_files import MAX_DEPTH, forbidden_dtd, nested_too_deep
from mapsvc.messages import mark as _

WORKBOOKS = frozenset({"xl/workbook.xml", "content.xml"})

_MIMETYPE = "mimetype"
# Parts that say nothing of what stands in the cells.
_NOT_NEEDED = (
    *("docProps/", "customXml/", "xl/calcChain", "xl/charts/", "xl/comments", "xl/diagrams/", "xl/drawings/"),
    *(
        "xl/externalLinks/",
        "xl/media/",
        "xl/pivot",
        "xl/printerSettings/",
        "xl/theme/",
        "xl/threadedComments/",
    ),
    *("Configurations2/", "Object ", "Pictures/", "Thumbnails/", "meta.xml", "settings.xml"),
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Programs pad each sheet of an ODS to its full size.
_LOOKED_EVERY = 1_000
_WIDEST, _LONGEST = 16_384, 1_048_576


def copy_safe_parts(path: Path, target: Path, limits: Limits) -> None:
    """Writes the parts of a spreadsheet that are XML, all of them looked at, to target, a new archive.

    A library that reads target sees exactly what was counted here, however the sizes and the
    lists of the first archive lie. Pictures and macros are left out.

    Raises UnreadableFile when the archive is not to be trusted (see open_archive), when a part has a
    document type definition, or when its cells or texts would not fit into the limits.
    """
    counted = _Counted(limits)
    with open_archive(path, limits) as archive, ZipFile(target, "x", ZIP_STORED) as copy:
        for entry in archive.entries:
            if not entry.filename.startswith(_NOT_NEEDED):
                _copy(archive, entry, copy, counted)
    counted.refuse_too_much_text()


def is_workbook(archive: Archive) -> bool:
    """Whether an archive holds what XLSX or ODS begin with."""
    return not WORKBOOKS.isdisjoint(archive.names)


def _copy(archive: Archive, entry: ZipInfo, copy: ZipFile, counted: "_Counted") -> None:
    chunks = archive.chunks(entry)
    chunk = next(chunks, b"")
    scan = None if entry.filename == _MIMETYPE else _Scan(counted)
    if scan and not _is_xml(chunk):
        return
    with copy.open(entry.filename, "w", force_zip64=True) as part:
        while chunk:
            part.write(chunk)
            if scan:
                scan.feed(chunk)
            chunk = next(chunks, b"")
    if scan:
        scan.end()


def _is_xml(start: bytes) -> bool:
    return start.startswith(_MARKS) or start.lstrip()[:1] == b"<"


class _Counted:
    """What all parts of a spreadsheet come to: cells, the size of each shared text, the uses of each."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cells = self.written = 0
        self.texts = array("Q")
        self.uses = array("Q")

    def take_texts(self, sizes: "array[int]") -> None:
        """Remembers shared texts; where parts disagree on one, the longest counts."""
        self.texts.extend([0] * (len(sizes) - len(self.texts)))
        for place, size in enumerate(sizes):
            self.texts[place] = max(self.texts[place], size)

    def use(self, place: int) -> None:
        """Counts one use of a shared text."""
        if place >= self.limits.cells:
            refuse_too_many_cells(place + 1, self.limits)
        self.uses.extend([0] * (place + 1 - len(self.uses)))
        self.uses[place] += 1

    def refuse_too_much_text(self) -> None:
        """Raises UnreadableFile when the texts of all cells, written out, are larger than may be unpacked."""
        shared = sum(size * uses for size, uses in zip(self.texts, self.uses, strict=False))
        refuse_unpacked(shared + self.written, self.limits)


class _Scan:
    """One pass over a part; XLSX and ODS are told by the names of their elements."""

    def __init__(self, counted: _Counted) -> None:
        self.counted = counted
        self.limits = counted.limits
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = forbidden_dtd
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.depth = 0
        self.last_row = self.last_column = self.values = 0
        # XLSX: the place of the cell, whether its value is the number of a shared text; the sizes of these.
        self.row = self.column = 0
        self.shared = self.in_value = False
        self.value = ""
        self.texts = array("Q")
        # ODS: the row as it is repeated, and the cell with the text inside.
        self.rows = 1
        self.width = self.filled = self.row_text = 0
        self.cells, self.cell_text, self.has_value = 1, 0, False

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Reads on. Raises UnreadableFile when the part is not well-formed or grows too large."""
        try:
            self.parser.Parse(chunk, last)
        except (expat.ExpatError, ValueError) as error:
            raise UnreadableFile(_("The spreadsheet is damaged and cannot be read.")) from error

    def end(self) -> None:
        """Ends the part: what it comes to is added to the whole."""
        self.feed(b"", last=True)
        self._end_sheet()
        self.counted.take_texts(self.texts)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise nested_too_deep()
        if (start := _STARTS.get(name) or _STARTS.get(name.rpartition(":")[2])) is not None:
            start(self, attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        if (end := _ENDS.get(name) or _ENDS.get(name.rpartition(":")[2])) is not None:
            end(self)

    def _text(self, text: str) -> None:
        if self.in_value:
            self.value += text[:20]
        elif self.texts:
            self.texts[-1] += len(text)
        self.cell_text += len(text)

    def _start_shared_text(self, attributes: dict[str, str]) -> None:
        self.texts.append(0)
        refuse_too_many_cells(len(self.texts), self.limits)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
        self.column = 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.shared = attributes.get("t") == "s"
        place = attributes.get("r")
        if place is None:
            self.column += 1
            return
        letters = place.rstrip("0123456789")
        self.row, self.column = int(place[len(letters) :]), _column_number(letters)

    def _start_value(self, attributes: dict[str, str]) -> None:
        """A cell has a value: it counts, which one that is only coloured does not."""
        self.in_value, self.value = True, ""
        self.values += 1
        if self.row > self.last_row or self.column > self.last_column or self.values % _LOOKED_EVERY == 0:
            self.last_row = max(self.last_row, self.row)
            self.last_column = max(self.last_column, self.column)
            self._refuse_too_many()

    def _end_value(self) -> None:
        self.in_value = False
        if self.shared and self.value.strip().isdecimal():
            self.counted.use(int(self.value))

    def _start_ods_row(self, attributes: dict[str, str]) -> None:
        self.rows = _repeated(attributes, "number-rows-repeated", _LONGEST)
        self.width = self.filled = self.row_text = 0

    def _end_ods_row(self) -> None:
        self.last_row += self.rows
        if self.filled:
            self.last_column = max(self.last_column, self.filled)
            self._refuse_too_many()
            self.counted.written += self.row_text * self.rows
            refuse_unpacked(self.counted.written, self.limits)

    def _start_ods_cell(self, attributes: dict[str, str]) -> None:
        self.cells = _repeated(attributes, "number-columns-repeated", _WIDEST)
        self.cell_text = sum(map(len, attributes.values()))
        self.has_value = any(name.endswith(("value-type", "formula")) for name in attributes)

    def _end_ods_cell(self) -> None:
        self.width += self.cells
        if self.has_value:
            self.filled = self.width
            self.row_text += self.cell_text * self.cells

    def _start_paragraph(self, attributes: dict[str, str]) -> None:
        self.has_value = True

    def _start_spaces(self, attributes: dict[str, str]) -> None:
        """One element may stand for any number of spaces."""
        spaces = next((value for name, value in attributes.items() if name.endswith(":c")), "1")
        self.cell_text += int(spaces)
        refuse_unpacked(self.cell_text, self.limits)

    def _end_sheet(self) -> None:
        self.counted.cells += max(self.last_row * self.last_column, self.values)
        self.last_row = self.last_column = self.values = 0

    def _refuse_too_many(self) -> None:
        spanned = max(self.last_row * self.last_column, self.values)
        refuse_too_many_cells(self.counted.cells + spanned, self.limits)


_STARTS = {
    "si": _Scan._start_shared_text,
    "row": _Scan._start_row,
    "c": _Scan._start_cell,
    "v": _Scan._start_value,
    "is": _Scan._start_value,
    "table-row": _Scan._start_ods_row,
    "table-cell": _Scan._start_ods_cell,
    "covered-table-cell": _Scan._start_ods_cell,
    "p": _Scan._start_paragraph,
    "s": _Scan._start_spaces,
}
_ENDS = {
    "table": _Scan._end_sheet,
    "v": _Scan._end_value,
    "is": _Scan._end_value,
    "table-row": _Scan._end_ods_row,
    "table-cell": _Scan._end_ods_cell,
    "covered-table-cell": _Scan._end_ods_cell,
}


def _repeated(attributes: dict[str, str], name: str, most: int) -> int:
    found = next((int(value) for key, value in attributes.items() if key.endswith(name)), 1)
    if not 0 <= found <= most:
        raise UnreadableFile(_("The spreadsheet is damaged and cannot be read."))
    return found


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
