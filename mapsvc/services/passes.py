"""Mailed secrets that open one thing once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.people import Pass, Purpose
from mapsvc.errors import Gone, MapsvcError, TooMany
from mapsvc.messages import mark as _
from mapsvc.services.installations import Installation
from mapsvc.services.secrets import digest, keyed_digest, new_code, new_secret
from mapsvc.storage import people
from mapsvc.storage.dialects.locks import one_at_a_time

HOUR = timedelta(hours=1)
MOST_TRIES = 5  # of a code
COUNTED = timedelta(minutes=15)
MOST_PER_ADDRESS = 5  # mails that hold a secret, in COUNTED
MOST_PER_NETWORK = 200  # a class of learners may share one address


class PassGone(Gone):
    """A link that is unknown, used or too old: the three are told alike."""

    message = _("This link was used already, or it is too old. Ask for a new one.")


class WrongCode(MapsvcError):
    """A code that is not the one of the last mail."""

    message = _("This code is not right, or it is too old. After five tries, ask for a new mail.")


@dataclass(frozen=True, slots=True)
class Issued:
    """A new pass, as its mail needs it; neither secret nor code is kept."""

    id: int
    secret: str
    code: str


def refuse_too_many(
    session: Session, installation: Installation, *, email: str, network: str | None
) -> str | None:
    """Nothing, while an address and a network have had few such mails; the hash of the network.

    Raises TooMany, for known and unknown addresses alike.
    """
    one_at_a_time(session, f"passes:{email}")
    since = now() - COUNTED
    hashed = keyed_digest(installation.key, "network", network) if network else None
    if people.count_passes(session, since, email=email) >= MOST_PER_ADDRESS:
        raise TooMany
    if hashed and people.count_passes(session, since, network=hashed) >= MOST_PER_NETWORK:
        raise TooMany
    return hashed


def issue(
    session: Session,
    purpose: Purpose,
    *,
    installation: Installation,
    email: str,
    network: str | None = None,
    limited: bool = True,
    lifetime: timedelta = HOUR,
    asker: str | None = None,
    data: dict[str, Any] | None = None,
) -> Issued:
    """A new pass for an address, with a code where `asker`, the secret of the asking browser, is given.

    network is the asking network address, where a visitor asks. limited is False for what we send of
    ourselves: it is not refused. The caller writes the letter and commits.

    Raises TooMany.
    """
    hashed = None
    if limited:
        hashed = refuse_too_many(session, installation, email=email, network=network)
    secret, code = new_secret(), new_code() if asker else ""
    made = Pass(
        purpose=purpose,
        digest=digest(secret),
        code_digest=keyed_digest(installation.key, "code", code) if asker else None,
        asker_digest=digest(asker) if asker else None,
        email=email,
        network_digest=hashed,
        data=data or {},
        expires=now() + lifetime,
    )
    session.add(made)
    session.flush()
    return Issued(made.id, secret, code)


def look(session: Session, purpose: Purpose, secret: str) -> Pass:
    """The pass of a secret, without using it up: a mail scanner that opens links changes nothing.

    Raises PassGone.
    """
    found = people.open_pass(session, purpose, digest(secret), at=now())
    if found is None:
        raise PassGone
    return found


def use(session: Session, purpose: Purpose, secret: str) -> Pass:
    """The pass of a secret, used up by this; the caller commits.

    Raises PassGone, also for the second of two who come at once.
    """
    found = look(session, purpose, secret)
    if not people.use_pass(session, found.id, at=now()):
        raise PassGone
    return found


def use_code(session: Session, code: str, *, asker: str, installation: Installation) -> Pass:
    """The pass of a code that this browser asked for, used up by this. Commits a try that failed.

    Raises WrongCode.
    """
    found = people.try_code(session, digest(asker), most=MOST_TRIES, at=now())
    right = found is not None and found.code_digest == keyed_digest(installation.key, "code", code)
    if found is None or not right or not people.use_pass(session, found.id, at=now()):
        session.commit()
        raise WrongCode
    return found
