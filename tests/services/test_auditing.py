"""The audit log only grows, and is read in pages."""

import gc
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.base import now
from mapsvc.domain.reviews import AuditEntry
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.services import audit_logs
from mapsvc.services.auditing import note
from mapsvc.storage.audit import Wanted
from mapsvc.storage.engine import reading
from tests.services.keepers import administrator, referent
from tests.services.moderators import moderator

REFUSED = "audit_entries only grows"


@pytest.fixture
def noted(session: Session) -> AuditEntry:
    note(session, Viewer(account_id=7), "edited", "host", 3)
    session.commit()
    return session.scalars(select(AuditEntry)).one()


def asked(session: Session, **fields: str) -> Wanted:
    return audit_logs.wanted(
        session, **{"action": "", "subject": "", "person": "", "day": "", "zone": "UTC", **fields}
    )


@pytest.mark.parametrize(
    "statement",
    [
        update(AuditEntry).values(action="nothing"),
        update(AuditEntry).values(account_id=None),
        delete(AuditEntry),
        delete(AuditEntry).where(AuditEntry.id > 0),
    ],
    ids=["update", "forget who", "delete", "delete some"],
)
def test_no_line_is_changed_or_deleted(
    engine: Engine, session: Session, noted: AuditEntry, statement: object
) -> None:
    with pytest.raises(DBAPIError, match=REFUSED):
        session.execute(statement)  # type: ignore[call-overload]
    session.rollback()

    with reading(engine) as later:
        kept = later.scalars(select(AuditEntry)).one()
    assert (kept.action, kept.account_id, kept.subject_id) == ("edited", 7, 3)


def test_the_log_is_not_emptied_at_once_either(engine: Engine, session: Session, noted: AuditEntry) -> None:
    if engine.dialect.name == "sqlite":
        return  # has no TRUNCATE
    with pytest.raises(DBAPIError, match=REFUSED):
        session.execute(text("TRUNCATE audit_entries"))


def test_a_changed_object_is_refused_too(session: Session, noted: AuditEntry) -> None:
    noted.detail = {"other": 1}

    with pytest.raises(DBAPIError, match=REFUSED):
        session.commit()


def test_pages_hold_every_line_once_the_newest_first(session: Session) -> None:
    mo = moderator(session)
    for number in range(120):
        note(session, mo, "edited", "host", number)
    session.commit()

    seen, before = [], None
    while True:
        page = audit_logs.page(session, mo, asked(session, action="edited"), before=before)
        seen += [line.entry.subject_id for line in page.lines]
        before = page.before
        if before is None:
            break

    assert seen == list(range(119, -1, -1))


def test_lines_are_found_by_action_subject_person_and_day(session: Session) -> None:
    mo = moderator(session)
    note(session, mo, "edited", "host", 3)
    note(session, Viewer(account_id=7), "edited", "host", 30)
    session.add(AuditEntry(action="erased", subject="host", at=now() - timedelta(days=3)))
    session.commit()
    today = now().date()

    def count(**fields: str) -> int:
        return len(audit_logs.page(session, mo, asked(session, **fields)).lines)

    assert count(action="edited") == 2
    assert count(subject="host 3") == 1
    assert count(subject="host") == 3
    assert count(person="mo@site") == 1
    assert count(person="account 7") == count(person="7") == count(person="compte 7 (supprimé)") == 1
    assert count(person="mo7") == 0  # the beginning of an address
    assert count(person="nobody@site.example") == 0
    assert count(day=(today - timedelta(days=3)).isoformat()) == 1
    assert count(action="edited", day=today.isoformat()) == 2
    assert count(action="e", subject="%") == 0
    with pytest.raises(InvalidInput):
        asked(session, day="yesterday")


def test_a_day_is_that_of_its_zone_and_may_have_23_hours(session: Session) -> None:
    short = asked(session, day="2026-03-29", zone="Europe/Brussels")

    assert short.since == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert short.until == datetime(2026, 3, 29, 22, tzinfo=UTC)
    for day in ("9999-12-31", "0001-01-01", "2026-02-30"):
        with pytest.raises(InvalidInput):
            asked(session, day=day, zone="Europe/Brussels")


def test_only_moderators_and_administrators_read_the_log(session: Session) -> None:
    for viewer in (moderator(session), administrator(session)):
        assert audit_logs.page(session, viewer, Wanted()).lines
    with pytest.raises(NotFound):
        audit_logs.page(session, referent(session), Wanted())
    with pytest.raises(NotFound):
        list(audit_logs.all_lines(session, referent(session, "b@c.example"), Wanted()))
    with pytest.raises(NotFound):
        audit_logs.count(session, referent(session, "c@c.example"), Wanted())


def test_the_file_holds_every_line_and_addresses_of_those_who_are_there(session: Session) -> None:
    mo = moderator(session)
    note(session, mo, "edited", "host", 3, why="é")
    note(session, Viewer(account_id=777), "edited", "host", 4)
    session.commit()

    found = list(audit_logs.all_lines(session, mo, Wanted(action="edited")))

    assert audit_logs.count(session, mo, Wanted(action="edited")) == 2
    assert [(one.entry.account_id, one.address, one.entry.subject_id) for one in found] == [
        (777, "", 4),
        (mo.account_id, "mo@site.example", 3),
    ]
    assert found[1].detail == "why: é"


def test_whoever_stops_reading_leaves_nothing_open(session: Session) -> None:
    mo = moderator(session)
    for number in range(3):
        note(session, mo, "edited", "host", number)
    session.commit()

    lines = audit_logs.all_lines(session, mo, Wanted(action="edited"))
    first = next(lines)
    lines.close()  # type: ignore[attr-defined]
    gc.collect()

    assert first.entry.subject_id == 2
    assert len(list(audit_logs.all_lines(session, mo, Wanted(action="edited"), most=2))) == 2
