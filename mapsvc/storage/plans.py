"""Plans of hosts: found, counted, forgotten."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.people import Pass, Purpose
from mapsvc.domain.plans import HostPlan, PlanMail


def count_plans(session: Session, network_digest: str, *, since: datetime) -> int:
    """How many plans a network made since a moment."""
    made = (HostPlan.network_digest == network_digest, HostPlan.created > since)
    return session.scalar(select(func.count()).select_from(HostPlan).where(*made)) or 0


def plans_departed_before(session: Session, day: date) -> list[HostPlan]:
    """The plans of stays that ended before a day, by number."""
    return list(session.scalars(select(HostPlan).where(HostPlan.departure < day).order_by(HostPlan.id)))


def mails_to_write(session: Session, *, reminded_until: date) -> list[PlanMail]:
    """The addresses that got no mail after a day, by number; each with its plan."""
    never = PlanMail.reminded_on.is_(None)
    query = select(PlanMail).where(never | (PlanMail.reminded_on <= reminded_until)).order_by(PlanMail.id)
    return list(session.scalars(query).unique())


def forget_networks_of_plans(session: Session, *, before: datetime) -> None:
    """Forgets from which network plans came that are older than a moment; the caller commits."""
    session.execute(
        update(HostPlan)
        .where(HostPlan.created < before, HostPlan.network_digest.is_not(None))
        .values(network_digest=None)
    )


def forget_links_of_plans(session: Session, plan_ids: Sequence[int], emails: Sequence[str] = ()) -> None:
    """Drops the mailed links of plans, to some addresses or to all if none is given; the caller commits."""
    query = select(Pass).where(Pass.purpose == Purpose.PLAN_MAIL)
    if emails:
        query = query.where(Pass.email.in_(emails))
    gone = [one.id for one in session.scalars(query) if one.data.get("plan_id") in set(plan_ids)]
    session.execute(delete(Pass).where(Pass.id.in_(gone)))
