"""Small files that grow without end when they are read without care."""

import io
import struct
import zlib
from collections.abc import Callable, Iterable
from functools import cache, reduce
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

ZEROS = bytes(1 << 20)
DEFLATE_END = b"\x03\x00"  # an empty last block

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>{root}"
)
QUADRATIC = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "' + "x" * 100_000 + '">]>{root}'
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>{root}'
PARAMETER = '<?xml version="1.0"?><!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd">{root}'
DOCTYPES = {"laughs": LAUGHS, "quadratic": QUADRATIC, "external": EXTERNAL, "external dtd": PARAMETER}

SHEET_BEGIN = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
)
SHEET_END = "</sheetData></worksheet>"
XLSX = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="a" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    ),
    "xl/worksheets/sheet1.xml": (
        SHEET_BEGIN + '<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c></row>' + SHEET_END
    ),
}
ODS_BEGIN = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string">'
    "<text:p>name</text:p></table:table-cell></table:table-row>"
)
ODS_END = "</table:table></office:spreadsheet></office:body></office:document-content>"
ODS = {
    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": "<manifest/>",
    "content.xml": ODS_BEGIN + ODS_END,
}


def packed(parts: dict[str, str], **changed: str) -> bytes:
    """A zip archive of texts."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in {**parts, **changed}.items():
            archive.writestr(name, text)
    return out.getvalue()


def xlsx(sheet: str, **parts: str) -> bytes:
    """A workbook whose sheet goes on with these rows."""
    return packed({**XLSX, "xl/worksheets/sheet1.xml": SHEET_BEGIN + sheet + SHEET_END, **parts})


def ods(rows: str) -> bytes:
    """A spreadsheet of OpenDocument that goes on with these rows."""
    return packed({**ODS, "content.xml": ODS_BEGIN + rows + ODS_END})


def zeros(name: str, megabytes: int, **others: str) -> bytes:
    """An archive in which one entry unpacks to so many megabytes, a thousand times its size."""
    body = _deflated(ZEROS) * megabytes + DEFLATE_END
    return _with_entry(others, name, body, checksum=_checksum_of_zeros(megabytes), size=megabytes << 20)


def lying(parts: dict[str, str], name: str, begin: str, *, megabytes: int) -> bytes:
    """An archive that says of an entry that it ends after its begin, checksum and all, and goes on."""
    body = _deflated(begin.encode()) + _deflated(b" " * (1 << 20)) * megabytes + DEFLATE_END
    others = {other: text for other, text in parts.items() if other != name}
    return _with_entry(others, name, body, checksum=zlib.crc32(begin.encode()), size=len(begin.encode()))


def overlapping(name: str, entries: int) -> bytes:
    """An archive whose entries all point to the same megabyte of zeros."""
    content = zeros(f"0{name}", 1)
    place = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[place:end]
    directory = b"".join(
        entry.replace(f"0{name}".encode(), f"{n % 10}{name}".encode()) for n in range(entries)
    )
    tail = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, entries % 65_536, entries % 65_536, len(directory), place, 0
    )
    return content[:place] + directory + tail


def many_entries(number: int, ending: str = ".kml") -> bytes:
    """An archive of so many empty files."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for place in range(number):
            archive.writestr(f"{place}{ending}", "")
    return out.getvalue()


def nested(depth: int) -> bytes:
    """A zip archive in a zip archive, and so on."""
    content = b"name\nA\n"
    for level in range(depth):
        out = io.BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            archive.writestr(f"{level}.zip" if level else "hosts.csv", content)
        content = out.getvalue()
    return content


def a_link(name: str, target: str) -> bytes:
    """An archive with a symbolic link."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        info = ZipInfo(name)
        info.create_system = 3
        info.external_attr = 0xA1ED0000
        archive.writestr(info, target)
    return out.getvalue()


def bzip2(name: str) -> bytes:
    """An archive packed by bzip2, of which 4 kB can unpack to 80 MB in one step."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_BZIP2) as archive, archive.open(name, "w", force_zip64=True) as file:
        for _ in range(40):
            file.write(ZEROS)
    return out.getvalue()


def _deflated(content: bytes) -> bytes:
    """Content as a piece of a deflated whole that may follow, or be followed by, any other such piece."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflate.compress(content) + deflate.flush(zlib.Z_FULL_FLUSH)


@cache
def _checksum_of_zeros(megabytes: int) -> int:
    return reduce(lambda checksum, _: zlib.crc32(ZEROS, checksum), range(megabytes), 0)


def _with_entry(others: dict[str, str], name: str, body: bytes, *, checksum: int, size: int) -> bytes:
    """An archive with an entry that is deflated already, of which it says this checksum and size."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for other, text in others.items():
            archive.writestr(other, text)
        archive.writestr(ZipInfo(name), body)
    content = out.getvalue()
    stored = struct.pack("<LLL", zlib.crc32(body), len(body), len(body))
    assert content.count(stored) == 2
    content = content.replace(stored, struct.pack("<LLL", checksum, len(body), size))
    return _marked_deflated(content, name.encode())


def _marked_deflated(content: bytes, name: bytes) -> bytes:
    """The content with the method of an entry, stored, written over as deflated in both its headers."""
    changed = bytearray(content)
    for mark, to_method, to_name in ((b"PK\x03\x04", 8, 30), (b"PK\x01\x02", 10, 46)):
        place = -1
        while (place := content.find(mark, place + 1)) >= 0:
            if content[place + to_name :].startswith(name):
                changed[place + to_method : place + to_method + 2] = struct.pack("<H", 8)
    return bytes(changed)


def _with_doctype(doctype: str, text: str) -> str:
    return doctype.replace("{root}", text)


def _rows(number: int, cell: str) -> str:
    return "".join(f'<row r="{n}">{cell.format(n=n)}</row>' for n in range(2, number + 2))


def _shared() -> bytes:
    """A text of a megabyte that 1,000 cells use."""
    text = "x" * 1_000_000
    sst = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{text}</t></si></sst>'
    )
    return xlsx(_rows(1_000, '<c r="A{n}" t="s"><v>0</v></c>'), **{"xl/sharedStrings.xml": sst})


def _ods_row(cell: str, *, rows: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'


def _ods_cell(text: str, *, columns: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def _placemarks(number: int) -> Iterable[str]:
    """Each with twenty values of names of its own, so that the table would be wide and long."""
    for place in range(number):
        data = "".join(f'<Data name="{place}-{n}"><value>1</value></Data>' for n in range(20))
        yield f"<Placemark><name>A</name><ExtendedData>{data}</ExtendedData></Placemark>"


def _of_doctypes() -> dict[str, tuple[str, Callable[[], bytes], str]]:
    gpx = '<gpx><wpt lat="48" lon="7"><name>&a;</name></wpt></gpx>'
    kml = "<kml><Placemark><name>&a;</name></Placemark></kml>"
    found: dict[str, tuple[str, Callable[[], bytes], str]] = {}
    for title, doctype in DOCTYPES.items():
        sheet = SHEET_BEGIN.replace("name", "&a;") + SHEET_END
        body = ODS_BEGIN.replace("name", "&a;") + ODS_END
        made = {
            "gpx": ("x.gpx", _with_doctype(doctype, gpx).encode()),
            "kml": ("x.kml", _with_doctype(doctype, kml).encode()),
            "kmz": ("x.kmz", packed({"doc.kml": _with_doctype(doctype, kml)})),
            "xlsx": ("x.xlsx", packed(XLSX, **{"xl/worksheets/sheet1.xml": _with_doctype(doctype, sheet)})),
            "xlsx relations": (
                "x.xlsx",
                packed(
                    XLSX,
                    **{
                        "xl/_rels/workbook.xml.rels": _with_doctype(
                            doctype, XLSX["xl/_rels/workbook.xml.rels"]
                        )
                    },
                ),
            ),
            "ods": ("x.ods", packed(ODS, **{"content.xml": _with_doctype(doctype, body)})),
        }
        for kind, (name, content) in made.items():
            found[f"{title} in {kind}"] = (name, lambda content=content: content, "DTD refused")  # type: ignore[misc]
    return found


# What it is -> the name of the file, what makes it, and words of the reason why it is refused.
BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    **_of_doctypes(),
    "kmz of 1 GB": ("x.kmz", lambda: zeros("doc.kml", 1024), "unpacked size is over 50 MB"),
    "xlsx of 1 GB": ("x.xlsx", lambda: zeros("xl/worksheets/x.xml", 1024, **XLSX), "over 50 MB"),
    "picture of 1 GB in xlsx": ("x.xlsx", lambda: zeros("xl/media/x.png", 1024, **XLSX), "over 50 MB"),
    "ods of 1 GB": ("x.ods", lambda: zeros("styles.xml", 1024, **ODS), "over 50 MB"),
    "shapefile of 1 GB": ("x.zip", lambda: zeros("a.dbf", 1024, **{"a.shp": "", "a.shx": ""}), "over 50 MB"),
    "kmz that lies on its size": (
        "x.kmz",
        lambda: lying({}, "doc.kml", "<kml>", megabytes=1024),
        "damaged",
    ),
    "xlsx that lies on its size": (
        "x.xlsx",
        lambda: lying(XLSX, "xl/worksheets/sheet1.xml", SHEET_BEGIN, megabytes=1024),
        "damaged",
    ),
    "entries that overlap": ("x.kmz", lambda: overlapping("doc.kml", 10), ""),
    "60,000 entries that overlap": ("x.kmz", lambda: overlapping("doc.kml", 60_000), "too many files"),
    "80,000 entries": ("x.zip", lambda: many_entries(80_000), "too many files"),
    "nested archives": ("x.zip", lambda: nested(20), "This is an archive"),
    "nested kmz": ("x.kmz", lambda: nested(20), "This is an archive"),
    "bzip2": ("x.kmz", lambda: bzip2("doc.kml"), "packed in a way that is not read"),
    "link": ("x.zip", lambda: a_link("a.shp", "/etc/passwd"), "link to another file"),
    "one text in many cells of xlsx": ("x.xlsx", _shared, "over 50 MB"),
    "many empty texts in xlsx": (
        "x.xlsx",
        lambda: xlsx("", **{"xl/sharedStrings.xml": "<sst>" + "<si/>" * 1_500_000 + "</sst>"}),
        "more than 1000000 cells",
    ),
    "far cell of xlsx": ("x.xlsx", lambda: xlsx(_rows(1, '<c r="XFD1048576"><v>1</v></c>')), "cells"),
    "far cell of xlsx in other spelling": (
        "x.xlsx",
        lambda: xlsx("<row r = '900000' ><c r = 'zzz900000' ><v>1</v></c></row>"),
        "cells",
    ),
    "many cells in one place of xlsx": (
        "x.xlsx",
        lambda: xlsx(_rows(1, '<c r="A2"><v>1</v></c>' * 1_500_000)),
        "more than 200 times its size",
    ),
    "repeated cells of ods": (
        "x.ods",
        lambda: ods(_ods_row(_ods_cell("x", columns=10_000), rows=10_000)),
        "cells",
    ),
    "repeated text of ods": (
        "x.ods",
        lambda: ods(_ods_row(_ods_cell("x" * 10_000, columns=100), rows=1_000)),
        "over 50 MB",
    ),
    "repeated spaces of ods": (
        "x.ods",
        lambda: ods(_ods_row(_ods_cell('<text:s text:c="4000000000"/>'))),
        "over 50 MB",
    ),
    "repeated columns of ods": (
        "x.ods",
        lambda: ods(_ods_row(_ods_cell("x", columns=99_999_999))),
        "damaged",
    ),
    "elements in elements of kml": ("x.kml", lambda: b"<kml>" + b"<Folder>" * 1_000_000, "nested too deep"),
    "elements in elements of ods": ("x.ods", lambda: ods("<text:p>" * 1_000_000), "nested too deep"),
    "elements beside elements of gpx": ("x.gpx", lambda: b"<gpx>" + b"<a/>" * 2_400_000 + b"</gpx>", "cells"),
    "columns of kml": (
        "x.kml",
        lambda: "".join(["<kml>", *_placemarks(5_000), "</kml>"]).encode(),
        "more than 500 columns",
    ),
    "columns of geojson": (
        "x.geojson",
        lambda: (
            b'{"type":"FeatureCollection","features":['
            + b",".join(
                b'{"type":"Feature","geometry":null,"properties":{"p%d":1}}' % place
                for place in range(19_000)
            )
            + b"]}"
        ),
        "more than 500 columns",
    ),
    "columns of csv": ("x.csv", lambda: b"a," * 3_000_000 + b"b\n1", "more than 500 columns"),
}
