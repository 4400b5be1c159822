"""The outlines of regions by their address, and whom the page about the map names for them."""

import json
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapsvc.config import Settings
from mapsvc.places import region_files
from mapsvc.places.nuts_imports import import_nuts
from mapsvc.places.region_sets import region_sets, shipped_set
from tests.places.nuts_files import level, write_nuts
from tests.topojson import regions_of

CREDIT = "NUTS 2030: Eurostat, © EuroGeographics for the administrative boundaries"


def address(folder: Path, key: str, drawn: int) -> str:
    regions = region_sets(folder).get(key)
    assert regions is not None
    return f"/regions/{key}/{regions.outlines_name(drawn)}"


@pytest.mark.parametrize("drawn", [0, 1, 2])
def test_outlines_are_kept_for_good_under_a_name_that_changes_with_them(
    client: FlaskClient, drawn: int
) -> None:
    answer = client.get(f"/regions/shipped/{shipped_set().outlines_name(drawn)}")

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.data == shipped_set().outlines(drawn)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("coding", ["", "br", "gzip"])
def test_who_has_the_outlines_gets_them_no_second_time(client: FlaskClient, coding: str) -> None:
    path = f"/regions/shipped/{shipped_set().outlines_name(0)}"
    first = client.get(path, headers={"Accept-Encoding": coding})

    again = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert first.headers.get("Content-Encoding", "") == coding
    if coding == "br":
        assert brotli.decompress(first.data) == shipped_set().outlines(0)


@pytest.mark.parametrize(
    "path",
    [
        "shipped/0-000000000000.json",
        "shipped/9-000000000000.json",
        "shipped/0.json",
        "nuts-2030/0-000000000000.json",
        "../shipped/0",
        "shipped/%2e%2e%2f0.json",
    ],
)
def test_other_names_are_at_no_address(client: FlaskClient, path: str) -> None:
    assert client.get(f"/regions/{path}").status_code == 404


def test_a_running_service_follows_what_is_imported_and_removed(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    client = app.test_client()
    assert "EuroGeographics" not in client.get("/about").text

    import_nuts(settings.folder, [write_nuts(tmp_path, level(3))])

    path = address(settings.folder, "nuts-2030", 3)
    assert CREDIT in client.get("/about").text
    assert list(regions_of(client.get(path).data)) == ["EL301", "EL302", "UKC11", "UKC12"]

    import_nuts(settings.folder, [write_nuts(tmp_path, level(3)[:3])])

    assert client.get(path).status_code == 404
    fewer = json.loads(client.get(address(settings.folder, "nuts-2030", 3)).data)
    assert len(fewer["objects"]["regions"]["geometries"]) == 3

    region_files.remove(settings.folder, "nuts-2030")

    assert "EuroGeographics" not in client.get("/about").text
