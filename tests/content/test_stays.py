"""Which steps a stay has, and on which days."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.content.library import usable
from mapsvc.content.stays import Stay, dated_steps, steps_of, whole_weeks
from mapsvc.content.timelines import Timeline
from mapsvc.content.trees import Tree

HOST: Timeline = usable(Tree.of()).timelines["host"]
MONDAY = date(2027, 3, 1)


def keys(stay: Stay) -> set[str]:
    return {step.key for step in steps_of(HOST, stay)}


def test_a_stay_of_which_nothing_is_known_has_every_step() -> None:
    assert keys(Stay()) == {step.key for step in HOST.data.steps}


def test_steps_differ_for_minors() -> None:
    assert {"minor-hours", "minor-consent"} <= keys(Stay(minor=True)) - keys(Stay(minor=False))


def test_steps_differ_for_two_weeks_and_three_months() -> None:
    two, twelve = keys(Stay(weeks=2)), keys(Stay(weeks=12))

    assert "goals-short" in two - twelve
    assert {"goals-long", "second-review", "residence-long"} <= twelve - two


def test_steps_differ_by_who_provides_the_room() -> None:
    provided, other = keys(Stay(housing="provided")), keys(Stay(housing="not-provided"))

    assert {"room", "key-room"} <= provided - other
    assert other - provided


@settings(deadline=None, max_examples=30)
@given(st.booleans(), st.integers(1, 80), st.sampled_from(["provided", "not-provided"]))
def test_knowing_more_of_a_stay_never_adds_a_step(minor: bool, weeks: int, housing: str) -> None:
    whole = keys(Stay(minor, weeks, housing))

    assert whole <= keys(Stay(minor=minor)) & keys(Stay(weeks=weeks)) & keys(Stay(housing=housing))
    assert whole == {
        key
        for key in keys(Stay(minor=minor))
        if key in keys(Stay(weeks=weeks)) and key in keys(Stay(housing=housing))
    }


@pytest.mark.parametrize(("days", "weeks"), [(1, 1), (10, 1), (11, 2), (13, 2), (17, 2), (18, 3), (83, 12)])
def test_a_stay_is_rounded_to_whole_weeks(days: int, weeks: int) -> None:
    assert whole_weeks(MONDAY, MONDAY + timedelta(days=days)) == weeks


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 420))
def test_steps_stand_by_day_in_the_phase_that_they_are_of(days: int) -> None:
    departure = MONDAY + timedelta(days=days)

    dated = dated_steps(HOST, Stay(weeks=whole_weeks(MONDAY, departure)), arrival=MONDAY, departure=departure)

    assert [one.day for one in dated] == sorted(one.day for one in dated)
    for one in dated:
        phase = "before" if one.day < MONDAY else "after" if one.day > departure else "during"
        assert phase == one.step.phase, one


def test_days_count_from_arrival_and_from_departure() -> None:
    dated = {
        one.step.key: one.day
        for one in dated_steps(HOST, Stay(), arrival=MONDAY, departure=MONDAY + timedelta(days=83))
    }

    assert dated["offer"] == MONDAY - timedelta(days=120)
    assert dated["last-day"] == date(2027, 5, 22)
