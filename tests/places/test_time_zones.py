"""A town has the clock of the nearest zone of its country."""

import pytest

from mapsvc.places.time_zones import zone_near


@pytest.mark.parametrize(
    ("country", "lon", "lat", "zone"),
    [
        ("IT", 9.08, 45.81, "Europe/Rome"),
        ("LT", 23.9, 54.9, "Europe/Vilnius"),
        ("ES", -15.4, 28.1, "Atlantic/Canary"),
        ("ES", 2.17, 41.39, "Europe/Madrid"),
        ("PT", -16.9, 32.6, "Atlantic/Madeira"),
        ("DE", 9.4, 54.8, "Europe/Berlin"),
    ],
)
def test_the_zone_is_that_of_the_country_and_near(country: str, lon: float, lat: float, zone: str) -> None:
    assert zone_near(country, lon, lat) == zone


def test_a_country_without_zones_has_no_clock() -> None:
    assert zone_near("ZZ", 0, 0) is None
