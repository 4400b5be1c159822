"""A restored backup brings back neither a learner who was taken out since, nor a cohort that was deleted."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.domain.cohorts import Cohort, CohortLearner
from mapsvc.services import cohort_learners, cohorts
from tests.services.backing_up import backed_up, where_it_stands
from tests.services.test_cohorts import cohort, done, referent
from tests.services.test_restores import act, here, put_back

__all__ = ("here",)  # a fixture

CODE = "zephyrine77"


def test_learners_and_cohorts_that_were_erased_since_do_not_come_back(here: Settings) -> None:
    def bring(session: Session) -> None:
        anna = referent(session, "anna@example.org", "School A")
        done(session, anna, cohort(session, anna, "A1", "A2", f"x{CODE}"))
        cohort(session, anna, f"y{CODE}")
        cohort(session, anna, "C1")

    def erase(session: Session) -> None:
        anna = referent(session, "anna@example.org", "School A")
        named = CohortLearner.code == f"x{CODE}"
        row = session.scalars(select(CohortLearner).where(named)).one()
        cohort_learners.remove_learner(session, anna, row.id)
        second = session.scalars(select(Cohort).order_by(Cohort.id).offset(1)).first()
        assert second
        cohorts.erase_cohort(session, anna, second.id)

    act(here, bring)
    file = backed_up(here)
    held = where_it_stands(here, CODE)
    act(here, erase)

    put_back(here, file)

    assert [noun for noun in ("cohort_learners", "scenarios") if not any(noun in one for one in held)] == []
    assert where_it_stands(here, CODE) == []
    assert where_it_stands(here, "C1")
