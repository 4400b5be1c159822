"""The files with which a kit begins have the right shape, and are unfinished until they are filled in."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from mapsvc.content.checking import check
from mapsvc.content.faults import Fault, Faults
from mapsvc.content.kits import load_kits
from mapsvc.content.trees import Tree
from mapsvc.places.gazetteer import Place
from mapsvc.presentation.kit_templates import kit_template
from mapsvc.resources import resource

LECCO = Place(3174793, "Lecco", "IT", "IT-25", 9.39, 45.86, 48_000)
PORTO = Place(2735943, "Porto", "PT", "PT-13", -8.61, 41.15, 237_000)
UNREADABLE = re.compile("cannot be read|is not known|begin with a line")
WORDS = "Take the bus to the market and ask for the way. " * 8
TODAY = date(2026, 11, 22)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder with one kit, and the country and the language that it shares."""
    for part in ("kits/como", "countries/IT", "languages/it"):
        copytree(resource("data") / part, tmp_path / "shipped" / part)
    return tmp_path / "shipped"


def template(shipped: Path, place: Place) -> dict[str, str]:
    kits = load_kits(Tree((shipped,)), Faults(Tree((shipped,))))
    packed = kit_template(place, kits, reader="en", today=TODAY)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def faults(shipped: Path, place: Place, texts: Mapping[str, str]) -> list[Fault]:
    """What the check finds in the files of a template, where they are laid over what ships."""
    folder = shipped.parent / "content"
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    found = check(Tree((shipped, folder)), towns={place.id: place.country})
    return [one for one in found if one.file.startswith("content/")]


def test_a_template_holds_the_files_of_a_town_whose_country_has_a_kit(shipped: Path) -> None:
    assert set(template(shipped, LECCO)) == {
        "kits/lecco/kit.yml",
        "kits/lecco/en.md",
        "kits/lecco/fr.md",
        "how.txt",
    }


def test_a_country_and_a_language_that_no_kit_has_come_with_the_template(shipped: Path) -> None:
    found = template(shipped, PORTO)

    told = [one.text for one in faults(shipped, PORTO, found)]

    assert {"countries/PT/country.yml", "countries/PT/fr.md", "languages/pt/language.yml"} <= set(found)
    assert told
    assert not [one for one in told if UNREADABLE.search(one)]


def test_every_hint_that_was_left_is_named_by_its_line(shipped: Path) -> None:
    found = template(shipped, LECCO)

    told = [one for one in faults(shipped, LECCO, found) if "hint" in one.text]

    for name in ("kits/lecco/en.md", "kits/lecco/fr.md"):
        lines = found[name].splitlines()
        hints = [number for number, line in enumerate(lines, 1) if line.startswith("> ")]
        assert len(hints) == 9
        assert [one.line for one in told if one.file.endswith(name)] == hints


def test_a_template_that_is_filled_in_is_a_kit_without_a_fault(shipped: Path) -> None:
    found = template(shipped, LECCO)
    for name in ("kits/lecco/en.md", "kits/lecco/fr.md"):
        found[name] = re.sub("^> .*$", WORDS, found[name], flags=re.MULTILINE) + "\nThe bus is blue.[^bus]\n"
    about = found["kits/lecco/kit.yml"]
    found["kits/lecco/kit.yml"] = about.replace("name: ''", "name: The town").replace(
        "//", "//lecco.example/"
    )

    assert faults(shipped, LECCO, found) == []
