"""Corrections of facts by readers: handed in, looked up, taken along, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from urllib.parse import urlsplit

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.content.corrections import Sentence, named, sentence_of
from mapsvc.content.facts import Fact, https
from mapsvc.content.kits import Kit
from mapsvc.domain.base import now
from mapsvc.domain.corrections import FactSubmission
from mapsvc.domain.flags import find_flags
from mapsvc.domain.pin_values import text_of
from mapsvc.domain.submissions import UNDECIDED, SubmissionStatus
from mapsvc.errors import InvalidInput, MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.storage import corrections as stored
from mapsvc.storage import submissions
from mapsvc.storage.dialects.locks import one_at_a_time

LARGEST_ID = 2**31 - 1
RIGHT, CHANGED = "right", "changed"  # what a reader found
LONGEST_WORDS, LONGEST_NOTE, LONGEST_ADDRESS = 400, 500, 500  # characters
LONGEST_FLAGGED = 200
LONGEST_NAME = 120
MOST_WAITING = 20  # of one person


class TooManyWait(MapsvcError):
    """Somebody handed in more than moderators should have to read at once."""

    message = _("%(count)s of your corrections wait for a moderator. Please wait until they are read.")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a reader found at the source; words and source_url are "" where the fact is still right."""

    looked_on: date
    words: str
    source_url: str
    note: str

    @classmethod
    def of(cls, said: Mapping[str, Any], about: Sentence, *, today: date) -> Self:
        """What was typed, by the names of the fields and `found`. Raises InvalidInput."""
        if said.get("found") not in {RIGHT, CHANGED}:
            raise InvalidInput(_("Choose what you found."), field="found")
        changed = said["found"] == CHANGED
        return cls(
            _looked_on(said.get("looked_on"), about.fact, today),
            _words(said, about) if changed else "",
            _address(said) if changed else "",
            text_of(said, "note", LONGEST_NOTE, lines=True),
        )


def sentence(session: Session, viewer: Viewer, kit: Kit, part: str, key: str, *, language: str) -> Sentence:
    """The fact of a kit, which is given as its files have it, that a reader wants to correct.

    Raises NotFound where there is none.
    """
    require(viewer, Action.CORRECT_FACT)
    if not any(named(one) == part and key in one.data.facts for one in kit.parts):
        raise NotFound
    found = sentence_of(kit, part, key, stored.accepted(session, (part, key)), language)
    if found is None:  # no text marks it
        raise NotFound
    return found


def propose(session: Session, viewer: Viewer, about: Sentence, said: Mapping[str, Any]) -> FactSubmission:
    """Hands in what a reader says of a fact. Commits.

    What the same reader handed in before about this fact, and nobody decided, is withdrawn.

    Raises InvalidInput, or TooManyWait.
    """
    require(viewer, Action.CORRECT_FACT)
    claim, account_id = Claim.of(said, about, today=now().date()), viewer.account_id or 0
    one_at_a_time(session, f"corrections:{account_id}")
    for earlier in _undecided(session, about, account_id):
        earlier.status, earlier.decided = SubmissionStatus.WITHDRAWN, now()
    session.flush()
    if stored.count_waiting_by(session, account_id) >= MOST_WAITING:
        raise TooManyWait(count=MOST_WAITING)
    made = FactSubmission(
        account_id=account_id,
        kit=about.kit,
        part=about.part,
        fact=about.key,
        language=about.language,
        sentence=about.sentence,
        looked_on=claim.looked_on,
        words=claim.words,
        source_name=_name(claim.source_url, about.fact),
        source_url=claim.source_url,
        follows=about.follows and bool(claim.words),
        note=claim.note,
        flags=_flags(claim),
    )
    made.proposed = stored.accepted(session, (about.part, about.key)).after(made).kept()
    session.add(made)
    session.flush()
    note(session, viewer, "submitted", "correction", made.id)
    session.commit()
    return made


def waiting_of(session: Session, viewer: Viewer, about: Sentence) -> FactSubmission | None:
    """What the viewer handed in about a fact and is not decided for good, None where that is nothing."""
    require(viewer, Action.CORRECT_FACT)
    return next(iter(_undecided(session, about, viewer.account_id or 0)), None)


def own_corrections(session: Session, viewer: Viewer) -> list[FactSubmission]:
    """All that one handed in, the newest first."""
    require(viewer, Action.USE_ACCOUNT)
    return stored.fact_submissions_by(session, viewer.account_id or 0)


def withdraw(session: Session, viewer: Viewer, number: int) -> None:
    """Takes back what one handed in oneself. Commits.

    Raises NotFound for what somebody else handed in, or what is decided for good.
    """
    require(viewer, Action.USE_ACCOUNT)
    found = session.get(FactSubmission, number) if 0 < number <= LARGEST_ID else None
    if found is None or found.account_id != viewer.account_id or found.status not in UNDECIDED:
        raise NotFound
    frm = SubmissionStatus(found.status)
    if not submissions.decide_submission(
        session, found, SubmissionStatus.WITHDRAWN, frm=frm, at=now(), by=None
    ):
        raise NotFound  # a moderator was first
    note(session, viewer, "withdrew", "correction", found.id)
    session.commit()


def everything_kept(session: Session, viewer: Viewer) -> dict[str, Any]:
    """All that is kept of one's corrections, as JSON takes it, the newest first."""
    hidden = {"account_id", "decided_by_id"}
    names = [each.key for each in inspect(FactSubmission).column_attrs if each.key not in hidden]
    return {
        "corrections": [
            {name: _written(getattr(one, name)) for name in names} for one in own_corrections(session, viewer)
        ]
    }


def _undecided(session: Session, about: Sentence, account_id: int) -> list[FactSubmission]:
    return submissions.submissions_of(
        session, FactSubmission, about.part, about.key, account_id, undecided=True
    )


def _looked_on(day: object, fact: Fact, today: date) -> date:
    if not isinstance(day, date):
        raise InvalidInput(_("Give the day on which you looked at the source."), field="looked_on")
    if day > today:
        raise InvalidInput(_("This day has not come yet."), field="looked_on")
    known = max(fact.written_on, fact.checked_on or fact.written_on)
    if day < known:
        raise InvalidInput(
            _("This was looked at on %(day)s. Look at the source again, and give that day."),
            field="looked_on",
            day=known.isoformat(),
        )
    return day


def _words(said: Mapping[str, Any], about: Sentence) -> str:
    words = text_of(said, "words", LONGEST_WORDS)
    if not any(sign.isalnum() for sign in words):
        raise InvalidInput(_("Write the sentence as it should be."), field="words")
    if words == about.draft:
        raise InvalidInput(
            _("This is the sentence as it stands. Change it, or say that it is still right."), field="words"
        )
    return words


def _address(said: Mapping[str, Any]) -> str:
    address = text_of(said, "source_url", LONGEST_ADDRESS)
    try:
        return https(address)
    except ValueError as fault:
        raise InvalidInput(str(fault), field="source_url") from None


def _name(url: str, fact: Fact) -> str:
    """What a source is called: as before where it is of the same site, else by the name of the site."""
    if not url:
        return ""
    site, known = (urlsplit(one).hostname or "" for one in (url, fact.source.url))
    return fact.source.name if site == known else site.removeprefix("www.")[:LONGEST_NAME]


def _flags(claim: Claim) -> list[list[str]]:
    found = [
        (one.flag, one.text[:LONGEST_FLAGGED])
        for text in (claim.words, claim.note)
        for one in find_flags(text)
    ]
    return [[flag, piece] for flag, piece in dict.fromkeys(found)]


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
