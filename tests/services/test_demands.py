"""Searches that found too little: counted once a visitor and day, told from 5 on, forgotten in time."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mapsvc.domain.demand_visitors import Sought
from mapsvc.domain.demands import (
    FEW,
    LEAST_SHOWN,
    MONTHS_KEPT,
    DemandCount,
    DemandSalt,
    DemandVisit,
    Wanted,
)
from mapsvc.places.regions import Regions
from mapsvc.services import backups, demand_buffers
from mapsvc.services.demand_buffers import COUNTED_AT, DemandBuffer, DemandCounter
from mapsvc.services.demands import TABLES, demand, forget_visitors, last_months, months_before, record
from mapsvc.storage import demands
from mapsvc.storage.engine import reading, writing
from mapsvc.worker import TASKS, forget_searchers

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
AGENT = "Mozilla/5.0 (X11; Linux) Secret-Browser-Name"
COMO, OCEAN = (9.085, 45.81), (-30.0, 45.0)


def lombardy(
    lons: Sequence[float], _lats: Sequence[float], _countries: Sequence[str | None]
) -> list[str | None]:
    return ["IT-CO" if lon > 0 else None for lon in lons]


FINDERS = {"shipped": lombardy}


def sought(who: int, *fields: str, at: tuple[float, float] = COMO) -> Sought:
    return Sought(f"198.51.{who // 250}.{who % 250}", AGENT, *at, None, fields or ("",))


def found(engine: Engine, *, set_key: str = "shipped") -> dict[tuple[str, str], int]:
    with reading(engine) as session:
        return demand(session, set_key=set_key, months=[NOVEMBER])


def kept(engine: Engine, noun: type[DemandCount | DemandSalt | DemandVisit]) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(noun)) or 0


def test_five_visitors_are_told_and_four_are_not(engine: Engine) -> None:
    people = [sought(who, "07") for who in range(LEAST_SHOWN)]
    people += [sought(who, "10") for who in range(LEAST_SHOWN - 1)]

    record(engine, people, finders=FINDERS, at=NOON)

    assert found(engine) == {("IT-CO", "07"): LEAST_SHOWN}
    assert kept(engine, DemandCount) == 2


def test_small_counts_of_two_months_are_not_added_up_to_one_that_is_told(session: Session) -> None:
    for month in (10, 11):
        visits = [(bytes([who]) * 16, Wanted("shipped", "IT-CO", "07")) for who in range(LEAST_SHOWN - 1)]
        demands.add_visits(session, date(2026, month, 3), visits)
    session.commit()

    assert demand(session, set_key="shipped", months=last_months(NOVEMBER, 2)) == {}


def test_a_visitor_counts_once_a_day_for_each_field_and_again_the_next_day(engine: Engine) -> None:
    same = [sought(1, "07", "10"), sought(1, "07"), sought(1)]

    first = record(engine, same, finders=FINDERS, at=NOON)
    again = record(engine, same, finders=FINDERS, at=NOON + timedelta(hours=1))
    tomorrow = record(engine, same, finders=FINDERS, at=NOON + timedelta(days=1))

    assert (first, again, tomorrow) == (3, 0, 3)


def test_the_code_of_a_visitor_differs_from_day_to_day(engine: Engine) -> None:
    for days in (0, 1):
        record(engine, [sought(1)], finders=FINDERS, at=NOON + timedelta(days=days))

    with reading(engine) as session:
        codes = session.scalars(select(DemandVisit.visitor)).all()
        salts = session.scalars(select(DemandSalt.salt)).all()
    assert len(set(codes)) == 2
    assert [len(salt) for salt in set(salts)] == [32, 32]


def test_the_codes_and_salts_of_a_day_are_gone_when_it_is_over_and_the_counts_stay(engine: Engine) -> None:
    record(engine, [sought(who) for who in range(LEAST_SHOWN)], finders=FINDERS, at=NOON)
    midnight = datetime(2026, 11, 24, tzinfo=UTC)

    early = forget_visitors(engine, at=midnight - timedelta(seconds=1))
    there = (kept(engine, DemandVisit), kept(engine, DemandSalt))
    dropped = forget_visitors(engine, at=midnight)

    assert (early, there, dropped) == (False, (LEAST_SHOWN, 1), True)
    assert (kept(engine, DemandVisit), kept(engine, DemandSalt)) == (0, 0)
    assert found(engine) == {("IT-CO", ""): LEAST_SHOWN}


def test_counts_are_dropped_after_their_months(engine: Engine) -> None:
    record(engine, [sought(who) for who in range(LEAST_SHOWN)], finders=FINDERS, at=NOON)

    forget_visitors(engine, at=datetime(2028, 11, 30, tzinfo=UTC))
    still = found(engine)
    forget_visitors(engine, at=datetime(2028, 12, 1, tzinfo=UTC))

    assert still == {("IT-CO", ""): LEAST_SHOWN}
    assert kept(engine, DemandCount) == 0
    assert months_before(date(2028, 12, 1), MONTHS_KEPT) == date(2026, 12, 1)


def test_the_worker_forgets_visitors() -> None:
    assert forget_searchers in [task for _pace, task in TASKS]


def test_two_workers_that_count_at_once_count_a_visitor_once(engine: Engine) -> None:
    visits = [(b"a" * 16, Wanted("shipped", "IT-CO", field)) for field in ("07", "10")]
    added: list[int] = []

    def second() -> None:
        with writing(engine) as other:
            added.append(demands.add_visits(other, NOON.date(), visits))
            other.commit()

    thread = Thread(target=second)
    with writing(engine) as one:
        added.append(demands.add_visits(one, NOON.date(), visits[:1]))
        thread.start()
        thread.join(0.2)  # it waits for what the first has not committed yet
        waited = thread.is_alive()
        one.commit()
    thread.join(20)

    with reading(engine) as session:
        counts = session.scalars(select(DemandCount.visitors).order_by(DemandCount.field)).all()
    assert (waited, added, counts) == (True, [1, 1], [1, 1])


def test_the_order_in_which_searches_come_does_not_matter(engine: Engine) -> None:
    chance = Random(7)
    people = [
        sought(chance.randrange(9), *chance.sample(["07", "10", "01"], chance.randint(1, 3)))
        for _one in range(60)
    ]
    seen = []
    for _turn in range(4):
        chance.shuffle(people)
        cut = chance.randrange(len(people))
        for part in (people[:cut], people[cut:], people[:5]):
            record(engine, part, finders=FINDERS, at=NOON)
        with writing(engine) as session:
            rows = session.execute(select(DemandCount.field, DemandCount.visitors)).all()
            seen.append(sorted(map(tuple, rows)))
            for noun in (DemandCount, DemandVisit, DemandSalt):
                session.query(noun).delete()
            session.commit()

    wanted = {(one.address, field) for one in people for field in one.fields}
    brute = sorted((f, sum(field == f for _who, field in wanted)) for f in ("01", "07", "10"))
    assert seen == [brute] * 4


def test_each_set_of_regions_is_counted_by_itself_and_what_lies_in_none_is_not(
    engine: Engine, regions: Regions
) -> None:
    finders = {"shipped": regions.regions_at, "nuts-2024": lombardy}
    people = [sought(who) for who in range(LEAST_SHOWN)] + [sought(99, at=OCEAN)]

    record(engine, people, finders=finders, at=NOON)

    assert found(engine) == {("IT-CO", ""): LEAST_SHOWN}
    assert found(engine, set_key="nuts-2024") == {("IT-CO", ""): LEAST_SHOWN}
    assert kept(engine, DemandCount) == 2


def test_no_address_and_no_name_of_a_browser_is_in_the_files_of_the_database(
    engine: Engine, tmp_path: Path
) -> None:
    buffer = DemandBuffer()
    buffer.add(Sought("203.0.113.77", AGENT, *COMO, "IT", ("07",)))

    DemandCounter(buffer, engine, lambda: FINDERS).count()

    assert kept(engine, DemandVisit) == 1
    traces = (b"203.0.113.77", b"Secret-Browser-Name", bytes([203, 0, 113, 77]))
    if engine.dialect.name == "postgresql":
        with reading(engine) as session:
            dumped = repr(
                [
                    session.execute(select(*table.c)).all()
                    for table in (demands.VISITS, demands.SALTS, demands.COUNTS)
                ]
            )
        assert not any(repr(trace)[2:-1] in dumped for trace in traces)
        return
    held = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"IT-CO" in held
    assert not any(trace in held for trace in traces)


def test_of_a_day_that_is_over_no_code_is_left_in_the_files_of_the_database(
    engine: Engine, tmp_path: Path
) -> None:
    record(engine, [sought(1)], finders=FINDERS, at=NOON)
    with reading(engine) as session:
        secrets = [session.scalars(select(column)).one() for column in (DemandVisit.visitor, DemandSalt.salt)]

    def left() -> list[bool]:
        if (
            engine.dialect.name == "postgresql"
        ):  # its files are the server's: those of the tables have no page
            with reading(engine) as session:
                sizes = [func.pg_relation_size(table) for table in TABLES]
                return [bool(size) for size in session.execute(select(*sizes)).one()]
        held = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
        return [secret in held for secret in secrets]

    before = left()
    forget_visitors(engine, at=NOON + timedelta(days=1))

    assert (before, left()) == ([True, True], [False, False])


def test_a_backup_holds_the_counts_and_nothing_of_the_visitors(engine: Engine, tmp_path: Path) -> None:
    record(engine, [sought(who) for who in range(LEAST_SHOWN)], finders=FINDERS, at=NOON)

    facts = backups.copy_database(engine, tmp_path / "copy")

    assert [facts.rows[table] for table in ("demand_visits", "demand_salts", "demand_counts")] == [0, 0, 1]
    with reading(engine) as session:
        salt = session.scalars(select(DemandSalt.salt)).one()
    held = (tmp_path / "copy").read_bytes()
    assert salt not in held
    assert salt.hex().encode() not in held
    assert b"IT-CO" in held


def test_a_buffer_holds_no_more_than_it_may_and_asks_to_be_emptied() -> None:
    buffer = DemandBuffer(most=COUNTED_AT + 10)
    for who in range(COUNTED_AT - 1):
        buffer.add(sought(who))
    quiet = buffer.wake.is_set()
    for who in range(100):
        buffer.add(sought(1000 + who))

    assert not quiet
    assert buffer.wake.is_set()
    assert len(buffer) == COUNTED_AT + 10
    assert buffer.take()[-1] == sought(1099)
    assert buffer.take() == []


def test_where_the_database_is_away_searches_are_lost_and_nothing_else_happens(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object, **_more: object) -> int:
        raise OperationalError("INSERT", None, ConnectionError())

    buffer = DemandBuffer()
    buffer.add(sought(1))
    counter = DemandCounter(buffer, engine, lambda: FINDERS)
    with monkeypatch.context() as patch:
        patch.setattr(demand_buffers, "record", away)
        counter.count()
    lost = len(buffer)
    buffer.add(sought(2))
    counter.count()

    assert lost == 0
    assert kept(engine, DemandVisit) == 1


def test_a_counter_counts_what_waits_when_its_process_ends(engine: Engine) -> None:
    buffer = DemandBuffer()
    counter = DemandCounter(buffer, engine, lambda: FINDERS)
    counter.start()
    buffer.add(sought(1))

    counter.end()

    assert not counter.is_alive()
    assert kept(engine, DemandVisit) == 1


def test_few_is_what_the_register_says() -> None:
    assert (FEW, LEAST_SHOWN) == (3, 5)
