"""What is accepted about facts: read for pages by the public engine, and kept by moderators' decisions."""

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session, object_session

from mapsvc.domain.corrections import Accepted, Correction, FactSubmission
from mapsvc.domain.submissions import SubmissionStatus

Key = tuple[str, str]  # the folder of a part, and the key of a fact


def all_accepted(connection: Connection) -> dict[Key, Accepted]:
    """All that is accepted, in order of part and fact."""
    query = select(Correction.part, Correction.fact, Correction.accepted)
    found = connection.execute(query.order_by(Correction.part, Correction.fact))
    return {(part, fact): Accepted.of(accepted) for part, fact, accepted in found}


def accepted(session: Session, key: Key) -> Accepted:
    """What is accepted about a fact; without a day where that is nothing."""
    found = session.get(Correction, key)
    return Accepted.of(found.accepted) if found else Accepted()


def accepted_about(submission: FactSubmission) -> Accepted:
    """What is accepted about the fact of a submission that a session holds."""
    session = object_session(submission)
    return accepted(session, (submission.part, submission.fact)) if session else Accepted()


def keep_accepted(session: Session, key: Key, one: Accepted) -> None:
    """Makes this what is accepted about a fact; without a day, nothing is any more."""
    found = session.get(Correction, key)
    if one.checked_on is None:
        if found is not None:
            session.delete(found)
    elif found is None:
        session.add(Correction(part=key[0], fact=key[1], accepted=one.kept()))
    else:
        found.accepted = one.kept()
    session.flush()


def fact_submissions_by(session: Session, account_id: int) -> list[FactSubmission]:
    """All that somebody handed in, the newest first."""
    query = select(FactSubmission).where(FactSubmission.account_id == account_id)
    return list(session.scalars(query.order_by(FactSubmission.id.desc())))


def count_waiting_by(session: Session, account_id: int) -> int:
    """How much of what somebody handed in waits."""
    query = select(func.count(FactSubmission.id)).where(
        FactSubmission.account_id == account_id, FactSubmission.status == SubmissionStatus.WAITING
    )
    return session.scalar(query) or 0
