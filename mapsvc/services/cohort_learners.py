"""One learner of a cohort: added, changed, and taken out of the cohort and of all its scenarios."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Cohort, CohortLearner, Scenario
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import InvalidInput, NotFound, TooMany
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Learner
from mapsvc.planning.outcome_files import as_json, from_json, learner_as_json, learner_from_json
from mapsvc.planning.outcomes import Outcome
from mapsvc.services.auditing import note
from mapsvc.services.tombstones import mark
from mapsvc.storage import cohorts as stored
from mapsvc.storage.dialects.locks import one_at_a_time

MOST_LEARNERS = 2_000  # of a cohort


def learner_of(session: Session, viewer: Viewer, number: int) -> tuple[Cohort, Learner]:
    """A learner and its cohort. Raises NotFound for one of another sending organisation, as for none."""
    cohort, row = _row(session, viewer, number)
    return cohort, learner_from_json(row.said)


def add_learner(session: Session, viewer: Viewer, cohort_id: int, learner: Learner) -> int:
    """Adds a learner to a cohort; its number. Commits.

    Raises NotFound, InvalidInput for a code that somebody has, or TooMany.
    """
    cohort = session.get(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    require(viewer, Action.PLAN_COHORT, cohort)
    one_at_a_time(session, f"cohort:{cohort_id}")
    known = stored.learners_of(session, cohort_id)
    if len(known) >= MOST_LEARNERS:
        raise TooMany(_("This cohort is full. Make another one for more learners."))
    _refuse_taken(learner.code, known)
    made = CohortLearner(cohort_id=cohort_id, code=learner.code, said=learner_as_json(learner))
    session.add(made)
    session.flush()
    _changed(session, viewer, cohort, learner.code)
    session.commit()
    return made.id


def change_learner(session: Session, viewer: Viewer, number: int, learner: Learner) -> Cohort:
    """Puts a learner in place of what was said of one, whose code stays. Commits. Raises NotFound.

    What could not be used of its row is forgotten: the referent saw it on the way here.
    """
    cohort, row = _row(session, viewer, number)
    one_at_a_time(session, f"cohort:{cohort.id}")
    _changed(session, viewer, cohort, row.code)
    row.said = learner_as_json(replace(learner, code=row.code))
    session.commit()
    return cohort


def remove_learner(session: Session, viewer: Viewer, number: int) -> Cohort:
    """Takes a learner out of its cohort and its scenarios. Commits. Raises NotFound."""
    cohort, row = _row(session, viewer, number)
    one_at_a_time(session, f"cohort:{cohort.id}")
    _changed(session, viewer, cohort, row.code)
    erase_learners(session, [row])
    session.commit()
    return cohort


def erase_learners(session: Session, rows: Sequence[CohortLearner]) -> int:
    """Erases learners for good, in every scenario as well; how many. The caller commits."""
    mark(session, Erased.COHORT_LEARNER, [row.id for row in rows])
    for cohort_id in sorted({row.cohort_id for row in rows}):
        gone = {row.code for row in rows if row.cohort_id == cohort_id}
        for scenario in stored.scenarios_of(session, cohort_id, whole=True):
            _take_out(scenario, gone)
        for other in stored.learners_of(session, cohort_id):
            if other.code not in gone:
                other.said = _without(other.said, gone)
    for row in rows:
        session.delete(row)
    session.flush()
    return len(rows)


def _row(session: Session, viewer: Viewer, number: int) -> tuple[Cohort, CohortLearner]:
    row = session.get(CohortLearner, number)
    cohort = session.get(Cohort, row.cohort_id) if row else None
    if row is None or cohort is None:
        raise NotFound
    require(viewer, Action.PLAN_COHORT, cohort)
    return cohort, row


def _refuse_taken(code: str, others: Sequence[CohortLearner]) -> None:
    if code.casefold() in {one.code.casefold() for one in others}:
        raise InvalidInput(
            _("Another learner of this cohort has the code “%(code)s”."), field="code", code=code
        )


def _changed(session: Session, viewer: Viewer, cohort: Cohort, *codes: str) -> None:
    """Notes that a cohort changed, and forgets the faults of these learners."""
    cohort.faults = [one for one in cohort.faults if one.get("code") not in codes]
    cohort.changed = now()
    note(session, viewer, "edited", "cohort", cohort.id)


def _without(said: dict[str, object], gone: Collection[str]) -> dict[str, object]:
    learner = learner_from_json(said)
    left = tuple(code for code in learner.together_with if code not in gone)
    return said if left == learner.together_with else learner_as_json(replace(learner, together_with=left))


def _take_out(scenario: Scenario, gone: Collection[str]) -> None:
    """Takes learners out of all that a scenario asked and said."""
    scenario.learners = [_without(one, gone) for one in scenario.learners if one["code"] not in gone]
    scenario.locks = [lock for lock in scenario.locks if lock[0] not in gone]
    demands = dict(scenario.demands)
    demands["locks"] = [lock for lock in demands.get("locks", []) if lock[0] not in gone]
    scenario.demands = demands
    if scenario.outcome is not None:
        scenario.outcome = as_json(_outcome_without(from_json(scenario.outcome), gone))


def _outcome_without(outcome: Outcome, gone: Collection[str]) -> Outcome:
    placements = tuple(one for one in outcome.placements if one.learner not in gone)
    left_over = tuple(
        replace(one, moves=tuple(move for move in one.moves if move.mover not in gone))
        for one in outcome.left_over
        if one.learner not in gone
    )
    return replace(
        outcome,
        placements=placements,
        left_over=left_over,
        pairs=tuple(one for one in outcome.pairs if one.learner not in gone and one.other not in gone),
        vanished=tuple(one for one in outcome.vanished if one[0] not in gone),
        score=sum(one.score for one in placements),
    )
