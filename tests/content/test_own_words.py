"""No sentence of a town's part stands in another town's."""

import shutil
from pathlib import Path

from mapsvc.content.faults import Faults
from mapsvc.content.kits import load_kits
from mapsvc.content.own_words import check_own_words
from mapsvc.content.trees import Tree
from tests.content_files import write_kit

BREAD = "## food\nThe square has three stalls.\n\nBread is sold\nby the station. Cheese is not sold there.\n"


def written(folder: Path, town: str, said: str, language: str = "en") -> Path:
    """The kit of a town with this text, and a summary of its own."""
    write_kit(folder, {language: said}, front={"title": town, "summary": town})
    home = folder / "data/kits" / town
    (folder / "data/kits/here").rename(home)
    return home


def said_of(tree: Tree) -> list[str]:
    faults = Faults(tree)
    check_own_words(load_kits(tree, faults), faults)
    return [str(fault) for fault in faults.found]


def test_a_sentence_of_a_town_in_another_town_is_found_with_both_places(tmp_path: Path) -> None:
    written(tmp_path, "alpha", BREAD)
    written(tmp_path, "beta", "## home\nBeds are rare. BREAD is *sold* by [the station](kit:alpha), too?\n")
    written(
        tmp_path,
        "gamma",
        "## home\nBeds are few.\n\n- BREAD: it is *sold*. Bread, is sold by the\n  station.\n",
    )

    found = said_of(Tree((tmp_path / "data",)))

    assert len(found) == 1
    assert found[0].startswith(
        "data/kits/gamma/en.md:8: “Bread, is sold by the station.” stands in data/kits/alpha/en.md:8, too."
    )


def test_labels_and_phrases_of_a_language_may_stand_in_two_towns(tmp_path: Path) -> None:
    written(tmp_path, "alpha", "## food\n### The market\n\nAsk the baker: *Dove è la stazione?*\n")
    written(tmp_path, "beta", "## food\n### The market\n\nAsk a neighbour there: *Dove è la stazione?*\n")

    found = said_of(Tree((tmp_path / "data",)))

    assert found == []


def test_the_same_words_in_two_languages_are_no_fault(tmp_path: Path) -> None:
    written(tmp_path, "alpha", "## food\nRestaurant Central Station.\n")
    written(tmp_path, "beta", "## food\nRestaurant Central Station.\n", language="fr")

    found = said_of(Tree((tmp_path / "data",)))

    assert found == []


def test_the_fault_is_the_installation_s_where_the_other_kit_ships(tmp_path: Path) -> None:
    own = written(tmp_path / "shipped", "alpha", BREAD)
    written(tmp_path / "shipped", "beta", "## food\nBeta sells nothing at all.\n")
    shutil.copytree(own, tmp_path / "content/kits/alpha")
    shutil.rmtree(own)
    written(tmp_path / "shipped", "zeta", "## food\nBread is sold by the station.\n")

    found = said_of(Tree((tmp_path / "shipped/data", tmp_path / "content")))

    assert [one.partition(": ")[0] for one in found] == ["content/kits/alpha/en.md:8"]
