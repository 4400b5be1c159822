"""Nobody is shown closer than 5,000 inhabitants, whatever is subtracted from what."""

import random
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.places.areas import LEVELS, Level, Town, cell_key, faults, inhabitants, narrowed, partition


def town(
    id_: int, people: int, *, at: tuple[float, float] = (4_325, 3_215), country: str = "FR", region: str = ""
) -> Town:
    """A town of a made-up world, in kilometres of the grid."""
    return Town(id_, at[0] * 1_000, at[1] * 1_000, people, country, region or None)


# Few squares, regions and countries, and populations around the bound, so that every step of the rule is met.
WORLDS = st.lists(
    st.builds(
        town,
        st.integers(1, 10**6),
        st.sampled_from([0, 1, 500, 1_999, 2_500, 4_999, 5_000, 9_000]),
        at=st.tuples(st.sampled_from([-5, 5, 15, 55, 95, 105, 10_005]), st.sampled_from([5, 45, 65])),
        country=st.sampled_from(["FR", "LU"]),
        region=st.sampled_from(["", "R-1", "R-2"]),
    ).map(lambda one: one if one.region is None else in_its_country(one)),
    max_size=15,
    unique_by=lambda one: one.id,
)


def in_its_country(one: Town) -> Town:
    return Town(one.id, one.east_m, one.north_m, one.population, one.country, f"{one.country}-{one.region}")


def said_levels(towns: list[Town]) -> dict[int, Level | None]:
    """The rule for each town as a person would say it, without the giving up of areas."""

    @cache
    def enough(one: Town, level: Level) -> bool:
        key = cell_key(one, level)
        rest = [
            other.population
            for other in towns
            if cell_key(other, level) == key
            and not any(enough(other, finer) for finer in LEVELS[: LEVELS.index(level)])
        ]
        return key is not None and sum(rest) >= 5_000

    return {one.id: next((level for level in LEVELS if enough(one, level)), None) for one in towns}


def members(table: Mapping[int, str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for id_, key in table.items():
        found[key].add(id_)
    return found


@given(WORLDS)
def test_every_area_of_any_world_keeps_the_law(towns: list[Town]) -> None:
    table = partition(towns)

    assert faults(towns, table) == []


@given(WORLDS)
def test_an_area_less_any_areas_in_it_leaves_nobody_or_enough(towns: list[Town]) -> None:
    table = partition(towns)
    people = {one.id: one.population for one in towns}
    shown = members(table)

    for key in shown:
        inside = {one.id for one in towns if key in {cell_key(one, level) for level in LEVELS}}
        for level in LEVELS:
            finer = {
                one
                for one, its in shown.items()
                if one != key and its <= inside and level_of(towns, one) <= LEVELS.index(level)
            }
            left = inside - {id_ for one in finer for id_ in shown[one]}
            assert sum(people[id_] for id_ in left) >= 5_000


def level_of(towns: list[Town], key: str) -> int:
    return next(
        number for number, level in enumerate(LEVELS) if key in {cell_key(one, level) for one in towns}
    )


@given(WORLDS)
def test_the_areas_are_those_of_the_rule_as_it_is_said(towns: list[Town]) -> None:
    table = partition(towns)

    said = said_levels(towns)
    for country in {one.country for one in towns}:
        own = [one for one in towns if one.country == country]
        rest = [one for one in own if said[one.id] is None]
        moved = [
            one
            for one in own
            if said[one.id] and table.get(one.id) != cell_key(one, said[one.id] or Level.COUNTRY)
        ]
        if not rest:
            assert moved == []
        elif inhabitants(own) < 5_000:
            assert not any(one.id in table for one in own)
        else:
            # One area is given up, of the coarsest level there is, and none of that level has fewer.
            assert {table[one.id] for one in rest + moved} == {country}
            level = max((level for one in own if (level := said[one.id])), key=LEVELS.index)
            sizes: dict[str | None, int] = defaultdict(int)
            for one in own:
                if said[one.id] is level:
                    sizes[cell_key(one, level)] += one.population
            assert len({cell_key(one, level) for one in moved}) == 1
            assert inhabitants(moved) == min(sizes.values())


@given(WORLDS, st.randoms(use_true_random=False))
def test_the_order_of_the_towns_does_not_matter(towns: list[Town], dice: random.Random) -> None:
    shuffled = dice.sample(towns, len(towns))

    assert list(partition(shuffled).items()) == list(partition(towns).items())


def test_a_rule_that_counts_the_whole_square_is_caught() -> None:
    city = town(1, 6_000, at=(5, 5))
    village = town(2, 400, at=(15, 5))
    far = town(3, 9_000, at=(155, 5))
    whole_square = {1: "10kmE0000N0000-FR", 2: "50kmE0000N0000-FR", 3: "10kmE0150N0000-FR"}

    assert faults([city, village, far], whole_square) == ["50kmE0000N0000-FR has 400 inhabitants"]
    assert partition([city, village, far])[2] == "FR"


def test_a_table_that_does_not_fit_the_towns_is_caught() -> None:
    towns = [town(1, 6_000), town(2, 6_000, at=(5, 5)), town(3, 10, country="VA")]

    told = faults(towns, {1: "10kmE4310N3210-FR", 9: "FR"})

    assert told == ["9 is no town", "1 is not in 10kmE4310N3210-FR", "2 has no area"]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([5_000], "10kmE4320N3210-FR"),
        ([4_999, 1], "50kmE4300N3200-FR"),
        ([4_999, 0, 1], "100kmE4300N3200-FR"),
        ([4_999, 0, 0, 1], "FR-57"),
        ([4_999, 0, 0, 0, 1], "FR"),
    ],
)
def test_a_town_is_in_the_finest_area_that_has_enough_inhabitants(people: list[int], expected: str) -> None:
    spots = [(4_325, 3_215), (4_335, 3_215), (4_375, 3_215), (4_425, 3_215), (5_000, 3_215)]
    regions = ["FR-57"] * 4 + ["FR-2A"]
    towns = [
        town(number, count, at=spots[number], region=regions[number]) for number, count in enumerate(people)
    ]

    assert partition(towns)[0] == expected


def test_an_area_never_crosses_a_border() -> None:
    table = partition([town(1, 5_000, country="FR"), town(2, 5_000, country="DE"), town(3, 10, country="DE")])

    assert table == {1: "10kmE4320N3210-FR", 2: "10kmE4320N3210-DE", 3: "10kmE4320N3210-DE"}


def test_what_is_left_of_a_country_takes_the_area_that_is_missed_least() -> None:
    towns = [
        town(1, 5_000),
        town(2, 9_000, at=(5, 5), region="FR-A"),
        town(3, 3_000, at=(205, 5), region="FR-B"),
        town(4, 3_000, at=(405, 5), region="FR-B"),
        town(5, 700, at=(605, 5), region="FR-C"),
    ]

    table = partition(towns)

    # The square of town 1 has fewer inhabitants than region B, but says much more.
    assert table == {1: "10kmE4320N3210-FR", 2: "10kmE0000N0000-FR", 3: "FR", 4: "FR", 5: "FR"}


def test_a_place_without_known_inhabitants_is_shown_with_others_only() -> None:
    assert partition([town(1, 0), town(2, 5_000, at=(5, 5))]) == {1: "FR", 2: "FR"}
    assert partition([town(1, 0), town(2, 4_999)]) == {}


def test_what_the_grid_does_not_reach_begins_with_the_region() -> None:
    table = partition([town(1, 90_000, at=(-2_600, 2_700), country="GP", region="FR-971")])

    assert table == {1: "FR-971"}


def test_towns_with_one_id_or_fewer_than_no_inhabitants_are_refused() -> None:
    with pytest.raises(ValueError, match="own"):
        partition([town(1, 5), town(1, 6)])
    with pytest.raises(ValueError, match="at least 0"):
        partition([town(1, -5)])


def test_a_new_table_that_would_tell_more_together_with_the_old_one_is_noticed() -> None:
    people = {1: 4_000, 2: 4_000, 3: 4_000}
    before, after = {1: "A", 2: "A", 3: "B"}, {1: "C", 2: "D", 3: "D"}

    assert narrowed(before, after, people) == [("A", "C"), ("A", "D"), ("B", "D")]
    assert narrowed(before, {1: "A", 2: "A", 4: "B"}, people) == []
