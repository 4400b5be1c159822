import random
from dataclasses import replace
from datetime import date
from itertools import combinations

from mapsvc.planning.cohorts import OpenOffer, Spot
from mapsvc.planning.eligibility import fields_match
from mapsvc.planning.groups import GroupPlace, Wanted, find_groups
from mapsvc.planning.weeks import free_seats
from tests.planning.brute_force import km
from tests.planning.cohorts import COMO, FRIDAY, LECCO, LYON, MONDAY, cohort, offer


def wanted(seats: int, *fields: str, **said: object) -> Wanted:
    return replace(Wanted(seats, fields, MONDAY, FRIDAY), **said)


def names(places: list[GroupPlace]) -> list[str]:
    return [place.base.name for place in places]


def test_seats_are_shared_out_over_the_fields_as_evenly_as_can_be() -> None:
    assert wanted(6, "0713", "0732", "1013").shares == (("0713", 2), ("0732", 2), ("1013", 2))
    assert wanted(5, "0713", "0732").shares == (("0713", 3), ("0732", 2))
    assert wanted(4).shares == (("", 4),)


def test_towns_with_all_the_seats_are_told_with_who_has_which() -> None:
    there = [
        offer("offer:1", fields=("0713",), seats=2),
        offer("offer:2", fields=("0732",), seats=1),
        offer("offer:3", fields=("07",), at=LYON, seats=2),
    ]

    (only,) = find_groups(there, wanted(3, "0713", "0732"))

    assert (only.base.name, only.country, only.total, only.missing) == ("Como", "IT", 3, ())
    assert [(one.offer, one.field, one.seats) for one in only.assigned] == [
        ("offer:1", "0713", 2),
        ("offer:2", "0732", 1),
    ]


def test_an_offer_that_takes_several_fields_gives_way_where_another_takes_only_one() -> None:
    there = [offer("offer:1", fields=("07",), seats=1), offer("offer:2", fields=("0713",), seats=1)]

    (only,) = find_groups(there, wanted(2, "0713", "0732"))

    assert {one.offer: one.field for one in only.assigned} == {"offer:1": "0732", "offer:2": "0713"}


def test_where_no_town_has_all_those_with_most_are_told_with_what_is_missing() -> None:
    there = [offer("offer:1", fields=("0713",), seats=5), offer("offer:2", at=LYON, seats=1)]

    places = find_groups(there, wanted(4, "0713", "0732"))

    assert names(places) == ["Como", "Lyon"]
    assert [place.missing for place in places] == [(("0732", 2),), (("0713", 1), ("0732", 2))]


def test_only_offers_that_the_group_can_have_count() -> None:
    asked = wanted(1, "0713", age=17, wheelchair=True, accommodation=True, country="IT")
    good = offer("offer:1", wheelchair=True, accommodation=True, min_age=17, max_days=12)
    bad = [
        replace(good, wheelchair=None),
        replace(good, accommodation=False),
        replace(good, min_age=18),
        replace(good, country="CH"),
        replace(good, max_days=11),
        replace(good, periods=((MONDAY, date(2027, 3, 5), 9),)),
        replace(good, fields=("0732",)),
    ]

    assert names(find_groups([good], asked)) == ["Como"]
    assert [find_groups([one], asked) for one in bad] == [[]] * len(bad)


def test_given_bases_are_asked_instead_of_the_towns_of_offers() -> None:
    there = [offer("offer:1", at=COMO), offer("offer:2", at=LECCO)]
    between = Spot("Between", 9.24, 45.83)

    (only,) = find_groups(there, wanted(2, within_km=15.0), bases=[(between, "IT"), (LYON, "FR")])

    assert only.base == between
    assert 11 < only.farthest_km < 15


def test_bases_with_the_same_seats_are_told_once() -> None:
    here, beside = Spot("Here", 9.08, 45.81), Spot("Beside", 9.2, 45.81)

    places = find_groups([offer()], wanted(1, within_km=30.0), bases=[(beside, "IT"), (here, "IT")])

    assert names(places) == ["Here"]


def test_nothing_to_choose_from_finds_nothing() -> None:
    assert find_groups([], wanted(2)) == []
    assert find_groups([offer(seats=0)], wanted(2)) == []
    assert find_groups([offer(at=LYON)], wanted(2), bases=[(COMO, "IT")]) == []


def test_the_seats_of_a_place_are_the_nearest_of_all_that_suit_together() -> None:
    complete = 0
    for seed in range(60):
        chance = random.Random(seed)
        _learners, offers, _asked = cohort(chance, 1, 7, kind="mild")
        asked = wanted(chance.randrange(1, 5), "0713", "0732", within_km=3_000.0)

        places = find_groups(offers, asked, bases=[(COMO, "IT")])

        expected = best_group(offers, asked)
        complete += bool(expected)
        for place in places:
            assert bool(place.missing) is not bool(expected), seed
            told = sum(one.seats * one.km for one in place.assigned)
            assert not expected or abs(told - expected) < 0.01, seed
            check_place(place, offers, asked)
    assert complete > 10


def check_place(place: GroupPlace, offers: list[OpenOffer], asked: Wanted) -> None:
    keys = {one.key: one for one in offers}
    seats = {one.offer: 0 for one in place.assigned}
    fields = dict.fromkeys(asked.fields, 0)
    for one in place.assigned:
        seats[one.offer] += one.seats
        fields[one.field] += one.seats
        assert fields_match((one.field,), keys[one.offer].fields)
    assert all(many <= free_seats(keys[key], asked.first, asked.last) for key, many in seats.items())
    missing = dict(place.missing)
    assert {field: many + missing.get(field, 0) for field, many in fields.items()} == dict(asked.shares)


def best_group(offers: list[OpenOffer], asked: Wanted) -> float | None:
    """The least kilometres of all choices of seats that suit together, None where none do."""
    free = [
        (one, number) for one in offers for number in range(min(4, free_seats(one, asked.first, asked.last)))
    ]
    days = (asked.last - asked.first).days + 1
    able = [one for one, _n in free if (one.min_days or 0) <= days <= (one.max_days or 999)]
    slots = [field for field, many in asked.shares for _seat in range(many)]
    sums = [
        sum(km(COMO.lon, COMO.lat, one) for one in chosen)
        for chosen in combinations(able, asked.seats)
        if suit(list(chosen), slots)
    ]
    return min(sums, default=None)


def suit(chosen: list[OpenOffer], slots: list[str]) -> bool:
    if not slots:
        return True
    return any(
        suit(chosen[:number] + chosen[number + 1 :], slots[1:])
        for number, one in enumerate(chosen)
        if fields_match((slots[0],), one.fields)
    )
