"""Alerts: a search that somebody saved, and what of it was mailed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import BigInteger, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, now
from mapsvc.errors import NotFound

KEPT_FOR = timedelta(days=365)  # since an alert was confirmed, or kept for another year
EVERY = timedelta(days=7)  # between two looks
MOST_NAMED = 20  # hosts of one mail
MOST_OF_ONE = 10  # alerts of one address
LONGEST_QUERY = 2000  # characters
LONGEST_TITLE = 300


class AlertState(StrEnum):
    """Where an alert stands. Only two of these are ever in its row."""

    ASKED = "asked"  # a link was mailed; there is no row, all that is known of it waits in the pass
    ACTIVE = "active"  # confirmed: looked at every week
    PAUSED = "paused"  # kept, but nothing is mailed
    ENDED = "ended"  # its row is erased, and has a tombstone


class AlertEvent(StrEnum):
    """What can happen to an alert."""

    CONFIRM = "confirm"  # the mailed link is used
    LOOK = "look"  # the weekly look; it may mail
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"  # by the link of a mail, by the page, by a mail program, or as its account is deleted
    EXPIRE = "expire"  # its year is over, or the stay that it searches for


MOVES: Mapping[tuple[AlertState, AlertEvent], AlertState] = MappingProxyType(
    {
        (AlertState.ASKED, AlertEvent.CONFIRM): AlertState.ACTIVE,
        (AlertState.ASKED, AlertEvent.EXPIRE): AlertState.ENDED,
        (AlertState.ACTIVE, AlertEvent.LOOK): AlertState.ACTIVE,
        (AlertState.ACTIVE, AlertEvent.PAUSE): AlertState.PAUSED,
        (AlertState.ACTIVE, AlertEvent.RESUME): AlertState.ACTIVE,
        (AlertState.ACTIVE, AlertEvent.STOP): AlertState.ENDED,
        (AlertState.ACTIVE, AlertEvent.EXPIRE): AlertState.ENDED,
        (AlertState.PAUSED, AlertEvent.PAUSE): AlertState.PAUSED,
        (AlertState.PAUSED, AlertEvent.RESUME): AlertState.ACTIVE,
        (AlertState.PAUSED, AlertEvent.STOP): AlertState.ENDED,
        (AlertState.PAUSED, AlertEvent.EXPIRE): AlertState.ENDED,
        (AlertState.ENDED, AlertEvent.STOP): AlertState.ENDED,
    }
)


def after(state: AlertState, event: AlertEvent) -> AlertState:
    """Where an alert stands after an event. Raises NotFound for one that cannot happen to it."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise NotFound from None


class Alert(Base):
    """A search whose new and changed hosts are mailed to an address; the address was confirmed by mail.

    `query` is the canonical query string of the search, `title` what it is called in `language`.
    `change` is the number of the last change of the directory that was looked at, `newest_site` the
    largest number of a site as the alert began. Its addresses are made of its number and the key of the
    installation (services/alert_links.py), and stand nowhere.
    """

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("email", "query"), NO_ID_TWICE)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5))
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY))
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=AlertState.ACTIVE)
    change: Mapped[int] = mapped_column(BigInteger)
    newest_site: Mapped[int] = mapped_column(Integer)
    confirmed: Mapped[datetime] = mapped_column(Instant, default=now)
    looked: Mapped[datetime] = mapped_column(Instant, default=now, index=True)
    mailed: Mapped[datetime | None] = mapped_column(Instant)
    ends_on: Mapped[date] = mapped_column(Date, index=True)


class AlertTold(Base):
    """That a host was mailed for an alert as it then was; the same is never mailed twice.

    `digest` is a hash of what the public page of the site showed.
    """

    __tablename__ = "alert_told"
    __table_args__ = (UniqueConstraint("alert_id", "site_key", "digest"), NO_ID_TWICE)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), index=True)
    site_key: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant, default=now)
