"""Alerts: found, counted, what they were told, and the public rows that changed since."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mapsvc.domain.alerts import Alert, AlertState, AlertTold
from mapsvc.domain.hosts import Site
from mapsvc.domain.listings import Kind, Listing
from mapsvc.domain.people import Letter, Pass, Purpose
from mapsvc.storage.listings import chunks


class ChangedRow(NamedTuple):
    """A public row that changed: its listing, its site, and when what is true of it last changed."""

    id: int
    site_key: str
    updated: datetime


def alert_for(session: Session, email: str, query: str) -> Alert | None:
    """The alert of an address for a search, None where there is none."""
    return session.scalars(select(Alert).where(Alert.email == email, Alert.query == query)).first()


def alerts_of(session: Session, emails: Sequence[str]) -> list[Alert]:
    """The alerts of these addresses, by number."""
    return list(session.scalars(select(Alert).where(Alert.email.in_(emails)).order_by(Alert.id)))


def alerts_due(session: Session, *, looked_until: datetime, limit: int) -> list[int]:
    """The numbers of active alerts that were last looked at until a moment, those of one search together."""
    due = select(Alert.id).where(Alert.state == AlertState.ACTIVE, Alert.looked <= looked_until)
    return list(session.scalars(due.order_by(Alert.query, Alert.id).limit(limit)))


def alerts_over(session: Session, day: date) -> list[Alert]:
    """The alerts that ended before a day, by number."""
    return list(session.scalars(select(Alert).where(Alert.ends_on < day).order_by(Alert.id)))


def newest_site(session: Session) -> int:
    """The largest number of a site; 0 where there is none."""
    return session.scalar(select(func.max(Site.id))) or 0


def changed_hosts(session: Session, ids: Collection[int], *, updated_from: datetime) -> list[ChangedRow]:
    """Those of these listings that are of hosts and were updated since a moment, in order of id."""
    found: list[ChangedRow] = []
    columns = (Listing.id, Listing.site_key, Listing.updated)
    for chunk in chunks(sorted(ids)):
        query = select(*columns).where(
            Listing.id.in_(chunk), Listing.kind == Kind.HOST, Listing.updated >= updated_from
        )
        found += [ChangedRow(*row) for row in session.execute(query.order_by(Listing.id))]
    return found


def told(session: Session, alert_id: int, site_keys: Collection[str]) -> dict[str, set[str]]:
    """The digests that were mailed for an alert, by the key of a site of these."""
    found: dict[str, set[str]] = {}
    for chunk in chunks(sorted(site_keys)):
        query = select(AlertTold.site_key, AlertTold.digest).where(
            AlertTold.alert_id == alert_id, AlertTold.site_key.in_(chunk)
        )
        for key, digest in session.execute(query):
            found.setdefault(key, set()).add(digest)
    return found


def forget_told(session: Session, alert_ids: Sequence[int]) -> None:
    """Drops what alerts were told; the caller commits."""
    session.execute(delete(AlertTold).where(AlertTold.alert_id.in_(alert_ids)))


def forget_alert_links(session: Session, email: str, query: str) -> None:
    """Drops the mailed links that would begin this alert again; the caller commits."""
    held = select(Pass).where(Pass.purpose == Purpose.ALERT, Pass.email == email)
    gone = [one.id for one in session.scalars(held) if one.data.get("query") == query]
    session.execute(delete(Pass).where(Pass.id.in_(gone)))


def letters_to(session: Session, email: str) -> list[Letter]:
    """The letters to an address that wait, or whose address is still kept, by number."""
    return list(session.scalars(select(Letter).where(Letter.to_address == email).order_by(Letter.id)))
