"""What the worker does for scenarios: places a cohort in a process apart, and obeys who cancels."""

import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Scenario, ScenarioStage
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Demands, Learner, OpenOffer
from mapsvc.planning.outcome_files import (
    as_json,
    demands_from_json,
    learner_as_json,
    learner_from_json,
    offer_as_json,
)
from mapsvc.planning.outcomes import Outcome
from mapsvc.planning.solving import Run
from mapsvc.services.offers_to_plan import offers_to_plan
from mapsvc.services.previews import plain
from mapsvc.storage import cohorts as stored
from mapsvc.storage import upload_files
from mapsvc.storage.engine import reading, writing

MOST_TRIES = 2  # a scenario that ended the worker so often is not begun again
MOST_SECONDS = 600.0
POLL_S = 0.1
LOOK_EVERY_S = 1.0  # whether somebody cancelled

GIVEN_UP = _("This was tried twice and did not come to an end. Try again later, or with fewer learners.")
UNEXPECTED = _("Something went wrong on our side. Please try again.")
TOO_LONG = _("This took more than %(minutes)s minutes and was stopped. Try without wishes to be together.")

log = logging.getLogger(__name__)


class TookTooLong(MapsvcError):
    """A placing that did not come to an end in the time that one may take."""

    message = TOO_LONG


class WentOn(Exception):
    """A scenario was cancelled or erased while the worker was at it."""


def place_waiting(engine: Engine, public_engine: Engine, folder: Path) -> int:
    """Places every cohort that waits for it, the oldest scenario first; how many were begun.

    Does nothing while another worker of this folder is at it. A scenario that is found at work was left
    by a worker that was killed: it is begun again, once.
    """
    with reading(engine) as session:
        waiting = stored.scenarios_to_work_on(session)
    if not waiting:
        return 0
    with upload_files.alone(folder, "scenarios") as alone:
        if not alone:
            return 0
        for id_ in waiting:
            _place(engine, public_engine, id_)
    return len(waiting)


def _place(engine: Engine, public_engine: Engine, id_: int) -> None:
    """Places one cohort; whatever happens, the scenario comes to an end."""
    begun = _begin(engine, id_)
    if begun is None:
        return
    learners, demands = begun
    try:
        offers = offers_to_plan(public_engine, demands.today)
        outcome = _run(engine, id_, learners, offers, demands)
        _finish(engine, id_, outcome, offers)
    except WentOn:
        log.info("scenario %s was cancelled", id_)
    except MapsvcError as fault:
        _fail(engine, id_, fault.text, fault.values)
    except DBAPIError:  # the database may be away: the next turn begins again
        raise
    except Exception:
        log.exception("scenario %s failed", id_)
        _fail(engine, id_, UNEXPECTED)


def _begin(engine: Engine, id_: int) -> tuple[list[Learner], Demands] | None:
    """Who is to be placed now and how, None where nobody is; counts the try."""
    with writing(engine) as session:
        scenario = stored.scenario_with_id(session, id_, lock=True)
        if scenario is None or scenario.stage not in stored.WORKED_ON:
            return None
        if scenario.tries >= MOST_TRIES:
            scenario.stage, scenario.message = ScenarioStage.FAILED, {"text": GIVEN_UP, "values": {}}
            session.commit()
            return None
        learners = [learner_from_json(one.said) for one in stored.learners_of(session, scenario.cohort_id)]
        scenario.stage, scenario.started = ScenarioStage.WORKING, now()
        scenario.tries += 1
        scenario.learners = [learner_as_json(one) for one in learners]
        demands = demands_from_json(scenario.demands)
        session.commit()
    return learners, demands


def _run(
    engine: Engine, id_: int, learners: Sequence[Learner], offers: Sequence[OpenOffer], demands: Demands
) -> Outcome:
    """What comes of a placing; stopped once nobody waits for it. Raises WentOn, or TookTooLong."""
    with Run.start(learners, offers, demands) as run:
        looked = time.monotonic()
        while not run.poll():
            if run.elapsed_s > MOST_SECONDS:
                run.cancel()
                raise TookTooLong(minutes=round(MOST_SECONDS / 60))
            if time.monotonic() - looked >= LOOK_EVERY_S:
                looked = time.monotonic()
                if not _is_wanted(engine, id_):
                    run.cancel()
                    raise WentOn
            time.sleep(POLL_S)
        return run.outcome()


def _is_wanted(engine: Engine, id_: int) -> bool:
    with reading(engine) as session:
        return stored.stage_of(session, id_) == ScenarioStage.WORKING


def _finish(engine: Engine, id_: int, outcome: Outcome, offers: Sequence[OpenOffer]) -> None:
    """Keeps what came of it, with the offers that it names. Raises WentOn."""
    named = _named(outcome)
    with writing(engine) as session:
        scenario = _still(stored.scenario_with_id(session, id_, lock=True))
        still_there = {one["code"] for one in scenario.learners}
        told = {one.learner for one in outcome.placements} | {one.learner for one in outcome.left_over}
        if not told <= still_there:
            scenario.stage, scenario.tries = ScenarioStage.WAITING, 0  # somebody was erased meanwhile
            session.commit()
            return
        scenario.offers = [offer_as_json(one) for one in offers if one.key in named]
        scenario.outcome, scenario.seconds = as_json(outcome), outcome.seconds
        scenario.stage, scenario.message = ScenarioStage.DONE, None
        session.commit()


def _named(outcome: Outcome) -> set[str]:
    """The keys of the offers that an outcome names."""
    named = {one.offer for one in outcome.placements} | {key for _code, key in outcome.vanished}
    for left in outcome.left_over:
        named |= {key for change in left.changes for key in change.offers}
        named |= {key for move in left.moves for key in (move.offer, move.to)}
    return named


def _still(scenario: Scenario | None) -> Scenario:
    if scenario is None or scenario.stage != ScenarioStage.WORKING:
        raise WentOn
    return scenario


def _fail(engine: Engine, id_: int, message: str, values: Mapping[str, object] | None = None) -> None:
    with writing(engine) as session:
        scenario = stored.scenario_with_id(session, id_, lock=True)
        if scenario is not None and scenario.stage == ScenarioStage.WORKING:
            scenario.stage = ScenarioStage.FAILED
            scenario.message = {"text": message, "values": plain(values or {})}
            session.commit()
