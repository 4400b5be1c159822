"""Amounts are summed up by region, and nothing gets lost on the way."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.planning.coverage import tallied

PARENTS = {"A": None, "A1": "A", "A11": "A1", "A12": "A1", "A2": "A", "B": None, "B1": "B"}
PLACES = st.sampled_from([*PARENTS, None])
HOLDINGS = st.lists(st.tuples(st.integers(0, 9), PLACES), max_size=30)


class Tree:
    """Seven regions of two countries."""

    def ancestors(self, key: str) -> tuple[str, ...]:
        parent = PARENTS[key]
        return (key, *self.ancestors(parent)) if parent else (key,)


@given(HOLDINGS)
def test_an_amount_counts_in_its_region_and_in_all_larger_ones(
    holdings: list[tuple[int, str | None]],
) -> None:
    expected: Counter[str] = Counter()
    for amount, place in holdings:
        for key in PARENTS:
            if place is not None and place.startswith(key):
                expected[key] += amount

    tally = tallied([amount for amount, _ in holdings], [place for _, place in holdings], Tree())

    assert {key: tally.of(key) for key in PARENTS} == {key: expected[key] for key in PARENTS}
    assert tally.total == sum(amount for amount, _ in holdings)


@given(HOLDINGS)
def test_regions_and_what_lies_in_none_of_them_make_up_the_whole(
    holdings: list[tuple[int, str | None]],
) -> None:
    tally = tallied([amount for amount, _ in holdings], [place for _, place in holdings], Tree())

    for within, parts in ((None, ["A", "B"]), (None, ["A11", "A12", "A2", "B1"]), ("A", ["A1", "A2"])):
        outside = tally.outside(parts, within=within)
        assert outside >= 0
        assert outside + sum(map(tally.of, parts)) == tally.of(within)


def test_a_region_without_anything_has_nothing() -> None:
    tally = tallied(np.zeros(2, dtype=np.int64), ["A1", None], Tree())

    assert (tally.of("A1"), tally.of("B"), tally.of("nowhere"), tally.total) == (0, 0, 0, 0)


def test_amounts_must_be_as_many_as_places() -> None:
    with pytest.raises(ValueError, match="as many"):
        tallied([1, 2], ["A"], Tree())
