"""An address of the page on regions is read strictly, and written in one way."""

from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from mapsvc.errors import InvalidSearch
from mapsvc.params.coverages import CoverageState, coverage_state, coverage_url, months
from mapsvc.places.region_sets import RegionSets, shipped_set
from mapsvc.planning.classes import Method
from mapsvc.services.coverages import Measure, Wanted

TODAY = date(2026, 11, 23)


def state(query: str = "", fields: tuple[str, ...] = ("07",)) -> CoverageState:
    return coverage_state(
        MultiDict(parse_qsl(query)), RegionSets((shipped_set(),)), today=TODAY, fields=fields
    )


def test_without_anything_the_hosts_of_all_countries_are_shown() -> None:
    found = state()

    assert (found.regions.key, found.level, found.within, found.wanted) == (
        "shipped",
        0,
        None,
        Wanted(Measure.SITES),
    )
    assert coverage_url(found) == "/coverage"


@pytest.mark.parametrize(
    "query",
    [
        "level=2",
        "within=FR",
        "within=FR&level=2",
        "measure=field&field=0713",
        "measure=seats&month=2027-03",
        "measure=alumni&method=jenks&classes=7&sort=name",
        "within=LV-~latgale",
    ],
)
def test_an_address_says_again_what_was_read_from_it(query: str) -> None:
    found = state(query)

    url = coverage_url(found)

    assert state(url.partition("?")[2]) == found
    assert sorted(parse_qsl(url.partition("?")[2])) == sorted(parse_qsl(query))


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("set=nuts-1999", "set"),
        ("level=3", "level"),
        ("level=-1", "level"),
        ("level=x", "level"),
        ("within=FR&level=0", "level"),
        ("within=XX", "within"),
        ("within=%00", "within"),
        ("measure=money", "measure"),
        ("measure=field&field=77x", "field"),
        ("field=7777", "field"),
        ("month=2026-10", "month"),
        ("month=2028-12", "month"),
        ("month=2027-13", "month"),
        ("month=2027-3", "month"),
        ("method=magic", "method"),
        ("classes=2", "classes"),
        ("classes=8", "classes"),
        ("sort=share", "sort"),
        ("measure=sites&measure=kits", "measure"),
    ],
)
def test_what_cannot_be_used_is_named(query: str, parameter: str) -> None:
    with pytest.raises(InvalidSearch) as refused:
        state(query)

    assert refused.value.values["parameter"] == parameter


def test_a_form_may_send_a_field_and_a_month_that_nobody_asked_for() -> None:
    found = state("measure=kits&field=07&month=2027-01")

    assert found.wanted == Wanted(Measure.KITS)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("measure=seats", Wanted(Measure.SEATS, month=date(2026, 11, 1))),
        ("measure=field", Wanted(Measure.FIELD, field="07")),
    ],
)
def test_this_month_and_a_field_that_there_is_count_where_none_is_given(query: str, wanted: Wanted) -> None:
    assert state(query).wanted == wanted


def test_two_years_of_months_can_be_chosen() -> None:
    found = months(date(2026, 11, 23))

    assert (found[0], found[1], found[2], found[-1]) == (
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2028, 10, 1),
    )


def test_a_change_of_an_address_keeps_the_rest() -> None:
    found = state("measure=kits&method=equal&within=FR")
    changes: dict[str, Any] = {"within": "DE", "method": None}

    assert coverage_url(found, **changes) == "/coverage?within=DE&measure=kits"
    assert found.method is Method.EQUAL
