"""Importing the statistical regions, as somebody at a terminal does it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mapsvc.cli import commands, explained
from mapsvc.places.region_sets import region_sets
from tests.places.nuts_files import feature, level, write_nuts

BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance folder without a database: regions need none, so every installation takes them."""
    for name in [name for name in os.environ if name.startswith("MAPSVC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MAPSVC_INSTANCE", str(tmp_path / "instance"))
    return tmp_path / "instance"


@pytest.fixture
def run(folder: Path) -> Run:
    return lambda *words: CliRunner().invoke(commands, ["import-regions", *map(str, words)])


def test_what_was_installed_is_told_with_whom_to_name(run: Run, folder: Path, tmp_path: Path) -> None:
    told = run(write_nuts(tmp_path, [*level(1), *level(3)]))

    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "NUTS 2030 is installed as nuts-2030: level 0: 2, level 1: 2, level 3: 4.",
        "Countries were made of their largest regions, as no file has them.",
        "Shown wherever these regions are drawn: "
        "NUTS 2030: Eurostat, © EuroGeographics for the administrative boundaries",
        "A running service shows them within seconds.",
    ]
    assert region_sets(folder).default().key == "nuts-2030"


def test_what_is_replaced_or_mended_is_told(run: Run, tmp_path: Path) -> None:
    run(write_nuts(tmp_path, level(1)))

    told = run(write_nuts(tmp_path, [feature("EL3", BOW_TIE)]))

    assert "Replaced: level 1.\n" in told.stdout
    assert "Outlines that crossed themselves were mended: EL3.\n" in told.stdout


def test_sets_are_listed_and_removed(run: Run, folder: Path, tmp_path: Path) -> None:
    run(write_nuts(tmp_path, level(3)), "--year", "2031")

    listed = run("--list").stdout
    removed = run("--remove", "nuts-2031")
    again = run("--remove", "nuts-2031")

    assert listed.splitlines() == [
        "nuts-2031\tNUTS 2031\tlevel 0: 2, level 3: 4\tused first",
        "shipped\tNatural Earth\tlevel 0: 55, level 1: 771, level 2: 1012",
    ]
    assert removed.stdout == "nuts-2031 is gone. Its files can be imported again.\n"
    assert again.exception is not None
    assert explained(again.exception) == "There is no set “nuts-2031”. See: mapsvc import-regions --list"
    assert [one.key for one in region_sets(folder).all()] == ["shipped"]


def test_a_file_that_cannot_be_used_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    told = run(write_nuts(tmp_path, [*level(3), *level(3)]))

    assert told.exception is not None
    assert explained(told.exception) == "NUTS_RG_60M_2030_4326.geojson has EL301 twice."


@pytest.mark.parametrize("words", [(), ("--list", "--remove", "nuts-2024")])
def test_one_thing_is_asked_for_at_a_time(run: Run, words: tuple[str, ...]) -> None:
    told = run(*words)

    assert told.exit_code == 2
    assert "Give one or more files, or --list, or --remove SET." in told.output
