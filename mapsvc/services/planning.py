"""Planning a stay without an account: make, open, tick, change and erase a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.content.stays import DatedStep, Stay, dated_steps, whole_weeks
from mapsvc.content.timelines import Timeline
from mapsvc.domain.base import now
from mapsvc.domain.plan_values import PlanDraft
from mapsvc.domain.plans import KEPT_FOR, NETWORKS_KEPT, HostPlan
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import NotFound, TooMany
from mapsvc.services.installations import Installation
from mapsvc.services.plan_links import number_in
from mapsvc.services.secrets import keyed_digest
from mapsvc.services.tombstones import mark
from mapsvc.storage import plans as stored
from mapsvc.storage.dialects.locks import one_at_a_time

MOST_PER_NETWORK = 60  # plans in NETWORKS_KEPT: a chamber with all its hosts in one room


def make_plan(
    session: Session,
    timeline: str,
    said: Mapping[str, Any],
    *,
    installation: Installation,
    language: str,
    network: str,
) -> HostPlan:
    """A new plan by the timeline of this slug, from the fields of PlanDraft. Commits.

    Raises InvalidInput, or TooMany for a network that made many in a day.
    """
    draft = PlanDraft.of(said, today=now().date())
    hashed = keyed_digest(installation.key, "network", network)
    one_at_a_time(session, f"plans:{hashed}")
    if stored.count_plans(session, hashed, since=now() - NETWORKS_KEPT) >= MOST_PER_NETWORK:
        raise TooMany
    made = HostPlan(timeline=timeline, language=language, network_digest=hashed, done=[], **asdict(draft))
    session.add(made)
    session.commit()
    return made


def open_plan(session: Session, token: str, *, installation: Installation) -> HostPlan:
    """The plan of an address. Raises NotFound for one that is not ours, or of a plan that is gone."""
    return _found(session, number_in(token, "plan", installation))


def open_calendar(session: Session, token: str, *, installation: Installation) -> HostPlan:
    """The plan of the address of a calendar. Raises NotFound."""
    return _found(session, number_in(token, "calendar", installation))


def tick(session: Session, token: str, key: str, *, done: bool, installation: Installation) -> None:
    """Takes over that a step of a plan is done, or not; twice changes nothing. Commits. Raises NotFound."""
    plan = _changing(session, token, installation)
    known = [one for one in plan.done if one != key]
    plan.done, plan.changed = [*known, key] if done else known, now()
    session.commit()


def change_plan(
    session: Session, token: str, said: Mapping[str, Any], *, installation: Installation, language: str
) -> None:
    """Takes over other days, names and language; what is done stays done. Commits.

    Raises NotFound or InvalidInput.
    """
    plan = _changing(session, token, installation)
    for name, value in asdict(PlanDraft.of(said, today=now().date())).items():
        setattr(plan, name, value)
    plan.language, plan.changed = language, now()
    session.commit()


def erase_plan(session: Session, token: str, *, installation: Installation) -> None:
    """Erases a plan at once, with its names, its calendar and its mails. Commits. Raises NotFound."""
    erase_plans(session, [_changing(session, token, installation)])
    session.commit()


def erase_old_plans(session: Session, *, today: date | None = None) -> int:
    """Erases plans 90 days after the departure; how many. Commits."""
    day = (today or now().date()) - KEPT_FOR
    gone = stored.plans_departed_before(session, day)
    erase_plans(session, gone)
    session.commit()
    return len(gone)


def erase_plans(session: Session, plans: Sequence[HostPlan]) -> None:
    """Erases plans for good; what stays is their numbers in tombstones. The caller commits."""
    ids = [plan.id for plan in plans]
    mark(session, Erased.PLAN, ids)
    stored.forget_links_of_plans(session, ids)
    for plan in plans:
        session.delete(plan)
    session.flush()


def steps_of_plan(plan: HostPlan, timeline: Timeline) -> list[DatedStep]:
    """The steps of a plan with their days, by day."""
    return dated_steps(timeline, stay_of(plan), arrival=plan.arrival, departure=plan.departure)


def stay_of(plan: HostPlan) -> Stay:
    """The stay of a plan, its length in whole weeks."""
    weeks = whole_weeks(plan.arrival, plan.departure)
    return Stay(plan.minor, weeks, "provided" if plan.housing else "not-provided")


def _changing(session: Session, token: str, installation: Installation) -> HostPlan:
    """The plan of an address, of which nobody else changes anything meanwhile."""
    number = number_in(token, "plan", installation)
    one_at_a_time(session, f"plan:{number}")
    return _found(session, number)


def _found(session: Session, number: int | None) -> HostPlan:
    plan = session.get(HostPlan, number) if number else None
    if plan is None:
        raise NotFound
    return plan
