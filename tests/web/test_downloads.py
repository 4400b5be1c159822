"""What is taken along is bounded, whatever stands in the directory."""

import csv
import io

import pytest
from flask import Flask

from mapsvc.web import downloads


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
