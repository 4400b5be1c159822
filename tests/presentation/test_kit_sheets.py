"""A kit on paper is small pages that other programs and screen readers read."""

import io
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from mapsvc.catalogues import translate
from mapsvc.content.facts import Fact, Source
from mapsvc.content.kits import SECTIONS, Kit
from mapsvc.content.library import usable
from mapsvc.content.shared_facts import Number, PlugsFile
from mapsvc.content.trees import Tree
from mapsvc.domain import vocabulary
from mapsvc.presentation.kit_sheets import GlanceLine, Printing, kit_sheet
from tests.conftest import FULL
from tests.content_files import fact, write_kit, write_language
from tests.qr import read_code

A5_POINTS = (420, 595)
LARGEST = 500_000
TODAY = date(2026, 11, 22)
KITS = usable(Tree.of()).kits
PAIRS = [(slug, language) for slug in sorted(KITS) for language in ("en", "fr")]
SHIPPED = PAIRS if FULL else [pair for number, pair in enumerate(PAIRS) if number % 4 in {0, 3}]  # by turns
EMERGENCY = Number(
    number="112",
    key="emergency",
    everywhere=True,
    name={"en": "Help"},
    about={"en": "Day and night."},
    fact=Fact(
        written_on=TODAY, checked_on=None, source=Source(name="The Union", url="https://union.example.org/")
    ),
)
NASTY = [
    '#read("/etc/passwd")',
    "$ x^2 $ @ref &",
    "#{1 + 1} // no",
    "/* no */ #panic() ~",
    "'\"}] ]] #[x",
]


def printing(language: str = "en", **changed: Any) -> Printing:
    said: dict[str, Any] = {
        "language": language,
        "link": "https://map.example.org/kits/here",
        "links": lambda name: f"https://map.example.org/{name}",
        "site": "The map",
        "today": TODAY,
        "emergency": EMERGENCY,
        **changed,
    }
    return Printing(**said)


@cache
def body(slug: str, language: str) -> bytes:
    return kit_sheet(KITS[slug], printing(language))


@cache
def sheet(slug: str, language: str) -> PdfReader:
    return PdfReader(io.BytesIO(body(slug, language)))


@cache
def words(slug: str, language: str) -> str:
    return read(sheet(slug, language))


def read(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def made(kit: Kit, language: str = "en", **changed: Any) -> PdfReader:
    return PdfReader(io.BytesIO(kit_sheet(kit, printing(language, **changed))))


def nodes(reader: PdfReader) -> Iterator[Any]:
    """The elements of a structure tree, from the outermost."""
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            yield node
            waiting += [node["/K"]] if "/K" in node else []


def kinds(reader: PdfReader) -> list[str]:
    return [str(node["/S"]) for node in nodes(reader) if "/S" in node]


def fonts(page: PageObject) -> dict[str, bool]:
    """The families of a page, and whether each is in the file."""
    found = {}
    for font in page["/Resources"].get("/Font", {}).values():
        inside = font.get_object()["/DescendantFonts"][0].get_object()
        family = inside["/BaseFont"].partition("+")[2].partition("-")[0]
        found[family] = any(name.startswith("/FontFile") for name in inside["/FontDescriptor"])
    return found


@pytest.mark.parametrize(("slug", "language"), SHIPPED)
def test_a_kit_is_a5_pages_that_screen_readers_can_read(slug: str, language: str) -> None:
    reader = sheet(slug, language)

    catalog = reader.trailer["/Root"]
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in reader.pages} == {A5_POINTS}
    assert catalog["/Lang"] == language
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    text = KITS[slug].town.text(language)
    assert text is not None
    assert reader.metadata is not None
    assert reader.metadata.title == text.front.title


@pytest.mark.parametrize(("slug", "language"), SHIPPED)
def test_a_kit_is_small_and_holds_no_fonts_but_ours(slug: str, language: str) -> None:
    found = [fonts(page) for page in sheet(slug, language).pages]

    assert {family for page in found for family in page} <= {"Figtree", "NotoSans"}
    assert all(embedded for page in found for embedded in page.values())
    assert len(body(slug, language)) < LARGEST


@pytest.mark.parametrize(("slug", "language"), SHIPPED)
def test_each_section_can_be_found_by_its_heading(slug: str, language: str) -> None:
    text = KITS[slug].town.text(language)
    assert text is not None

    found = [one.title for one in sheet(slug, language).outline if not isinstance(one, list)]

    headings = [vocabulary.label("kit_sections", key, language) for key in SECTIONS]
    assert found[: 1 + len(SECTIONS)] == [text.front.title, *headings]


def test_the_first_page_says_what_it_is_whom_to_call_and_where_the_newest_is() -> None:
    reader = sheet("como", "en")

    said = " ".join(reader.pages[0].extract_text().split())
    for text in ("Settling in Como", "In an emergency1 Call 112", "https://map.example.org/kits/here"):
        assert text in said
    assert read_code(reader.pages[0]) == "https://map.example.org/kits/here"
    texts = [str(node["/Alt"]) for node in nodes(reader) if "/Alt" in node]
    assert "QR code with this address: https://map.example.org/kits/here" in texts


def test_every_page_has_its_number() -> None:
    pages = sheet("kaunas", "fr").pages

    assert [f"{number} / {len(pages)}" in page.extract_text() for number, page in enumerate(pages, 1)] == [
        True
    ] * len(pages)


def test_phrases_are_tables_with_heads() -> None:
    reader = sheet("como", "en")

    found = kinds(reader)
    phrases = KITS["como"].languages[0].data.phrases
    assert found.count("/TR") == len(phrases) + 2 + len(KITS["como"].town.data.places) + 1
    assert found.count("/TH") >= 6
    for phrase in phrases:
        assert phrase.text in words("como", "en")
    assert "it" in {str(node["/Lang"]) for node in nodes(reader) if "/Lang" in node}


def test_the_checklist_is_one_of_all_parts_by_day(tmp_path: Path) -> None:
    write_language(tmp_path, [], {"en": "## first-week\n- [ ] +0 Say hello.\n- [ ] +2 Ask for a word.\n"})
    kit = write_kit(
        tmp_path, {"en": "## first-week\nTake it slowly.\n\n- [ ] +1 Walk.\n- [ ] +0 Call home.\n"}
    )

    said = read(made(kit))

    order = [
        "On the day you arrive",
        "Call home.",
        "Say hello.",
        "The next day",
        "Walk.",
        "After 2 days",
    ]
    places = [said.index(one) for one in [*order, "Ask for a word.", "Take it slowly."]]
    assert places == sorted(places)


def test_facts_have_notes_with_their_source_and_how_sure_they_are(tmp_path: Path) -> None:
    facts = {
        "new": fact(),
        "good": fact(checked_on="2026-03-01"),
        "old": fact(
            checked_on="2025-01-01", source={"name": "The region", "url": "https://region.example.org/x"}
        ),
        "same": fact(),
    }
    kit = write_kit(
        tmp_path, {"en": "## food\nA.[^new]\n\nB.[^good]\n\nC.[^old]\n\nD.[^same]\n"}, facts=facts
    )

    reader = made(kit)

    said = read(reader)
    for text in (
        "2 The town, town.example.org/. Written in November 2026, not checked yet.",
        "3 The town, town.example.org/. Checked on March 1, 2026.",
        "4 The region, region.example.org/x. Checked on January 1, 2025: to be checked again.",
        "D.2",
    ):
        assert text in said
    assert "5 The" not in said
    found = [str(one["/A"]["/URI"]) for one in links(reader) if "/URI" in one.get("/A", {})]
    assert {"https://town.example.org/", "https://region.example.org/x"} <= set(found)


def test_what_holds_in_the_country_stands_first_with_its_source(tmp_path: Path) -> None:
    plugs = PlugsFile(
        types={"IT": ["C", "L"]},
        written_on=TODAY,
        checked_on=None,
        source=Source(name="Plugs", url="https://plugs.example.org/"),
    )
    glance = [GlanceLine("Money", ["euro (€)"]), GlanceLine("Plugs", ["C: two pins", "L: three"], plugs)]
    kit = write_kit(tmp_path, {"en": "## food\nA.[^new]\n"}, facts={"new": fact()})

    said = read(made(kit, glance=glance))

    for text in ("Money: euro (€)", "Plugs:2", "C: two pins", "1 The Union", "2 Plugs", "3 The town", "A.3"):
        assert text in said


def links(reader: PdfReader) -> list[Any]:
    return [one.get_object() for page in reader.pages for one in page.get("/Annots", [])]


def test_a_part_in_another_language_says_so_and_is_marked(tmp_path: Path) -> None:
    kit = write_kit(tmp_path, {"en": "## food\nEat well.\n"}, only_in=["en"])

    reader = made(kit, "fr")

    assert translate("fr", "This part is in %(language)s.") % {"language": "anglais"} in read(reader)
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert "en" in {str(node["/Lang"]) for node in nodes(reader) if "/Lang" in node}


def test_no_text_of_a_kit_runs_as_code(tmp_path: Path) -> None:
    said = "\n\n".join(NASTY)
    source = {"name": NASTY[0], "url": "https://town.example.org/#read(1)"}
    phrase = {"key": "a", "for": "work", "text": NASTY[1], "say": {"en": NASTY[2]}, "means": {"en": NASTY[4]}}
    write_language(tmp_path, [phrase], {"en": f"## words\n### {NASTY[0]}\n"})
    place = {"key": "a", "name": NASTY[3], "kind": "x", "lon": 1.0, "lat": 2.0, "source": source}
    table = f"| {NASTY[0]} |\n| --- |\n| {NASTY[2]} |\n| |"
    tasks = "".join(f"- [ ] +1 {one}\n" for one in NASTY)
    kit = write_kit(
        tmp_path,
        {"en": f"## food\n{said}[^a]\n\n{table}\n\n## first-week\n{tasks}"},
        name=NASTY[2],
        front={"title": NASTY[0], "summary": NASTY[3]},
        facts={"a": fact(source=source)},
        places=[place],
    )

    reader = made(kit, glance=[GlanceLine(NASTY[1], [NASTY[4]]), GlanceLine(NASTY[0], NASTY)], site=NASTY[2])

    found = read(reader)
    pieces = {one: found.count(one) for one in NASTY}
    assert all(count >= 4 for count in pieces.values()), pieces
    assert b"pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_data()


def test_a_kit_with_letters_of_no_font_of_ours_is_still_printed(tmp_path: Path) -> None:
    kit = write_kit(tmp_path, {"en": "## food\nمخبز 面包\n\nBread.\n"})

    assert "Bread." in read(made(kit))


def test_the_same_kit_gives_the_same_bytes() -> None:
    assert kit_sheet(KITS["como"], printing()) == body("como", "en")
