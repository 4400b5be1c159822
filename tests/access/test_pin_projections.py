"""What everybody sees of a stay: what its person agreed to, in the area of the town and nowhere closer."""

from datetime import date
from typing import Any

import pytest

from mapsvc.access.pin_projections import project_pin
from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.base import now
from mapsvc.domain.consents import Consent

AREA = {
    "key": "10kmE4250N2520-IT",
    "label": "Como",
    "country": "IT",
    "region": "IT-CO",
    "lon": 9.1,
    "lat": 45.8,
}


def stay(*consents: str, **values: Any) -> Pin:
    given = [Consent(kind=kind) for kind in consents or ("pin",)]
    return Pin(
        **{
            "id": 7,
            "slug": "stay-0011223344556677",
            "status": PinStatus.PUBLISHED,
            "place_id": 3178229,
            "area": AREA,
            "field": "0716",
            "year": 2024,
            "length": 6,
            "length_unit": "weeks",
            "from_country": "FR",
            "languages": ["it", "en"],
            "may_be_asked": False,
            "ask_about": ["work"],
            "display_name": "Ana",
            "surname": "Quirke",
            "host_name": "Forno Bianchi",
            "story": "It opens at four.",
            "confirmed_on": date(2026, 3, 1),
            "sample": False,
            "consents": given,
        }
        | values
    )


def test_where_it_is_comes_from_the_area_alone() -> None:
    (row,) = project_pin(stay())

    shown = (row["lon"], row["lat"], row["place"], row["country"], row["region"], row["precision"])
    assert shown == (9.1, 45.8, "Como", "IT", "IT-CO", "area")
    assert row["detail"]["pin"]["area"] == AREA["key"]


@pytest.mark.parametrize("area", [{"key": "IT-CO"}, {"key": "IT", "region": None}], ids=["region", "country"])
def test_a_region_or_a_country_is_never_told_by_a_town(area: dict[str, Any]) -> None:
    (row,) = project_pin(stay(area=AREA | area))

    assert (row["place"], row["region"]) == ("", (AREA | area)["region"] or "")


def test_two_towns_of_one_area_give_the_same_row() -> None:
    assert project_pin(stay(place_id=1)) == project_pin(stay(place_id=2**31 - 1))


def test_another_area_gives_another_row() -> None:
    assert project_pin(stay()) != project_pin(stay(area=AREA | {"key": "10kmE4260N2520-IT"}))


@pytest.mark.parametrize("status", [one for one in PinStatus if one != PinStatus.PUBLISHED])
def test_what_no_moderator_approved_has_no_row(status: PinStatus) -> None:
    assert project_pin(stay(status=status)) == []


def test_without_a_live_consent_there_is_no_row() -> None:
    withdrawn = [Consent(kind="pin", withdrawn=now()), Consent(kind="surname")]

    assert project_pin(stay(consents=withdrawn)) == []


@pytest.mark.parametrize(
    ("consents", "name", "host"),
    [
        (("pin",), "Ana", None),
        (("pin", "surname"), "Ana Quirke", None),
        (("pin", "host_name"), "Ana", "Forno Bianchi"),
        (("pin", "surname", "host_name"), "Ana Quirke", "Forno Bianchi"),
    ],
)
def test_surname_and_host_are_shown_by_a_consent_of_their_own(
    consents: tuple[str, ...], name: str, host: str | None
) -> None:
    (row,) = project_pin(stay(*consents))

    assert (row["title"], row["detail"]["pin"]["host_name"]) == (name, host)
    assert ("Quirke" in str(row), "Forno" in str(row)) == ("surname" in consents, host is not None)


def test_it_is_shown_for_a_year_after_it_was_confirmed() -> None:
    (row,) = project_pin(stay())

    assert row["visible_until"] == date(2027, 3, 1)


def test_the_filters_of_hosts_find_it_too() -> None:
    (row,) = project_pin(stay())

    assert row["facets"] == {"field": ["0716"], "language": ["en", "it"]}


def test_topics_are_shown_of_who_may_be_asked() -> None:
    rows = [project_pin(stay(may_be_asked=may))[0] for may in (True, False)]

    assert [row["detail"]["pin"]["ask_about"] for row in rows] == [["work"], []]


def test_a_made_up_stay_says_so_and_is_shown_however_long_ago_it_was_confirmed() -> None:
    (row,) = project_pin(stay(sample=True))

    assert (row["sample"], row["visible_until"]) == (True, None)
