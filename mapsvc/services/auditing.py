"""The audit log: who did what."""

from typing import Any

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.reviews import AuditEntry


def note(
    session: Session, viewer: Viewer, action: str, subject: str, subject_id: int | None = None, **detail: Any
) -> None:
    """Adds a line to the audit log; the caller commits it with what it tells of.

    action and subject are words of ours ("edited", "host"). detail holds no name and no address of a
    person: the log is never erased.
    """
    session.add(
        AuditEntry(
            account_id=viewer.account_id,
            action=action,
            subject=subject,
            subject_id=subject_id,
            detail=detail,
        )
    )
