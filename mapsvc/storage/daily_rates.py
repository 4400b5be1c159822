"""Daily rates: found."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mapsvc.domain.daily_rates import DailyRate

_ORDER = (
    DailyRate.call_year.desc(),
    DailyRate.activity,
    DailyRate.country_group,
    DailyRate.first_day,
    DailyRate.id,
)


def rates_of(session: Session, sending_ids: Collection[int], *, of_all: bool) -> list[DailyRate]:
    """The rates of some sending organisations, with those of the whole installation where of_all says so.

    They come by call (the latest first), activity, group and days.
    """
    own = DailyRate.sending_id.in_(sorted(sending_ids))
    query = select(DailyRate).where(or_(own, DailyRate.sending_id.is_(None)) if of_all else own)
    return list(session.scalars(query.order_by(*_ORDER)))


def rates_owned(session: Session, sending_id: int | None) -> list[DailyRate]:
    """The rates of one owner: a sending organisation, or None for the whole installation."""
    query = select(DailyRate).where(
        DailyRate.sending_id.is_(None) if sending_id is None else DailyRate.sending_id == sending_id
    )
    return list(session.scalars(query.order_by(*_ORDER)))
