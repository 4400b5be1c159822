"""Changes that wait for somebody to look at them, and what was decided."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.reviews import Submission, SubmissionStatus

UNDECIDED = (SubmissionStatus.WAITING, SubmissionStatus.RETURNED)
WAITS = (Submission.status == SubmissionStatus.WAITING, Organisation.status != HostStatus.REMOVED)


def submissions_of(session: Session, organisation_id: int, account_id: int | None) -> list[Submission]:
    """What an author handed in for an organisation and is not decided for good, the newest first."""
    query = select(Submission).where(
        Submission.organisation_id == organisation_id,
        Submission.account_id == account_id,
        Submission.status.in_(UNDECIDED),
    )
    return list(session.scalars(query.order_by(Submission.id.desc())))


def forget_withdrawn(
    session: Session, organisation_id: int, account_id: int | None, *, before: datetime
) -> None:
    """Drops what an author took back for an organisation before a moment."""
    session.execute(
        delete(Submission).where(
            Submission.organisation_id == organisation_id,
            Submission.account_id == account_id,
            Submission.status == SubmissionStatus.WITHDRAWN,
            Submission.decided < before,
        )
    )


def other_submissions(
    session: Session, organisation_id: int, *, approved_since: datetime, limit: int
) -> list[Submission]:
    """What waits or was approved lately for other organisations, the newest first."""
    lately = (Submission.status == SubmissionStatus.APPROVED) & (Submission.decided >= approved_since)
    query = select(Submission).where(
        Submission.organisation_id != organisation_id,
        or_(Submission.status == SubmissionStatus.WAITING, lately),
    )
    return list(session.scalars(query.order_by(Submission.id.desc()).limit(limit)))


def waiting_submissions(session: Session, *, limit: int, offset: int = 0) -> list[Submission]:
    """The submissions that wait, the oldest first; none of a host that was removed."""
    query = select(Submission).join(Submission.organisation).where(*WAITS)
    return list(
        session.scalars(query.order_by(Submission.created, Submission.id).limit(limit).offset(offset))
    )


def count_waiting(session: Session, *, before: datetime | None = None) -> int:
    """How many submissions wait, or wait since before a moment."""
    query = select(func.count(Submission.id)).join(Submission.organisation).where(*WAITS)
    return session.scalar(query if before is None else query.where(Submission.created < before)) or 0


def decided_submissions(session: Session, *, limit: int) -> list[Submission]:
    """What was decided last, the newest decision first."""
    decided = (SubmissionStatus.APPROVED, SubmissionStatus.RETURNED, SubmissionStatus.REJECTED)
    query = select(Submission).where(Submission.status.in_(decided), Submission.decided_by_id.is_not(None))
    return list(session.scalars(query.order_by(Submission.decided.desc(), Submission.id.desc()).limit(limit)))


def decide_submission(
    session: Session,
    id_: int,
    status: SubmissionStatus,
    *,
    frm: SubmissionStatus,
    at: datetime | None,
    by: int | None,
    reason: str = "",
) -> bool:
    """Gives a submission another status; False when somebody else was first."""
    done = session.execute(
        update(Submission)
        .where(Submission.id == id_, Submission.status == frm)
        .values(status=status, decided=at, decided_by_id=by, reason=reason)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def newer_submission(session: Session, submission: Submission) -> bool:
    """Whether its author handed in something newer for the same organisation."""
    query = select(Submission.id).where(
        Submission.organisation_id == submission.organisation_id,
        Submission.account_id == submission.account_id,
        Submission.id > submission.id,
    )
    return session.scalar(query.limit(1)) is not None
