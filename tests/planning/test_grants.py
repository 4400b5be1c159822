"""The travel grant, at the kilometres where one band ends and the next begins, in both periods of calls."""

from datetime import date

import pytest
from pyproj import Geod

from mapsvc.domain.grant_calls import UnknownCall, call_of, call_on, calls
from mapsvc.planning.grants import band_at, travel_grant

ANGERS, COMO = (-0.5560, 47.4729), (9.0832, 45.8081)
WGS84 = Geod(ellps="WGS84")

# Kilometres one way, band, then standard and green of the calls of 2024 and later, and of 2021 to 2023.
TABLE = [
    (0, None, (0, 0), (0, 0)),
    (9, None, (0, 0), (0, 0)),
    (9.9, None, (0, 0), (0, 0)),
    (9.999, None, (0, 0), (0, 0)),
    (10, "10-99", (28, 56), (23, None)),
    (99, "10-99", (28, 56), (23, None)),
    (99.6, "10-99", (28, 56), (23, None)),
    (99.999, "10-99", (28, 56), (23, None)),
    (100, "100-499", (211, 285), (180, 210)),
    (499, "100-499", (211, 285), (180, 210)),
    (499.5, "100-499", (211, 285), (180, 210)),
    (499.999, "100-499", (211, 285), (180, 210)),
    (500, "500-1999", (309, 417), (275, 320)),
    (1999.4, "500-1999", (309, 417), (275, 320)),
    (1999.999, "500-1999", (309, 417), (275, 320)),
    (2000, "2000-2999", (395, 535), (360, 410)),
    (2999.9, "2000-2999", (395, 535), (360, 410)),
    (3000, "3000-3999", (580, 785), (530, 610)),
    (3999.9, "3000-3999", (580, 785), (530, 610)),
    (4000, "4000-7999", (1188, 1188), (820, None)),
    (7999.9, "4000-7999", (1188, 1188), (820, None)),
    (8000, "8000+", (1735, 1735), (1500, None)),
    (19000, "8000+", (1735, 1735), (1500, None)),
]


@pytest.mark.parametrize(("km", "band", "now", "before"), TABLE)
def test_a_journey_is_paid_by_its_full_kilometres(km, band, now, before) -> None:  # type: ignore[no-untyped-def]
    lon, lat, _back = WGS84.fwd(*ANGERS, 90, km * 1000)

    for year, paid in [
        *((year, now) for year in (2024, 2025, 2026)),
        *((y, before) for y in (2021, 2022, 2023)),
    ]:
        found = travel_grant(call_of(year), home=ANGERS, host=(lon, lat))

        assert found.distance_km == pytest.approx(km, abs=0.001)
        assert (found.band and found.band.key, found.standard, found.green) == (band, *paid)
        assert found.call.source == f"Erasmus+ Programme Guide {year}"


def test_the_distance_that_is_shown_never_says_more_than_the_band() -> None:
    lon, lat, _back = WGS84.fwd(*ANGERS, 0, 99_960)

    found = travel_grant(call_of(2026), home=ANGERS, host=(lon, lat))

    assert (found.distance_km, found.shown_km) == (99.96, 99.9)
    assert found.band is not None
    assert found.band.key == "10-99"


def test_there_and_back_are_as_far() -> None:
    there = travel_grant(call_of(2026), home=ANGERS, host=COMO)
    back = travel_grant(call_of(2026), home=COMO, host=ANGERS)

    assert there == back
    assert there.distance_km == pytest.approx(WGS84.inv(*ANGERS, *COMO)[2] / 1000, abs=0.001)


def test_the_answer_for_programs_has_four_things_and_no_more() -> None:
    found = travel_grant(call_of(2026), home=ANGERS, host=COMO).answer()

    assert list(found) == ["distance_km", "band", "travel", "source"]
    assert found["travel"] == {"standard": 309, "green": 417}
    assert found["band"] == "500-1999"


@pytest.mark.parametrize("year", [2014, 2020, 2028, 0, -1])
def test_an_unknown_call_is_told_with_those_that_are_known(year: int) -> None:
    with pytest.raises(UnknownCall, match=f"{year}.*2021, 2022, 2023, 2024"):
        call_of(year)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 11, 23), 2026),
        (date(2022, 1, 1), 2022),
        (date(2040, 1, 1), 2027),
        (date(2019, 1, 1), 2021),
    ],
)
def test_stays_are_planned_with_the_call_of_the_year_or_the_last_that_is_known(day: date, year: int) -> None:
    found = call_on(day)

    assert found.year == year


def test_every_country_of_the_programme_is_in_one_group_of_each_call() -> None:
    members = {code for call in calls().values() for code in call.groups}

    assert len(members) == 33
    for call in calls().values():
        assert set(call.groups) == members
        assert [band_at(call.bands, band.from_km * 1000) for band in call.bands] == list(call.bands)
    assert "".join(call_of(2026).countries_of(1)) == "ATBEDEDKFIFRIEISITLILUNLNOSE"
    assert "".join(call_of(2026).countries_of(2)) == "CYCZEEESGRLVMTPTSISK"
    assert "".join(call_of(2026).countries_of(3)) == "BGHRHULTMKPLRORSTR"


@pytest.mark.parametrize(
    ("country", "now", "before"),
    [("FR", 1, 2), ("RE", 1, 2), ("GP", 1, 2), ("AX", 1, 1), ("NC", None, None), ("CH", None, None)],
)
def test_a_part_of_a_country_is_in_its_group(country: str, now: int | None, before: int | None) -> None:
    assert (call_of(2026).group_of(country), call_of(2022).group_of(country)) == (now, before)
