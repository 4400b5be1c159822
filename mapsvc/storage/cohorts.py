"""Cohorts, their learners and their scenarios: found, counted."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from mapsvc.domain.cohorts import Cohort, CohortLearner, Scenario, ScenarioStage

WORKED_ON = (ScenarioStage.WAITING, ScenarioStage.WORKING)
LARGE = (Scenario.learners, Scenario.offers, Scenario.outcome)  # what lists do without


def cohorts_of(session: Session, sending_ids: Collection[int]) -> list[Cohort]:
    """The cohorts of some sending organisations, the newest first."""
    query = select(Cohort).where(Cohort.sending_id.in_(sorted(sending_ids)))
    return list(session.scalars(query.order_by(Cohort.id.desc())))


def cohorts_to_delete(session: Session, today: date) -> list[Cohort]:
    """The cohorts whose last day has come, by number."""
    return list(session.scalars(select(Cohort).where(Cohort.delete_on <= today).order_by(Cohort.id)))


def learners_of(session: Session, cohort_id: int) -> list[CohortLearner]:
    """The learners of a cohort, in order of code."""
    query = select(CohortLearner).where(CohortLearner.cohort_id == cohort_id)
    return sorted(session.scalars(query), key=lambda one: one.code)


def count_learners(session: Session, cohort_ids: Sequence[int]) -> dict[int, int]:
    """How many learners each of these cohorts has; without those that have none."""
    query = select(CohortLearner.cohort_id, func.count()).where(CohortLearner.cohort_id.in_(cohort_ids))
    rows = session.execute(query.group_by(CohortLearner.cohort_id))
    return {row[0]: row[1] for row in rows}


def scenarios_of(session: Session, cohort_id: int, *, whole: bool = False) -> list[Scenario]:
    """The scenarios of a cohort, the newest first; what is large of them only if they are wanted whole."""
    query = select(Scenario).where(Scenario.cohort_id == cohort_id).order_by(Scenario.id.desc())
    return list(session.scalars(query if whole else query.options(*(defer(one) for one in LARGE))))


def scenario_with_id(session: Session, id_: int, *, lock: bool = False) -> Scenario | None:
    """The scenario with this number, None for none; with lock nobody else changes it meanwhile."""
    query = select(Scenario).where(Scenario.id == id_)
    return session.scalar(query.with_for_update() if lock else query)


def stage_of(session: Session, id_: int) -> str | None:
    """How far a scenario is; None where it is gone."""
    return session.scalar(select(Scenario.stage).where(Scenario.id == id_))


def scenarios_to_work_on(session: Session) -> list[int]:
    """The numbers of the scenarios that wait for the worker, or that one began with; the oldest first."""
    return list(
        session.scalars(select(Scenario.id).where(Scenario.stage.in_(WORKED_ON)).order_by(Scenario.id))
    )
