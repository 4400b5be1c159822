"""Kits that are kept: counted by kit and month, with nothing of who keeps them, and forgotten in time."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mapsvc.access.permissions import viewer_of
from mapsvc.domain.kept_kits import MONTHS_KEPT, KeptKit
from mapsvc.domain.people import Role
from mapsvc.errors import TooMany
from mapsvc.places.regions import shipped_regions
from mapsvc.planning.years import LEAST_SHOWN, Kept, Told, Year, YearKind
from mapsvc.services import backups, kept_kit_buffers, kept_kits, successes, years
from mapsvc.services.accounts import grant
from mapsvc.services.forgetting_counts import forget_counts
from mapsvc.services.kept_kit_buffers import (
    MOST_IN_ALL,
    MOST_PER_NETWORK,
    SPAN,
    KeptKitBuffer,
    KeptKitCounter,
)
from mapsvc.services.years import Untold, YearReport
from mapsvc.storage.engine import reading, writing

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOON.date()
YEAR_2026 = Year(YearKind.CALENDAR, 2026)


def kept(engine: Engine) -> list[Kept]:
    with reading(engine) as session:
        return kept_kits.all_kept(session)


def report(session: Session, year: Year, **more: bool) -> YearReport:
    boss = viewer_of(grant(session, "boss@example.org", Role.ADMINISTRATOR))
    session.commit()
    regions = shipped_regions()
    return years.year_report(session, boss, year, sending_id=None, regions=regions, today=TODAY, **more)


def test_each_time_that_a_kit_is_kept_adds_one_to_its_month(engine: Engine) -> None:
    buffer = KeptKitBuffer()
    for kit in ("como", "kaunas", "como"):
        buffer.add(kit, network="192.0.2.7")
    first = buffer.take()
    buffer.add("como", network="192.0.2.7")

    kept_kits.record(engine, first, at=NOON)
    kept_kits.record(engine, buffer.take(), at=NOON)
    kept_kits.record(engine, {"como": 1}, at=datetime(2026, 12, 1, tzinfo=UTC))

    assert kept(engine) == [
        Kept("como", date(2026, 11, 1), 3),
        Kept("kaunas", date(2026, 11, 1), 1),
        Kept("como", date(2026, 12, 1), 1),
    ]


def test_the_kits_of_a_year_equal_recounting_every_press(engine: Engine) -> None:
    random, presses = Random(7), []
    for _ in range(300):
        day = datetime(random.choice((2025, 2026)), random.randint(1, 12), random.randint(1, 28), tzinfo=UTC)
        presses.append((random.choice(("como", "kaunas", "lyon")), day))
    for kit, day in presses:
        kept_kits.record(engine, {kit: 1}, at=day)

    for kind, first, last in (
        (YearKind.CALENDAR, date(2025, 1, 1), date(2025, 12, 31)),
        (YearKind.SCHOOL, date(2025, 9, 1), date(2026, 8, 31)),
    ):
        with writing(engine) as session:
            found = report(session, Year(kind, 2025)).kits
        counted = Counter(kit for kit, day in presses if first <= day.date() <= last)
        assert found == Told(counted, 0, counted.total())
        assert min(counted.values()) >= LEAST_SHOWN


def test_a_kit_that_few_kept_stands_together_with_others(engine: Engine) -> None:
    kept_kits.record(engine, {"como": 3, "kaunas": 9, "lyon": 20}, at=NOON)

    with writing(engine) as session:
        found = report(session, YEAR_2026).kits
        boss = viewer_of(grant(session, "boss@example.org", Role.ADMINISTRATOR))
        reached = successes.success(session, boss, today=TODAY).kept
        few = report(session, Year(YearKind.SCHOOL, 2025)).kits

    assert found == reached == Told({"lyon": 20}, 12, 32)
    assert few == Told({}, 0, 0)


def test_four_kept_kits_are_not_told(engine: Engine) -> None:
    kept_kits.record(engine, {"como": 1, "kaunas": 3}, at=NOON)

    with writing(engine) as session:
        assert report(session, YEAR_2026).kits == Told({}, 0, None)


def test_a_year_of_which_months_are_forgotten_is_not_told_by_halves(session: Session) -> None:
    whole, parted = Year(YearKind.CALENDAR, 2025), Year(YearKind.CALENDAR, 2024)

    assert report(session, whole).kits == Told({}, 0, 0)
    assert report(session, parted).kits is Untold.TOO_OLD
    assert report(session, whole, kits_counted=False).kits is Untold.SWITCHED_OFF


def test_counts_are_dropped_after_their_months(engine: Engine) -> None:
    kept_kits.record(engine, {"como": 5}, at=NOON)

    forget_counts(engine, at=datetime(2028, 11, 30, tzinfo=UTC))
    still = kept(engine)
    forget_counts(engine, at=datetime(2028, 12, 1, tzinfo=UTC))

    assert still == [Kept("como", date(2026, 11, 1), 5)]
    assert kept(engine) == []
    assert MONTHS_KEPT == 24  # as the register says


def test_two_workers_that_count_at_once_lose_nothing(engine: Engine) -> None:
    def add() -> None:
        for _ in range(10):
            kept_kits.record(engine, {"como": 1, "kaunas": 1}, at=NOON)

    threads = [Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert [one.times for one in kept(engine)] == [20, 20]


def test_a_table_of_kept_kits_has_no_place_for_a_person_and_is_in_backups(
    engine: Engine, tmp_path: Path
) -> None:
    kept_kits.record(engine, {"como": 5}, at=NOON)

    facts = backups.copy_database(engine, tmp_path / "copy")

    assert KeptKit.__table__.columns.keys() == ["kit", "month", "times"]
    assert facts.rows["kept_kits"] == 1


def test_a_network_counts_so_often_and_no_more_until_its_time_is_over() -> None:
    seconds = [0.0]
    buffer = KeptKitBuffer(lambda: seconds[0])
    for _ in range(MOST_PER_NETWORK):
        buffer.add("como", network="2001:db8::1")

    with pytest.raises(TooMany):
        buffer.add("como", network="2001:db8::2")  # the same house
    buffer.add("como", network="192.0.2.7")
    seconds[0] = SPAN.total_seconds()
    buffer.add("como", network="2001:db8::1")

    assert buffer.take() == {"como": MOST_PER_NETWORK + 2}
    assert buffer.take() == {}


def test_many_networks_count_so_often_together_and_no_more() -> None:
    buffer = KeptKitBuffer(lambda: 0.0)
    for number in range(MOST_IN_ALL):
        buffer.add("como", network=f"10.{number // 65536}.{number // 256 % 256}.{number % 256}")

    with pytest.raises(TooMany):
        buffer.add("como", network="192.0.2.7")


def test_where_the_database_is_away_counts_are_lost_and_nothing_else_happens(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object, **_more: object) -> None:
        raise OperationalError("INSERT", None, ConnectionError())

    buffer = KeptKitBuffer()
    counter = KeptKitCounter(buffer, engine)
    buffer.add("como", network="192.0.2.7")
    with monkeypatch.context() as patch:
        patch.setattr(kept_kit_buffers, "record", away)
        counter.count()
    buffer.add("como", network="192.0.2.7")
    counter.count()

    assert [one.times for one in kept(engine)] == [1]


def test_what_waits_is_counted_when_its_process_ends(engine: Engine) -> None:
    buffer = KeptKitBuffer()
    counter = KeptKitCounter(buffer, engine)
    counter.start()
    buffer.add("como", network="192.0.2.7")

    counter.end()

    assert not counter.is_alive()
    assert [one.kit for one in kept(engine)] == ["como"]
