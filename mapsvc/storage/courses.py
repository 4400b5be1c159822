"""What is kept of courses: progress, certificates, and who may see that a course was finished."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.course_progress import Certificate, CompletionConsent, CourseProgress


def progress_of(session: Session, account_id: int, course: str) -> CourseProgress | None:
    """What is kept of one course for an account; None where nothing is."""
    return session.scalar(
        select(CourseProgress).where(CourseProgress.account_id == account_id, CourseProgress.course == course)
    )


def all_progress(session: Session, account_ids: Collection[int]) -> list[CourseProgress]:
    """What is kept of all courses for accounts, by course."""
    return list(
        session.scalars(
            select(CourseProgress)
            .where(CourseProgress.account_id.in_(sorted(account_ids)))
            .order_by(CourseProgress.course, CourseProgress.id)
        )
    )


def certificate_with_code(session: Session, code: str) -> Certificate | None:
    """The certificate of a code as it is kept; a revoked one too."""
    return session.scalar(select(Certificate).where(Certificate.code == code))


def certificates_of(session: Session, account_id: int) -> list[Certificate]:
    """The certificates that an account made, the newest first."""
    return list(
        session.scalars(
            select(Certificate)
            .join(CourseProgress, CourseProgress.id == Certificate.progress_id)
            .where(CourseProgress.account_id == account_id)
            .order_by(Certificate.id.desc())
        )
    )


def consents_of(session: Session, account_id: int) -> list[CompletionConsent]:
    """To which sending organisations an account shows that it finished courses, the first given first."""
    return list(
        session.scalars(
            select(CompletionConsent)
            .where(CompletionConsent.account_id == account_id)
            .order_by(CompletionConsent.id)
        )
    )


def consents_to(session: Session, sending_ids: Collection[int]) -> list[CompletionConsent]:
    """The accounts that show some sending organisations that they finished courses, the last given first."""
    return list(
        session.scalars(
            select(CompletionConsent)
            .where(CompletionConsent.sending_id.in_(sorted(sending_ids)))
            .order_by(CompletionConsent.id.desc())
        )
    )
