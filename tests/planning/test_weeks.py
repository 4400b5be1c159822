import random
from datetime import date, timedelta

from mapsvc.planning.seats import Seats
from mapsvc.planning.weeks import free_seats, weeks_of
from tests.planning.brute_force import choices, weeks
from tests.planning.cohorts import MONDAY, cohort, offer


def test_weeks_are_those_with_a_working_day_of_the_stay() -> None:
    assert weeks_of(date(2027, 3, 6), date(2027, 3, 21)) == ((2027, 10), (2027, 11))
    assert weeks_of(date(2027, 3, 13), date(2027, 3, 14)) == ((2027, 10),)
    assert weeks_of(date(2026, 12, 28), date(2027, 1, 8)) == ((2026, 53), (2027, 1))
    assert weeks_of(date(2027, 3, 2), date(2027, 3, 1)) == ()


def test_weeks_are_those_counted_day_by_day() -> None:
    chance = random.Random(1)
    for _stay in range(300):
        first = MONDAY + timedelta(days=chance.randrange(800))
        last = first + timedelta(days=chance.randrange(60))

        told = [f"{year}-{week:02}" for year, week in weeks_of(first, last)]

        assert told == [week for week, _first, _last in weeks(first, last)]


def test_free_seats_are_the_fewest_of_all_weeks() -> None:
    periods = (
        (MONDAY, date(2027, 3, 12), 3),
        (date(2027, 3, 8), date(2027, 3, 19), 5),
        (date(2027, 3, 15), date(2027, 3, 19), 2),
    )

    assert free_seats(offer(periods=periods), MONDAY, date(2027, 3, 19)) == 3
    assert free_seats(offer(periods=periods), date(2027, 3, 8), date(2027, 3, 19)) == 5
    assert free_seats(offer(periods=periods), MONDAY, date(2027, 3, 22)) == 0


def test_seats_of_many_offers_are_those_of_each() -> None:
    for seed in range(20):
        learners, offers, _asked = cohort(random.Random(seed), 6, 8)
        seats = Seats(offers)
        for learner in learners:
            stay = learner.first, learner.last

            told = seats.of_stay(stay).tolist()

            assert told == [free_seats(to, *stay) for to in offers]
            assert told == [min(many for _week, many in choices(to, learner)) for to in offers]
