"""A place inside a much larger town's reach is its quarter, and nothing else is."""

from mapsvc.places.quarters import FARTHEST_KM, Spot, reach_km, towns_of_quarters


def spot(number: int, east_km: float, population: int, country: str = "ES") -> Spot:
    """A place on the equator, so many kilometres east of Greenwich."""
    return Spot(number, country, east_km / 111.195, 0.0, population)


def test_a_small_place_within_reach_of_a_large_one_is_its_quarter() -> None:
    assert towns_of_quarters([spot(1, 0, 1_000_000), spot(2, 5, 200_000)]) == {2: 1}


def test_a_place_beyond_reach_or_too_large_or_abroad_stands_alone() -> None:
    places = [
        spot(1, 0, 1_000_000),
        spot(2, reach_km(1_000_000) + 0.1, 10_000),
        spot(3, 5, 200_001),
        spot(4, 5, 10_000, country="PT"),
    ]

    assert towns_of_quarters(places) == {}


def test_a_quarter_has_no_quarters_and_belongs_to_the_largest() -> None:
    places = [spot(1, 0, 3_000_000), spot(2, 11, 600_000), spot(3, 13, 10_000), spot(4, 11.5, 10_000)]

    assert towns_of_quarters(places) == {2: 1, 4: 1}


def test_reach_grows_with_the_town_to_a_bound() -> None:
    reaches = [reach_km(population) for population in (0, 500, 50_000, 300_000, 1_000_000, 15_000_000)]

    assert reaches == sorted(reaches)
    assert 5 < reach_km(300_000) < 6
    assert reaches[-1] == FARTHEST_KM


def test_no_places_have_no_quarters() -> None:
    assert towns_of_quarters([]) == {}
