"""Feedback names nobody, no average gives a single answer away, and its words can be deleted."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer, viewer_of
from mapsvc.domain.base import now
from mapsvc.domain.feedback import LEAST_SHOWN, NETWORKS_KEPT, TEXTS_KEPT, Feedback, Question, Speaker
from mapsvc.domain.people import Role
from mapsvc.domain.tombstones import Erased, Tombstone
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn, TooMany
from mapsvc.services import feedback
from mapsvc.services.accounts import grant
from mapsvc.services.erasing_again import erase_again
from mapsvc.services.installations import Installation
from mapsvc.storage.tombstones import Grave
from tests.services.test_cohorts import referent

HERE = Installation("A map", "https://map.example.org", "a key", "")


@pytest.fixture
def moderator(session: Session) -> Viewer:
    account = grant(session, "moderator@example.org", Role.MODERATOR)
    session.commit()
    return viewer_of(account)


def said(
    session: Session, *, text: str = "", mark: int | None = 4, network: str = "192.0.2.1", host: bool = False
) -> Feedback:
    return feedback.give_feedback(
        session,
        Speaker.HOST if host else Speaker.LEARNER,
        {} if mark is None else {Question.EASY: mark},
        text=text,
        installation=HERE,
        network=network,
        language="en",
    )


def easy(session: Session, viewer: Viewer) -> feedback.Average:
    return next(
        one
        for one in feedback.averages(session, viewer)
        if (one.speaker, one.question) == (Speaker.LEARNER, Question.EASY)
    )


def test_an_average_is_told_from_five_answers_on(session: Session, moderator: Viewer) -> None:
    for number, mark in enumerate((5, 4, 4, 2)):
        said(session, mark=mark, network=f"192.0.2.{number}")
    said(session, mark=1, host=True)
    before = easy(session, moderator)

    said(session, mark=5)

    assert (before.count, before.mean) == (0, None)
    assert (easy(session, moderator).count, easy(session, moderator).mean) == (5, 4.0)


@given(st.lists(st.integers(1, 5), max_size=30))
def test_an_average_moves_with_every_fifth_answer_alone(marks: list[int]) -> None:
    told = feedback.average(Speaker.HOST, Question.FOUND, marks)
    full = marks[: len(marks) // LEAST_SHOWN * LEAST_SHOWN]

    assert told.count == len(full)
    assert told.mean == (sum(full) / len(full) if full else None)


def test_nothing_but_an_answer_is_refused(session: Session) -> None:
    for marks, text in (({}, "  "), ({Question.EASY: 6}, ""), ({}, "x" * 1001)):
        with pytest.raises(InvalidInput):
            feedback.give_feedback(
                session,
                Speaker.HOST,
                marks,
                text=text,
                installation=HERE,
                network="192.0.2.1",
                language="en",
            )

    assert session.scalars(select(Feedback)).all() == []


def test_a_class_answers_from_one_network_and_few_more(session: Session) -> None:
    for _learner in range(30):
        said(session)
    for _more in range(30, feedback.MOST_PER_NETWORK):
        said(session)

    with pytest.raises(TooMany):
        said(session)

    assert said(session, network="192.0.2.2").id


def test_words_are_read_by_moderators_alone(session: Session, moderator: Viewer) -> None:
    said(session, text="More bakeries, please.")
    anna = referent(session, "anna@example.org", "School A")

    assert [one.text for one in feedback.texts(session, moderator)] == ["More bakeries, please."]
    for verb in (feedback.texts, feedback.averages):
        with pytest.raises(NotFound):
            verb(session, anna)
        with pytest.raises(NotSignedIn):
            verb(session, VISITOR)


def test_deleted_words_stay_deleted_and_their_marks_stay(session: Session, moderator: Viewer) -> None:
    one = said(session, text="Ask Rossi, 0123 456789.", mark=3)

    feedback.delete_text(session, moderator, one.id)

    assert (one.text, one.easy) == ("", 3)
    (stone,) = session.scalars(select(Tombstone)).all()
    assert (stone.noun, stone.row_id) == (Erased.FEEDBACK_TEXT, one.id)
    with pytest.raises(NotFound):
        feedback.delete_text(session, moderator, one.id)
    one.text = "as a backup has it"
    session.commit()
    assert erase_again(session, [Grave(stone.noun, stone.row_id, stone.at)], key="a key") == 1
    assert session.get(Feedback, one.id).text == ""  # type: ignore[union-attr]


def test_where_answers_came_from_goes_after_a_day_and_old_words_after_two_years(session: Session) -> None:
    one = said(session, text="More bakeries, please.")

    feedback.forget_old_feedback(session, at=now() + NETWORKS_KEPT + timedelta(minutes=1))
    session.refresh(one)
    after_a_day = (one.network_digest, one.text)
    feedback.forget_old_feedback(session, at=now() + TEXTS_KEPT + timedelta(minutes=1))
    session.refresh(one)

    assert after_a_day == (None, "More bakeries, please.")
    assert one.text == ""
