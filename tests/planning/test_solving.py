import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mapsvc.planning import solving
from mapsvc.planning.outcome_files import (
    as_json,
    demands_as_json,
    demands_from_json,
    from_json,
    learner_as_json,
    learner_from_json,
    offer_as_json,
    offer_from_json,
)
from mapsvc.planning.placing import place
from mapsvc.planning.solving import PlacingCancelled, PlacingFailed, Run
from tests.planning.cohorts import COMO, cohort, demands, learner, offer

ROOT = Path(__file__).parents[2]


def is_alive(pid: int) -> bool:
    """Whether a process is there and not only waiting to be counted."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_for(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not (found := happened()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


@pytest.fixture
def long_run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A run that does not end by itself."""
    monkeypatch.setattr(solving, "MODULE", "tests.planning.sleeper")
    with Run.start([learner()], [offer()], demands()) as run:
        yield run


def test_a_run_gives_the_outcome_that_placing_gives() -> None:
    asked = cohort(random.Random(1), 12, 10, kind="mild")

    with Run.start(*asked) as run:
        outcome = run.outcome()

        assert run.poll()
        assert run.elapsed_s > 0
    assert replace(outcome, seconds=0) == replace(place(*asked), seconds=0)
    assert outcome.placements


def test_a_run_under_way_tells_the_time_and_ends_at_once_when_cancelled(long_run: Run) -> None:
    assert not long_run.poll()
    before = long_run.elapsed_s
    assert not long_run.wait(0.01)
    assert long_run.elapsed_s > before

    long_run.cancel()

    assert long_run.poll()
    assert not is_alive(long_run.pid)
    with pytest.raises(PlacingCancelled):
        long_run.outcome()


def test_leaving_a_run_leaves_no_process(long_run: Run) -> None:
    assert is_alive(long_run.pid)

    with pytest.raises(ZeroDivisionError), long_run:
        raise ZeroDivisionError

    assert not is_alive(long_run.pid)


def test_cancelling_what_has_ended_changes_nothing() -> None:
    with Run.start([learner()], [offer()], demands()) as run:
        assert run.wait(60)

        run.cancel()

        assert run.outcome().placements


def test_a_run_ends_with_the_process_that_started_it() -> None:
    words = (
        "import time; from mapsvc.planning import solving; from tests.planning.cohorts import *;"
        "solving.MODULE = 'tests.planning.sleeper'; run = solving.Run.start([learner()], [], demands());"
        "print(run.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", words], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent, parent.stdout:
        child = int(parent.stdout.readline())
        assert is_alive(child)

        parent.kill()
        parent.wait()

    assert wait_for(lambda: not is_alive(child))


def test_a_run_whose_starter_is_gone_before_it_could_watch_it_ends_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.planning.sleeper", "1"], cwd=ROOT, check=False, timeout=60
    )

    assert done.returncode == solving.ORPHANED


def test_a_fault_in_what_is_asked_is_told_in_its_own_words() -> None:
    with (
        Run.start([learner(), learner()], [offer()], demands()) as run,
        pytest.raises(PlacingFailed, match="Two learners have the code “a”"),
    ):
        run.outcome()


def test_a_process_that_dies_is_told_plainly_and_why_is_kept(long_run: Run) -> None:
    os.kill(long_run.pid, signal.SIGKILL)

    with pytest.raises(PlacingFailed, match="could not be worked out") as told:
        long_run.outcome()

    assert isinstance(told.value.__cause__, RuntimeError)


def test_the_solver_is_loaded_only_where_it_computes() -> None:
    words = (
        "import sys, mapsvc.planning.solving, mapsvc.planning.groups, mapsvc.planning.eligibility;"
        "sys.exit(any(name.partition('.')[0] in ('scipy', 'ortools') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", words], cwd=ROOT, check=False).returncode == 0


def test_all_that_is_kept_comes_back_as_it_was() -> None:
    for seed in range(20):
        learners, offers, asked = cohort(random.Random(seed), 6, 5, kind="mild" if seed % 2 else "strict")
        learners[0] = replace(learners[0], home=COMO, together_with=("L001",), safety_course=True)
        asked = replace(asked, locks=(("L002", offers[0].key), ("gone", "offer:1")))
        outcome = place(learners, offers, asked)

        def kept(plain: dict[str, object]) -> dict[str, object]:
            again: dict[str, object] = json.loads(json.dumps(plain))
            assert again == plain  # nothing but lists, words and numbers
            return again

        assert [learner_from_json(kept(learner_as_json(one))) for one in learners] == learners
        assert [offer_from_json(kept(offer_as_json(one))) for one in offers] == offers
        assert demands_from_json(kept(demands_as_json(asked))) == asked
        assert from_json(kept(as_json(outcome))) == outcome


@pytest.mark.parametrize("plain", [{}, {"code": "a"}, {"first": "soon"}])
def test_what_was_never_kept_is_refused(plain: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        learner_from_json(learner_as_json(learner()) | {"more": 1} | plain if plain else plain)
