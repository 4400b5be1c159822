"""What is taken along is bounded, whatever stands in the directory."""

import csv
import io

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mapsvc.domain.base import now
from mapsvc.domain.csv_safety import restore
from mapsvc.services import table_files
from mapsvc.services.exports import COLUMNS
from mapsvc.storage.listings import whole_listings
from mapsvc.web import downloads

# Columns that put several values into one cell.
MADE_UP_OF_MANY = {
    *("other_names", "sectors", "fields", "missions", "oid", "pic", "siret", "vat", "languages"),
    *("periods", "programmes"),
}


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def everything_said(value: object) -> set[str]:
    """All texts and numbers of a row's detail, as a file would write them."""
    if isinstance(value, dict):
        return set().union(*map(everything_said, value.values())) if value else set()
    if isinstance(value, list | tuple):
        return set().union(*map(everything_said, value)) if value else set()
    return set() if value is None else {str(value)}


def test_a_file_says_nothing_that_is_not_in_the_public_rows(sampled_app: Flask) -> None:
    engine = sampled_app.extensions["mapsvc"].public_engine
    with engine.connect() as connection:
        listings = list(whole_listings(connection))
    public = set().union(*(everything_said(one.detail) for one in listings))
    public |= {str(value) for one in listings for value in (one.title, one.country, one.lon, one.lat)}
    public |= {one.precision for one in listings} | {"yes", "no", ""}

    rows = rows_of(sampled_app.test_client().get("/download/hosts.csv?country=FR"))

    assert rows
    for row in rows:
        assert list(row) == list(COLUMNS)
        plain = {name: restore(cell) for name, cell in row.items() if name not in MADE_UP_OF_MANY}
        assert {name: cell for name, cell in plain.items() if cell not in public} == {}


def test_a_row_of_areas_says_how_many_and_nothing_of_anybody(sampled_app: Flask) -> None:
    client = sampled_app.test_client()
    people = client.get("/api/search?kind=alumni&limit=100").get_json()

    answer = client.get("/download/areas.csv")
    rows = rows_of(answer)

    assert sum(int(row["stays"]) for row in rows) == people["total"]
    assert list(rows[0]) == ["area", "country", "country_name", "stays", "samples", "lon", "lat"]
    assert {row["area"] for row in rows} == {person["place"] for person in people["items"]}
    said = answer.get_data(as_text=True)
    assert not [person["title"] for person in people["items"] if f",{person['title']}," in said]


@pytest.mark.parametrize("path", ["/download/hosts", "/download/areas", "/kits", "/coverage"])
def test_a_file_bears_the_day_and_a_format_that_there_is_not_is_not_there(
    path: str, sampled_app: Flask
) -> None:
    client = sampled_app.test_client()

    answer = client.get(f"{path}.csv")

    assert f"-{now():%Y-%m-%d}.csv" in answer.headers["Content-Disposition"]
    assert client.get(f"{path}.pdf").status_code == 404


def test_geoparquet_that_cannot_be_made_is_said_and_not_offered(
    sampled_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "find_spec", lambda _name: None)
    client = sampled_app.test_client()

    answer = client.get("/download/hosts.parquet")

    assert answer.status_code == 400
    assert "pyarrow" in answer.text
    assert "hosts.parquet" not in client.get("/").text


def test_a_downloaded_table_holds_no_more_rows_than_its_bound(
    sampled_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_ROWS", 1)

    answer = sampled_app.test_client().get("/download/hosts.geojson")

    assert len(answer.get_json(force=True)["features"]) == 1


@pytest.mark.parametrize("query", ["", "?kind=alumni", "?kind=alumni&kind=host"])
def test_a_file_holds_no_people(query: str, sampled_app: Flask) -> None:
    client = sampled_app.test_client()
    people = client.get("/api/search?kind=alumni&limit=100").get_json()
    names = {person["title"] for person in people["items"]}

    table = client.get(f"/download/hosts.csv{query}").get_data(as_text=True)
    page = client.get(f"/download/map.html{query}").get_data(as_text=True)

    assert people["total"] == 80
    assert not names & {row["name"] for row in csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))}
    assert not [name for name in names if f'"{name}"' in page]
