"""The laws notice faults: each is planted, and a check of theirs must fail."""

from collections.abc import Callable
from functools import cache

import pytest

from mapsvc.planning import changes, models, optima, problems, scores, seats
from mapsvc.planning.placing import place
from tests.planning import test_optimality, test_placing, test_reasons
from tests.planning.brute_force import best

Patch = pytest.MonkeyPatch


def seats_are_counted_by_stay_and_not_by_week(patch: Patch) -> None:
    patch.setattr(problems, "_bounds", lambda parts, _taken: ((who, cap) for cap, who in parts))


def one_seat_more_than_there_is(patch: Patch) -> None:
    real = problems._bounds
    patch.setattr(problems, "_bounds", lambda *given: ((who, bound + 1) for who, bound in real(*given)))


def rows_that_others_do_not_imply_are_left_out(patch: Patch) -> None:
    patch.setattr(problems, "_tightest", lambda rows: list(rows)[:1])


def gains_of_places_are_told_too_small(patch: Patch) -> None:
    patch.setattr(optima, "FIRST_COLUMNS", 1)
    real = optima._priced
    patch.setattr(optima, "_priced", lambda *given: (real(*given)[0] - 1e9, real(*given)[1]))


def later_learners_at_a_site_lose_nothing(patch: Patch) -> None:
    real = models._losses
    patch.setattr(
        models, "_losses", lambda problem: (real(problem)[0], real(problem)[1] * 0, real(problem)[2])
    )


def points_count_as_much_as_places(patch: Patch) -> None:
    patch.setattr(problems.Problem, "place_points", 1)


def equals_are_told_apart_by_nothing(patch: Patch) -> None:
    patch.setattr(problems, "_groups", lambda _worth, _stays, free, _alone: (tuple(free),) if free else ())


def locked_learners_take_no_seat(patch: Patch) -> None:
    patch.setattr(seats.Seats, "taken", lambda *_given: [])


def wishes_count_from_the_last(patch: Patch) -> None:
    patch.setattr(scores, "WISH_SHARES", (20, 40, 60, 80, 100))


def the_order_of_learners_decides(patch: Patch) -> None:
    patch.setattr("mapsvc.planning.grids.sorted", lambda given, **_key: list(given), raising=False)


def full_offers_are_counted(patch: Patch) -> None:
    patch.setattr(seats.Seats, "room", lambda self, stay: self.of_stay(stay) >= 1)


def two_rules_are_changed_at_once(patch: Patch) -> None:
    patch.setattr(changes, "_if_not", lambda grid, number, rules: grid.seats.of_stay(grid.stay(number)) >= 0)


def the_farthest_distance_is_told(patch: Patch) -> None:
    patch.setattr(changes, "KM_STEP", 500)


FAULTS = [
    seats_are_counted_by_stay_and_not_by_week,
    one_seat_more_than_there_is,
    rows_that_others_do_not_imply_are_left_out,
    gains_of_places_are_told_too_small,
    later_learners_at_a_site_lose_nothing,
    points_count_as_much_as_places,
    equals_are_told_apart_by_nothing,
    locked_learners_take_no_seat,
    wishes_count_from_the_last,
    the_order_of_learners_decides,
    full_offers_are_counted,
    two_rules_are_changed_at_once,
    the_farthest_distance_is_told,
]


@cache
def the_best(seed: int) -> tuple[int, int]:
    """What trying everything finds; no fault is planted there."""
    return best(*test_optimality.small(seed))


def checks() -> None:
    """The laws on few cohorts; each fault is noticed by one of them."""
    test_optimality.test_more_learners_count_more_than_better_places()
    test_placing.test_locked_learners_take_seats_from_the_others()
    for seed in range(1, 30, 2):
        learners, offers, asked = test_optimality.small(seed)
        outcome = place(learners, offers, asked)
        assert (len(outcome.placements), outcome.score) == the_best(seed)
        test_optimality.check_sums(learners, offers, asked, outcome)
    test_optimality.check_orders(range(2))
    test_reasons.check_cohorts(range(6))


def test_without_a_fault_all_checks_pass() -> None:
    checks()


@pytest.mark.parametrize("plant", FAULTS)
def test_a_planted_fault_is_noticed(plant: Callable[[Patch], None], monkeypatch: Patch) -> None:
    plant(monkeypatch)

    with pytest.raises((AssertionError, ArithmeticError, IndexError, ValueError)):
        checks()
