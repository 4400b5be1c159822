"""Reminders go to those who confirmed, once a week at most, and end when anybody says so."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.domain.people import Letter, Pass
from mapsvc.domain.plans import HostPlan, PlanMail
from mapsvc.domain.tombstones import Erased, Tombstone
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.services import plan_mails, planning
from mapsvc.services.erasing_again import erase_again
from mapsvc.services.mending_copies import end_visits
from mapsvc.services.passes import PassGone
from mapsvc.services.plan_links import plan_token, stop_token
from mapsvc.storage.tombstones import tombstones
from tests.services.mailing import HERE, letters, secret
from tests.services.test_planning import made

TIMELINES = usable(Tree.of()).timelines
ADA, BO = "ada@example.org", "bo@example.org"


def asked(session: Session, plan: HostPlan, email: str = ADA) -> str:
    """The secret of the mail that asks whether an address is right."""
    token = plan_token(plan, HERE)
    plan_mails.ask_for_mails(session, token, email, installation=HERE, network="192.0.2.1")
    return secret(session)


def begun(session: Session, email: str = ADA) -> HostPlan:
    """A plan with an address that was confirmed."""
    plan = made(session)
    plan_mails.begin_mails(session, asked(session, plan, email), installation=HERE)
    session.expire_all()
    return plan


def remind(session: Session, day: date) -> list[Letter]:
    """The reminders that are written on a day."""
    before = len(letters(session))
    plan_mails.remind_of_steps(session, TIMELINES, installation=HERE, today=day)
    return letters(session)[before:]


def day(plan: HostPlan, key: str) -> date:
    """The day of a step."""
    steps = planning.steps_of_plan(plan, TIMELINES[plan.timeline])
    return next(one.day for one in steps if one.step.key == key)


def test_an_address_is_on_no_plan_before_it_is_confirmed(session: Session) -> None:
    plan = made(session)

    link = asked(session, plan)

    assert plan_mails.look_at_mails(session, link) == ADA
    assert session.scalars(select(PlanMail)).all() == []
    assert remind(session, plan.arrival) == []


def test_the_first_mail_says_nothing_of_the_stay(session: Session) -> None:
    asked(session, made(session, learner="Zwqkana", host="Zwqkahost", town="Zwqkatown"))

    (letter,) = letters(session)
    assert "Zwqka" not in letter.subject + letter.body


def test_the_link_begins_the_reminders_once(session: Session) -> None:
    plan = made(session)
    link = asked(session, plan)

    opened = plan_mails.begin_mails(session, link, installation=HERE)

    session.expire_all()
    assert opened == plan_token(plan, HERE)
    assert [one.email for one in plan.mails] == [ADA]
    with pytest.raises(PassGone):
        plan_mails.begin_mails(session, link, installation=HERE)


def test_an_address_is_taken_once_however_often_it_is_confirmed(session: Session) -> None:
    plan = made(session)
    links = [asked(session, plan), asked(session, plan)]

    for link in links:
        plan_mails.begin_mails(session, link, installation=HERE)

    session.expire_all()
    assert len(plan.mails) == 1


def test_a_link_whose_plan_is_gone_begins_nothing(session: Session) -> None:
    plan = made(session)
    link = asked(session, plan)
    planning.erase_plan(session, plan_token(plan, HERE), installation=HERE)

    with pytest.raises(PassGone):
        plan_mails.begin_mails(session, link, installation=HERE)
    assert session.scalars(select(Pass)).all() == []


def test_a_plan_reminds_five_addresses_at_most(session: Session) -> None:
    plan = made(session)
    plan.mails += [PlanMail(email=f"{number}@example.org") for number in range(5)]
    session.commit()

    with pytest.raises(InvalidInput):
        asked(session, plan)


def test_a_reminder_names_the_steps_of_a_week_in_the_language_of_the_plan(session: Session) -> None:
    plan = begun(session)

    (letter,) = remind(session, day(plan, "team"))

    assert letter.to_address == ADA
    assert letter.headers["Content-Language"] == "fr"
    step = next(one for one in TIMELINES["host"].data.steps if one.key == "team")
    assert step.title["fr"] in letter.body
    assert f"https://map.example.org/plans/{plan_token(plan, HERE)}" in letter.body


def test_each_step_is_told_once_and_a_mail_comes_once_a_week_at_most(session: Session) -> None:
    plan = begun(session)
    first = plan.arrival - timedelta(days=30)
    last = plan.departure + timedelta(days=70)

    written = {
        first + timedelta(days=at): letter.body
        for at in range((last - first).days)
        for letter in remind(session, first + timedelta(days=at))
    }

    days = sorted(written)
    told = "\n".join(written.values())
    due = [one for one in planning.steps_of_plan(plan, TIMELINES["host"]) if one.day >= first]
    assert all((after - before).days >= 7 for before, after in pairwise(days))
    assert [one.step.key for one in due if told.count(f": {one.step.title['fr']}\n") != 1] == []


def test_what_is_done_is_not_told_and_without_a_step_there_is_no_mail(session: Session) -> None:
    plan = begun(session)
    week = [day(plan, "team") + timedelta(days=at) for at in range(8)]
    for one in planning.steps_of_plan(plan, TIMELINES["host"]):
        if one.day in week:
            planning.tick(session, plan_token(plan, HERE), one.step.key, done=True, installation=HERE)

    assert remind(session, day(plan, "team")) == []


def test_who_has_the_plan_takes_an_address_off(session: Session) -> None:
    plan = begun(session)
    number = plan.mails[0].id

    plan_mails.stop_mails(session, plan_token(plan, HERE), number, installation=HERE)

    session.expire_all()
    assert plan.mails == []
    assert remind(session, day(plan, "team")) == []
    assert [(one.noun, one.row_id) for one in session.scalars(select(Tombstone))] == [
        (Erased.PLAN_MAIL, number)
    ]


def test_an_address_of_another_plan_is_not_taken_off(session: Session) -> None:
    number = begun(session).mails[0].id
    other = made(session)

    with pytest.raises(NotFound):
        plan_mails.stop_mails(session, plan_token(other, HERE), number, installation=HERE)


def test_the_link_in_a_reminder_ends_the_mails_of_its_reader_alone(session: Session) -> None:
    plan = begun(session)
    plan_mails.begin_mails(session, asked(session, plan, BO), installation=HERE)
    session.expire_all()
    mail = plan.mails[0]
    link = stop_token(mail, HERE)
    assert f"https://map.example.org/plan-mails/stop/{link}" in remind(session, day(plan, "team"))[0].body

    plan_mails.stop_by_link(session, link, installation=HERE)

    session.expire_all()
    assert [one.email for one in plan.mails] == [BO]
    with pytest.raises(NotFound):
        plan_mails.stop_by_link(session, link, installation=HERE)
    with pytest.raises(NotFound):
        planning.open_plan(session, link, installation=HERE)


def test_a_restored_address_that_was_taken_off_is_taken_off_again(session: Session) -> None:
    plan = begun(session)
    plan_mails.erase_mails(session, plan.mails)
    graves = tombstones(session)
    session.rollback()

    assert erase_again(session, graves, key=HERE.key) == 1

    assert session.scalars(select(PlanMail)).all() == []


def test_a_link_that_waited_at_a_backup_begins_nothing_after_it(session: Session) -> None:
    link = asked(session, made(session))

    end_visits(session)

    with pytest.raises(PassGone):
        plan_mails.begin_mails(session, link, installation=HERE)
