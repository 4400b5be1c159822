"""The revisions of an organisation, and what is left of one that was removed."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.hosts import HostStatus, Organisation, SitePoint
from mapsvc.domain.reviews import HostSubmission, Revision
from mapsvc.domain.sources import Import, ImportedRow
from mapsvc.storage.hosts import State


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


def comes_from_a_file(session: Session, organisation: Organisation) -> bool:
    """Whether the list of an organisation was ever imported, and so may be again."""
    query = select(Import.id).where(Import.source_id == organisation.source_id).limit(1)
    return session.scalar(query) is not None


def forget_reviews(session: Session, organisation_id: int) -> None:
    """Drops the revisions and the submissions of an organisation."""
    session.execute(delete(Revision).where(Revision.organisation_id == organisation_id))
    session.execute(delete(HostSubmission).where(HostSubmission.organisation_id == organisation_id))


def forget_earlier(session: Session, organisation_id: int, state: State) -> None:
    """Has every import remember of an organisation no more than this state."""
    changed = (ImportedRow.organisation_id == organisation_id, ImportedRow.before.is_not(None))
    session.execute(update(ImportedRow).where(*changed).values(before=state))


def forget_points(session: Session, site_ids: list[int]) -> None:
    """Drops the points of sites that are about to go."""
    session.execute(delete(SitePoint).where(SitePoint.site_id.in_(site_ids)))


def status_before_removal(session: Session, organisation_id: int) -> str | None:
    """The status that a removed organisation had in the last revision before it was removed."""
    for revision in revisions_of(session, organisation_id, limit=20):
        if revision.state["status"] != HostStatus.REMOVED:
            return str(revision.state["status"])
    return None
