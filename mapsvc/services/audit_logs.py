"""The audit log as moderators read it and take it along."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.reviews import AuditEntry
from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _
from mapsvc.storage import audit, people
from mapsvc.storage.audit import Wanted

PAGE = 50
MOST_ACCOUNTS = 500
LARGEST_ID = 2**31 - 1
LONGEST_ID = 10  # digits


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log; address is "" where nobody was signed in, or where the account is gone."""

    entry: AuditEntry
    address: str

    @property
    def detail(self) -> str:
        """What the line says beside, as name: value."""
        return ", ".join(f"{name}: {value}" for name, value in sorted(self.entry.detail.items()))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the log; `before` asks for the next one, None on the last. actions and subjects are known."""

    lines: list[Line]
    before: int | None
    actions: list[str]
    subjects: list[str]


def wanted(session: Session, *, action: str, subject: str, person: str, day: str, zone: str) -> Wanted:
    """What the fields of the filter ask for. person is a part of an address, or the number of an account.

    subject may carry a number: "host 12". day is an ISO 8601 day in a zone. Raises InvalidInput.
    """
    noun, _between, number = subject.strip().partition(" ")
    since, until = _day(day, zone)
    return Wanted(
        action=action,
        subject=noun,
        subject_id=int(number) if _is_number(number) else None,
        account_ids=_accounts(session, person.strip()),
        since=since,
        until=until,
    )


def page(session: Session, viewer: Viewer, asked: Wanted, *, before: int | None = None) -> Page:
    """A page of the log, the newest line first. Raises NotFound for who may not see it."""
    require(viewer, Action.SEE_AUDIT)
    found = audit.entries(session, asked, limit=PAGE + 1, before=before)
    actions, subjects = audit.words_of(session)
    shown = found[:PAGE]
    addresses = audit.addresses_of(session, (one.account_id for one in shown if one.account_id))
    lines = [Line(one, addresses.get(one.account_id or 0, "")) for one in shown]
    return Page(lines, shown[-1].id if len(found) > PAGE else None, actions, subjects)


def all_lines(session: Session, viewer: Viewer, asked: Wanted, *, most: int | None = None) -> Iterator[Line]:
    """All lines that are asked for, the newest first, as they are read; no more than `most` of them.

    Raises NotFound for who may not see them.
    """
    require(viewer, Action.SEE_AUDIT)
    addresses: dict[int, str] = {}
    for entry in audit.all_entries(session, asked, most=most):
        who = entry.account_id
        if who is not None and who not in addresses:
            addresses[who] = audit.addresses_of(session, [who]).get(who, "")
        yield Line(entry, addresses[who] if who is not None else "")


def count(session: Session, viewer: Viewer, asked: Wanted) -> int:
    """How many lines are asked for. Raises NotFound for who may not see them."""
    require(viewer, Action.SEE_AUDIT)
    return audit.count(session, asked)


def _day(text: str, zone: str) -> tuple[datetime, datetime] | tuple[None, None]:
    """The first moment of a day and that of the next; a day may have 23 or 25 hours."""
    if not text.strip():
        return None, None
    try:
        found = date.fromisoformat(text.strip())
        first, following = (
            datetime.combine(one, time(), ZoneInfo(zone)).astimezone(UTC)
            for one in (found, found + timedelta(days=1))
        )
        return first, following
    except (ValueError, OverflowError):
        raise InvalidInput(_("Write the day like this: 2026-03-14"), field="day") from None


def _accounts(session: Session, person: str) -> list[int] | None:
    if not person:
        return None
    if number := re.fullmatch(r"(?:[^\d@]*\s)?(\d{1,9})(?:\s[^\d@]*)?", person):
        return [int(number[1])]
    return [one.id for one in people.accounts_like(session, person[:254], limit=MOST_ACCOUNTS)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_ID and int(text) <= LARGEST_ID
