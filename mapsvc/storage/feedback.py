"""What people say of the service: counted, read, forgotten."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.feedback import Feedback


def all_feedback(session: Session) -> list[Feedback]:
    """All answers, in the order in which they came."""
    return list(session.scalars(select(Feedback).order_by(Feedback.id)))


def count_feedback(session: Session, network_digest: str, *, since: datetime) -> int:
    """How many answers came from a network since a moment."""
    query = select(func.count(Feedback.id)).where(
        Feedback.network_digest == network_digest, Feedback.created > since
    )
    return session.scalar(query) or 0


def texts_before(session: Session, moment: datetime) -> list[Feedback]:
    """The answers from before a moment that still have words."""
    query = select(Feedback).where(Feedback.created < moment, Feedback.text != "")
    return list(session.scalars(query.order_by(Feedback.id)))


def forget_networks_of_feedback(session: Session, *, before: datetime) -> None:
    """Drops from where answers came that are older than a moment; the caller commits."""
    session.execute(
        update(Feedback)
        .where(Feedback.created < before, Feedback.network_digest.is_not(None))
        .values(network_digest=None)
    )
