"""The real files beside the project: how much of them is understood, and that nothing is misunderstood."""

from collections import Counter

import pytest

from mapsvc.errors import UnreadableFile
from mapsvc.intake.hosts import HostRow
from mapsvc.places.gazetteer import Gazetteer
from tests.conftest import real_file
from tests.intake.make import Reading, read

# Column to field, for the columns that mean something to us; None where a column must stay private.
SCHOOLS = {
    **{"address": "address", "id": "external_id", "lat": "lat", "lon": "lon", "name": "name"},
    **{"phone": "contact_phone", "school_type": "organisation_kind"},
    **dict.fromkeys(("fax", "full_time_school", "official_id", "state")),
}
HOSPITALS = {
    **{"country": "country", "cc": "country", "city": "town", "lon": "lon", "lat": "lat", "url": "website"},
    **{"house_number": "house_number", "street": "address", "postcode": "postcode", "id": "external_id"},
    **{"tel": "contact_phone", "email": "contact_email", "hospital_name": "name", "site_name": "other_names"},
    "facility_type": "organisation_kind",
    **dict.fromkeys(
        ("cap_beds", "emergency", "ref_date", "pub_date", "list_specs", "public_private", "geo_qual")
    ),
}
NEWCOMERS = {
    **{"Schulname": "name", "Strasse": "address", "PLZ": "postcode", "Schulart": "organisation_kind"},
    **{"lat": "lat", "lng": "lon"},
    **dict.fromkeys(("AlleLehrkraefte_2017", "AlleQ_2017", "Q1_5_2018", "Brennpunktschule-2018")),
}


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("de_berlin.csv", SCHOOLS),
        ("de_rheinland-pfalz.csv", SCHOOLS),
        ("de_berlin_quereinsteiger.csv", NEWCOMERS),
        ("healthcare_LT.geojson", HOSPITALS),
        ("healthcare_BE.gpkg", HOSPITALS),
        ("poi_portugal.gpkg", {"name": "name", "osm_id": None, "gid": None, "fclass": None}),
    ],
)
def test_the_columns_of_a_real_file_are_mapped(name: str, truth: dict[str, str | None]) -> None:
    mapping = read(real_file(f"data/{name}")).mapping
    found = {column: field for field, columns in mapping.columns.items() for column in columns}
    meant = {column: field for column, field in truth.items() if field is not None}

    assert {column: field for column, field in found.items() if truth.get(column) != field} == {}
    assert sum(found.get(column) == field for column, field in meant.items()) >= 0.8 * len(meant)


def reading(name: str, gazetteer: Gazetteer | None = None) -> Reading:
    return read(real_file(f"data/{name}"), gazetteer=gazetteer)


def split_share(hosts: list[HostRow]) -> float:
    return sum(bool(host.postcode and host.town) for host in hosts) / len(hosts)


def test_the_schools_of_berlin(gazetteer: Gazetteer) -> None:
    got = reading("de_berlin.csv", gazetteer)

    assert (len(got.hosts), len(got.reasons)) == (1370, 0)
    assert Counter(host.precision for host in got.hosts) == {"address": 1363, "town": 6, None: 1}
    assert len({(host.name, host.position) for host in got.hosts if host.position}) == 1104
    assert split_share(got.hosts) > 0.99
    assert Counter(host.organisation_kind for host in got.hosts)["school"] == 1360


def test_the_schools_of_rheinland_pfalz() -> None:
    got = reading("de_rheinland-pfalz.csv")

    assert (len(got.hosts), len(got.reasons)) == (1498, 0)
    assert split_share(got.hosts) == 1.0
    assert {host.organisation_kind for host in got.hosts} == {"school"}
    assert {host.sectors for host in got.hosts} == {("education",)}


def test_the_schools_of_berlin_in_german_headings() -> None:
    got = reading("de_berlin_quereinsteiger.csv")

    assert (len(got.hosts), len(got.reasons)) == (686, 0)
    assert got.hosts[0].line == 2
    assert got.hosts[0].private["AlleQ_2017"] == "7 %"
    assert Counter(host.precision for host in got.hosts) == {"address": 686}


def test_the_hospitals_of_lithuania() -> None:
    got = reading("healthcare_LT.geojson")

    assert (len(got.hosts), len(got.reasons)) == (142, 0)
    assert {(host.organisation_kind, host.sectors, host.country) for host in got.hosts} == {
        ("hospital", ("health",), "LT")
    }
    assert got.hosts[0].address == "Santariškių 2"


def test_the_hospitals_of_belgium() -> None:
    got = reading("healthcare_BE.gpkg")

    assert (len(got.hosts), len(got.reasons)) == (272, 0)
    assert {(host.organisation_kind, host.country) for host in got.hosts} == {("hospital", "BE")}
    assert got.hosts[0].website == "https://www.stlucas.be"
    assert sum(bool(host.other_names) for host in got.hosts) > 150


def test_the_points_of_interest_of_portugal() -> None:
    got = reading("poi_portugal.gpkg")

    assert (len(got.hosts), len(got.reasons)) == (5070, 3037)
    assert set(got.reasons) == {"The name is missing."}


def test_points_without_names_are_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"missing: name.*lat, lon, wait"):
        reading("hitch_points.csv")
