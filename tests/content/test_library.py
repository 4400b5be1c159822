"""Content is kept, follows its files, and no file of an installation takes a shipped one down."""

from pathlib import Path

import pytest

from mapsvc.content.library import Shelf, usable
from mapsvc.content.trees import Tree

COMO = "content/kits/como"


def laid_over(instance: Path, name: str, text: str) -> None:
    path = instance / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def shelf(instance: Path) -> Shelf:
    return Shelf(instance, look_every_s=0)


def test_what_ships_is_there() -> None:
    library = usable(Tree.of())

    assert {"como", "flensburg", "kaunas"} <= set(library.kits)
    assert "safety" in library.courses
    assert "host" in library.timelines


def test_the_same_files_are_read_once(tmp_path: Path) -> None:
    held = shelf(tmp_path)

    assert held.library is held.library


def test_a_file_of_the_installation_counts_as_soon_as_it_is_there(tmp_path: Path) -> None:
    held = shelf(tmp_path)
    before = held.library.kits["como"].town.text("en")

    laid_over(
        tmp_path,
        f"{COMO}/en.md",
        "---\ntitle: Ours\nsummary: Our own words\nwritten_on: 2026-11-01\n---\n\n## food\nEat.\n",
    )
    after = held.library.kits["como"].town.text("en")

    assert before
    assert after
    assert (before.front.title, after.front.title) == ("Settling in Como", "Ours")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("en.md", "no front matter"),
        ("en.md", "---\ntitle: Ours\n---\n"),
        ("kit.yml", "town: [\n"),
        ("kit.yml", "town: Como\n"),
    ],
)
def test_the_shipped_file_counts_where_that_of_the_installation_cannot_be_used(
    tmp_path: Path, name: str, text: str
) -> None:
    laid_over(tmp_path, f"{COMO}/{name}", text)

    kit = shelf(tmp_path).library.kits["como"]
    english = kit.town.text("en")

    assert kit.town.data.name == "Como"
    assert english
    assert english.front.title == "Settling in Como"


def test_a_new_kit_that_cannot_be_used_is_left_out(tmp_path: Path) -> None:
    laid_over(tmp_path, "content/kits/atlantis/kit.yml", "town: nowhere\n")

    assert "atlantis" not in shelf(tmp_path).library.kits
    assert "como" in shelf(tmp_path).library.kits


def test_nobody_waits_while_another_reads_what_has_changed(tmp_path: Path) -> None:
    held = shelf(tmp_path)
    before = held.library
    laid_over(tmp_path, f"{COMO}/en.md", "---\ntitle: Ours\n---\n")

    with held._lock:
        meanwhile = held.library

    assert meanwhile is before


def test_a_kit_that_is_written_in_another_language_alone_is_shown_in_that(tmp_path: Path) -> None:
    own = "content/kits/lecco"
    laid_over(
        tmp_path,
        f"{own}/kit.yml",
        "town: 3174921\nname: Lecco\ncountry: IT\nlanguages: [it]\nonly_in: [de]\n",
    )
    laid_over(
        tmp_path,
        f"{own}/de.md",
        "---\ntitle: In Lecco\nsummary: Kurz gesagt\nwritten_on: 2026-11-01\n---\n\n## food\nBrot.\n",
    )

    town = shelf(tmp_path).library.kits["lecco"].town

    assert [one.language for one in (town.text("en"), town.text_with("food", "fr")) if one] == ["de", "de"]
    assert town.text_with("home", "en") is None
