"""Hands changes in that a moderator looks at before they are public, and takes them back."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.base import now
from mapsvc.domain.flags import find_flags
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.submissions import UNDECIDED, SubmissionStatus
from mapsvc.errors import NotFound
from mapsvc.services.auditing import note
from mapsvc.storage import submissions as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.hosts import State

# Where people write freely. A field that is made for a web or postal address, or for a contact, is none.
FREE_TEXTS = ("about",)
FREE_OFFER_TEXTS = (
    *("title", "summary", "missions", "profiles", "welcome", "conditions"),
    *("documents", "effects_host", "effects_visitor"),
)
COMPARED = 100  # other submissions whose texts are looked at for copies
COMPARED_FOR = timedelta(days=30)  # after they were approved
WITHDRAWN_KEPT = timedelta(days=1)
LONGEST_FLAGGED = 200  # characters of a piece that is kept with its flag


def submit(session: Session, viewer: Viewer, organisation: Organisation, proposed: State) -> HostSubmission:
    """Hands in a change of a host, given as `state_of` gives it; the caller commits.

    What the same author handed in before for this host, and nobody approved, is withdrawn: one change
    of one author waits.

    Raises NotFound where the viewer may not edit the host.
    """
    require(viewer, Action.EDIT_HOST, organisation)
    one_at_a_time(session, f"submissions:{organisation.id}:{viewer.account_id}")
    known = stored.submissions_of(session, HostSubmission, organisation.id, viewer.account_id, undecided=True)
    for earlier in known:
        _withdraw(earlier)
    stored.forget_withdrawn(session, organisation.id, viewer.account_id, before=now() - WITHDRAWN_KEPT)
    made = HostSubmission(
        organisation_id=organisation.id,
        account_id=viewer.account_id,
        proposed=proposed,
        flags=flags_of(proposed, others=_texts_of_others(session, organisation.id)),
    )
    session.add(made)
    session.flush()
    if not any(one.status == SubmissionStatus.WAITING for one in known):
        note(session, viewer, "submitted", "host", organisation.id, submission=made.id)
    return made


def waiting_of(session: Session, viewer: Viewer, organisation: Organisation) -> HostSubmission | None:
    """What the viewer handed in for a host and is not decided for good, None when there is nothing.

    Its status is WAITING, or RETURNED with a reason: then its author may mend it and hand it in again.
    Raises NotFound where the viewer may not edit the host.
    """
    require(viewer, Action.EDIT_HOST, organisation)
    return next(
        iter(
            stored.submissions_of(session, HostSubmission, organisation.id, viewer.account_id, undecided=True)
        ),
        None,
    )


def withdraw(session: Session, viewer: Viewer, id_: int) -> None:
    """Takes back what one handed in oneself. Commits.

    Raises NotFound for what somebody else handed in, or what is decided for good.
    """
    require(viewer, Action.USE_ACCOUNT)
    found = session.get(HostSubmission, id_)
    if found is None or found.account_id != viewer.account_id or found.status not in UNDECIDED:
        raise NotFound
    frm = SubmissionStatus(found.status)
    if not stored.decide_submission(session, found, SubmissionStatus.WITHDRAWN, frm=frm, at=now(), by=None):
        raise NotFound  # a moderator was first
    note(session, viewer, "withdrew", "host", found.organisation_id, submission=found.id)
    session.commit()


def flags_of(state: State, *, others: Iterable[str] = ()) -> list[list[str]]:
    """Why a state deserves a look: each [flag, piece of text] once, in order of place."""
    against = list(others)
    found = [
        (finding.flag, finding.text[:LONGEST_FLAGGED])
        for text in free_texts(state)
        for finding in find_flags(text, others=against)
    ]
    return [[flag, piece] for flag, piece in dict.fromkeys(found)]


def free_texts(state: State) -> Iterator[str]:
    """What people wrote freely in a state, in every language."""
    for name in FREE_TEXTS:
        yield from _spoken(state.get(name))
    for site in state.get("sites", ()):
        for offer in site.get("offers", ()):
            for name in FREE_OFFER_TEXTS:
                yield from _spoken(offer.get(name))


def _spoken(texts: dict[str, str | list[str]] | None) -> Iterator[str]:
    for text in (texts or {}).values():
        yield from [text] if isinstance(text, str) else text


def _texts_of_others(session: Session, organisation_id: int) -> list[str]:
    others = stored.other_submissions(
        session, organisation_id, approved_since=now() - COMPARED_FOR, limit=COMPARED
    )
    return list(dict.fromkeys(text for other in others for text in free_texts(other.proposed)))


def _withdraw(submission: HostSubmission) -> None:
    submission.status, submission.decided = SubmissionStatus.WITHDRAWN, now()
