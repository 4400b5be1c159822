"""Accounts, sign-ins, passes and letters: found and counted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.people import Account, Grant, Letter, Pass, Purpose, Role, SendingOrganisation, SignIn


def account_with_email(session: Session, email: str) -> Account | None:
    """The account of an address, None when there is none."""
    return session.scalar(select(Account).where(Account.email == email))


def accounts_with_role(session: Session, role: Role) -> list[Account]:
    """The accounts that have a role, by id."""
    return list(
        session.scalars(
            select(Account).join(Account.grants).where(Grant.role == role).order_by(Account.id)
        ).unique()
    )


def accounts_like(session: Session, words: str, *, limit: int) -> list[Account]:
    """The accounts whose address or name holds the words, by address; all for no words."""
    if "\x00" in words:  # PostgreSQL would refuse the question
        return []
    pattern = f"%{words.lower().replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
    like = or_(Account.email.like(pattern, escape="/"), func.lower(Account.name).like(pattern, escape="/"))
    return list(session.scalars(select(Account).where(like).order_by(Account.email).limit(limit)))


def speaks_for(session: Session, account_id: int | None, organisation_id: int) -> bool:
    """Whether an account speaks for a host organisation."""
    query = select(Grant.id).where(
        Grant.account_id == account_id, Grant.role == Role.HOST, Grant.organisation_id == organisation_id
    )
    return session.scalar(query.limit(1)) is not None


def colleagues(session: Session, sending_ids: Sequence[int]) -> list[Account]:
    """The referents of sending organisations, by address."""
    query = select(Account).join(Account.grants).where(Grant.sending_id.in_(sending_ids))
    return list(session.scalars(query.order_by(Account.email)).unique())


def sending_organisations(session: Session, ids: Sequence[int] | None = None) -> list[SendingOrganisation]:
    """The sending organisations with these ids, or all, by name."""
    query = select(SendingOrganisation).order_by(SendingOrganisation.name)
    return list(session.scalars(query if ids is None else query.where(SendingOrganisation.id.in_(ids))))


def sending_organisation_named(session: Session, name: str) -> SendingOrganisation | None:
    """The sending organisation of this name, None when there is none."""
    return session.scalar(select(SendingOrganisation).where(SendingOrganisation.name == name))


def sign_in_with_digest(session: Session, digest: str) -> SignIn | None:
    """The sign-in whose secret has this hash, with its account."""
    return session.scalar(select(SignIn).where(SignIn.digest == digest))


def sign_ins_of(session: Session, account_id: int) -> list[SignIn]:
    """The sign-ins of an account, the last used first."""
    query = select(SignIn).where(SignIn.account_id == account_id)
    return list(session.scalars(query.order_by(SignIn.seen.desc(), SignIn.id.desc())))


def count_passes(
    session: Session,
    since: datetime,
    *,
    email: str | None = None,
    network: str | None = None,
    purpose: Purpose | None = None,
) -> int:
    """How many passes were mailed since a moment, to an address or asked from a network."""
    query = select(func.count()).select_from(Pass).where(Pass.created > since)
    if email is not None:
        query = query.where(Pass.email == email)
    if network is not None:
        query = query.where(Pass.network_digest == network)
    if purpose is not None:
        query = query.where(Pass.purpose == purpose)
    return session.scalar(query) or 0


def open_pass(session: Session, purpose: Purpose, digest: str, *, at: datetime) -> Pass | None:
    """The unused pass of this purpose and hash that is still good, None when there is none."""
    return session.scalar(
        select(Pass).where(
            Pass.digest == digest, Pass.purpose == purpose, Pass.used.is_(None), Pass.expires > at
        )
    )


def use_pass(session: Session, id_: int, *, at: datetime) -> bool:
    """Marks a pass as used; False when somebody else was first."""
    done = session.execute(update(Pass).where(Pass.id == id_, Pass.used.is_(None)).values(used=at))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def try_code(session: Session, asker_digest: str, *, most: int, at: datetime) -> Pass | None:
    """The last pass with a code that this browser asked for, one try of it taken.

    None when there is none, when it is used or too old, or when all of its tries are taken.
    """
    wanted = and_(Pass.asker_digest == asker_digest, Pass.code_digest.is_not(None))
    found = session.scalar(select(Pass).where(wanted).order_by(Pass.id.desc()).limit(1))
    if found is None or found.used is not None or found.expires <= at:
        return None
    taken = session.execute(
        update(Pass).where(Pass.id == found.id, Pass.tries < most).values(tries=Pass.tries + 1)
    )
    return found if taken.rowcount else None  # type: ignore[attr-defined]


def letters_due(session: Session, *, at: datetime, limit: int) -> list[Letter]:
    """The letters to be sent now, the oldest first."""
    query = select(Letter).where(Letter.sent.is_(None), Letter.due <= at)
    return list(session.scalars(query.order_by(Letter.due, Letter.id).limit(limit)))


def letters_written(session: Session) -> list[tuple[int, datetime]]:
    """The number of every letter that is kept, and when it was written."""
    return [(id_, created) for id_, created in session.execute(select(Letter.id, Letter.created))]


def forget_old(session: Session, *, passes: datetime, sign_ins: datetime, letters: datetime) -> None:
    """Drops passes that expired, sign-ins that began and letters that were written before these moments."""
    session.execute(delete(Pass).where(Pass.expires < passes))
    session.execute(delete(SignIn).where(SignIn.created < sign_ins))
    session.execute(delete(Letter).where(Letter.created < letters))
