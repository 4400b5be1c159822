"""Cohorts of a sending organisation: brought by a referent, changed, and erased when their day has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import KEPT_AFTER_DEPARTURE, LONGEST_LIFE, LONGEST_NAME, Cohort, CohortLearner
from mapsvc.domain.people import SendingOrganisation
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import InvalidInput, NotFound, TooMany
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Learner
from mapsvc.planning.outcome_files import learner_as_json, learner_from_json
from mapsvc.services.auditing import note
from mapsvc.services.cohort_learners import erase_learners
from mapsvc.services.tombstones import mark
from mapsvc.storage import cohorts as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.people import sending_organisations

MOST_OF_ONE = 100  # cohorts of one sending organisation


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file brought: learners that can be used, and what cannot, as `Cohort.faults` keeps it."""

    file_name: str
    learners: tuple[Learner, ...]
    faults: tuple[dict[str, Any], ...]


def senders(session: Session, viewer: Viewer) -> list[SendingOrganisation]:
    """The sending organisations for which the viewer places learners, by name."""
    return sending_organisations(session, sorted(viewer.sending_ids))


def cohorts_of(session: Session, viewer: Viewer) -> list[tuple[Cohort, int]]:
    """The viewer's cohorts with the number of their learners, the newest first."""
    found = stored.cohorts_of(session, viewer.sending_ids)
    counts = stored.count_learners(session, [one.id for one in found])
    return [(one, counts.get(one.id, 0)) for one in found]


def cohort_of(session: Session, viewer: Viewer, number: int) -> Cohort:
    """One cohort. Raises NotFound for one of another sending organisation, as for none."""
    found = session.get(Cohort, number)
    if found is None:
        raise NotFound
    require(viewer, Action.PLAN_COHORT, found)
    return found


def learners_of(session: Session, cohort: Cohort) -> list[tuple[int, Learner]]:
    """The learners of a cohort, each with its number, in order of code."""
    return [(one.id, learner_from_json(one.said)) for one in stored.learners_of(session, cohort.id)]


def proposed_day(learners: Sequence[Learner], *, today: date) -> date:
    """When a cohort is erased if its referent says nothing: 90 days after the last of its stays."""
    last = max((one.last for one in learners), default=today)
    return min(max(last, today) + KEPT_AFTER_DEPARTURE, today + LONGEST_LIFE)


def make_cohort(
    session: Session,
    viewer: Viewer,
    brought: Brought,
    *,
    sending_id: int,
    name: str,
    delete_on: date | None = None,
) -> Cohort:
    """A new cohort of what a file brought; delete_on is proposed where it is None. Commits.

    Raises NotFound for an organisation that is not the viewer's, InvalidInput, or TooMany.
    """
    today = now().date()
    made = Cohort(
        sending_id=sending_id,
        name=name_of(name),
        file_name=brought.file_name,
        delete_on=_day(delete_on or proposed_day(brought.learners, today=today), today=today),
        faults=list(brought.faults),
    )
    require(viewer, Action.PLAN_COHORT, made)
    if session.get(SendingOrganisation, sending_id) is None:
        raise NotFound
    one_at_a_time(session, f"cohorts:{sending_id}")
    if len(stored.cohorts_of(session, [sending_id])) >= MOST_OF_ONE:
        raise TooMany(_("There are too many cohorts already. Delete one of them first."))
    session.add(made)
    session.flush()
    _add(session, made, brought.learners)
    note(session, viewer, "made", "cohort", made.id)
    session.commit()
    return made


def replace_learners(session: Session, viewer: Viewer, number: int, brought: Brought) -> Cohort:
    """Puts what a newer file brought in place of a cohort's learners. Commits.

    Who is in both keeps their number; who is not in the newer one is erased, from scenarios too.
    Raises NotFound.
    """
    cohort = cohort_of(session, viewer, number)
    one_at_a_time(session, f"cohort:{number}")
    known = {one.code: one for one in stored.learners_of(session, number)}
    new = {one.code: one for one in brought.learners}
    erase_learners(session, [row for code, row in known.items() if code not in new])
    for code, row in known.items():
        if code in new:
            row.said = learner_as_json(new[code])
    _add(session, cohort, [one for code, one in new.items() if code not in known])
    cohort.file_name, cohort.faults, cohort.changed = brought.file_name, list(brought.faults), now()
    note(session, viewer, "edited", "cohort", number)
    session.commit()
    return cohort


def change_cohort(session: Session, viewer: Viewer, number: int, *, name: str, delete_on: date) -> None:
    """Gives a cohort another name and day on which it is erased. Commits. Raises NotFound, InvalidInput."""
    cohort = cohort_of(session, viewer, number)
    name, day = name_of(name), _day(delete_on, today=now().date())
    cohort.name, cohort.delete_on = name, day
    note(session, viewer, "edited", "cohort", number)
    session.commit()


def settle_faults(session: Session, viewer: Viewer, number: int) -> None:
    """Forgets what could not be used of a cohort's file. Commits. Raises NotFound."""
    cohort_of(session, viewer, number).faults = []
    session.commit()


def erase_cohort(session: Session, viewer: Viewer, number: int) -> None:
    """Erases a cohort at once, with its learners and scenarios. Commits. Raises NotFound."""
    cohort = cohort_of(session, viewer, number)
    note(session, viewer, "erased", "cohort", number)
    erase_cohorts(session, [cohort])
    session.commit()


def erase_due_cohorts(session: Session, *, today: date | None = None) -> int:
    """Erases the cohorts whose day has come; how many. Commits."""
    due = stored.cohorts_to_delete(session, today or now().date())
    erase_cohorts(session, due)
    session.commit()
    return len(due)


def erase_cohorts(session: Session, cohorts: Sequence[Cohort]) -> None:
    """Erases cohorts for good; what stays is their numbers in tombstones. The caller commits."""
    mark(session, Erased.COHORT, [one.id for one in cohorts])
    for cohort in cohorts:
        for row in (*stored.learners_of(session, cohort.id), *stored.scenarios_of(session, cohort.id)):
            session.delete(row)
        session.flush()
        session.delete(cohort)
    session.flush()


def name_of(name: str, *, field: str = "name") -> str:
    """A name in one line. Raises InvalidInput for none, and for one that is too long."""
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(_("Please fill this in."), field=field)
    if len(name) > LONGEST_NAME:
        raise InvalidInput(
            _("This name has %(count)s characters; at most %(limit)s can be kept."),
            field=field,
            count=len(name),
            limit=LONGEST_NAME,
        )
    return name


def _day(day: date, *, today: date) -> date:
    if not today < day <= today + LONGEST_LIFE:
        raise InvalidInput(
            _("Choose a day after today, and no later than %(last)s."),
            field="delete_on",
            last=(today + LONGEST_LIFE).isoformat(),
        )
    return day


def _add(session: Session, cohort: Cohort, learners: Sequence[Learner]) -> None:
    session.add_all(
        CohortLearner(cohort_id=cohort.id, code=one.code, said=learner_as_json(one)) for one in learners
    )
    session.flush()
