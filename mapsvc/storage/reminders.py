"""What waits for moderators, counted, and when they were last told of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, cast, func, literal, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from mapsvc.domain.alumni import Pin, PinStatus, PinSubmission
from mapsvc.domain.asking import Conversation, ConversationStatus
from mapsvc.domain.corrections import FactSubmission
from mapsvc.domain.reviews import HostSubmission, Report, ReportStatus
from mapsvc.domain.submissions import SubmissionKind, SubmissionStatus
from mapsvc.storage.reports import PIN
from mapsvc.storage.submissions import count_waiting

Noun = type[HostSubmission] | type[PinSubmission] | type[FactSubmission] | type[Report] | type[Conversation]

# Of each noun that can wait: what says that it does, and since when.
WAITING: Mapping[Noun, tuple[ColumnElement[bool], InstrumentedAttribute[Any]]] = {
    HostSubmission: (HostSubmission.status == SubmissionStatus.WAITING, HostSubmission.created),
    PinSubmission: (PinSubmission.status == SubmissionStatus.WAITING, PinSubmission.created),
    FactSubmission: (FactSubmission.status == SubmissionStatus.WAITING, FactSubmission.created),
    Report: (Report.status == ReportStatus.OPEN, Report.created),
    Conversation: (Conversation.status == ConversationStatus.REPORTED, Conversation.reported),
}


class Counts(NamedTuple):
    """How much of each waits for a moderator.

    hidden are the stays off the map about which something reported is still open.
    """

    changes: int
    reports: int
    stays: int
    facts: int
    conversations: int
    hidden: int


def count_for_moderators(session: Session, *, before: datetime | None = None) -> Counts:
    """What waits for a moderator, or waits since before a moment."""
    return Counts(
        changes=count_waiting(session, [SubmissionKind.CHANGES], before=before),
        reports=_count(session, Report, _waits(Report, before)),
        stays=count_waiting(session, [SubmissionKind.STAYS], before=before),
        facts=count_waiting(session, [SubmissionKind.FACTS], before=before),
        conversations=_count(session, Conversation, _waits(Conversation, before)),
        hidden=_count(session, Pin, _is_hidden_and_waits(before)),
    )


def last_reminder(session: Session) -> datetime | None:
    """When anything was last told of, None when nothing ever was."""
    found = [session.scalar(select(func.max(noun.reminded))) for noun in WAITING]
    return max((one for one in found if one is not None), default=None)


def mark_reminded(session: Session, *, before: datetime, at: datetime) -> None:
    """Remembers that what waits since before a moment was told of."""
    for noun in WAITING:
        session.execute(update(noun).where(_waits(noun, before)).values(reminded=at))


def _waits(noun: Noun, before: datetime | None) -> ColumnElement[bool]:
    waits, since = WAITING[noun]
    return waits & (true() if before is None else since < before)


def _is_hidden_and_waits(before: datetime | None) -> ColumnElement[bool]:
    talks = select(Conversation.id).where(Conversation.pin_id == Pin.id, _waits(Conversation, before))
    key = literal(PIN).concat(cast(Pin.id, String))
    reports = select(Report.id).where(Report.key == key, _waits(Report, before))
    return (Pin.status == PinStatus.HIDDEN) & or_(talks.exists(), reports.exists())


def _count(session: Session, noun: type[Any], waits: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(noun.id)).where(waits)) or 0
