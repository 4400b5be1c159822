"""Plans of stays belong to the referents of one sending organisation, and stay erased."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer, viewer_of
from mapsvc.domain.base import now
from mapsvc.domain.flow_plans import FlowPlan
from mapsvc.domain.people import Role
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.planning.flows import Flow, FlowKind
from mapsvc.services import flow_plans
from mapsvc.services.accounts import grant, sending_organisation
from mapsvc.services.erasing_again import erase_again
from mapsvc.services.flow_plans import FlowDraft
from mapsvc.storage.tombstones import Grave

STAYS = (Flow(FlowKind.PLANNED, "FR", "LT", 8, 2027), Flow(FlowKind.PLANNED, "FR", "LT", 3, 2027))
DRAFT = FlowDraft("Erasmus+ 2027", 12, None, STAYS)


def referent(session: Session, email: str, school: str) -> Viewer:
    account = grant(session, email, Role.REFERENT, sending=sending_organisation(session, school))
    session.commit()
    return viewer_of(account)


@pytest.fixture
def anna(session: Session) -> Viewer:
    return referent(session, "anna@example.org", "School A")


def made(session: Session, viewer: Viewer) -> FlowPlan:
    (school,) = viewer.sending_ids
    return flow_plans.make_flow_plan(session, viewer, DRAFT, sending_id=school)


def test_a_plan_is_there_for_the_referents_of_its_school_alone(session: Session, anna: Viewer) -> None:
    ben = referent(session, "ben@example.org", "School B")
    boss = viewer_of(grant(session, "boss@example.org", Role.ADMINISTRATOR))
    plan = made(session, anna)
    (school,) = anna.sending_ids

    assert flow_plans.flow_plans_of(session, anna) == [plan]
    assert flow_plans.flow_plans_of(session, ben) == []
    for other in (ben, boss):
        for verb in (
            lambda who: flow_plans.flow_plan_of(session, who, plan.id),
            lambda who: flow_plans.change_flow_plan(session, who, plan.id, DRAFT),
            lambda who: flow_plans.undo_flow_plan(session, who, plan.id),
            lambda who: flow_plans.erase_flow_plan(session, who, plan.id),
            lambda who: flow_plans.make_flow_plan(session, who, DRAFT, sending_id=school),
        ):
            with pytest.raises(NotFound):
                verb(other)
    with pytest.raises(NotSignedIn):
        flow_plans.flow_plan_of(session, VISITOR, plan.id)


def test_rows_of_the_same_places_and_year_become_one(session: Session, anna: Viewer) -> None:
    plan = made(session, anna)

    assert flow_plans.flows_of(plan) == [Flow(FlowKind.PLANNED, "FR", "LT", 11, 2027)]


@pytest.mark.parametrize(
    "draft",
    [FlowDraft(" ", None, None, ()), FlowDraft("x" * 121, None, None, ()), FlowDraft("x", -1, None, ())],
)
def test_a_plan_needs_a_name_and_wholes_that_are_numbers(
    session: Session, anna: Viewer, draft: FlowDraft
) -> None:
    (school,) = anna.sending_ids

    with pytest.raises(InvalidInput):
        flow_plans.make_flow_plan(session, anna, draft, sending_id=school)


def test_a_deleted_plan_is_deleted_again_from_a_backup_that_still_holds_it(
    session: Session, anna: Viewer
) -> None:
    gone, kept = made(session, anna), made(session, anna)

    erased = erase_again(session, [Grave(Erased.FLOW_PLAN, gone.id, now())], key="a key")
    session.commit()

    assert erased == 1
    assert [one.id for one in session.scalars(select(FlowPlan))] == [kept.id]
