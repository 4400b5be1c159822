"""The figures of a year equal recounting, and what is told of them lets nobody be counted out."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.planning.flows import Flow, FlowKind
from mapsvc.planning.years import (
    LEAST_SHOWN,
    Kept,
    KeptStay,
    Passed,
    Records,
    Year,
    YearKind,
    figures,
    shielded,
    year_of,
)

COUNTRIES = ("FR", "IT", "LT", "")
YEARS = st.builds(Year, st.sampled_from(YearKind), st.integers(2025, 2027))
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
FLOWS = st.lists(
    st.builds(
        Flow,
        kind=st.sampled_from(FlowKind),
        origin=st.sampled_from(COUNTRIES[:3]),
        destination=st.sampled_from(COUNTRIES[:3]),
        number=st.integers(1, 30),
        year=st.integers(2025, 2027),
    ),
    max_size=8,
)
STAYS = st.lists(
    st.builds(
        lambda site, origin, field, first: KeptStay(site, f"{site}-land", origin, field, first),
        st.sampled_from(("site:1", "site:2", "site:3")),
        st.sampled_from(COUNTRIES),
        st.sampled_from(("0721", "0713", "")),
        DAYS,
    ),
    max_size=20,
)
TYPED = st.none() | st.integers(0, 40)
SENDERS = st.lists(st.builds(Records, FLOWS, STAYS, TYPED, TYPED), max_size=3)
PASSED = st.lists(
    st.builds(Passed, st.integers(1, 4), st.sampled_from(("safety", "papers")), DAYS), max_size=12
)
KEPT = st.lists(
    st.builds(
        lambda kit, day, times: Kept(kit, day.replace(day=1), times),
        st.sampled_from(("como", "kaunas")),
        DAYS,
        st.integers(1, 9),
    ),
    max_size=12,
)
COUNTS = st.dictionaries(st.integers(0, 9), st.integers(0, 12), max_size=7)


def recounted(year: Year, senders: list[Records]) -> list[tuple[str, str, str]]:
    """Every stay of a year one by one: (from, to, field)."""
    found = []
    for records in senders:
        last = date(year.begins + 1, year.first.month, 1) - timedelta(days=1)
        placed = [
            (one.origin, one.country, one.field) for one in records.stays if year.first <= one.first <= last
        ]
        planned = [
            (flow.origin, flow.destination)
            for flow in records.flows
            if flow.year == year.begins and flow.kind == "realised"
            for _each in range(flow.number)
        ]
        if len(placed) > len(planned):
            found += placed
        else:
            fields = [field for _from, _to, field in placed] + [""] * (len(planned) - len(placed))
            found += [(*ends, field) for ends, field in zip(planned, fields, strict=True)]
    return found


@settings(max_examples=60)
@given(YEARS, SENDERS, PASSED, KEPT)
def test_the_figures_of_a_year_equal_recounting(
    year: Year, senders: list[Records], passed: list[Passed], kept: list[Kept]
) -> None:
    found = figures(year, senders, passed, kept)
    stays = recounted(year, senders)

    assert found.stays == len(stays)
    assert found.flows == Counter((origin, to) for origin, to, _field in stays)
    assert found.fields == Counter(field for _from, _to, field in stays)
    for share in (found.green, found.fewer):
        assert share.true + share.false + share.unsaid == len(stays)
    sites = {one.site for records in senders for one in records.stays if year.has(one.first)}
    assert found.hosts == Counter(f"{site}-land" for site in sites)
    for course in ("safety", "papers"):
        who = {one.learner for one in passed if one.course == course and year.has(one.on)}
        assert found.courses[course] == len(who)
    pressed = [one.kit for one in kept for _each in range(one.times) if year.has(one.month)]
    assert found.kits == Counter(pressed)


@given(DAYS, st.sampled_from(YearKind))
def test_each_day_lies_in_one_year_of_a_kind(day: date, kind: YearKind) -> None:
    here = year_of(day, kind)

    assert [n for n in range(2023, 2030) if Year(kind, n).has(day)] == [here.begins]


def test_a_school_year_begins_in_september() -> None:
    year = Year(YearKind.SCHOOL, 2026)

    assert [year.has(day) for day in (date(2026, 8, 31), date(2026, 9, 1), date(2027, 8, 31))] == [
        False,
        True,
        True,
    ]


@given(COUNTS)
def test_no_sum_and_no_difference_of_what_is_told_is_a_small_number(counts: dict[int, int]) -> None:
    told = shielded(counts)
    rest = sum(counts.values()) - sum(told.named.values())

    if told.total is None:
        assert told.named == {}
        assert sum(counts.values()) < LEAST_SHOWN
    else:
        assert told.total == sum(counts.values())
        assert told.together == rest
    numbers = [*told.named.values(), *([told.together] if told.together else [])]
    assert all(number >= LEAST_SHOWN for number in numbers)
    everything = {*numbers, *([told.total] if told.total else [])}
    for size in range(1, len(numbers) + 1):
        for some in combinations(numbers, size):
            everything.add((told.total or 0) - sum(some))
    assert not everything & set(range(1, LEAST_SHOWN))


@given(COUNTS)
def test_what_stands_together_is_never_one_count_alone(counts: dict[int, int]) -> None:
    told = shielded(counts)
    hidden = [key for key, count in counts.items() if count and key not in told.named]

    assert not told.together or len(hidden) > 1
    assert all(told.named[key] == counts[key] for key in told.named)


@pytest.mark.parametrize(
    ("counts", "named", "together", "total"),
    [
        ({"IT": 18, "LT": 8}, {"IT": 18, "LT": 8}, 0, 26),
        ({"IT": 18, "LT": 3, "DE": 9}, {"IT": 18}, 12, 30),  # 3 alone could be subtracted
        ({"IT": 18, "LT": 3, "DE": 2}, {"IT": 18}, 5, 23),
        ({"IT": 18, "LT": 1, "DE": 2}, {}, 21, 21),  # 3 together are still too few
        ({"IT": 3}, {}, 0, None),
        ({"IT": 1, "LT": 3}, {}, 0, None),
        ({"IT": 5}, {"IT": 5}, 0, 5),
        ({}, {}, 0, 0),
    ],
)
def test_small_numbers_stand_together(
    counts: dict[object, int], named: dict[object, int], together: int, total: int | None
) -> None:
    told = shielded(counts)

    assert (told.named, told.together, told.total) == (named, together, total)


def test_a_share_is_told_only_where_both_of_its_sides_are() -> None:
    few, many = shielded({True: 2, False: 28}), shielded({True: 21, False: 9})

    assert few.share(True) is None
    assert few.share(False) is None
    assert many.share(True) == 0.7
