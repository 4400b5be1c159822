"""The outline of an area is there for everybody, and follows from its key alone."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from shapely.geometry import shape

from mapsvc.api.schemas import ref, schemas
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.presentation.areas import area_feature, feature_of_town
from tests.api.conftest import asked

STRASBOURG, SCHILTIGHEIM, VATICAN = 2973783, 2975446, 6691831
SQUARE = "10kmE4150N2830-FR"


def faults(feature: dict[str, Any]) -> list[str]:
    validator = OAS31Validator({"components": {"schemas": schemas()}} | ref("Area"))
    return [error.message for error in validator.iter_errors(feature)]


@pytest.mark.parametrize(
    ("key", "level", "kind"),
    [
        (SQUARE, "10km", "Polygon"),
        ("50kmE4100N2800-FR", "50km", "Polygon"),
        ("100kmE0900N2700-PT", "100km", "Polygon"),
        ("FR-974", "region", "Polygon"),
        ("NO", "country", "MultiPolygon"),
        ("MF", "country", "Polygon"),
    ],
)
def test_an_area_of_each_level_is_as_described(key: str, level: str, kind: str, client: FlaskClient) -> None:
    found = asked(client, f"/api/areas/{key}")

    assert faults(found) == []
    assert (found["id"], found["properties"]["level"], found["geometry"]["type"]) == (key, level, kind)
    assert shape(found["geometry"]).is_valid
    assert found["properties"]["inhabitants"] >= 5_000


def test_a_feature_with_something_beside_is_not_as_described(client: FlaskClient) -> None:
    found = asked(client, f"/api/areas/{SQUARE}")

    assert faults(found | {"town": STRASBOURG})
    assert faults(found | {"geometry": found["geometry"] | {"type": "Point"}})


@pytest.mark.parametrize("key", ["XX", "10kmE4150N2830", "10kmE4150N2830-fr", "x" * 41, "%00", "%ff", "1"])
def test_an_area_that_is_not_there_is_not_found(key: str, client: FlaskClient) -> None:
    assert "message" in asked(client, f"/api/areas/{key}", 404)["error"]


def test_an_area_is_not_sent_twice_and_the_same_in_each_language(client: FlaskClient) -> None:
    first, french = (client.get(f"/api/areas/{SQUARE}?lang={language}") for language in ("en", "fr"))

    again = client.get(f"/api/areas/{SQUARE}", headers={"If-None-Match": first.headers["ETag"]})

    assert first.data == french.data
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "public, no-cache"


def test_an_unknown_parameter_is_refused(client: FlaskClient) -> None:
    assert asked(client, f"/api/areas/{SQUARE}?town=5", 400)["error"]["parameter"] == "town"


def test_a_suggested_town_says_its_area(client: FlaskClient) -> None:
    (first, *_) = asked(client, "/api/places?q=strasbourg")["items"]
    (nobody, *_) = asked(client, "/api/places?q=vatican")["items"]

    assert first["area"] == SQUARE
    assert (nobody["id"], nobody["area"]) == (VATICAN, None)


def test_a_town_has_the_feature_of_its_area_whichever_town_it_is(
    gazetteer: Gazetteer, regions: Regions
) -> None:
    area = gazetteer.area(SQUARE)
    assert area

    features = [feature_of_town(id_, gazetteer, regions) for id_ in (STRASBOURG, SCHILTIGHEIM)]

    assert features == [area_feature(area, regions)] * 2
    assert feature_of_town(VATICAN, gazetteer, regions) is None
    assert feature_of_town(0, gazetteer, regions) is None
