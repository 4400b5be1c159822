"""A downloaded map is one file: nothing to load, and what people wrote stays text."""

import json
import re
from typing import Any

import pytest

from mapsvc.maps.download import download_map, script_json
from mapsvc.maps.outline import land, rounded_ring
from mapsvc.maps.towns import MOST, towns_around

HOSTILE = [
    "{{7*7}}",
    "{% raw %}",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "<!--RECORDS-->",
    "مدرسة مهنية في تورينو",
    "line\u2028separator",
]


def item(title: str = "Officina", **others: Any) -> dict[str, Any]:
    return {
        "kind": "host",
        "kind_label": "Host",
        "title": title,
        "place": "Torino",
        "country_label": "Italy",
        "lon": 7.69,
        "lat": 45.07,
        "url": "/hosts/officina",
        "sample": False,
        "tags": ["Automotive"],
        **others,
    }


def downloaded(*items: dict[str, Any], **others: Any) -> str:
    given: dict[str, Any] = {
        "title": "Hosts around Torino",
        "centre": {"lon": 7.69, "lat": 45.07},
        "radius_km": 50,
        "language": "en",
        "attribution": "Natural Earth, GeoNames",
    }
    return download_map(items, **(given | others))


def records(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="records">(.*?)</script>', page, re.DOTALL)
    assert found
    value: dict[str, Any] = json.loads(found[1])
    return value


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_comes_through_as_it_was_written(title: str) -> None:
    page = downloaded(item(title))

    assert [record["title"] for record in records(page)["items"]] == [title]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_opens_and_closes_no_script(title: str) -> None:
    plain = downloaded(item())

    page = downloaded(item(title), title=title, attribution=title)

    assert page.lower().count("<script") == plain.lower().count("<script")
    assert page.lower().count("</script") == plain.lower().count("</script")


def test_a_downloaded_map_loads_nothing() -> None:
    # Leaflet's own code names its home page, for a credit line that these maps do not have.
    page = downloaded(item()).replace('href="https://leafletjs.com"', "")

    assert re.findall(r"(?:src|href)=[\"']?(?:https?:)?//[^\"' >]+", page) == []
    assert [
        found for found in re.findall(r"url\(([^)]*)\)", page) if not found.startswith(('"data:', "#"))
    ] == []
    assert "default-src 'none'" in page


def test_links_need_a_site_to_lead_to() -> None:
    without = records(downloaded(item()))["items"][0]["url"]
    within = records(downloaded(item(), base_url="https://example.org"))["items"][0]["url"]
    hostile = records(downloaded(item(url="javascript:alert(1)"), base_url="https://example.org"))["items"][
        0
    ]["url"]

    assert (without, within, hostile) == ("", "https://example.org/hosts/officina", "")


def test_an_unknown_kind_is_drawn_as_a_host() -> None:
    page = downloaded(item(kind='x" onload="alert(1)'))

    assert records(page)["items"][0]["kind"] == "host"


def test_a_downloaded_map_is_small_enough_to_send() -> None:
    page = downloaded(*[item(f"Host {number}") for number in range(1000)])

    assert len(page.encode()) < 1_500_000


def test_json_in_a_script_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="JSON"):
        script_json({"lon": float("nan")})


def test_the_outline_has_closed_rings_only() -> None:
    outline = json.loads(land())

    rings = [ring for polygon in outline["coordinates"] for ring in polygon]

    assert rings
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)


def test_a_ring_smaller_than_the_rounding_vanishes() -> None:
    assert rounded_ring([[1.001, 1.001], [1.002, 1.001], [1.002, 1.002], [1.001, 1.001]]) == []


def test_a_downloaded_map_names_the_large_towns_around() -> None:
    names = [name for name, _lon, _lat in records(downloaded(item()))["towns"]]

    assert "Torino" in names
    assert "Madrid" not in names


def test_the_towns_of_a_wide_map_stay_apart_and_few() -> None:
    towns = towns_around([(-9.0, 37.0), (30.0, 60.0)])

    assert 10 < len(towns) <= MOST


def test_a_map_of_nothing_names_no_town() -> None:
    assert towns_around([]) == []
