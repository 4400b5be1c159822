"""What is taken along is bounded, whatever stands in the directory."""

import pytest
from flask import Flask

from mapsvc.web import downloads


def test_a_downloaded_table_holds_no_more_rows_than_its_bound(
    sampled_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_ROWS", 1)

    answer = sampled_app.test_client().get("/download/hosts.geojson")

    assert len(answer.get_json(force=True)["features"]) == 1
