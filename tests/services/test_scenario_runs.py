"""The worker brings every scenario to an end: done, cancelled, or failed with a message."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Self

import pytest
from sqlalchemy import Engine, select

from mapsvc.access.permissions import Viewer, viewer_of
from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import CohortLearner, Scenario, ScenarioStage
from mapsvc.domain.people import Role
from mapsvc.errors import InvalidInput
from mapsvc.planning.cohorts import Demands, Learner, OpenOffer
from mapsvc.planning.outcomes import Outcome, Placement
from mapsvc.planning.solving import PlacingFailed
from mapsvc.services import accounts, cohort_learners, cohorts, scenario_runs, scenarios
from mapsvc.services.cohorts import Brought
from mapsvc.storage import upload_files
from mapsvc.storage.engine import public_engine, reading, writing
from tests.cohorts import hosts_for_24, learner
from tests.publish import publish

WOOD = {"fields": ("0722",), "age": 18, "languages": (("en", "B2"),)}


class Bench:
    """A referent with a cohort of two, and the worker."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        with writing(engine) as session:
            school = accounts.sending_organisation(session, "School A")
            self.anna: Viewer = viewer_of(
                accounts.grant(session, "a@example.org", Role.REFERENT, sending=school)
            )
            session.commit()
            two = (learner("A1", **WOOD), learner("A2", **WOOD))
            made = cohorts.make_cohort(
                session, self.anna, Brought("", two, ()), sending_id=school.id, name="Two"
            )
            self.cohort = made.id

    def ask(self) -> int:
        with writing(self.engine) as session:
            demands = Demands(now().date())
            return scenarios.ask_for(session, self.anna, self.cohort, name="One", demands=demands).id

    def work(self) -> int:
        public = public_engine(self.settings)
        try:
            return scenario_runs.place_waiting(self.engine, public, self.settings.folder)
        finally:
            public.dispose()

    def scenario(self, number: int) -> Scenario:
        with reading(self.engine) as session:
            found = session.get(Scenario, number)
            assert found
            return found

    def change(self, number: int, **values: Any) -> None:
        with writing(self.engine) as session:
            found = session.get(Scenario, number)
            for name, value in values.items():
                setattr(found, name, value)
            session.commit()


@pytest.fixture
def bench(engine: Engine, settings: Settings) -> Bench:
    return Bench(engine, settings)


def runs(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any], *, polls: int = 1) -> list[str]:
    """In place of a process: something that acts once it is looked at, and what became of it."""
    said: list[str] = []

    class Run:
        elapsed_s = 0.0

        def __init__(self, learners: Sequence[Learner]) -> None:
            self.learners, self.left = learners, polls

        @classmethod
        def start(cls, learners: Sequence[Learner], offers: Sequence[OpenOffer], demands: Demands) -> Self:
            return cls(learners)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_fault: object) -> None:
            said.append("closed")

        def poll(self) -> bool:
            act()
            self.left -= 1
            return self.left <= 0

        def cancel(self) -> None:
            said.append("cancelled")

        def outcome(self) -> Outcome:
            placed = [Placement(one.code, "offer:1", 1, (), None, None, False) for one in self.learners]
            return Outcome(tuple(placed), (), (), len(placed), 0.0, 0.5)

    monkeypatch.setattr(scenario_runs, "Run", Run)
    monkeypatch.setattr(scenario_runs, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(scenario_runs, "POLL_S", 0.0)
    return said


def test_a_scenario_is_placed_in_a_process_apart_and_keeps_the_offers_that_it_names(bench: Bench) -> None:
    with writing(bench.engine) as session:
        publish(session, *hosts_for_24(), source="a list")
        session.commit()
    number = bench.ask()

    begun = bench.work()

    found = bench.scenario(number)
    assert (begun, found.stage, found.tries) == (1, ScenarioStage.DONE, 1)
    assert found.seconds is not None
    assert {one["code"] for one in found.learners} == {"A1", "A2"}
    with reading(bench.engine) as session:
        told = scenarios.told(session, found)
    assert len(told.stays()) == 2
    assert {stay.offer.key for stay in told.stays()} <= told.offers.keys()
    assert bench.work() == 0


def test_a_scenario_that_is_cancelled_while_it_is_placed_ends_its_process(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bench.ask()

    def cancel() -> None:
        with writing(bench.engine) as session:
            scenarios.cancel(session, bench.anna, number)

    said = runs(monkeypatch, cancel, polls=5)
    bench.work()

    assert said == ["cancelled", "closed"]
    assert bench.scenario(number).stage == ScenarioStage.CANCELLED
    assert bench.scenario(number).outcome is None


def test_a_scenario_that_is_deleted_while_it_is_placed_stays_deleted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, gone = bench.ask(), []

    def erase() -> None:
        if not gone:
            gone.append(number)
            with writing(bench.engine) as session:
                scenarios.erase_scenario(session, bench.anna, number)

    said = runs(monkeypatch, erase, polls=5)
    bench.work()

    assert said == ["cancelled", "closed"]
    with reading(bench.engine) as session:
        assert session.scalars(select(Scenario)).all() == []


def test_who_is_taken_out_meanwhile_is_in_no_result(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    number, gone = bench.ask(), []

    def remove() -> None:
        if not gone:
            with writing(bench.engine) as session:
                row = session.scalars(select(CohortLearner).where(CohortLearner.code == "A1")).one()
                gone.append(row.id)
                cohort_learners.remove_learner(session, bench.anna, row.id)

    runs(monkeypatch, remove)
    bench.work()
    first = bench.scenario(number)
    bench.work()

    assert (first.stage, first.outcome) == (ScenarioStage.WAITING, None)
    found = bench.scenario(number)
    assert found.stage == ScenarioStage.DONE
    assert "A1" not in str((found.outcome, found.learners))


def test_a_scenario_that_a_killed_worker_left_is_begun_again_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    once, twice = bench.ask(), bench.ask()
    bench.change(once, stage=ScenarioStage.WORKING, tries=1)
    bench.change(twice, stage=ScenarioStage.WORKING, tries=2)

    runs(monkeypatch, lambda: None)
    bench.work()

    assert bench.scenario(once).stage == ScenarioStage.DONE
    failed = bench.scenario(twice)
    assert (failed.stage, failed.message) == (
        ScenarioStage.FAILED,
        {"text": scenario_runs.GIVEN_UP, "values": {}},
    )


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (PlacingFailed(), PlacingFailed.message),
        (InvalidInput("Too much: %(count)s.", count=3), "Too much: %(count)s."),
        (RuntimeError("a slip"), scenario_runs.UNEXPECTED),
    ],
)
def test_a_placing_that_fails_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str
) -> None:
    number = bench.ask()

    def fail() -> None:
        raise fault

    runs(monkeypatch, fail)
    bench.work()

    found = bench.scenario(number)
    assert found.stage == ScenarioStage.FAILED
    assert found.message is not None
    assert found.message["text"] == said


def test_a_placing_that_takes_too_long_is_ended(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    number = bench.ask()
    said = runs(monkeypatch, lambda: None, polls=5)
    monkeypatch.setattr(scenario_runs, "MOST_SECONDS", -1.0)

    bench.work()

    assert said == ["cancelled", "closed"]
    assert bench.scenario(number).stage == ScenarioStage.FAILED


def test_two_workers_never_place_at_once(bench: Bench) -> None:
    number = bench.ask()

    with upload_files.alone(bench.settings.folder, "scenarios") as alone:
        begun = bench.work()

    assert (alone, begun) == (True, 0)
    assert bench.scenario(number).stage == ScenarioStage.WAITING


def test_a_cohort_of_nobody_is_not_placed(bench: Bench) -> None:
    with writing(bench.engine) as session:
        for row in session.scalars(select(CohortLearner)).all():
            cohort_learners.remove_learner(session, bench.anna, row.id)

    with pytest.raises(InvalidInput):
        bench.ask()


def test_freshness_is_judged_on_the_day_of_the_placing(bench: Bench) -> None:
    with writing(bench.engine) as session:
        demands = Demands(date(2020, 1, 1))
        made = scenarios.ask_for(session, bench.anna, bench.cohort, name="One", demands=demands)

    assert made.demands["today"] == now().date().isoformat()
