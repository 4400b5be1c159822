"""A cohort belongs to the referents of its sending organisation, and is gone when its day has come."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer, viewer_of
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import LONGEST_LIFE, Cohort, CohortLearner, Scenario, ScenarioStage
from mapsvc.domain.people import Role
from mapsvc.domain.tombstones import Erased, Tombstone
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.planning.cohorts import Demands, Learner
from mapsvc.planning.outcome_files import as_json
from mapsvc.planning.outcomes import LeftOver, Move, Outcome, PairWish, Placement
from mapsvc.services import cohort_learners, cohorts, scenarios
from mapsvc.services.accounts import grant, sending_organisation
from mapsvc.services.cohorts import Brought
from mapsvc.services.erasing_again import erase_again
from mapsvc.storage.tombstones import Grave

FIRST, LAST = date(2027, 3, 1), date(2027, 3, 26)


def learner(code: str, **more: object) -> Learner:
    return replace(Learner(code, FIRST, LAST, fields=("0716",)), **more)  # type: ignore[arg-type]


def brought(*codes: str, faults: tuple[dict[str, object], ...] = ()) -> Brought:
    return Brought("list.csv", tuple(learner(code) for code in codes), faults)


def referent(session: Session, email: str, school: str) -> Viewer:
    of = sending_organisation(session, school)
    account = grant(session, email, Role.REFERENT, sending=of)
    session.commit()
    return viewer_of(account)


@pytest.fixture
def anna(session: Session) -> Viewer:
    return referent(session, "anna@example.org", "School A")


@pytest.fixture
def ben(session: Session) -> Viewer:
    return referent(session, "ben@example.org", "School B")


def cohort(session: Session, viewer: Viewer, *codes: str) -> Cohort:
    (school,) = viewer.sending_ids
    return cohorts.make_cohort(
        session, viewer, brought(*(codes or ("A1", "A2"))), sending_id=school, name="Bakers"
    )


def done(session: Session, viewer: Viewer, of: Cohort) -> Scenario:
    """A scenario with a result: A1 is placed, A2 is not, and would be if A1 moved."""
    made = scenarios.ask_for(session, viewer, of.id, name="First", demands=Demands(now().date()))
    made.learners = [row.said for row in session.scalars(select(CohortLearner)).all()]
    placed = Placement("A1", "offer:1", 400, (), 1, None, False)
    left = LeftOver("A2", (), (), (Move("offer:1", "A1", "offer:2"),))
    pairs = (PairWish("A2", "A1", False, None),)
    made.outcome = as_json(Outcome((placed,), (left,), pairs, 400, 0.0, 0.1))
    made.stage = ScenarioStage.DONE
    session.commit()
    return made


def marked(session: Session) -> set[tuple[str, int]]:
    return {(noun, id_) for noun, id_ in session.execute(select(Tombstone.noun, Tombstone.row_id))}


def test_a_cohort_is_there_for_the_referents_of_its_school_alone(
    session: Session, anna: Viewer, ben: Viewer
) -> None:
    made = cohort(session, anna)
    boss = viewer_of(grant(session, "boss@example.org", Role.ADMINISTRATOR))

    assert [one.id for one, _count in cohorts.cohorts_of(session, anna)] == [made.id]
    assert cohorts.cohorts_of(session, ben) == []
    for other in (ben, boss):
        with pytest.raises(NotFound):
            cohorts.cohort_of(session, other, made.id)
    with pytest.raises(NotSignedIn):
        cohorts.cohort_of(session, VISITOR, made.id)


def test_nobody_makes_a_cohort_for_another_school(session: Session, anna: Viewer, ben: Viewer) -> None:
    (school,) = anna.sending_ids

    with pytest.raises(NotFound):
        cohorts.make_cohort(session, ben, brought("A1"), sending_id=school, name="Bakers")

    assert session.scalars(select(Cohort)).all() == []


def test_learners_and_scenarios_of_another_school_do_not_exist(
    session: Session, anna: Viewer, ben: Viewer
) -> None:
    made = cohort(session, anna)
    row = session.scalars(select(CohortLearner)).first()
    scenario = done(session, anna, made)
    assert row

    for verb in (
        lambda: cohort_learners.learner_of(session, ben, row.id),
        lambda: cohort_learners.remove_learner(session, ben, row.id),
        lambda: cohort_learners.add_learner(session, ben, made.id, learner("A9")),
        lambda: cohort_learners.change_learner(session, ben, row.id, learner("A1")),
        lambda: cohorts.replace_learners(session, ben, made.id, brought("A1")),
        lambda: cohorts.erase_cohort(session, ben, made.id),
        lambda: scenarios.scenario_of(session, ben, scenario.id),
        lambda: scenarios.lock(session, ben, scenario.id, "A1", locked=True),
        lambda: scenarios.erase_scenario(session, ben, scenario.id),
        lambda: scenarios.ask_for(session, ben, made.id, name="x", demands=Demands(now().date())),
        lambda: scenarios.to_compare(session, ben, made.id, [scenario.id]),
    ):
        with pytest.raises(NotFound):
            verb()


def test_the_day_of_deletion_is_proposed_after_the_last_stay_and_lies_within_two_years(
    session: Session, anna: Viewer
) -> None:
    today = now().date()
    soon = replace(learner("A1"), first=today, last=today + timedelta(days=20))
    late = replace(learner("A1"), last=today + 2 * LONGEST_LIFE)

    assert cohorts.proposed_day([soon], today=today) == today + timedelta(days=110)
    assert cohorts.proposed_day([late], today=today) == today + LONGEST_LIFE
    made = cohort(session, anna)
    for day in (today, today + LONGEST_LIFE + timedelta(days=1)):
        with pytest.raises(InvalidInput):
            cohorts.change_cohort(session, anna, made.id, name="Bakers", delete_on=day)


def test_a_cohort_whose_day_has_come_is_erased_with_all_of_it(session: Session, anna: Viewer) -> None:
    made = cohort(session, anna)
    done(session, anna, made)
    number, day = made.id, made.delete_on

    before = cohorts.erase_due_cohorts(session, today=day - timedelta(days=1))
    after = cohorts.erase_due_cohorts(session, today=day)

    assert (before, after) == (0, 1)
    assert [session.scalars(select(noun)).all() for noun in (Cohort, CohortLearner, Scenario)] == [[], [], []]
    assert (Erased.COHORT, number) in marked(session)


def test_a_newer_file_erases_who_is_not_in_it_and_keeps_the_numbers_of_the_others(
    session: Session, anna: Viewer
) -> None:
    made = cohort(session, anna)
    kept, gone = session.scalars(select(CohortLearner).order_by(CohortLearner.code)).all()
    numbers = kept.id, gone.id

    cohorts.replace_learners(session, anna, made.id, brought("A1", "A3"))

    found = {one.code: number for number, one in cohorts.learners_of(session, made)}
    assert set(found) == {"A1", "A3"}
    assert found["A1"] == numbers[0]
    assert marked(session) == {(Erased.COHORT_LEARNER, numbers[1])}


def test_who_is_taken_out_is_in_no_scenario_any_more(session: Session, anna: Viewer) -> None:
    made = cohort(session, anna)
    scenario = done(session, anna, made)
    scenarios.lock(session, anna, scenario.id, "A1", locked=True)
    row = session.scalars(select(CohortLearner).where(CohortLearner.code == "A1")).one()

    cohort_learners.remove_learner(session, anna, row.id)

    session.expire_all()
    told = scenarios.told(session, scenario)
    assert [one.code for one in told.learners] == ["A2"]
    assert (told.outcome.placements, told.outcome.pairs, told.outcome.score) == ((), (), 0)
    assert told.outcome.left_over[0].moves == ()
    assert scenario.locks == []
    assert "A1" not in str((scenario.outcome, scenario.learners, scenario.demands))


def test_a_learner_who_is_mended_has_no_fault_any_more(session: Session, anna: Viewer) -> None:
    (school,) = anna.sending_ids
    fault = {"row": 2, "code": "A1", "column": "Age", "value": "x", "text": "No age.", "values": {}}
    file = brought("A1", faults=(fault, {**fault, "row": 9, "code": ""}))
    made = cohorts.make_cohort(session, anna, file, sending_id=school, name="Bakers")
    row = session.scalars(select(CohortLearner)).one()

    cohort_learners.change_learner(session, anna, row.id, learner("A1", age=17))

    assert [one["row"] for one in made.faults] == [9]
    assert cohort_learners.learner_of(session, anna, row.id)[1].age == 17


def test_two_learners_of_a_cohort_never_have_one_code(session: Session, anna: Viewer) -> None:
    made = cohort(session, anna)

    with pytest.raises(InvalidInput):
        cohort_learners.add_learner(session, anna, made.id, learner("a1"))


def test_locks_are_kept_for_the_next_scenario(session: Session, anna: Viewer) -> None:
    scenario = done(session, anna, cohort(session, anna))

    scenarios.lock(session, anna, scenario.id, "A1", locked=True)
    scenarios.lock(session, anna, scenario.id, "A1", locked=True)
    kept = scenarios.locks_of(scenario)
    scenarios.lock(session, anna, scenario.id, "A1", locked=False)

    assert kept == (("A1", "offer:1"),)
    assert scenarios.locks_of(scenario) == ()
    with pytest.raises(NotFound):
        scenarios.lock(session, anna, scenario.id, "A2", locked=True)


def test_what_was_erased_stays_erased_after_a_restore(session: Session, anna: Viewer, engine: Engine) -> None:
    first, second = cohort(session, anna), cohort(session, anna, "B1", "B2")
    scenario = done(session, anna, second)
    row = session.scalars(select(CohortLearner).where(CohortLearner.code == "B1")).one()
    graves = [
        Grave(Erased.COHORT, first.id, now()),
        Grave(Erased.COHORT_LEARNER, row.id, now()),
        Grave(Erased.SCENARIO, scenario.id, now()),
    ]

    erased = erase_again(session, graves, key="a key")
    session.commit()

    assert erased == 3
    assert [one.name for one in session.scalars(select(Cohort))] == ["Bakers"]
    assert [one.code for one in session.scalars(select(CohortLearner))] == ["B2"]
    assert session.scalars(select(Scenario)).all() == []
