"""Plans of stays from region to region: found."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.flow_plans import FlowPlan


def flow_plans_of(session: Session, sending_ids: Collection[int]) -> list[FlowPlan]:
    """The plans of some sending organisations, the newest first."""
    query = select(FlowPlan).where(FlowPlan.sending_id.in_(sorted(sending_ids)))
    return list(session.scalars(query.order_by(FlowPlan.id.desc())))
