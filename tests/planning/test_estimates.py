"""What stays would be paid: each day by one rate, and what is lacking is named and counts nothing."""

from datetime import date

from mapsvc.domain.grant_calls import call_of
from mapsvc.planning.cohorts import Learner, OpenOffer, Spot
from mapsvc.planning.estimates import Lack, Rate, daily_sum, estimates, lacks, total
from mapsvc.planning.outcomes import Placement
from mapsvc.planning.results import Stay

ANGERS = Spot("Angers", -0.556, 47.4729)
FIRST = Rate("short_term", 1, 1, 14, 6000, example=False)
LATER = Rate("short_term", 1, 15, 89, 4200, example=True)


def stay(country: str, days: int, home: Spot | None = ANGERS) -> Stay:
    learner = Learner(
        "A01", date(2027, 3, 1), date.fromordinal(date(2027, 3, 1).toordinal() + days - 1), home=home
    )
    offer = OpenOffer("offer:1", "site:1", "a", "A", "", "Como", country, 9.0832, 45.8081)
    return Stay(learner, offer, Placement("A01", "offer:1", 0, (), None, None, locked=False), home)


def test_each_day_is_paid_by_its_rate() -> None:
    assert daily_sum([FIRST, LATER], activity="short_term", group=1, days=14).cents == 84_000
    both = daily_sum([FIRST, LATER], activity="short_term", group=1, days=20)
    assert (both.cents, both.lacking, both.examples) == (84_000 + 6 * 4200, (), True)


def test_days_without_a_rate_are_named_and_count_nothing() -> None:
    found = daily_sum([LATER], activity="short_term", group=1, days=16)

    assert (found.cents, found.lacking) == (8400, (Lack(1, 1, 14),))
    assert daily_sum([FIRST], activity="group", group=1, days=3).lacking == (Lack(1, 1, 3),)
    assert daily_sum([FIRST], activity="short_term", group=2, days=3).lacking == (Lack(2, 1, 3),)
    assert daily_sum([FIRST], activity="short_term", group=None, days=3).lacking == (Lack(None, 1, 3),)


def test_a_rate_of_the_school_comes_before_one_of_the_installation() -> None:
    of_all = Rate("short_term", 1, 1, 365, 100, example=False)

    assert daily_sum([FIRST, of_all], activity="short_term", group=1, days=15).cents == 14 * 6000 + 100


def test_an_estimate_adds_travel_and_days_and_says_what_it_lacks() -> None:
    stays = [stay("IT", 14), stay("LT", 5), stay("CH", 3), stay("IT", 14, home=None)]

    found = estimates(stays, call_of(2026), [FIRST], activity="short_term", green=False)

    assert [(one.travel_euro, one.daily.cents, one.group) for one in found] == [
        (309, 84_000, 1),
        (309, 0, 3),
        (309, 0, None),
        (0, 84_000, 1),
    ]
    assert total(found) == 3 * 30_900 + 2 * 84_000
    assert lacks(found) == [Lack(None, 1, 3), Lack(3, 1, 5)]


def test_a_day_whose_rate_is_known_is_not_called_lacking() -> None:
    middle = Rate("short_term", 1, 11, 60, 6000, example=False)
    stays = [stay("IT", 8), stay("IT", 80)]

    found = estimates(stays, call_of(2026), [middle], activity="short_term", green=False)

    assert lacks(found) == [Lack(1, 1, 10), Lack(1, 61, 80)]


def test_green_travel_is_paid_more_where_the_call_has_an_amount_for_it() -> None:
    def travel(year: int) -> int:
        (one,) = estimates([stay("IT", 1)], call_of(year), [], activity="group", green=True)
        return one.travel_euro

    assert (travel(2026), travel(2022)) == (417, 320)
