"""Placing a list of learners, as somebody at a terminal or a script gives it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mapsvc.cli import commands
from mapsvc.config import Settings
from mapsvc.errors import InvalidInput, Misconfigured, UnreadableFile
from mapsvc.planning.cohorts import Weights
from mapsvc.presentation.placements import SCHEMA
from mapsvc.services.offers_to_plan import offers_to_plan
from mapsvc.storage.engine import private_engine, writing
from tests.cohorts import ROWS, cohort_of_24, hosts_for_24
from tests.installations import lend
from tests.publish import publish

TODAY = ("--today", "2026-11-23")
PLACEMENT = {
    *("learner", "offer", "host", "title", "slug", "town", "country", "lon", "lat", "first", "last"),
    *("score", "parts", "wish", "distance_km", "locked", "why"),
}

Place = Callable[..., Result]


@pytest.fixture(scope="module")
def instance(spatialite_template: Path, gazetteer: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the hosts of the list of 24; the commands only read it."""
    folder = tmp_path_factory.mktemp("placing")
    (folder / "mapsvc.sqlite").write_bytes(spatialite_template.read_bytes())
    lend(gazetteer, folder)  # type: ignore[arg-type]
    engine = private_engine(Settings(instance=folder))
    with writing(engine) as session:
        publish(session, *hosts_for_24())
    engine.dispose()
    return folder


@pytest.fixture
def spring(tmp_path: Path) -> Path:
    file = tmp_path / "spring.xlsx"
    file.write_bytes(cohort_of_24())
    return file


@pytest.fixture
def place(instance: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Gives place-cohort with words, and has it fail with what they raise."""
    for name in [name for name in os.environ if name.startswith("MAPSVC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MAPSVC_INSTANCE", str(instance))

    def given(*words: object) -> Result:
        return CliRunner().invoke(commands, ["place-cohort", *map(str, words), *TODAY])

    return given


def fault_of(result: Result) -> str:
    assert isinstance(result.exception, (InvalidInput, UnreadableFile, Misconfigured)), result.output
    return str(result.exception)


def test_the_table_says_who_goes_where_and_who_is_left_over_and_why(place: Place, spring: Path) -> None:
    result = place(spring)

    assert result.exit_code == 0, repr(result.exception)
    assert "Placed: 21 of 24." in result.stdout
    assert "No better placing is possible." in result.stdout
    assert "Left over: T06" in result.stdout
    assert "Row 19, 1st wish: “Frankfurt” may mean several places." in result.stderr
    assert "Learners: 24, offers: 9. Placed in" in result.stderr
    assert "Row" not in result.stdout


def test_the_json_is_strict_and_tells_everybody_once(place: Place, spring: Path, instance: Path) -> None:
    report = json.loads(place(spring, "--json").stdout, parse_constant=pytest.fail)

    codes = [one["learner"] for one in (*report["placements"], *report["left_over"])]
    assert sorted(codes) == sorted(str(row[0]) for row in ROWS)
    assert (report["schema"], report["learners"], report["offers"]) == (SCHEMA, 24, 9)
    assert all(set(one) == PLACEMENT for one in report["placements"])
    assert report["score"] == sum(one["score"] for one in report["placements"])
    assert all(one["score"] == sum(one["parts"].values()) for one in report["placements"])
    assert report["gap"] == 0
    assert [fault["row"] for fault in report["faults"]] == [11, 19, 24, 27]
    engine = private_engine(Settings(instance=instance))
    keys = {offer.key for offer in offers_to_plan(engine, date(2026, 11, 23))}
    engine.dispose()
    assert {one["offer"] for one in report["placements"]} <= keys


def test_the_demands_are_those_that_were_asked(place: Place, spring: Path) -> None:
    report = json.loads(
        place(
            *(spring, "--json", "--base", "9.08,45.81", "--max-km", "100", "--safety-course"),
            *("--no-language-rule", "--weights", "wish=9, spread=0", "--lock", "T05=offer:2"),
        ).stdout
    )

    demands = report["demands"]
    assert demands["base"] == {"name": "9.08,45.81", "lon": 9.08, "lat": 45.81}
    assert (demands["max_km"], demands["languages"], demands["safety_course"]) == (100, False, True)
    assert demands["weights"] == {"wish": 9, "distance": 3, "freshness": 1, "spread": 0}
    assert demands["locks"] == [["T05", "offer:2"]]
    assert [one["learner"] for one in report["placements"] if one["locked"]] == ["T05"]
    assert all(one["distance_km"] <= 100 for one in report["placements"] if not one["locked"])


def test_a_base_may_be_a_town_and_the_texts_french(place: Place, spring: Path) -> None:
    report = json.loads(place(spring, "--json", "--base", "Lille (FR)", "--language", "fr").stdout)

    assert report["demands"]["base"]["name"] == "Lille"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--base", "Frankfurt"], "Frankfurt am Main"),
        (["--base", "Zzyzxville"], "no town"),
        (["--base", "45.81,9.08"], "longitude comes first"),
        (["--max-km", "40"], "needs a base"),
        (["--weights", "wish=11"], "from 0 to 10"),
        (["--weights", "luck=1"], f"wish={Weights().wish}"),
        (["--lock", "T99=offer:1"], "no learner"),
        (["--lock", "T01=offer:999"], "no such offer"),
        (["--lock", "T01=offer:1", "--lock", "T01=offer:2"], "locked twice"),
        (["--from", "2027-03-01"], "a first and a last day"),
        (["--from", "2027-03-26", "--to", "2027-03-01"], "before the first"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_placed(
    place: Place, spring: Path, words: list[str], said: str
) -> None:
    result = place(spring, *words)

    assert said in fault_of(result)
    assert result.stdout == ""


def test_a_list_of_which_no_row_can_be_used_tells_each_and_places_nobody(
    place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "names.csv"
    file.write_text("Code;First day;Last day\nMarie Dupont;2027-03-01;2027-03-26\n", "utf-8")

    result = place(file, "--json")

    assert "No row of the list" in fault_of(result)
    assert "Row 2, Code" in result.stderr
    assert "Dupont" not in result.stderr


def test_days_can_be_given_for_a_list_without_any(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "short.csv"
    file.write_text("Code;Trade;English\nA01;carpenter;B1\n", "utf-8")

    report = json.loads(place(file, "--json", "--from", "2027-03-01", "--to", "2027-03-26").stdout)

    assert [(one["first"], one["last"]) for one in report["placements"]] == [("2027-03-01", "2027-03-26")]


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_the_template_is_written_in_the_language_that_is_asked_for(
    place: Place, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name

    result = CliRunner().invoke(commands, ["cohort-template", str(file), "--language", "fr"])

    assert (result.exit_code, file.stat().st_size > 100) == (0, True)
    assert "only a header" in fault_of(place(file))


def test_a_template_of_another_kind_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, ["cohort-template", str(tmp_path / "list.pdf")])

    assert "list.pdf" in fault_of(result)


def test_ctrl_c_ends_the_command_and_the_process_that_computes(instance: Path, tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    rows = "".join(f"A{number};2027-03-01;2027-03-26\n" for number in range(1500))
    file.write_text("Code;First day;Last day\n" + rows, "utf-8")
    # Whoever runs the tests in the background has this signal ignored, and so would the command.
    own_signals = ["env", "--default-signal=INT"]
    command = [*own_signals, sys.executable, "-m", "mapsvc", "place-cohort", str(file), *TODAY]
    environment = {**os.environ, "MAPSVC_INSTANCE": str(instance)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        child = _child_of(running)

        running.send_signal(signal.SIGINT)
        out, _err = running.communicate(timeout=30)

    assert (running.returncode, out) == (1, b"")
    assert _is_gone(child)


def _is_gone(child: int) -> bool:
    """Whether a process ends within ten seconds; one that has ended may wait to be cleared away."""
    for _attempt in range(500):
        try:
            state = Path(f"/proc/{child}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def _child_of(running: "subprocess.Popen[bytes]") -> int:
    """The process that a command started, waited for."""
    listed = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    for _attempt in range(600):
        for child in listed.read_text().split():
            if b"mapsvc.planning.solving" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
        time.sleep(0.02)
    raise AssertionError("no child was started")
