"""Decides on changes that were handed in: approves, sends back, rejects, and takes a decision back."""

import hashlib
import json
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.access.projections import PublicRow, project_site
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.reviews import Submission, SubmissionStatus
from mapsvc.errors import InvalidInput, MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.services.decision_letters import tell_author
from mapsvc.services.installations import Installation
from mapsvc.services.revising import NOT_OF_THE_SHEET, put_state, revise
from mapsvc.storage import reviews
from mapsvc.storage.hosts import State, restore, state_of
from mapsvc.storage.listings import take_turn
from mapsvc.storage.vouchings import vouchings_by_organisation

LONGEST_REASON = 2_000
LARGEST_ID = 2**31 - 1
APPROVED, RETURNED, REJECTED, UNDONE = "approved", "returned", "rejected", "undone"


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
class Case:
    """A submission as a moderator looks at it.

    now and proposed are states; public is what would be seen of each site by everybody. seen names the
    state that was shown.
    """

    submission: Submission
    now: State
    proposed: State
    public: list[list[PublicRow]]
    unplaced: int
    seen: str


@dataclass(slots=True)
class Done:
    """What became of many: how many were decided, and what is said of those that were left."""

    count: int = 0
    left: list[MapsvcError] = field(default_factory=list)


def queue(session: Session, viewer: Viewer, *, limit: int, offset: int = 0) -> list[Submission]:
    """The changes that wait, the oldest first."""
    require(viewer, Action.MODERATE)
    return reviews.waiting_submissions(session, limit=limit, offset=offset)


def decided(session: Session, viewer: Viewer, *, limit: int) -> list[Submission]:
    """What was decided last, the newest first."""
    require(viewer, Action.MODERATE)
    return reviews.decided_submissions(session, limit=limit)


def case(session: Session, viewer: Viewer, id_: int) -> Case:
    """One submission, with what will be public and what is there now. Raises NotFound."""
    require(viewer, Action.MODERATE)
    submission = _known(session, id_)
    organisation = submission.organisation
    before = state_of(organisation)
    if submission.status == SubmissionStatus.APPROVED and submission.before:
        before = submission.before
    proposed = {**submission.proposed, **{name: before.get(name) for name in NOT_OF_THE_SHEET}}
    return Case(
        submission=submission,
        now=before,
        proposed=proposed,
        public=would_be_public(session, organisation, submission.proposed),
        unplaced=sum(site["lon"] is None for site in proposed["sites"]),
        seen=seen(submission),
    )


def would_be_public(session: Session, organisation: Organisation, proposed: State) -> list[list[PublicRow]]:
    """The public rows of each site that a state would make, were the host on the map."""
    shown = Organisation(source=organisation.source)
    with session.no_autoflush:
        restore(shown, deepcopy(proposed))
        shown.status, shown.verification = HostStatus.LISTED, organisation.verification
        shown.sample, shown.updated = organisation.sample, now()
        vouching = vouchings_by_organisation(session, [organisation.id]).get(organisation.id)
        for site in shown.sites:
            site.updated = shown.updated
        return [rows for site in shown.sites if (rows := project_site(shown, site, vouching))]


def approve(
    session: Session, viewer: Viewer, id_: int, *, installation: Installation, seen: str | None = None
) -> Submission:
    """Makes a change public. Commits.

    seen names the state that the moderator was shown beside it.

    Raises NotFound, Decided, or ChangedSince.
    """
    require(viewer, Action.MODERATE)
    take_turn(session)
    submission = _known(session, id_)
    organisation = submission.organisation
    before = state_of(organisation)
    _refuse_unseen(submission, before, seen)
    _decide(session, viewer, submission, SubmissionStatus.APPROVED)
    put_state(session, organisation, submission.proposed)
    revise(session, viewer, organisation, APPROVED, before=before)
    # With the ids that new parts were given: what an undo compares with.
    submission.before, submission.proposed = before, state_of(organisation)
    tell_author(session, submission, APPROVED, installation=installation)
    session.commit()
    return submission


def send_back(
    session: Session, viewer: Viewer, id_: int, *, reason: str, installation: Installation
) -> Submission:
    """Returns a change to its author, who may mend it; mails the reason. Commits.

    Raises NotFound, InvalidInput without a reason, or Decided.
    """
    return _refuse(session, viewer, id_, SubmissionStatus.RETURNED, reason=reason, installation=installation)


def reject(
    session: Session, viewer: Viewer, id_: int, *, reason: str, installation: Installation
) -> Submission:
    """Refuses a change for good; mails the reason. Commits.

    Raises NotFound, InvalidInput without a reason, or Decided.
    """
    return _refuse(session, viewer, id_, SubmissionStatus.REJECTED, reason=reason, installation=installation)


def decide_many(ids: Iterable[int], decide: Callable[[int], object]) -> Done:
    """Decides on each in its own right; what somebody else decided or changed is left, and named."""
    done = Done()
    for id_ in dict.fromkeys(ids):
        try:
            decide(id_)
            done.count += 1
        except (Decided, ChangedSince) as fault:
            done.left.append(fault)
        except NotFound:
            done.left.append(Decided(title=id_))
    return done


def undo(session: Session, viewer: Viewer, id_: int, *, installation: Installation) -> Submission:
    """Takes a decision back: it waits again, and what an approval published is as it was. Commits.

    Raises NotFound, or CannotUndo where somebody changed the host or handed in something newer since.
    """
    require(viewer, Action.MODERATE)
    take_turn(session)
    submission = _known(session, id_)
    frm, organisation = SubmissionStatus(submission.status), submission.organisation
    state = state_of(organisation)
    approved = frm == SubmissionStatus.APPROVED
    if frm in {SubmissionStatus.WAITING, SubmissionStatus.WITHDRAWN}:
        raise CannotUndo(title=organisation.name)
    if reviews.newer_submission(session, submission) or (
        approved and (submission.before is None or stamp(state) != stamp(submission.proposed))
    ):
        raise CannotUndo(title=organisation.name)
    if not reviews.decide_submission(session, id_, SubmissionStatus.WAITING, frm=frm, at=None, by=None):
        raise CannotUndo(title=organisation.name)
    session.refresh(submission)
    if approved and submission.before is not None:
        put_state(session, organisation, submission.before)
        organisation.kept_by_hand = submission.before["kept_by_hand"]
        revise(session, viewer, organisation, UNDONE, before=state)
    note(session, viewer, UNDONE, "submission", id_, decision=frm, host=organisation.id)
    tell_author(session, submission, UNDONE, installation=installation)
    session.commit()
    return submission


def seen(submission: Submission) -> str:
    """The name of the state that is shown beside a submission, for `approve`."""
    return stamp(state_of(submission.organisation))


def stamp(state: State) -> str:
    """A name of what a host's sheet says: another as soon as a word of it changes."""
    sheet = {name: value for name, value in state.items() if name not in NOT_OF_THE_SHEET}
    return hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()[:16]


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


def _refuse(
    session: Session,
    viewer: Viewer,
    id_: int,
    status: SubmissionStatus,
    *,
    reason: str,
    installation: Installation,
) -> Submission:
    require(viewer, Action.MODERATE)
    reason = checked_reason(reason)
    submission = _known(session, id_)
    _decide(session, viewer, submission, status, reason=reason)
    tell_author(session, submission, status, installation=installation)
    session.commit()
    return submission


def _known(session: Session, id_: int) -> Submission:
    submission = session.get(Submission, id_) if 0 < id_ <= LARGEST_ID else None
    if submission is None or submission.organisation.status == HostStatus.REMOVED:
        raise NotFound
    return submission


def _refuse_unseen(submission: Submission, before: State, seen: str | None) -> None:
    if seen is not None and seen != stamp(before):
        raise ChangedSince(title=submission.organisation.name)


def _decide(
    session: Session, viewer: Viewer, submission: Submission, status: SubmissionStatus, *, reason: str = ""
) -> None:
    first = reviews.decide_submission(
        session,
        submission.id,
        status,
        frm=SubmissionStatus.WAITING,
        at=now(),
        by=viewer.account_id,
        reason=reason,
    )
    if not first:
        raise Decided(title=submission.organisation.name)
    session.refresh(submission)
    host = submission.organisation_id
    note(session, viewer, status, "submission", submission.id, host=host)
