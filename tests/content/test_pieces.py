"""What content says is found piece by piece: each once, in its language, with its line."""

from pathlib import Path

from mapsvc.content.faults import Faults
from mapsvc.content.library import Library
from mapsvc.content.pieces import FOREIGN, Shape, of_yaml, pieces
from mapsvc.content.trees import Tree
from tests.content.pieces_of import pieces_of
from tests.content_files import write_kit, write_language


def test_a_text_is_cut_into_paragraphs_items_headings_and_cells(tmp_path: Path) -> None:
    said = "### Head\nFirst *due*[^key]\nsecond.\n\n- One\n  - Two\n\n| A |\n| --- |\n| [b](kit:como) |\n"

    found = pieces_of(tmp_path, said)

    assert [(one.line, one.shape, one.said) for one in found] == [
        (1, Shape.LABEL, "Head"),
        (2, Shape.TEXT, "First due\nsecond."),
        (5, Shape.TEXT, "One"),
        (6, Shape.TEXT, "Two"),
        (8, Shape.LABEL, "A"),
        (10, Shape.LABEL, "b"),
    ]
    assert found[1].own == f"First {FOREIGN * 3}\nsecond."
    assert found[1].line_at(len("First due\nse")) == 3


def test_words_of_yaml_are_found_in_each_language_and_sounds_are_not(tmp_path: Path) -> None:
    path = tmp_path / "words.yml"
    path.write_text(
        "title: {en: Two words, fr: Deux mots}\n"
        "steps:\n"
        "  - what:\n"
        "      en: |-\n"
        "        A line\n"
        "        and another.\n"
        "      fr: Une ligne.\n"
        "    say: {en: on, fr: onne}\n",
        "utf-8",
    )

    found = list(of_yaml(path))

    assert [(one.language, one.line, one.shape, one.said) for one in found] == [
        ("en", 1, Shape.LABEL, "Two words"),
        ("fr", 1, Shape.LABEL, "Deux mots"),
        ("en", 5, Shape.TEXT, "A line\nand another."),
        ("fr", 7, Shape.TEXT, "Une ligne."),
    ]


def test_what_two_kits_share_is_found_once(tmp_path: Path) -> None:
    phrase = {"key": "yes", "for": "street", "text": "Sì", "say": {"en": "SEE"}, "means": {"en": "Certainly"}}
    write_language(tmp_path, [phrase], {"en": "## words\nListen often.\n"})
    write_kit(tmp_path, {"en": "## food\nBread.\n"})
    (tmp_path / "data/kits/here").rename(tmp_path / "data/kits/there")
    write_kit(tmp_path, {"en": "## food\nFruit.\n"})
    tree = Tree((tmp_path / "data",))

    found = [one.said for one in pieces(Library.load(tree, Faults(tree)))]

    of_towns = ["Settling in here", "What to know."] * 2 + ["Bread.", "Fruit."]
    assert sorted(found) == sorted([*of_towns, "Italian", "Listen often.", "Certainly"])
