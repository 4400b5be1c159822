from typing import Any

from mapsvc.directory.orders import k_nearest
from mapsvc.directory.parts import Found
from mapsvc.directory.searches import Box, Filters, Near, Search
from mapsvc.domain.listings import Kind
from mapsvc.storage.listings import ListingRow
from tests.directory.worlds import found_in, row


def matches(world: list[ListingRow], search: Search) -> Found:
    return found_in(world, search)


def facets(world: list[ListingRow], **filters: Any) -> dict[str, dict[str, int]]:
    return matches(world, Search(filters=Filters(**filters))).matches.facets()


def found(world: list[ListingRow], **filters: Any) -> int:
    return len(matches(world, Search(filters=Filters(**filters))).rows)


def test_a_facet_is_counted_without_its_own_filter_and_with_the_others() -> None:
    world = [
        row(facets={"sector": ["wood"], "language": ["fr"]}),
        row(facets={"sector": ["food"], "language": ["fr"]}),
        row(facets={"sector": ["food"], "language": ["de"]}),
    ]

    counts = facets(world, sectors=("wood",))

    assert counts["sector"] == {"wood": 1, "food": 2}
    assert counts["language"] == {"fr": 1}


def test_counts_are_of_sites_not_of_rows() -> None:
    world = [row(site_key="site:a", facets={"sector": ["wood"]}) for _ in range(3)]

    assert facets(world)["sector"] == {"wood": 1}


def test_one_row_must_meet_all_filters_together() -> None:
    world = [
        row(site_key="site:a", facets={"sector": ["wood"]}, min_age=18),
        row(site_key="site:a", facets={"sector": ["food"]}, min_age=16),
    ]

    assert found(world, sectors=("wood",), age=16) == 0
    assert found(world, sectors=("wood",), age=18) == 1


def test_values_of_one_filter_are_alternatives_and_filters_add_up() -> None:
    world = [row(facets={"sector": ["wood"]}, country="FR"), row(facets={"sector": ["food"]}, country="IT")]

    assert found(world, sectors=("wood", "food")) == 2
    assert found(world, sectors=("wood", "food"), countries=("IT",)) == 1


def test_a_field_is_met_by_all_codes_that_begin_with_it() -> None:
    world = [
        row(facets={"field": ["0715"]}),
        row(facets={"field": ["0716"]}),
        row(facets={"field": ["1013"]}),
    ]

    assert [found(world, fields=(code,)) for code in ("07", "071", "0715", "1013", "9")] == [2, 2, 1, 1, 0]


def test_fields_are_counted_by_code_by_broad_field_and_by_what_was_asked() -> None:
    world = [
        row(site_key="site:a", facets={"field": ["0715"]}),
        row(site_key="site:a", facets={"field": ["0716"]}),
    ]

    assert facets(world)["field"] == {"07": 1, "0715": 1, "0716": 1}
    assert facets(world, fields=("071",))["field"] == {"07": 1, "071": 1, "0715": 1, "0716": 1}


def test_what_a_listing_does_not_say_it_does_not_meet() -> None:
    world = [row()]

    assert found(world) == 1
    assert [
        found(world, **one)
        for one in (
            {"age": 99},
            {"sectors": ("wood",)},
            {"languages": ("fr",)},
            {"accommodation": ("provided",)},
            {"access": ("wheelchair",)},
            {"seats": 1},
        )
    ] == [0] * 6


def test_the_minimum_age_itself_is_old_enough() -> None:
    assert [found([row(min_age=16)], age=age) for age in (15, 16, 17)] == [0, 1, 1]


def test_kinds_are_told_apart() -> None:
    world = [row(kind="host"), row(kind="kit")]

    assert found(world, kinds=(Kind.KIT,)) == 1
    assert facets(world, kinds=(Kind.KIT,))["kind"] == {"host": 1, "kit": 1}


def test_the_k_nearest_bound_the_hits_and_not_the_counts() -> None:
    world = [row((4.0, 45.0 + step), facets={"sector": ["wood"]}) for step in range(5)]

    near = Near(4.0, 45.0, None, 2)

    (few,) = k_nearest([matches(world, Search(near))], near, 2)

    assert (len(few.rows), few.matches.facets()["sector"]) == (2, {"wood": 5})


def test_a_centre_and_a_box_must_both_be_met() -> None:
    world = [row((4.0, 45.0)), row((4.2, 45.0)), row((9.0, 45.0))]

    assert len(matches(world, Search(Near(4.0, 45.0, 50), Box(4.1, 44, 10, 46))).rows) == 1
