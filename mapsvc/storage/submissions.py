"""What waits for a moderator, and what was decided, whatever it is about."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, delete, func, literal, or_, select, union_all, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from mapsvc.domain.alumni import PinSubmission
from mapsvc.domain.base import Json
from mapsvc.domain.corrections import FactSubmission
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.submissions import DECIDED, UNDECIDED, Submission, SubmissionKind, SubmissionStatus

Noun = type[Submission]
S = TypeVar("S", bound=Submission)

NOUNS: Mapping[SubmissionKind, Noun] = {
    one.kind: one for one in (HostSubmission, PinSubmission, FactSubmission)
}
# Of what somebody hands in something newer: of a host or a fact by one author, of a pin.
SERIES: Mapping[Noun, tuple[InstrumentedAttribute[Any], ...]] = {
    HostSubmission: (HostSubmission.organisation_id, HostSubmission.account_id),
    PinSubmission: (PinSubmission.pin_id,),
    FactSubmission: (FactSubmission.part, FactSubmission.fact, FactSubmission.account_id),
}
IS_THERE: Mapping[Noun, tuple[ColumnElement[bool], ...]] = {
    HostSubmission: (HostSubmission.organisation.has(Organisation.status != HostStatus.REMOVED),),
    PinSubmission: (),
    FactSubmission: (),
}


def submissions_of(
    session: Session, noun: type[S], *of: int | str | None, undecided: bool = False
) -> list[S]:
    """What was handed in of one thing, the newest first.

    of are the numbers of a host and an author, that of a pin, or the part and the key of a fact and the
    number of an author; undecided leaves what its author may
    still change.
    """
    same = [column == value for column, value in zip(SERIES[noun], of, strict=True)]
    query = select(noun).where(*same)
    if undecided:
        query = query.where(noun.status.in_(UNDECIDED))
    return list(session.scalars(query.order_by(noun.id.desc())))


def newest(session: Session, submission: Submission) -> int | None:
    """The number of what was handed in last of the same thing."""
    noun = type(submission)
    same = [column == getattr(submission, column.key) for column in SERIES[noun]]
    return session.scalar(select(func.max(noun.id)).where(*same))


def waiting_submissions(
    session: Session, kinds: Collection[SubmissionKind], *, flagged: bool, limit: int, offset: int = 0
) -> list[Submission]:
    """What waits of these kinds, the oldest first; none of a host that was removed.

    flagged leaves what deserves a second look.
    """
    parts = [_waiting(kind, flagged=flagged) for kind in sorted(kinds)]
    return _loaded(session, parts, descending=False, limit=limit, offset=offset)


def count_waiting(
    session: Session,
    kinds: Collection[SubmissionKind],
    *,
    flagged: bool = False,
    before: datetime | None = None,
) -> int:
    """How much waits of these kinds, or waits since before a moment."""
    parts = [_waiting(kind, flagged=flagged, before=before).subquery() for kind in kinds]
    return sum(session.scalar(select(func.count()).select_from(part)) or 0 for part in parts)


def decided_submissions(session: Session, *, limit: int) -> list[Submission]:
    """What was decided last, the newest decision first."""
    parts = [
        _numbered(kind, noun.decided).where(noun.status.in_(DECIDED), noun.decided_by_id.is_not(None))
        for kind, noun in NOUNS.items()
    ]
    return _loaded(session, parts, descending=True, limit=limit)


def decide_submission(
    session: Session,
    submission: Submission,
    status: SubmissionStatus,
    *,
    frm: SubmissionStatus,
    at: datetime | None,
    by: int | None,
    reason: str = "",
) -> bool:
    """Gives a submission another status, and reads it again; False when somebody else was first."""
    noun = type(submission)
    done = session.execute(
        update(noun)
        .where(noun.id == submission.id, noun.status == frm)
        .values(status=status, decided=at, decided_by_id=by, reason=reason)
        .execution_options(synchronize_session=False)
    )
    if first := bool(done.rowcount):  # type: ignore[attr-defined]
        session.refresh(submission)
    return first


def forget_withdrawn(
    session: Session, organisation_id: int, account_id: int | None, *, before: datetime
) -> None:
    """Drops what an author took back for an organisation before a moment."""
    session.execute(
        delete(HostSubmission).where(
            HostSubmission.organisation_id == organisation_id,
            HostSubmission.account_id == account_id,
            HostSubmission.status == SubmissionStatus.WITHDRAWN,
            HostSubmission.decided < before,
        )
    )


def other_submissions(
    session: Session, organisation_id: int, *, approved_since: datetime, limit: int
) -> list[HostSubmission]:
    """What waits or was approved lately for other organisations, the newest first."""
    lately = (HostSubmission.status == SubmissionStatus.APPROVED) & (HostSubmission.decided >= approved_since)
    query = select(HostSubmission).where(
        HostSubmission.organisation_id != organisation_id,
        or_(HostSubmission.status == SubmissionStatus.WAITING, lately),
    )
    return list(session.scalars(query.order_by(HostSubmission.id.desc()).limit(limit)))


def _waiting(kind: SubmissionKind, *, flagged: bool, before: datetime | None = None) -> Select[Any]:
    noun = NOUNS[kind]
    query = _numbered(kind, noun.created).where(noun.status == SubmissionStatus.WAITING, *IS_THERE[noun])
    if flagged:
        query = query.where(noun.flags != literal([], Json))
    return query if before is None else query.where(noun.created < before)


def _numbered(kind: SubmissionKind, moment: InstrumentedAttribute[Any]) -> Select[Any]:
    return select(literal(str(kind)).label("kind"), NOUNS[kind].id.label("id"), moment.label("moment"))


def _loaded(
    session: Session, parts: list[Select[Any]], *, descending: bool, limit: int, offset: int = 0
) -> list[Submission]:
    """The submissions that queries name, in the order of their moments."""
    if not parts:
        return []
    named = union_all(*parts).subquery()
    order = [one.desc() if descending else one.asc() for one in (named.c.moment, named.c.kind, named.c.id)]
    query = select(named.c.kind, named.c.id).order_by(*order).limit(limit).offset(offset)
    keys = [(SubmissionKind(kind), id_) for kind, id_ in session.execute(query)]
    found: dict[tuple[SubmissionKind, int], Submission] = {}
    for kind, noun in NOUNS.items():
        ids = [id_ for each, id_ in keys if each == kind]
        found |= {(kind, one.id): one for one in session.scalars(select(noun).where(noun.id.in_(ids)))}
    return [found[key] for key in keys]
