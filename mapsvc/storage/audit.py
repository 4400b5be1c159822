"""The audit log, read: filtered, and a page at a time."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session

from mapsvc.domain.people import Account
from mapsvc.domain.reviews import AuditEntry
from mapsvc.storage.listings import chunks


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: with a word of their action or subject, by accounts, from a moment until before another.

    "" and None ask for any; account_ids that are empty ask for none.
    """

    action: str = ""
    subject: str = ""
    subject_id: int | None = None
    account_ids: Collection[int] | None = None
    since: datetime | None = None
    until: datetime | None = None


def entries(session: Session, wanted: Wanted, *, limit: int, before: int | None = None) -> list[AuditEntry]:
    """The lines that are wanted, the newest first; before is the number of the line where a page ended."""
    query = _filtered(wanted)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return list(session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)))


def all_entries(session: Session, wanted: Wanted, *, most: int | None = None) -> Iterator[AuditEntry]:
    """Every line that is wanted, the newest first; no more than `most`, all of them where it is None."""
    query = _filtered(wanted).order_by(AuditEntry.id.desc()).limit(most)
    # Closed also where nobody reads to the end: PostgreSQL keeps a cursor open till then.
    with closing(session.scalars(query.execution_options(yield_per=1000))) as found:
        yield from found


def count(session: Session, wanted: Wanted) -> int:
    """How many lines are wanted."""
    return session.scalar(select(func.count()).select_from(_filtered(wanted).subquery())) or 0


def words_of(session: Session) -> tuple[list[str], list[str]]:
    """The actions and the subjects that the log knows, in order of the alphabet."""
    actions, subjects = (
        list(session.scalars(select(column).distinct().order_by(column)))
        for column in (AuditEntry.action, AuditEntry.subject)
    )
    return actions, subjects


def addresses_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The addresses of those of the accounts that still exist."""
    return {
        id_: email
        for chunk in chunks(sorted(set(ids)))
        for id_, email in session.execute(select(Account.id, Account.email).where(Account.id.in_(chunk)))
    }


def _filtered(wanted: Wanted) -> Select[AuditEntry]:
    query = select(AuditEntry)
    if "\x00" in wanted.action + wanted.subject:  # PostgreSQL would refuse the question
        return query.where(false())
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.subject:
        query = query.where(AuditEntry.subject == wanted.subject)
    if wanted.subject_id is not None:
        query = query.where(AuditEntry.subject_id == wanted.subject_id)
    if wanted.account_ids is not None:
        query = query.where(AuditEntry.account_id.in_(sorted(wanted.account_ids)))
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    return query
