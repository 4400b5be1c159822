"""The outlines of regions as the browser unpacks them."""

import json

import pytest
from playwright.sync_api import Page

from mapsvc.places.region_sets import shipped_set
from tests.topojson import arcs_of, ring_of

pytestmark = pytest.mark.browser

UNPACK = """
async ({ script, path }) => {
  const { latLngsOf } = await import(script);
  const answer = await fetch(path);
  return [...latLngsOf(await answer.json())];
}
"""


def test_the_browser_unpacks_every_ring_as_the_specification_says(page: Page) -> None:
    topology = json.loads(shipped_set().outlines(0))
    path = f"/regions/shipped/{shipped_set().outlines_name(0)}"
    page.goto("/about")

    found = page.evaluate(UNPACK, {"script": "/static/js/map/outlines.js", "path": path})

    arcs = arcs_of(topology)
    expected = [
        [
            one["id"],
            [[[[lat, lon] for lon, lat in ring_of(ring, arcs)] for ring in rings] for rings in one["arcs"]],
        ]
        for one in topology["objects"]["regions"]["geometries"]
    ]
    assert [key for key, _ in found] == [key for key, _ in expected]
    assert found == expected
