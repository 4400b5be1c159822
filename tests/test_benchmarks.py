"""The benchmarks say what they measure, and measure it right on the small."""

import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks import figures, installations, made_up, million, report
from benchmarks.__main__ import SUBJECTS
from benchmarks.circles import Circle
from benchmarks.peers import (
    addresses,
    answers,
    filling,
    own,
    postgis,
    questions,
    rounds,
    spatialite,
    sqlite,
    worlds,
)
from benchmarks.peers.engines import Engine
from mapsvc.cli import bench, main
from tests.postgis import PostgisCluster

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


@pytest.fixture(scope="module")
def world() -> worlds.World:
    return worlds.make_world(2_000)


@pytest.fixture(scope="module")
def engines(
    world: worlds.World, spatialite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Engine]]:
    folder = tmp_path_factory.mktemp("peers")
    shutil.copy(spatialite_template, folder / "mapsvc.sqlite")
    filling.fill(folder, world)
    sqlite.make_tree(folder / "tree.sqlite", world)
    spatialite.make_points(folder / "points.sqlite", world)
    directory = own.Own.of(folder)
    found: list[Engine] = [
        *(directory, directory.repeated(), sqlite.SqliteTree(sqlite.opened(folder / "tree.sqlite"))),
        spatialite.spatialite_points(folder / "points.sqlite"),
    ]
    yield found
    for engine in found:
        engine.close()


def test_a_world_is_the_same_every_time_and_has_so_many_rows(world: worlds.World) -> None:
    again = worlds.make_world(2_000)

    assert len(world) == 2_000
    assert world.lon.tolist() == again.lon.tolist()
    assert world.sectors.tolist() == again.sectors.tolist()
    assert 1.1 < len(world) / (int(world.site[-1]) + 1) < 1.3


def test_a_filled_installation_holds_every_row_of_the_world(
    world: worlds.World, engines: list[Engine]
) -> None:
    assert isinstance(engines[0], own.Own)
    assert len(engines[0].directory) == len(world)


def test_all_engines_find_what_brute_force_finds(world: worlds.World, engines: list[Engine]) -> None:
    rows = list(rounds.rounds(world, engines, questions=2, budget_s=60))

    assert [(row["class"], row["engine"]) for row in rows] == [
        (name, engine.name) for name in questions.CLASSES for engine in engines
    ]
    assert {row["n"] for row in rows} == {2}


@pytest.mark.postgis
def test_postgis_finds_what_brute_force_finds(world: worlds.World, cluster: PostgisCluster) -> None:
    url = postgis.plain(cluster.fresh_database())
    postgis.make_table(url, world)
    engine = postgis.Postgis.at(url)

    rows = list(rounds.rounds(world, [engine], questions=2, budget_s=60))
    engine.close()

    assert [row["class"] for row in rows] == list(questions.CLASSES)


def test_a_wrong_answer_stops_the_rounds_with_its_case(
    world: worlds.World, engines: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = engines[2]
    right = wrong.ask

    def one_too_many(question: questions.Question) -> object:
        answer = right(question)
        assert isinstance(answer, answers.Found)
        return dataclasses.replace(answer, total=(answer.total or 0) + 1_000)

    monkeypatch.setattr(wrong, "ask", one_too_many)

    with pytest.raises(answers.Disagreement, match=r"SQLite R\*Tree: .* sites instead of .*Circle"):
        list(rounds.rounds(world, engines, questions=1, budget_s=60))


def test_an_address_names_the_filter_that_it_was_made_of(world: worlds.World) -> None:
    filter_ = questions.Chance(1).selective(world)

    query = urlsplit(addresses.search_address(questions.Circle(1.5, 45.25, 50, filter_))).query

    assert addresses.filter_of(parse_qs(query)) == filter_


def test_a_window_is_read_back_from_its_address() -> None:
    window = questions.window_around(2.35, 48.86, 9, questions.Filter())

    box = window.box

    assert questions.window_in(box.west, box.north, 9, questions.Filter()) == window


def test_figures_become_tables_and_a_plot() -> None:
    row = {
        "class": "as many answers",
        "engine": "directory",
        "n": 3,
        "median_ms": 1.5,
        "p99_ms": None,
        "ratio": 1.0,
    }
    page = {"page": "Marker", "places": 1000, "made_s": 1.2, "shown_ms": 900, "pan_ms": 17}
    pages = [page | {"kilobytes": 760.5, "elements": 2041}]
    begun = {"rows": 1000, "sites": 840, "load": 0.5, "prepared_s": {"directory": 0.1}}
    changes = {"n": 400, "median_s": 0.21, "p99_s": 0.44}
    run = begun | {"pages": pages, "changes": changes} | million.NOT_SERVED
    runs = [run | {"rows": rows, "questions": [row | {"computed_ms": 1.4}]} for rows in (1000, 10_000)]

    table, plot = "\n".join(report.markdown(runs[0])), report.plot(runs)

    assert "| as many answers | 1.5 (n=3, x1.0) |" in table
    assert "| `postgis_over_tile_cpu` | not measured |" in table
    assert "A change shows after 0.21 s" in table
    assert "| Marker | 1,000 | 1.2 | 900 | 17 | 760.5 | 2041 |" in table
    assert plot.count("<circle") == 2


def test_the_command_says_where_there_are_no_benchmarks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "CHECKOUT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["mapsvc", "bench"])

    with pytest.raises(SystemExit) as stopped:
        main()

    assert stopped.value.code == 1
    assert "in a checkout of it" in capsys.readouterr().err
