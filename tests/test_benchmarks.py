"""The benchmarks say what they measure, and measure it right on the small."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import figures, installations, made_up
from benchmarks.__main__ import SUBJECTS
from benchmarks.circles import Circle

ROOT = Path(__file__).parents[1]


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_list_names_every_subject_and_what_it_measures() -> None:
    done = run("--list")

    assert done.returncode == 0, done.stderr
    assert [line.partition(": ")[0] for line in done.stdout.splitlines()] == list(SUBJECTS)
    assert all(line.partition(": ")[2] for line in done.stdout.splitlines())


def test_every_subject_and_its_measure_are_described() -> None:
    assert [
        name for name, subject in SUBJECTS.items() if not (subject.__doc__ and subject.measure.__doc__)
    ] == []


def test_an_unknown_subject_is_refused() -> None:
    done = run("--only", "nothing")

    assert done.returncode == 2
    assert "invalid choice" in done.stderr


def test_a_figure_says_whether_its_promise_is_kept() -> None:
    verdicts = [
        figures.Figure("a", value, "ms", target).verdict for value, target in ((1, 2), (3, 2), (3, None))
    ]

    assert verdicts == ["within 2 ms", "BEYOND 2 ms", ""]


@pytest.mark.parametrize(("share", "value"), [(50, 50), (95, 95), (100, 100)])
def test_a_percentile_is_one_of_the_values(share: int, value: int) -> None:
    assert figures.percentile(range(1, 101), share) == value


def test_made_up_hosts_are_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        made_up.write_hosts(tmp_path / name, 30)

    lines = (tmp_path / "one.csv").read_text("utf-8").splitlines()

    assert len(lines) == 31
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_the_box_of_a_circle_holds_it() -> None:
    sides = Circle(10, 50, 100).values

    assert sides["west"] < 10 - 1.4
    assert sides["east"] > 10 + 1.4
    assert sides["south"] < 49.1
    assert sides["north"] > 50.9


def test_a_command_that_fails_is_told(tmp_path: Path) -> None:
    workshop = installations.Workshop(tmp_path)

    with pytest.raises(RuntimeError, match="No such command"):
        workshop.run(["nonsense"], {})
