from datetime import date
from typing import Any

import pytest

from mapsvc.directory.searches import Filters, Search
from tests.directory.worlds import found_in, row

# 8 March 2027 is a Monday.
MONDAY, FRIDAY, SUNDAY = date(2027, 3, 8), date(2027, 3, 12), date(2027, 3, 14)
NEXT_MONDAY, NEXT_FRIDAY = date(2027, 3, 15), date(2027, 3, 19)


def met(periods: list[list[Any]], **filters: Any) -> bool:
    search = Search(filters=Filters(**filters))
    return len(found_in([row(periods=periods)], search).rows) == 1


def test_a_stay_inside_a_period_is_met() -> None:
    assert met([["2027-03-01", "2027-03-31", 2]], first=MONDAY, last=NEXT_FRIDAY)


def test_a_stay_that_goes_on_after_the_period_is_not_met() -> None:
    assert not met([["2027-03-01", "2027-03-18", 2]], first=MONDAY, last=NEXT_FRIDAY)


def test_a_period_that_is_exactly_the_stay_meets_it_in_the_middle_of_weeks() -> None:
    assert met([["2027-03-10", "2027-03-16", 1]], first=date(2027, 3, 10), last=date(2027, 3, 16))


def test_weekends_at_the_ends_of_a_stay_are_for_travel() -> None:
    assert met([["2027-03-08", "2027-03-12", 1]], first=date(2027, 3, 6), last=SUNDAY)


def test_a_stay_over_a_weekend_alone_is_judged_by_its_days() -> None:
    assert met([["2027-03-13", "2027-03-14", 1]], first=date(2027, 3, 13), last=SUNDAY)
    assert not met([["2027-03-08", "2027-03-12", 1]], first=date(2027, 3, 13), last=SUNDAY)


def test_weeks_may_be_in_different_periods() -> None:
    assert met(
        [["2027-03-08", "2027-03-12", 1], ["2027-03-15", "2027-03-19", 1]], first=MONDAY, last=NEXT_FRIDAY
    )


def test_a_hole_of_a_week_is_not_met() -> None:
    weeks = [["2027-03-08", "2027-03-12", 1], ["2027-03-22", "2027-03-26", 1]]

    assert not met(weeks, first=MONDAY, last=date(2027, 3, 26))


def test_every_week_needs_the_seats_asked_for() -> None:
    weeks = [["2027-03-08", "2027-03-12", 3], ["2027-03-15", "2027-03-19", 2]]

    assert met(weeks, first=MONDAY, last=NEXT_FRIDAY, seats=2)
    assert not met(weeks, first=MONDAY, last=NEXT_FRIDAY, seats=3)


def test_seats_of_two_periods_are_not_added() -> None:
    assert not met([["2027-03-08", "2027-03-12", 1]] * 2, first=MONDAY, last=FRIDAY, seats=2)


def test_a_listing_without_periods_says_nothing_about_dates() -> None:
    assert not met([], first=MONDAY, last=FRIDAY)


def test_one_day_alone_asks_for_that_day() -> None:
    assert met([["2027-03-08", "2027-03-12", 1]], first=FRIDAY)
    assert met([["2027-03-08", "2027-03-12", 1]], last=FRIDAY)
    assert not met([["2027-03-08", "2027-03-12", 1]], first=NEXT_MONDAY)


@pytest.mark.parametrize(("last", "expected"), [("2027-03-09", False), ("2027-03-10", True)])
def test_seats_without_days_need_a_period_that_is_not_over(last: str, expected: bool) -> None:
    assert met([["2027-01-01", last, 4]], seats=4) is expected


def test_a_period_that_does_not_say_its_seats_has_one() -> None:
    assert met([["2027-03-08", "2027-03-12", None]], first=MONDAY, last=FRIDAY)
    assert not met([["2027-03-08", "2027-03-12", None]], first=MONDAY, last=FRIDAY, seats=2)
