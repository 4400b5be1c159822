"""When moderators were last told of what waits."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import PinSubmission
from mapsvc.domain.reviews import HostSubmission, Report, ReportStatus
from mapsvc.domain.submissions import SubmissionStatus


def last_reminder(session: Session) -> datetime | None:
    """When anything was last told of, None when nothing ever was."""
    nouns = (HostSubmission, Report, PinSubmission)
    found = [session.scalar(select(func.max(noun.reminded))) for noun in nouns]
    return max((one for one in found if one is not None), default=None)


def mark_reminded(session: Session, *, before: datetime, at: datetime) -> None:
    """Remembers that what waits since before a moment was told of."""
    session.execute(
        update(HostSubmission)
        .where(HostSubmission.status == SubmissionStatus.WAITING, HostSubmission.created < before)
        .values(reminded=at)
    )
    session.execute(
        update(PinSubmission)
        .where(PinSubmission.status == SubmissionStatus.WAITING, PinSubmission.created < before)
        .values(reminded=at)
    )
    session.execute(
        update(Report).where(Report.status == ReportStatus.OPEN, Report.created < before).values(reminded=at)
    )
