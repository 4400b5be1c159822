"""Words that no dictionary and no list of ours knows are found; words of other languages are left out."""

from pathlib import Path

import pytest

from mapsvc.content.trees import Tree
from scripts import check_spelling
from tests.content_files import write_kit


def faults_of(folder: Path, said: str, language: str) -> list[str]:
    write_kit(folder, {language: said}, front={"title": "Bus", "summary": "Bus"})
    return list(check_spelling.faults(Tree((folder / "data",))))


@pytest.mark.parametrize(
    ("language", "said", "word"),
    [
        ("en", "The colour is right,\nthe color is not.", "color"),
        ("en", "It doesn’t wörk.", "wörk"),
        ("fr", "L’adresse est juste,\nl’adrese ne l’est pas.", "adrese"),
        ("fr", "Aujourd’hui, prends\nle trian.", "trian"),
    ],
)
def test_a_misspelt_word_is_found_with_its_line(tmp_path: Path, language: str, said: str, word: str) -> None:
    found = faults_of(tmp_path, f"## food\n{said}\n", language)

    assert len(found) == 1
    assert f"“{word}” is in no dictionary of “{language}”" in found[0]
    assert found[0].startswith(f"data/kits/here/{language}.md:{6 + said[: said.index(word)].count(chr(10))}:")


def test_italics_addresses_facts_and_figures_are_not_looked_up(tmp_path: Path) -> None:
    address = "[the shop](https://brotli.eu/xyzzy)"
    said = f"## food\nAsk for *brötli* at {address}, xyzzy.eu, the 3rd of 10h30.[^xyzzy]\n"

    found = faults_of(tmp_path, said, "en")

    assert found == []


def test_a_list_out_of_order_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en.txt").write_text("alpha\ngamma\nBeta\n", "utf-8")
    monkeypatch.setattr(check_spelling, "LISTS", tmp_path)

    found = list(check_spelling.unsorted("en"))

    assert found == ["scripts/spelling/en.txt:2: “Beta” belongs here. One word a line, in order."]
