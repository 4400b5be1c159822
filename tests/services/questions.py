"""Questions to former participants, as far as a test needs them."""

import re
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import Pin
from mapsvc.domain.asking import Conversation, Side
from mapsvc.domain.people import Letter
from mapsvc.domain.question_values import QuestionDraft
from mapsvc.services.asking import ask, confirm_question
from mapsvc.services.conversations import seat_secret
from tests.services.mailing import ASKED, HERE, letters, secret
from tests.services.stays import ANA, published

BEN = "ben.sender@example.net"
ADA = "ada@school.example"  # the referent that tests.services.keepers makes
ASKS: dict[str, Any] = {
    "first_name": "Ben",
    "trade": "0716",
    "starts_on": "2027-03-01",
    "ends_on": "2027-04-30",
    "questions": ["room", "pack"],
    "words": "Is the workshop loud?",
}


def question(**said: Any) -> QuestionDraft:
    return QuestionDraft.of(ASKS | said)


def open_pin(session: Session, email: str = ANA, **said: Any) -> Pin:
    """A pin on the map whose person may be asked."""
    return published(session, email, may_be_asked=True, ask_about=["work"], **said)


def asked(
    session: Session,
    pin: Pin,
    email: str = BEN,
    *,
    age: int | None = 20,
    referent: str = "",
    network: str = "192.0.2.1",
    **said: Any,
) -> str:
    """The secret of the link that was mailed to the sender."""
    ask(
        session,
        pin.slug,
        question(**said),
        email,
        age=age,
        referent=referent,
        **{**ASKED, "network": network},
    )
    return secret(session)


def sent(session: Session, pin: Pin, email: str = BEN, **said: Any) -> Conversation:
    """A conversation that its sender confirmed."""
    confirm_question(session, asked(session, pin, email, **said), installation=HERE)
    return session.scalars(select(Conversation).order_by(Conversation.id.desc())).first()  # type: ignore[return-value]


def held(conversation: Conversation, side: Side) -> str:
    """The secret of one side's link."""
    return seat_secret(conversation, side, installation=HERE)


def mails_to(session: Session, email: str) -> list[Letter]:
    return [letter for letter in letters(session) if letter.to_address == email]


def seat_in(letter: Letter) -> str:
    """The secret of the conversation's link in a mail."""
    found = re.search(r"/conversations/(\S+)", letter.body)
    assert found, letter.body
    return found[1]


def count(session: Session, noun: Any) -> int:
    return session.scalar(select(func.count()).select_from(noun)) or 0
