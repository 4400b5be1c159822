"""Takes out of a restored database what was true at its backup, and is no longer."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from mapsvc.domain.alerts import Alert
from mapsvc.domain.base import now
from mapsvc.domain.people import Letter, Pass, Purpose, SignIn
from mapsvc.domain.reviews import Suppression
from mapsvc.storage.backups.erasures import Mark
from mapsvc.storage.listings import last_change

# What a link of these makes would be made once more, with all the words that wait in its pass.
OPEN_ONCE = (Purpose.SIGN_IN, Purpose.PIN, Purpose.QUESTION, Purpose.PLAN_MAIL, Purpose.ALERT)


def keep_marks(session: Session, marks: Collection[Mark]) -> None:
    """Has the marks of those who asked not to be listed be these and no others; the caller commits."""
    session.flush()
    session.execute(delete(Suppression))
    rows = [
        {"digest": digest, "entry": entry, "kind": kind, "created": datetime.fromisoformat(created)}
        for digest, entry, kind, created in sorted(marks)
    ]
    if rows:
        session.execute(insert(Suppression), rows)


def follow_from_now(session: Session) -> None:
    """Has saved searches begin anew: what was public at the backup may have been mailed since; the caller
    commits.
    """
    session.execute(update(Alert).values(change=last_change(session.connection()), looked=now()))


def end_visits(session: Session) -> None:
    """Ends what only its moment made right; the caller commits.

    Whoever signed out since would be signed in again, a link that was used would open again, and a mail
    that waited to be sent was sent since. A draft that waited for its confirmation may have become a stay
    or a question since, and have been erased: it goes, and whoever still waits asks for a new link.
    """
    session.execute(delete(SignIn))
    session.execute(delete(Pass).where(Pass.purpose.in_(OPEN_ONCE)))
    session.execute(delete(Letter).where(Letter.sent.is_(None)))
