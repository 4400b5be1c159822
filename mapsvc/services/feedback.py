"""Takes what learners and hosts say of the service, and tells it without telling who said what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.base import now
from mapsvc.domain.feedback import (
    LEAST_SHOWN,
    LONGEST_TEXT,
    MARKS,
    NETWORKS_KEPT,
    TEXTS_KEPT,
    Feedback,
    Question,
    Speaker,
)
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import InvalidInput, NotFound, TooMany
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.services.installations import Installation
from mapsvc.services.secrets import keyed_digest
from mapsvc.services.tombstones import mark
from mapsvc.storage import feedback as stored
from mapsvc.storage.dialects.locks import one_at_a_time

MOST_PER_NETWORK = 60  # in COUNTED: two classes of a school may share one address
COUNTED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Average:
    """What some speakers think: the mean of count marks, from 1 to 5; None where too few were given."""

    speaker: Speaker
    question: Question
    count: int
    mean: float | None


def give_feedback(
    session: Session,
    speaker: Speaker,
    marks: Mapping[Question, int],
    *,
    text: str,
    installation: Installation,
    network: str,
    language: str,
) -> Feedback:
    """Keeps what somebody thinks of the service. Commits.

    network is the asking network address; only a keyed hash of it is kept, to count by, for a day.
    Raises InvalidInput where there is neither a mark nor a word, or too many words, or TooMany.
    """
    text = text.strip()
    if not marks and not text:
        raise InvalidInput(_("Answer one question at least, or write something."))
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(_("At most %(limit)s characters can be kept."), field="text", limit=LONGEST_TEXT)
    if any(mark not in MARKS for mark in marks.values()):
        raise InvalidInput(_("Choose a number from 1 to 5."))
    hashed = keyed_digest(installation.key, "network", network)
    one_at_a_time(session, f"feedback:{hashed}")
    if stored.count_feedback(session, hashed, since=now() - COUNTED) >= MOST_PER_NETWORK:
        raise TooMany
    given = {one.value: mark for one, mark in marks.items()}
    made = Feedback(speaker=speaker, text=text, language=language, network_digest=hashed, **given)
    session.add(made)
    session.commit()
    return made


def averages(session: Session, viewer: Viewer) -> list[Average]:
    """What learners and hosts think, by speaker and question. Raises NotFound for who does not moderate."""
    require(viewer, Action.MODERATE)
    found = stored.all_feedback(session)
    return [
        average(speaker, question, [one.marks[question] for one in found if _answers(one, speaker, question)])
        for speaker in Speaker
        for question in Question
    ]


def average(speaker: Speaker, question: Question, marks: Sequence[int]) -> Average:
    """The mean of marks in the order in which they came.

    It moves with every LEAST_SHOWN-th mark alone, so that nobody can tell what the last one was.
    """
    told = marks[: len(marks) - len(marks) % LEAST_SHOWN]
    return Average(speaker, question, len(told), sum(told) / len(told) if told else None)


def texts(session: Session, viewer: Viewer) -> list[Feedback]:
    """The answers with words, the last first. Raises NotFound for who does not moderate."""
    require(viewer, Action.MODERATE)
    return [one for one in reversed(stored.all_feedback(session)) if one.text]


def delete_text(session: Session, viewer: Viewer, number: int) -> None:
    """Deletes the words of an answer for good; its marks stay. Commits. Raises NotFound."""
    require(viewer, Action.MODERATE)
    found = session.get(Feedback, number)
    if found is None or not found.text:
        raise NotFound
    note(session, viewer, "erased", "feedback", number)
    erase_texts(session, [found])
    session.commit()


def erase_texts(session: Session, found: Iterable[Feedback]) -> int:
    """Deletes the words of answers, and leaves tombstones; the caller commits. How many had any."""
    with_words = [one for one in found if one.text]
    mark(session, Erased.FEEDBACK_TEXT, [one.id for one in with_words])
    for one in with_words:
        one.text = ""
    session.flush()
    return len(with_words)


def forget_old_feedback(session: Session, *, at: datetime | None = None) -> None:
    """Drops from where answers came after a day, and their words when they are too old. Commits."""
    at = at or now()
    stored.forget_networks_of_feedback(session, before=at - NETWORKS_KEPT)
    erase_texts(session, stored.texts_before(session, at - TEXTS_KEPT))
    session.commit()


def _answers(one: Feedback, speaker: Speaker, question: Question) -> bool:
    return one.speaker == speaker and question in one.marks
