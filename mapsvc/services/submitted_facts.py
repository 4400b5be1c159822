"""Corrections of facts that wait for a moderator: how they are shown, put into place and taken back."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.corrections import Accepted, FactSubmission
from mapsvc.services.matters import Matter
from mapsvc.storage.corrections import accepted_about, keep_accepted

OWN_CORRECTIONS = "/account/corrections"


@dataclass(frozen=True, slots=True)
class FactCase:
    """What a reader says of a fact, what is accepted about it now, and what would be."""

    said: FactSubmission
    now: Accepted
    then: Accepted


def fact_case(_session: Session, submission: FactSubmission) -> FactCase:
    """What would be accepted of a submission; where it is decided, what was."""
    now = accepted_about(submission)
    return FactCase(submission, now, now.after(submission))


def _put(session: Session, _viewer: Viewer, submission: FactSubmission) -> None:
    then = accepted_about(submission).after(submission)
    keep_accepted(session, (submission.part, submission.fact), then)
    submission.proposed = then.kept()  # what an undo compares with


def _take_back(session: Session, _viewer: Viewer, submission: FactSubmission) -> None:
    keep_accepted(session, (submission.part, submission.fact), Accepted.of(submission.before or {}))


FACTS: Matter[FactSubmission] = Matter(
    is_there=lambda _one: True,  # the sentence is kept with it, so that it is understood without its file
    state=lambda one: accepted_about(one).kept(),
    put=_put,
    take_back=_take_back,
    keep_off=lambda _one: None,
    noted=lambda one: ("correction", one.id, {"part": one.part, "fact": one.fact}),
    letter=lambda one, _language: (one.title, OWN_CORRECTIONS),
    case=fact_case,
)
