"""The sheet of a class is one page that other programs read, with a code that holds the link."""

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import segno
from pypdf import PageObject, PdfReader

from mapsvc.domain.class_invitations import ClassInvitation
from mapsvc.domain.people import SendingOrganisation
from mapsvc.presentation.class_sheets import class_sheet
from mapsvc.presentation.printing import qr_code
from tests.qr import read_code

LINK = "https://map.example.org/alumni/join/AbCdEfGh12345678"
A4_POINTS = (595, 842)
RUN = re.compile(r"([mlh])(-?[\d.]+)(?: (-?[\d.]+))?")


def sheet(school: str = "Lycée Voltaire", link: str = LINK, **changed: Any) -> PdfReader:
    said: dict[str, Any] = {"name": "Bakers 2025", "language": "en", **changed}
    invitation = ClassInvitation(
        ends_on=date(2027, 6, 30),
        created=datetime(2026, 11, 22, tzinfo=UTC),
        sending=SendingOrganisation(name=school),
        **said,
    )
    return PdfReader(io.BytesIO(class_sheet(invitation, link, site="The map")))


def words(reader: PdfReader) -> str:
    return " ".join(reader.pages[0].extract_text().split())


def fonts(page: PageObject) -> set[str]:
    """The families that a page embeds, without the mark of a subset and the weight."""
    found = [font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()]
    return {name.partition("+")[2].partition("-")[0] for name in found}


def test_a_sheet_is_one_a4_page() -> None:
    pages = sheet(name="W" * 80, school="A school with a very long name " * 6).pages

    assert len(pages) == 1
    assert tuple(round(float(side)) for side in pages[0].mediabox[2:]) == A4_POINTS


def test_a_sheet_says_class_school_link_and_last_day() -> None:
    said = words(sheet())

    for text in ("Lycée Voltaire", "Bakers 2025", LINK, "until 30 June 2027", "18 or more", "The map"):
        assert text in said


def test_a_sheet_says_its_language_and_that_screen_readers_can_read_it() -> None:
    catalog = sheet(language="fr").trailer["/Root"]

    assert catalog["/Lang"] == "fr"
    assert catalog["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()


def test_the_code_has_a_text_for_those_who_do_not_see_it() -> None:
    tree = sheet().trailer["/Root"]["/StructTreeRoot"]

    assert f"QR code with this address: {LINK}" in alternatives(tree)


def alternatives(node: Any) -> list[str]:
    """The texts beside the pictures of a structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        return [text for one in node for text in alternatives(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


def test_a_sheet_is_in_figtree_alone_with_the_letters_of_all_european_latin() -> None:
    reader = sheet(name="Łódź, Ōgre, Győr, Iași, Čeština 2025")

    assert fonts(reader.pages[0]) == {"Figtree"}
    assert "Łódź, Ōgre, Győr, Iași, Čeština 2025" in words(reader)


@pytest.mark.parametrize(
    "name", ["Φούρνος π 2025", "Ἀρτοποιός Ωμέγα", "Пекарі 2025", "Хлебари Ђорђе", "Пекарі Ґеник"]
)
def test_greek_and_cyrillic_are_in_noto_sans_and_screen_readers_can_read_them(name: str) -> None:
    reader = sheet(name=name, school=name)

    assert fonts(reader.pages[0]) == {"Figtree", "NotoSans"}
    assert words(reader).count(name) == 2
    assert b"pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_data()


@pytest.mark.parametrize("name", ["مخبز", "🥐 2025", "面包"])
def test_other_letters_still_give_a_sheet(name: str) -> None:
    assert LINK in words(sheet(name=name, school=name))


@pytest.mark.parametrize(
    "name", ['#read("/etc/passwd")', "*bold* _x_ $ x $", "= Title", "`raw` <label> @ref", '"}] \\u{41} //']
)
def test_a_name_is_never_read_as_markup(name: str) -> None:
    assert name in words(sheet(name=name))


@pytest.mark.parametrize("path", ["", "/p" * 9])
def test_the_printed_code_is_read_back_as_the_link(path: str) -> None:
    link = LINK + path

    assert read_code(sheet(link=link).pages[0]) == link


def test_the_code_holds_the_link() -> None:
    drawn = qr_code(LINK)

    assert modules(drawn) == [list(row) for row in segno.make_qr(LINK, error="q", boost_error=False).matrix]


def modules(svg: str) -> list[list[int]]:
    """The dark modules that an SVG draws, as strokes of one module's height, without the white around."""
    size = int(re.findall(r'width="(\d+)"', svg)[0]) // 4 - 8
    rows = [[0] * size for _row in range(size)]
    x = y = 0.0
    for kind, first, second in RUN.findall(re.findall(r' d="([^"]+)"', svg)[-1].replace("M", "m")):
        if kind == "m":
            x, y = (
                (x + float(first), y + float(second)) if (x, y) != (0, 0) else (float(first), float(second))
            )
        else:
            for at in range(int(float(first))):
                rows[int(y) - 4][int(x) + at - 4] = 1
            x += float(first)
    return rows
