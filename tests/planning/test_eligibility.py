import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from mapsvc.planning.cohorts import Spot
from mapsvc.planning.eligibility import broken_rules
from mapsvc.planning.grids import Grid
from mapsvc.planning.outcomes import Rule
from tests.planning.brute_force import km
from tests.planning.cohorts import COMO, FRIDAY, LECCO, MONDAY, cohort, demands, learner, offer

FAR_SIDE = Spot("Far", -170.0, -40.0)


def broken(mine: dict[str, object], theirs: dict[str, object], **asked: object) -> set[str]:
    return set(broken_rules(learner(**mine), offer(**theirs), demands(**asked)))


def test_a_plain_learner_and_a_plain_offer_break_no_rule() -> None:
    assert broken({}, {}) == set()


@pytest.mark.parametrize(
    ("learned", "offered", "breaks"),
    [
        (("0713",), ("0713",), False),
        (("07",), ("0713",), False),  # who learns a broad field can have a narrow one
        (("0713",), ("07",), False),  # who offers a broad field takes its narrow ones
        (("0713",), ("0732",), True),
        (("071",), ("0732", "1013"), True),
        (("0732", "1013"), ("0713", "10"), False),
        ((), ("0713",), False),  # a field that is not said excludes nobody
        (("0713",), (), False),
        (("7",), ("07",), True),  # codes begin alike or not at all
    ],
)
def test_fields_match_where_one_begins_with_the_other(
    learned: tuple[str, ...], offered: tuple[str, ...], breaks: bool
) -> None:
    assert (broken({"fields": learned}, {"fields": offered}) == {Rule.FIELD}) is breaks


@pytest.mark.parametrize(
    ("age", "least", "breaks"),
    [
        (18, 18, False),
        (17, 18, True),
        (17, None, False),
        (None, 18, True),
        (None, None, False),
        (0, 0, False),
    ],
)
def test_an_age_reaches_the_least_and_an_unknown_one_only_where_there_is_none(
    age: int | None, least: int | None, breaks: bool
) -> None:
    assert (broken({"age": age}, {"min_age": least}) == {Rule.AGE}) is breaks


@pytest.mark.parametrize(
    ("spoken", "asked", "breaks"),
    [
        ((("en", "B1"),), (("en", "B1"),), False),
        ((("en", "A2"),), (("en", "B1"),), True),
        ((("en", "C2"),), (("en", "B1"),), False),
        ((("de", "C2"),), (("en", "A1"),), True),
        ((("en", None),), (("en", "A1"),), True),  # a level that is not said meets none
        ((("en", None),), (("en", None),), False),
        ((), (), False),
        ((), (("en", None),), True),
        ((("en", "B1"),), (("de", "B2"), ("en", "B1")), False),  # one of them is enough
    ],
)
def test_one_language_of_the_offer_is_spoken_at_its_level(
    spoken: tuple[tuple[str, str | None], ...], asked: tuple[tuple[str, str | None], ...], breaks: bool
) -> None:
    mine, theirs = {"languages": spoken}, {"languages": asked}

    assert (broken(mine, theirs) == {Rule.LANGUAGE}) is breaks
    assert broken(mine, theirs, languages=False) == set()


@pytest.mark.parametrize(("reached", "breaks"), [(True, False), (False, True), (None, True)])
def test_a_wheelchair_needs_an_offer_that_says_it_is_reached(reached: bool | None, breaks: bool) -> None:
    assert (broken({"wheelchair": True}, {"wheelchair": reached}) == {Rule.ACCESS}) is breaks
    assert broken({}, {"wheelchair": reached}) == set()


def test_who_needs_a_bed_needs_an_offer_with_one() -> None:
    assert broken({"accommodation": True}, {"accommodation": False}) == {Rule.ACCOMMODATION}
    assert broken({"accommodation": True}, {"accommodation": True}) == set()
    assert broken({"accommodation": False}, {"accommodation": False}) == set()


@pytest.mark.parametrize(
    ("bounds", "breaks"),
    [((12, None), False), ((13, None), True), ((None, 12), False), ((None, 11), True), ((None, None), False)],
)
def test_both_ends_of_a_stay_count_among_its_days(
    bounds: tuple[int | None, int | None], breaks: bool
) -> None:
    theirs = {"min_days": bounds[0], "max_days": bounds[1]}

    assert (broken({}, theirs) == {Rule.LENGTH}) is breaks


def test_distance_is_from_the_base_and_its_bound_is_within() -> None:
    there = km(COMO.lon, COMO.lat, offer(at=LECCO))

    assert broken({}, {"at": LECCO}, base=COMO, max_km=there) == set()
    assert broken({}, {"at": LECCO}, base=COMO, max_km=there - 0.001) == {Rule.DISTANCE}
    assert broken({}, {"at": LECCO}, max_km=1.0) == set()
    assert broken({}, {"at": LECCO}, base=FAR_SIDE) == set()


def test_the_course_counts_where_it_is_asked_for_and_not_known_to_be_done() -> None:
    for done, breaks in ((True, False), (False, True), (None, True)):
        assert (broken({"safety_course": done}, {}, safety_course=True) == {Rule.SAFETY_COURSE}) is breaks
        assert broken({"safety_course": done}, {}) == set()


def test_a_seat_is_needed_in_every_week() -> None:
    gap = ((MONDAY, MONDAY + timedelta(days=4), 1), (MONDAY + timedelta(weeks=2), date(2027, 12, 31), 1))

    assert broken({}, {"periods": ()}) == {Rule.SEATS}
    assert broken({}, {"periods": gap}) == {Rule.SEATS}
    assert broken({}, {"periods": ((MONDAY, FRIDAY, 0),)}) == {Rule.SEATS}
    assert broken({}, {"periods": ((MONDAY, FRIDAY, 1),)}) == set()


def test_a_stay_that_ends_before_it_begins_has_no_seat() -> None:
    assert broken({"first": FRIDAY, "last": MONDAY}, {}) == {Rule.SEATS}


def test_several_broken_rules_are_all_told() -> None:
    found = broken(
        {"age": 16, "wheelchair": True, "fields": ("0713",)},
        {"min_age": 18, "fields": ("10",), "periods": ()},
    )

    assert found == {Rule.AGE, Rule.ACCESS, Rule.FIELD, Rule.SEATS}


def test_the_rules_of_many_are_those_of_each_pair() -> None:
    for seed in range(30):
        learners, offers, asked = cohort(random.Random(seed), 8, 8)
        asked = replace(asked, safety_course=seed % 2 == 0, languages=seed % 3 > 0)
        grid = Grid(learners, offers, asked)

        told = [
            [{rule for rule in grid.broken if grid.broken[rule][row, column]} for column in range(8)]
            for row in range(8)
        ]

        alone = [[broken_rules(one, to, asked) for to in grid.offers] for one in grid.learners]
        assert told == alone, seed
        assert np.array_equal(grid.open, [[not rules for rules in row] for row in alone])
