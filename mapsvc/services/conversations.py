"""Who sits in a conversation, by the signed link of a mail, and the mails that tell them of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require, viewer_of
from mapsvc.catalogues import translate
from mapsvc.domain import vocabulary
from mapsvc.domain.asking import Conversation, ConversationLetter, Side
from mapsvc.domain.people import Account
from mapsvc.domain.question_values import QUESTIONS
from mapsvc.errors import NotFound
from mapsvc.messages import mark as _
from mapsvc.services.installations import Installation
from mapsvc.services.letters import write_letter
from mapsvc.services.secrets import keyed_digest

SEAT = re.compile(r"([1-9][0-9]{0,8})-(sender|alumnus|referent)-([0-9a-f]{64})")
MAY = {Side.ALUMNUS: Action.ANSWER, Side.REFERENT: Action.GUARD}
WARNINGS = (
    _("Never meet alone. If you meet, meet in a public place, and tell somebody before."),
    _("Never send money. Never send papers, or photos of papers."),
    _("Does something feel wrong? The page has a button to report it."),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A conversation as one of those in it holds it; viewer is nobody for a sender, who needs no account."""

    conversation: Conversation
    side: Side
    viewer: Viewer


def seat(session: Session, secret: str, *, installation: Installation) -> Seat:
    """The seat that the link of a mail opens, as often as it is opened.

    Raises NotFound for a link that is not ours, or of somebody who is not in the conversation any more.
    """
    found = SEAT.fullmatch(secret)
    conversation = session.get(Conversation, int(found[1])) if found else None
    if found is None or conversation is None:
        raise NotFound
    side = Side(found[2])
    if not compare_digest(secret, seat_secret(conversation, side, installation=installation)):
        raise NotFound
    account = _account(conversation, side)
    viewer = viewer_of(account) if account else Viewer()
    if side in MAY:
        require(viewer, MAY[side], conversation)
    return Seat(conversation, side, viewer)


def seat_secret(conversation: Conversation, side: Side, *, installation: Installation) -> str:
    """What a link holds: which seat, and a keyed hash of it and the address, so that it ends with that."""
    said = keyed_digest(
        installation.key, "seat", str(conversation.id), side, _address(conversation, side) or ""
    )
    return f"{conversation.id}-{side}-{said}"


def is_watched(conversation: Conversation) -> bool:
    """Whether a conversation may go on: for a sender under 18, as long as there is a referent."""
    if not conversation.guarded:
        return True
    referent = conversation.referent
    return referent is not None and may(viewer_of(referent), Action.GUARD, conversation)


def write_to(
    session: Session,
    conversation: Conversation,
    side: Side,
    *,
    installation: Installation,
    subject: str,
    lead: str,
    quoted: Sequence[str] = (),
) -> None:
    """Mails one side what there is to know, with the link of its seat; the caller commits.

    subject and lead are marked sentences; they may name %(name)s, the first name of the sender, and
    %(alumnus)s, the name that the pin shows. quoted is put below as it is. Nobody is mailed who is not
    there any more.
    """
    to = _address(conversation, side)
    if to is None:
        return
    language = language_of(conversation, side)
    values = {"name": conversation.first_name, "alumnus": alumnus_of(conversation)}
    link = installation.link(f"/conversations/{seat_secret(conversation, side, installation=installation)}")
    said = [translate(language, lead, **values), *quoted]
    if conversation.guarded:
        said.append(translate(language, _("%(name)s is under 18. A referent reads every message."), **values))
    said.append(
        translate(language, _("Read and answer on this page. A reply to this mail reaches nobody:"))
        + f"\n{link}"
    )
    said.append("\n".join(translate(language, warning) for warning in WARNINGS))
    letter = write_letter(
        session,
        to,
        installation=installation,
        language=language,
        subject=translate(language, subject, **values),
        paragraphs=said,
    )
    session.flush()
    session.add(ConversationLetter(letter_id=letter.id, conversation_id=conversation.id))


def first_message(conversation: Conversation, language: str) -> list[str]:
    """The first message in the words of a language: trade, dates, questions, and the sender's own words."""
    lines = [
        translate(
            language,
            _("Trade: %(trade)s"),
            trade=vocabulary.label(vocabulary.FIELDS, conversation.trade, language),
        )
    ]
    if conversation.starts_on:
        lines.append(translate(language, _("From: %(day)s"), day=conversation.starts_on.isoformat()))
    if conversation.ends_on:
        lines.append(translate(language, _("Until: %(day)s"), day=conversation.ends_on.isoformat()))
    asked = [f"- {vocabulary.label(QUESTIONS, key, language)}" for key in conversation.questions]
    own = [one.text for one in conversation.messages[:1] if one.side == Side.SENDER and one.text]
    return ["\n".join([*lines, *asked]), *own]


def language_of(conversation: Conversation, side: Side) -> str:
    """The language in which one side is told."""
    account = _account(conversation, side)
    return account.language if account else conversation.language


def alumnus_of(conversation: Conversation) -> str:
    """The name that the pin shows."""
    return conversation.pin.display_name if conversation.pin else ""


def _account(conversation: Conversation, side: Side) -> Account | None:
    if side == Side.ALUMNUS:
        return conversation.pin.account if conversation.pin else None
    return conversation.referent if side == Side.REFERENT else None


def _address(conversation: Conversation, side: Side) -> str | None:
    if side == Side.SENDER:
        return conversation.sender_email
    account = _account(conversation, side)
    return account.email if account else None
