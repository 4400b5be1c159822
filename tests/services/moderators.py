"""Moderators, hosts whose changes wait, and the mails they get."""

from copy import deepcopy
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer, viewer_of
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Letter, Role
from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.submissions import Submission, SubmissionStatus
from mapsvc.services import accounts, moderating
from mapsvc.services.installations import Installation
from mapsvc.services.submitting import submit
from mapsvc.storage.hosts import State, state_of
from tests import make
from tests.publish import publish
from tests.services.keepers import speaker

HERE = Installation("a test", "https://map.example", "key")


def moderator(session: Session, email: str = "mo@site.example") -> Viewer:
    account = accounts.grant(session, email, Role.MODERATOR)
    session.commit()
    return viewer_of(account)


def boatyard(session: Session, name: str = "Cantiere Rossi") -> Organisation:
    """A public host with one offer."""
    publish(session, make.host(name, offers=(make.offer(),)))
    found = session.scalars(select(Organisation).where(Organisation.name == name)).one()
    session.commit()
    return found


def proposal(organisation: Organisation, *, name: str | None = None, **offer: Any) -> State:
    """The state of a host with another name, or with other columns of its first offer."""
    state = deepcopy(state_of(organisation))
    state["sites"][0]["offers"][0].update(offer)
    return {**state, "name": name or state["name"]}


def handed_in(
    session: Session, organisation: Organisation, *, email: str = "boss@rossi.example", **changes: Any
) -> HostSubmission:
    """A change of a host by somebody who speaks for it."""
    made = submit(
        session, speaker(session, organisation.id, email), organisation, proposal(organisation, **changes)
    )
    session.commit()
    return made


def decide(
    session: Session, viewer: Viewer, one: Submission, status: str = "approved", **said: str | None
) -> Submission:
    """What a moderator decides on something that waits."""
    return moderating.decide(
        session, viewer, (one.kind, one.id), SubmissionStatus(status), installation=HERE, **said
    )


def undo(session: Session, viewer: Viewer, one: Submission) -> Submission:
    return moderating.undo(session, viewer, (one.kind, one.id), installation=HERE)


def letters(session: Session) -> list[Letter]:
    """What is in the outbox, the oldest first."""
    return list(session.scalars(select(Letter).order_by(Letter.id)))
