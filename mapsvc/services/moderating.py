"""The queue of moderators: what was handed in is approved, sent back or rejected, and that is taken back."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.base import now
from mapsvc.domain.submissions import DECIDED, Submission, SubmissionKind, SubmissionStatus
from mapsvc.errors import InvalidInput, MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.services.decision_letters import tell_author
from mapsvc.services.installations import Installation
from mapsvc.services.matters import Matter, stamp
from mapsvc.services.submitted_facts import FACTS
from mapsvc.services.submitted_hosts import HOSTS
from mapsvc.services.submitted_pins import STAYS
from mapsvc.storage import submissions as stored
from mapsvc.storage.listings import take_turn

LONGEST_REASON = 2_000
LARGEST_ID = 2**31 - 1
MOST_SHOWN = 50  # on a page
UNDONE = "undone"
MATTERS: Mapping[SubmissionKind, Matter[Any]] = {
    SubmissionKind.CHANGES: HOSTS,
    SubmissionKind.STAYS: STAYS,
    SubmissionKind.FACTS: FACTS,
}

Key = tuple[SubmissionKind, int]  # names a submission


class Decided(MapsvcError):
    """Somebody else decided, or its author took it back or sent a newer one."""

    message = _("“%(title)s” was decided or changed by somebody else meanwhile. Nothing was done.")


class ChangedSince(MapsvcError):
    """The entry is not what the moderator was shown."""

    message = _("“%(title)s” was changed meanwhile. Look at it again before you decide.")


class CannotUndo(MapsvcError):
    """What was decided can no longer be taken back."""

    message = _("“%(title)s” was changed since this decision, so it cannot be taken back.")


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of what waits, the oldest first."""

    waiting: list[Submission]
    page: int
    pages: int


@dataclass(slots=True)
class Done:
    """What became of many: how many were decided, and what is said of those that were left."""

    count: int = 0
    left: list[MapsvcError] = field(default_factory=list)


def queue(
    session: Session,
    viewer: Viewer,
    kinds: Collection[SubmissionKind] = tuple(SubmissionKind),
    *,
    flagged: bool = False,
    page: int = 1,
    size: int = MOST_SHOWN,
) -> Queue:
    """What waits of these kinds, the oldest first; flagged leaves what deserves a second look.

    A page that is none is the nearest one.
    """
    require(viewer, Action.MODERATE)
    pages = -(-stored.count_waiting(session, kinds, flagged=flagged) // size) or 1
    page = max(1, min(page, pages))
    offset = (page - 1) * size
    waiting = stored.waiting_submissions(session, kinds, flagged=flagged, limit=size, offset=offset)
    return Queue(waiting, page, pages)


def decided(session: Session, viewer: Viewer, *, limit: int) -> list[Submission]:
    """What was decided last, the newest first."""
    require(viewer, Action.MODERATE)
    return stored.decided_submissions(session, limit=limit)


def submission(session: Session, viewer: Viewer, key: Key) -> Submission:
    """One submission, to be looked at. Raises NotFound."""
    require(viewer, Action.MODERATE)
    kind, id_ = key
    found = session.get(stored.NOUNS[kind], id_) if 0 < id_ <= LARGEST_ID else None
    if found is None or not MATTERS[kind].is_there(found):
        raise NotFound
    return found


def case(session: Session, one: Submission) -> Any:
    """What will be public of a submission, and what is there now: a HostCase, a PinCase or a FactCase."""
    return MATTERS[one.kind].case(session, one)


def seen(one: Submission) -> str:
    """The name of what stands beside a submission when it is shown, for `decide`."""
    return stamp(MATTERS[one.kind].state(one))


def decide(
    session: Session,
    viewer: Viewer,
    key: Key,
    status: SubmissionStatus,
    *,
    installation: Installation,
    reason: str = "",
    seen: str | None = None,
) -> Submission:
    """Makes what waits public, returns it to its author or rejects it; tells the author. Commits.

    status is APPROVED, or RETURNED or REJECTED with a reason. seen names what the moderator was shown
    beside it.

    Raises NotFound, InvalidInput without a reason, Decided, or ChangedSince.
    """
    require(viewer, Action.MODERATE)
    approves = status == SubmissionStatus.APPROVED
    said = "" if approves else checked_reason(reason)
    take_turn(session)
    one, matter = submission(session, viewer, key), MATTERS[key[0]]
    before = matter.state(one)
    if approves and seen not in {None, stamp(before)}:
        raise ChangedSince(title=one.title)
    _turn(session, viewer, one, status, frm=SubmissionStatus.WAITING, reason=said, fault=Decided)
    if approves:
        one.before = before
        matter.put(session, viewer, one)
    else:
        matter.keep_off(one)
    tell_author(session, one, status, about=matter.letter, installation=installation)
    session.commit()
    return one


def decide_many(keys: Iterable[Key], decide: Callable[[Key], object]) -> Done:
    """Decides on each in its own right; what somebody else decided or changed is left, and named."""
    done = Done()
    for key in dict.fromkeys(keys):
        try:
            decide(key)
            done.count += 1
        except (Decided, ChangedSince) as fault:
            done.left.append(fault)
        except NotFound:
            done.left.append(Decided(title=key[1]))
    return done


def undo(session: Session, viewer: Viewer, key: Key, *, installation: Installation) -> Submission:
    """Takes a decision back: it waits again, and what an approval published is as it was. Commits.

    Raises NotFound, or CannotUndo where somebody changed what it is about or handed in something newer.
    """
    require(viewer, Action.MODERATE)
    take_turn(session)
    one, matter = submission(session, viewer, key), MATTERS[key[0]]
    frm = SubmissionStatus(one.status)
    approved = frm == SubmissionStatus.APPROVED
    changed = approved and (one.before is None or stamp(matter.state(one)) != stamp(one.proposed))
    if frm not in DECIDED or changed or stored.newest(session, one) != one.id:
        raise CannotUndo(title=one.title)
    _turn(session, viewer, one, SubmissionStatus.WAITING, frm=frm, fault=CannotUndo)
    (matter.take_back(session, viewer, one) if approved else matter.keep_off(one))
    tell_author(session, one, UNDONE, about=matter.letter, installation=installation)
    session.commit()
    return one


def checked_reason(reason: str) -> str:
    """A reason that its reader can do something with. Raises InvalidInput for none, or one too long."""
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("Say why, so that the author can mend it."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(
            _("At most %(limit)s characters can be kept."), field="reason", limit=LONGEST_REASON
        )
    return reason


def _turn(
    session: Session,
    viewer: Viewer,
    one: Submission,
    status: SubmissionStatus,
    *,
    frm: SubmissionStatus,
    fault: type[MapsvcError],
    reason: str = "",
) -> None:
    """Gives a submission another status and writes that down; the fault where somebody else was first."""
    again = status == SubmissionStatus.WAITING
    at, by = (None, None) if again else (now(), viewer.account_id)
    if not stored.decide_submission(session, one, status, frm=frm, at=at, by=by, reason=reason):
        raise fault(title=one.title)
    subject, id_, more = MATTERS[one.kind].noted(one)
    if again:
        note(session, viewer, UNDONE, subject, id_, decision=frm, **more)
    else:
        note(session, viewer, status, subject, id_, **more)
