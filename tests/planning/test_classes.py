"""Classes hold each value once, equal values together, and say what they hold."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.planning.classes import LEAST_CLASSES, MOST_CLASSES, Classes, Method, classed

VALUES = st.lists(st.integers(0, 60) | st.floats(0, 50).map(lambda value: round(value, 3)), max_size=60)
COUNTS = st.integers(LEAST_CLASSES, MOST_CLASSES)


def classes_of(values: list[float], method: Method, count: int) -> Classes:
    return classed(values, method=method, count=count)


@given(VALUES, st.sampled_from(Method), COUNTS)
def test_each_value_above_zero_is_in_the_class_that_says_so(
    values: list[float], method: Method, count: int
) -> None:
    found = classes_of(values, method, count)

    assert len(found.bounds) == len(found.steps) <= count
    assert list(found.bounds) == sorted(set(found.bounds))
    for number, step in enumerate(found.steps, 1):
        inside = [value for value in values if value > 0 and found.of(value) == number]
        assert step.count == len(inside)
        assert all(step.low <= value <= step.high for value in inside)
        assert not inside or step.low == min(inside)
    assert sum(step.count for step in found.steps) == sum(value > 0 for value in values)


@given(VALUES, st.sampled_from(Method), COUNTS, st.randoms(use_true_random=False))
def test_the_order_of_the_values_does_not_matter(
    values: list[float], method: Method, count: int, chance: random.Random
) -> None:
    turned = chance.sample(values, len(values))

    assert classes_of(turned, method, count) == classes_of(values, method, count)


@given(VALUES, st.sampled_from(Method), COUNTS)
def test_a_larger_value_is_never_in_a_lower_class(values: list[float], method: Method, count: int) -> None:
    found = classes_of(values, method, count)

    numbers = [found.of(value) for value in sorted(values)]

    assert numbers == sorted(numbers)


@pytest.mark.parametrize("method", Method)
def test_zeros_are_in_no_class_and_move_no_bound(method: Method) -> None:
    values = [1.0, 2, 3, 5, 8, 13, 21, 34]

    with_zeros = classes_of([0.0] * 50 + values, method, 4)

    assert with_zeros == classes_of(values, method, 4)
    assert with_zeros.of(0) == 0


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize(
    ("values", "bounds"),
    [([], ()), ([0, 0], ()), ([7, 7, 7], (7,)), ([3, 9, 3, 9], (3, 9)), ([1, 2, 3, 4, 5], (1, 2, 3, 4, 5))],
)
def test_few_different_values_are_a_class_each(
    method: Method, values: list[float], bounds: tuple[float, ...]
) -> None:
    assert classes_of(values, method, 5).bounds == bounds


def test_quantiles_hold_about_as_many_each() -> None:
    found = classes_of(list(range(1, 101)), Method.QUANTILE, 4)

    assert found.bounds == (25, 50, 75, 100)
    assert [step.count for step in found.steps] == [25, 25, 25, 25]


def test_equal_values_stay_in_one_class_though_quantiles_differ_then() -> None:
    found = classes_of([1] * 80 + list(range(2, 22)), Method.QUANTILE, 5)

    assert found.steps[0].count == 80
    assert found.of(1) == 1


def test_equal_widths_are_equal_and_whole_between_whole_numbers() -> None:
    found = classes_of([1, 2, 3, 4, 5, 6, 100], Method.EQUAL, 5)

    assert found.bounds == (20, 40, 60, 80, 100)
    assert [step.count for step in found.steps] == [6, 0, 0, 0, 1]
    assert [step.low for step in found.steps] == [1, 20, 40, 60, 100]


@given(st.lists(st.integers(1, 40), min_size=4, max_size=9, unique=True))
def test_natural_breaks_leave_the_least_spread_within_classes(values: list[int]) -> None:
    found = classes_of([float(value) for value in values], Method.JENKS, 3)

    groups = [[value for value in values if found.of(value) == number] for number in (1, 2, 3)]

    assert spread(groups) == pytest.approx(least_spread(sorted(values), 3))


def spread(groups: list[list[int]]) -> float:
    """The squared distances of all values from the mean of their group."""
    return sum(sum((value - sum(group) / len(group)) ** 2 for value in group) for group in groups if group)


def least_spread(values: list[int], count: int) -> float:
    """The least spread of all ways to cut sorted values into so many groups."""
    cuts = combinations(range(1, len(values)), count - 1)
    return min(
        spread([values[a:b] for a, b in zip((0, *cut), (*cut, len(values)), strict=True)]) for cut in cuts
    )
