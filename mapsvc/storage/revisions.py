"""The revisions of an organisation, and what is left of one that was removed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mapsvc.domain.hosts import HostStatus, Organisation, SitePoint
from mapsvc.domain.reviews import HostSubmission, Revision
from mapsvc.domain.sources import Import, ImportedRow
from mapsvc.storage.hosts import State
from mapsvc.storage.listings import chunks


def last_revision(session: Session, organisation_id: int) -> Revision | None:
    """The newest revision of an organisation, None while nobody changed it here."""
    query = select(Revision).where(Revision.organisation_id == organisation_id)
    return session.scalar(query.order_by(Revision.id.desc()).limit(1))


def last_author(session: Session, organisation_id: int, what: str) -> int | None:
    """The account that last did something to an organisation, None when it is gone or nobody did."""
    query = select(Revision.account_id).where(
        Revision.organisation_id == organisation_id, Revision.what == what
    )
    return session.scalar(query.order_by(Revision.id.desc()).limit(1))


def revisions_of(session: Session, organisation_id: int, *, limit: int, offset: int = 0) -> list[Revision]:
    """The revisions of an organisation, the newest first."""
    query = select(Revision).where(Revision.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(Revision.id.desc()).limit(limit).offset(offset)))


def removed_before(session: Session, moment: datetime) -> list[Organisation]:
    """The organisations that were removed before a moment, in order of id."""
    query = select(Organisation).where(
        Organisation.status == HostStatus.REMOVED, Organisation.updated < moment
    )
    return list(session.scalars(query.order_by(Organisation.id)))


def sources_of_files(session: Session) -> frozenset[int]:
    """The sources that were ever imported from a file, and so may be again."""
    return frozenset(session.scalars(select(Import.source_id).distinct()))


def forget_reviews(session: Session, organisation_ids: Sequence[int]) -> None:
    """Drops the revisions and the submissions of organisations."""
    for chunk in chunks(organisation_ids):
        session.execute(delete(Revision).where(Revision.organisation_id.in_(chunk)))
        session.execute(delete(HostSubmission).where(HostSubmission.organisation_id.in_(chunk)))


def forget_earlier(session: Session, states: Mapping[int, State]) -> None:
    """Has every import remember of organisations, by number, no more than these states."""
    for chunk in chunks(list(states)):
        changed = (ImportedRow.organisation_id.in_(chunk), ImportedRow.before.is_not(None))
        for row in session.scalars(select(ImportedRow).where(*changed)):
            row.before = states[row.organisation_id]
    session.flush()


def forget_points(session: Session, site_ids: list[int]) -> None:
    """Drops the points of sites that are about to go."""
    for chunk in chunks(site_ids):
        session.execute(delete(SitePoint).where(SitePoint.site_id.in_(chunk)))


def status_before_removal(session: Session, organisation_id: int) -> str | None:
    """The status that a removed organisation had in the last revision before it was removed."""
    for revision in revisions_of(session, organisation_id, limit=20):
        if revision.state["status"] != HostStatus.REMOVED:
            return str(revision.state["status"])
    return None
