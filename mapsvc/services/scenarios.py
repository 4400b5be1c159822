"""Scenarios of a cohort: asked for, looked at, cancelled, renamed, erased; and choices that are locked."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Cohort, Scenario, ScenarioStage
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import InvalidInput, MapsvcError, NotFound, TooMany
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Demands
from mapsvc.planning.outcome_files import (
    demands_as_json,
    demands_from_json,
    from_json,
    learner_from_json,
    offer_from_json,
)
from mapsvc.planning.results import Result
from mapsvc.services.auditing import note
from mapsvc.services.cohorts import cohort_of, name_of
from mapsvc.services.tombstones import erase_rows
from mapsvc.storage import cohorts as stored
from mapsvc.storage.dialects.locks import one_at_a_time

MOST_OF_ONE = 50  # scenarios of one cohort
MOST_COMPARED = 3
LEAST_COMPARED = 2


class NotDone(MapsvcError):
    """A scenario of which a result was asked has none yet."""

    message = _("This scenario has no result yet.")


def scenario_of(session: Session, viewer: Viewer, number: int, *, lock: bool = False) -> Scenario:
    """One scenario. Raises NotFound for one of another sending organisation, as for none."""
    found = stored.scenario_with_id(session, number, lock=lock)
    cohort = session.get(Cohort, found.cohort_id) if found else None
    if found is None or cohort is None:
        raise NotFound
    require(viewer, Action.PLAN_COHORT, cohort)
    return found


def told(session: Session, scenario: Scenario) -> Result:
    """What came of a scenario. Raises NotDone."""
    cohort = session.get(Cohort, scenario.cohort_id)
    if scenario.outcome is None or cohort is None:
        raise NotDone
    offers = [offer_from_json(one) for one in scenario.offers]
    return Result(
        cohort=cohort.name,
        scenario=scenario.name,
        learners=tuple(learner_from_json(one) for one in scenario.learners),
        offers={one.key: one for one in offers},
        demands=demands_from_json(scenario.demands),
        outcome=from_json(scenario.outcome),
    )


def ask_for(session: Session, viewer: Viewer, cohort_id: int, *, name: str, demands: Demands) -> Scenario:
    """Asks the worker to place a cohort; its locks begin as those of the demands. Commits.

    Raises NotFound, InvalidInput for a cohort of nobody, or TooMany.
    """
    cohort_of(session, viewer, cohort_id)
    one_at_a_time(session, f"scenarios:{cohort_id}")
    if not stored.count_learners(session, [cohort_id]):
        raise InvalidInput(_("There is nobody to be placed. Add learners first."))
    if len(stored.scenarios_of(session, cohort_id)) >= MOST_OF_ONE:
        raise TooMany(_("There are too many scenarios of this cohort. Delete one of them first."))
    said = demands_as_json(replace(demands, today=now().date()))
    made = Scenario(cohort_id=cohort_id, name=name_of(name), demands=said, locks=said["locks"])
    session.add(made)
    session.flush()
    note(session, viewer, "made", "scenario", made.id)
    session.commit()
    return made


def cancel(session: Session, viewer: Viewer, number: int) -> Scenario:
    """Has the worker stop with a scenario; one at its end stays as it is. Commits. Raises NotFound."""
    scenario = scenario_of(session, viewer, number, lock=True)
    if scenario.stage in stored.WORKED_ON:
        scenario.stage = ScenarioStage.CANCELLED
    session.commit()
    return scenario


def rename(session: Session, viewer: Viewer, number: int, name: str) -> Scenario:
    """Gives a scenario another name. Commits. Raises NotFound or InvalidInput."""
    scenario = scenario_of(session, viewer, number, lock=True)
    scenario.name = name_of(name)
    session.commit()
    return scenario


def lock(session: Session, viewer: Viewer, number: int, code: str, *, locked: bool) -> Scenario:
    """Keeps a learner's place for the next scenario, or lets it go; twice changes nothing. Commits.

    Raises NotFound for a learner without a place in this scenario.
    """
    scenario = scenario_of(session, viewer, number, lock=True)
    placed = {one.learner: one.offer for one in told(session, scenario).outcome.placements}
    if code not in placed:
        raise NotFound
    others = [one for one in scenario.locks if one[0] != code]
    scenario.locks = sorted([*others, [code, placed[code]]] if locked else others)
    session.commit()
    return scenario


def carry_out(session: Session, viewer: Viewer, number: int, *, carried_out: bool) -> Scenario:
    """Says that learners went where a scenario sends them, or takes that back. Commits.

    Another scenario of the cohort was then not carried out. Raises NotFound, or NotDone.
    """
    scenario = scenario_of(session, viewer, number)
    told(session, scenario)
    # Before any row is held: two who choose at once wait for each other, and never both.
    one_at_a_time(session, f"scenarios:{scenario.cohort_id}")
    session.refresh(scenario, with_for_update=True)
    if carried_out:
        for other in stored.scenarios_of(session, scenario.cohort_id):
            other.carried_out = False
    scenario.carried_out = carried_out
    note(session, viewer, "edited", "scenario", number)
    session.commit()
    return scenario


def locks_of(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """The choices that are locked for the next scenario: (code, key of the offer)."""
    return tuple((str(code), str(key)) for code, key in scenario.locks)


def erase_scenario(session: Session, viewer: Viewer, number: int) -> int:
    """Erases a scenario at once; the number of its cohort. Commits. Raises NotFound."""
    scenario = scenario_of(session, viewer, number, lock=True)
    cohort_id = scenario.cohort_id
    note(session, viewer, "erased", "scenario", number)
    erase_scenarios(session, [scenario])
    session.commit()
    return cohort_id


def erase_scenarios(session: Session, scenarios: Sequence[Scenario]) -> None:
    """Erases scenarios for good; what stays is their numbers in tombstones. The caller commits."""
    erase_rows(session, Erased.SCENARIO, scenarios)


def to_compare(session: Session, viewer: Viewer, cohort_id: int, numbers: Sequence[int]) -> list[Scenario]:
    """Two or three scenarios of a cohort that are done, in the order in which they were made.

    Raises NotFound for a cohort that is not the viewer's, InvalidInput for other numbers.
    """
    cohort_of(session, viewer, cohort_id)
    wanted = set(numbers)
    found = [one for one in stored.scenarios_of(session, cohort_id, whole=True) if one.id in wanted]
    done = [one for one in found if one.stage == ScenarioStage.DONE]
    if not LEAST_COMPARED <= len(done) <= MOST_COMPARED or len(done) != len(wanted):
        raise InvalidInput(_("Choose two or three scenarios that are done."))
    return done[::-1]
