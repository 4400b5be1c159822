"""The description says what there is, no more and no less."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from mapsvc.api.openapi import document
from mapsvc.api.schemas import ref, schemas
from mapsvc.params.searches import SEARCH_PARAMETERS
from mapsvc.presentation.cards import details
from tests.api.conftest import asked
from tests.api.fuzzing import described
from tests.presentation.test_cards import REGIONS, listing

DESCRIPTION = "/api/openapi.json"


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a value."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from parts(each)


def parameters_of(path: str) -> list[str]:
    found = document()
    names = [one["$ref"].rpartition("/")[2] for one in found["paths"][path]["get"]["parameters"]]
    return [found["components"]["parameters"][name]["name"] for name in names]


def test_the_description_is_openapi_3_1() -> None:
    faults = [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()]

    assert faults == []
    assert document()["openapi"].startswith("3.1")


def test_the_description_refers_to_nothing_outside_and_to_all_inside() -> None:
    components = document()["components"]

    used = {part["$ref"] for part in parts(document()) if "$ref" in part}

    assert used == {f"#/components/{kind}/{name}" for kind, named in components.items() for name in named}
    assert "://" not in json.dumps(document())


def test_every_route_is_described_and_every_description_is_a_route(client: FlaskClient) -> None:
    rules = client.application.url_map.iter_rules()
    served = {described(rule.rule) for rule in rules if rule.rule.startswith(("/api/", "/tiles/"))}

    assert served == set(document()["paths"])


def test_every_parameter_of_a_path_is_described(client: FlaskClient) -> None:
    named = {
        path: {name for name in parameters_of(path) if f"{{{name}}}" in path} for path in document()["paths"]
    }

    assert {path: path.count("{") for path in named} == {path: len(names) for path, names in named.items()}


def test_the_parameters_of_a_search_are_those_that_it_takes() -> None:
    assert sorted(parameters_of("/api/search")) == sorted([*SEARCH_PARAMETERS, "lang"])


@pytest.mark.parametrize("path", ["/api/viewport", "/tiles/{z}/{x}/{y}.mvt"])
def test_a_map_takes_all_that_says_which_sites_are_meant(path: str) -> None:
    assert set(SEARCH_PARAMETERS) - {"sort", "limit", "page", "cursor"} < set(parameters_of(path))


def test_every_object_of_an_answer_is_strict() -> None:
    objects = [part for part in parts(schemas()) if part.get("type") == "object"]

    assert len(objects) > 10
    assert [part for part in objects if "additionalProperties" not in part] == []


def test_a_listing_that_says_everything_is_as_described() -> None:
    validator = OAS31Validator({"components": {"schemas": schemas()}} | ref("Details"))
    row = listing(
        periods=[["2027-03-01", "2027-04-30", 2], ["2027-05-01", "2027-05-31", None]],
        detail={
            "organisation": {
                "kind": "company",
                "website": "https://example.org",
                "confirmed_on": "2026-03-01",
            },
            "site": {"address": "1 rue du Bois", "postcode": "67000"},
            "offer": {"title": {"fr": "Menuiserie"}, "fields": ["0722"], "summary": {"en": "Windows."}},
            "source": {"name": "A list", "licence": "CC BY 4.0", "date": "2026-03-01"},
            "vouching": {
                "issuer": "A school",
                "issued": "2026-03-01",
                "valid_until": "2100-12-31",
                "checks": ["mentor"],
            },
        },
    )

    shown = details(row, distance_m=12.5, offers=2, language="en", regions=REGIONS)

    assert {name for name, value in shown.items() if value is None} == {"stay"}  # which hosts do not have
    assert [error.message for error in validator.iter_errors(shown)] == []
    assert not validator.is_valid(shown | {"contact": "somebody"})
    assert not validator.is_valid({name: value for name, value in shown.items() if name != "source"})


def test_the_description_is_the_same_in_every_byte_for_everybody(client: FlaskClient) -> None:
    command = [
        sys.executable,
        "-c",
        "import json; from mapsvc.api.openapi import document; print(json.dumps(document()))",
    ]
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    elsewhere = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    first, french = (client.get(DESCRIPTION, headers={"Accept-Language": wish}) for wish in ("en", "fr"))

    assert first.data == french.data
    assert first.get_json() == json.loads(elsewhere)
    assert elsewhere == json.dumps(document()) + "\n"


def test_the_description_is_not_sent_twice(client: FlaskClient) -> None:
    tag = client.get(DESCRIPTION).headers["ETag"]

    assert client.get(DESCRIPTION, headers={"If-None-Match": tag}).status_code == 304


def test_the_description_takes_no_parameter(client: FlaskClient) -> None:
    assert asked(client, f"{DESCRIPTION}?lang=fr", 400)["error"]["parameter"] == "lang"


@pytest.mark.parametrize(
    "path", ["/api/search", "/api/listing/1", "/api/places", "/api/areas/FR", "/tiles/0/0/0.mvt"]
)
def test_a_language_that_is_not_spoken_here_is_refused(path: str, client: FlaskClient) -> None:
    assert asked(client, f"{path}?lang=xx", 400)["error"]["parameter"] == "lang"
    assert asked(client, f"{path}?lang=fr&lang=en", 400)["error"]["parameter"] == "lang"
