"""A plan needs no account: its address opens it, nothing in the database does, and it is erased for good."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.plan_values import PlanDraft
from mapsvc.domain.plans import HostPlan, PlanMail
from mapsvc.domain.tombstones import Erased, Tombstone
from mapsvc.errors import InvalidInput, NotFound, TooMany
from mapsvc.services import planning
from mapsvc.services.erasing_again import erase_again
from mapsvc.services.installations import Installation
from mapsvc.services.plan_links import calendar_token, event_name, plan_token
from mapsvc.storage.plans import forget_networks_of_plans
from mapsvc.storage.tombstones import tombstones
from tests.services.mailing import HERE

TODAY = now().date()
SAID: dict[str, Any] = {
    "arrival": TODAY + timedelta(days=30),
    "departure": TODAY + timedelta(days=113),
    "minor": "yes",
    "housing": "no",
    "learner": " Ana ",
    "host": "Bäckerei",
}


def made(session: Session, network: str = "192.0.2.1", **changed: Any) -> HostPlan:
    return planning.make_plan(
        session, "host", SAID | changed, installation=HERE, language="fr", network=network
    )


def opened(session: Session, plan: HostPlan) -> HostPlan:
    session.expire_all()
    return planning.open_plan(session, plan_token(plan, HERE), installation=HERE)


def test_a_plan_keeps_what_was_filled_in(session: Session) -> None:
    plan = opened(session, made(session))

    assert (plan.learner, plan.host, plan.town) == ("Ana", "Bäckerei", "")
    assert (plan.minor, plan.housing, plan.language, plan.done) == (True, False, "fr", [])
    assert planning.stay_of(plan).weeks == 12


def test_no_column_holds_what_opens_a_plan(session: Session) -> None:
    plan = made(session)

    held = " ".join(str(getattr(plan, column.key)) for column in HostPlan.__table__.columns)

    assert plan_token(plan, HERE).split("-")[1] not in held
    assert calendar_token(plan, HERE).split("-")[1] not in held


@pytest.mark.parametrize("token", ["", "1", "1-", "x" * 43, "1-" + "0" * 40, "0-" + "0" * 40, "9" * 60])
def test_an_address_that_is_not_ours_opens_nothing(session: Session, token: str) -> None:
    made(session)

    with pytest.raises(NotFound):
        planning.open_plan(session, token, installation=HERE)


def test_the_address_of_another_installation_opens_nothing(session: Session) -> None:
    plan = made(session)
    other = Installation("another", "https://other.example", "another key")

    with pytest.raises(NotFound):
        planning.open_plan(session, plan_token(plan, other), installation=HERE)


def test_the_address_of_a_calendar_opens_no_plan_and_the_other_way_round(session: Session) -> None:
    plan = made(session)

    assert planning.open_calendar(session, calendar_token(plan, HERE), installation=HERE) is plan
    with pytest.raises(NotFound):
        planning.open_plan(session, calendar_token(plan, HERE), installation=HERE)
    with pytest.raises(NotFound):
        planning.open_calendar(session, plan_token(plan, HERE), installation=HERE)


def test_the_name_of_an_event_holds_no_part_of_an_address(session: Session) -> None:
    plan = made(session)

    name = event_name(plan, "team", HERE)

    assert name == event_name(plan, "team", HERE) != event_name(plan, "plan", HERE)
    for token in (plan_token(plan, HERE), calendar_token(plan, HERE)):
        assert name.partition("-")[0][:8] not in token


def test_a_step_is_ticked_and_unticked_as_often_as_one_likes(session: Session) -> None:
    plan = made(session)
    token = plan_token(plan, HERE)

    for key, done in (("offer", True), ("team", True), ("team", True), ("offer", False), ("offer", False)):
        planning.tick(session, token, key, done=done, installation=HERE)

    assert opened(session, plan).done == ["team"]


def test_a_change_of_days_keeps_what_is_done(session: Session) -> None:
    plan = made(session)
    token, later = plan_token(plan, HERE), TODAY + timedelta(days=40)
    planning.tick(session, token, "offer", done=True, installation=HERE)

    planning.change_plan(
        session, token, SAID | {"arrival": later, "learner": ""}, installation=HERE, language="en"
    )

    found = opened(session, plan)
    assert (found.arrival, found.learner, found.done, found.language) == (later, "", ["offer"], "en")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"arrival": None}, "arrival"),
        ({"arrival": TODAY + timedelta(days=800)}, "arrival"),
        ({"departure": SAID["arrival"]}, "departure"),
        ({"departure": SAID["arrival"] + timedelta(weeks=61)}, "departure"),
        ({"arrival": TODAY - timedelta(days=200), "departure": TODAY - timedelta(days=90)}, "departure"),
        ({"minor": ""}, "minor"),
        ({"housing": "perhaps"}, "housing"),
        ({"learner": "x" * 81}, "learner"),
        ({"town": "Co\u202emo"}, "town"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_at_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        PlanDraft.of(SAID | changed, today=TODAY)

    assert refused.value.field == field


def test_a_network_makes_few_plans_a_day(session: Session) -> None:
    for _time in range(planning.MOST_PER_NETWORK):
        made(session)

    with pytest.raises(TooMany):
        made(session)
    made(session, network="192.0.2.2")


def test_the_network_is_forgotten_after_a_day(session: Session) -> None:
    plan = made(session)
    assert plan.network_digest is not None

    forget_networks_of_plans(session, before=now() + timedelta(seconds=1))

    assert opened(session, plan).network_digest is None


def test_an_erased_plan_leaves_a_number_alone(session: Session) -> None:
    plan = made(session)
    plan.mails.append(PlanMail(email="ada@example.org"))
    session.commit()
    token, number = plan_token(plan, HERE), plan.id

    planning.erase_plan(session, token, installation=HERE)

    assert session.scalars(select(HostPlan)).all() == session.scalars(select(PlanMail)).all() == []
    assert [(one.noun, one.row_id) for one in session.scalars(select(Tombstone))] == [(Erased.PLAN, number)]
    with pytest.raises(NotFound):
        planning.open_plan(session, token, installation=HERE)


@pytest.mark.parametrize(("days", "erased"), [(90, 0), (91, 1)])
def test_a_plan_is_erased_ninety_days_after_the_stay(session: Session, days: int, erased: int) -> None:
    plan = made(session)
    day: date = plan.departure + timedelta(days=days)

    assert planning.erase_old_plans(session, today=day) == erased
    assert len(session.scalars(select(HostPlan)).all()) == 1 - erased


def test_a_restored_plan_that_was_erased_is_erased_again(session: Session) -> None:
    gone, kept = made(session), made(session)
    gone.mails.append(PlanMail(email="ada@example.org"))
    session.commit()
    number, left = gone.id, kept.id
    planning.erase_plans(session, [gone])
    graves = tombstones(session)
    session.rollback()

    erased = erase_again(session, graves, key=HERE.key)

    assert erased == 1
    assert [one.id for one in session.scalars(select(HostPlan))] == [left]
    assert session.scalars(select(PlanMail)).all() == []
    assert [grave.row_id for grave in tombstones(session)] == [number]
