"""Which region a point lies in."""

import csv
import gzip
import json
from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from mapsvc.places.region_finding import WGS84
from mapsvc.places.regions import NAMES, OUTLINES, Region, Regions
from mapsvc.resources import resource

SHIPPED = resource("data/regions")
KAUNAS = (23.9036, 54.8985)
SOUTH_OF_SETE = (3.5, 43.3)  # in the sea, some 8 km off the coast
MID_ATLANTIC = (-20.0, 45.0)
KEHL = (7.815, 48.573)  # in Germany, 2 km from France


@pytest.fixture(scope="module")
def regions() -> Regions:
    return Regions.load()


@pytest.mark.parametrize(
    ("place", "lon", "lat", "expected"),
    [
        ("Kaunas", *KAUNAS, "LT-KU"),
        ("Como", 9.0852, 45.8081, "IT-CO"),
        ("Nancy", 6.1844, 48.6921, "FR-54"),
        ("Berlin", 13.405, 52.52, "DE-BE"),
        ("Apeldoorn", 5.9699, 52.2112, "NL-GE"),
        ("Lublin", 22.5684, 51.2465, "PL-06"),
        ("Ostrava", 18.2625, 49.8209, "CZ-80"),
        ("Cardiff", -3.1791, 51.4816, "GB-~east-wales"),
        ("Swansea", -3.9436, 51.6214, "GB-~west-wales"),
        ("Ventspils", 21.5606, 57.3937, "LV-~kurzeme"),
        ("Cork", -8.4756, 51.8985, "IE-CO"),
        ("Debrecen", 21.6254, 47.5317, "HU-HB"),
        ("Hamar", 11.0680, 60.7945, "NO-34"),
        ("Požega", 17.6851, 45.3400, "HR-11"),
        ("Simferopol", 34.1024, 44.9521, "UA-43"),
        ("Moscow", 37.6173, 55.7558, "RU-MOW"),
        ("Ankara", 32.8597, 39.9334, "TR-06"),
        ("Chișinău", 28.8575, 47.0056, "MD-CU"),
        ("Nicosia", 33.3500, 35.1600, "CY-01"),
        ("Kyrenia", 33.3192, 35.3364, "CY-~north"),
        ("Mariehamn", 19.9348, 60.0973, "FI-01"),
        ("Las Palmas", -15.4363, 28.1235, "ES-GC"),
        ("Saint-Denis de La Réunion", 55.4504, -20.8823, "FR-974"),
    ],
)
def test_a_town_lies_in_its_region(
    regions: Regions, place: str, lon: float, lat: float, expected: str
) -> None:
    found = regions.region_at(lon, lat)

    assert found is not None, place
    assert found.id == expected


def test_a_point_off_the_coast_lies_in_the_nearest_region(regions: Regions) -> None:
    found = regions.region_at(*SOUTH_OF_SETE)

    assert found is not None
    assert found.id == "FR-34"


def test_a_point_far_out_at_sea_lies_in_no_region(regions: Regions) -> None:
    assert regions.region_at(*MID_ATLANTIC) is None


@pytest.mark.parametrize(
    ("lon", "lat"), [(float("nan"), 50.0), (10.0, float("inf")), (200.0, 50.0), (10.0, 91.0)]
)
def test_coordinates_that_are_not_on_the_globe_lie_in_no_region(
    regions: Regions, lon: float, lat: float
) -> None:
    assert regions.region_at(lon, lat) is None


def test_a_given_country_wins_near_its_border(regions: Regions) -> None:
    without = regions.region_at(*KEHL)
    with_country = regions.region_at(*KEHL, country="FR")

    assert without is not None
    assert with_country is not None
    assert (without.id, with_country.id) == ("DE-BW", "FR-67")


def test_a_given_country_far_away_is_not_believed(regions: Regions) -> None:
    found = regions.region_at(*KAUNAS, country="FR")

    assert found is not None
    assert found.id == "LT-KU"


@pytest.mark.parametrize(("metres", "inside"), [(19_900.0, True), (20_100.0, False)])
@pytest.mark.parametrize("latitude", [40.0, 60.0, 78.0])
def test_off_the_coast_means_20_km_on_the_ellipsoid(latitude: float, metres: float, inside: bool) -> None:
    square = shapely.box(10.0, latitude, 12.0, latitude + 1.0)
    regions = Regions([Region("AA-1", "Square", "AA", None, {})], lambda: [square])
    lon, lat, _ = WGS84.fwd(10.0, latitude + 0.5, 270.0, metres)

    found = regions.region_at(lon, lat)

    assert (found is not None) is inside


def test_many_points_get_the_regions_that_they_get_one_by_one(regions: Regions) -> None:
    random = np.random.default_rng(7)
    lons, lats = random.uniform(-12, 32, 300), random.uniform(36, 66, 300)
    countries = [None if number % 3 else "DE" for number in range(300)]

    together = regions.regions_at(lons, lats, countries)

    one_by_one = [
        regions.region_at(lon, lat, country=country)
        for lon, lat, country in zip(lons, lats, countries, strict=True)
    ]
    assert together == [region.id if region else None for region in one_by_one]
    assert 100 < sum(key is not None for key in together) < 300


def test_as_many_countries_as_points_are_asked_for(regions: Regions) -> None:
    with pytest.raises(ValueError, match="as many"):
        regions.regions_at([1.0, 2.0], [45.0, 45.0], ["FR"])


def test_no_points_have_no_regions(regions: Regions) -> None:
    assert regions.regions_at([], []) == []


@pytest.mark.parametrize(("country", "larger", "finer"), [("FR", 13, 96), ("IT", 20, 110), ("ES", 17, 50)])
def test_large_countries_have_two_levels(regions: Regions, country: str, larger: int, finer: int) -> None:
    parents = [r for r in regions.all() if r.country == country and regions.children(r.id)]

    assert len(parents) == larger
    assert sum(len(regions.children(parent.id)) for parent in parents) == finer
    assert all(child.parent == parent.id for parent in parents for child in regions.children(parent.id))


def test_ids_begin_with_their_country_and_parents_exist(regions: Regions) -> None:
    every = regions.all()

    assert len({region.id for region in every}) == len(every) > 900
    assert all(region.id.startswith(f"{region.country}-") for region in every)
    assert all(regions.get(region.parent) for region in every if region.parent)


def test_every_region_has_a_name_in_english_and_french(regions: Regions) -> None:
    nameless = [r.id for r in regions.all() if not (r.name and r.names.get("en") and r.names.get("fr"))]

    assert nameless == []


@pytest.mark.parametrize(
    ("key", "language", "expected"),
    [
        ("DE-BY", "fr", "Bavière"),
        ("DE-BY", "fr-BE", "Bavière"),
        ("DE-BY", "lt", "Bayern"),
        ("IT-CO", "fr", "Côme"),
        ("LV-~latgale", "de", "Lettgallen"),
        ("XX-99", "en", "XX-99"),
    ],
)
def test_a_region_is_named_in_the_readers_language_or_its_own(
    regions: Regions, key: str, language: str, expected: str
) -> None:
    assert regions.name(key, language) == expected


def test_names_are_told_without_reading_the_outlines() -> None:
    def unread() -> Sequence[BaseGeometry]:
        raise AssertionError("the outlines were read")

    regions = Regions([Region("AA-1", "Square", "AA", None, {})], unread)

    assert regions.name("AA-1", "en") == "Square"
    with pytest.raises(AssertionError, match="were read"):
        regions.region_at(10.0, 50.0)


def test_what_is_told_of_a_region_is_what_its_outline_carries() -> None:
    told = json.loads(gzip.decompress((SHIPPED / NAMES).read_bytes()))
    features = json.loads(gzip.decompress((SHIPPED / OUTLINES).read_bytes()))["features"]

    assert told == [feature["properties"] for feature in features]


OVERSEAS = {"AX", "GF", "GP", "MQ", "RE", "SJ", "YT"}  # regions of Finland, France and Norway in ISO 3166-2
FAR_ISLANDS = {"Othonoí", "Ponza", "Le Forna"}  # too small for Natural Earth


def test_every_town_of_the_gazetteer_lies_in_a_region_of_its_country(regions: Regions) -> None:
    text = gzip.decompress(resource("data/gazetteer/places.csv.gz").read_bytes()).decode()
    towns = [town for town in csv.DictReader(text.splitlines()) if town["country"] not in OVERSEAS | {"MF"}]

    found = regions.regions_at(
        [float(town["lon"]) for town in towns],
        [float(town["lat"]) for town in towns],
        [town["country"] for town in towns],
    )

    astray = {
        town["name"]
        for town, key in zip(towns, found, strict=True)
        if key is None or not key.startswith(town["country"])
    }
    assert len(towns) > 80_000
    assert astray - FAR_ISLANDS <= {"Akrotiri", "Dhekelia"}
