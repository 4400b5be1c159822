"""The reading level is measured from sentences and words, a file and a kind at a time."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mapsvc.cli import commands
from mapsvc.content.faults import Faults
from mapsvc.content.levels import frequent_words, measure
from mapsvc.content.library import Library
from mapsvc.content.pieces import pieces
from mapsvc.content.trees import Tree
from tests.content_files import write_kit

SAID = "## food\nThe bread of Como is good. Como sells the good bread, and don’t ask the soothsayer.\n"
FREQUENT = {
    "en": frozenset(
        ["the", "bread", "of", "is", "good", "sells", "and", "don't", "ask", "what", "to", "know"]
    ),
    "fr": frozenset(),
}


def library_of(folder: Path, said: str) -> tuple[Tree, Library]:
    write_kit(folder, {"en": said})
    tree = Tree((folder / "data",))
    return tree, Library.load(tree, Faults(tree))


def test_words_sentences_and_the_longest_are_counted(tmp_path: Path) -> None:
    long = " ".join(["Word"] * 21)
    tree, library = library_of(tmp_path, f"## food\nOne two three.\n{long}.\n")

    (file,), (kind,) = measure(tree, pieces(library), None)

    level = file.level
    assert (file.name, kind.name, kind.level) == ("kits/here/en.md", "kits", level)
    assert (level.words, level.sentences, level.long, level.longest) == (27, 3, 1, 21)
    assert (level.place, level.counted, level.rare.total()) == ("kits/here/en.md:7", 0, 0)


def test_rare_words_are_counted_without_names(tmp_path: Path) -> None:
    tree, library = library_of(tmp_path, SAID)

    (file,), _kinds = measure(tree, pieces(library), FREQUENT)

    assert file.level.rare == {"soothsayer": 1}
    assert file.level.counted == 17


def test_the_installed_frequencies_know_everyday_words_and_their_apostrophes() -> None:
    frequent = frequent_words()

    assert frequent is not None
    assert {"bread", "don't", "the"} <= frequent["en"]
    assert {"pain", "aujourd'hui", "le"} <= frequent["fr"]
    assert "soothsayer" not in frequent["en"]


def test_the_command_says_where_frequencies_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wordfreq", None)

    done = CliRunner().invoke(commands, ["content", "levels"])

    assert done.exit_code == 0
    assert "Rare words are not counted: wordfreq is not installed." in done.output
    assert "kits (en): longest at kits/" in done.output
