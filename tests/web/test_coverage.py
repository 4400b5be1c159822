"""The page on regions: its table, its map and its file say the same, and lead on."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mapsvc.config import Settings
from mapsvc.places.nuts_imports import import_nuts
from mapsvc.places.region_sets import shipped_set
from mapsvc.services.coverages import Measure
from tests.installations import copy
from tests.places.nuts_files import level, write_nuts
from tests.web.conftest import Serve, close
from tests.web.well_formed import faults_of

ADDRESSES = (
    "/coverage",
    "/coverage?level=2&measure=seats&sort=name",
    "/coverage?measure=field&field=07&within=FR&level=2&method=jenks&classes=7",
    "/coverage?measure=alumni&level=1&method=equal",
    "/coverage?measure=kits&within=DE&sort=-name",
    "/coverage?within=LV",
)
ROW = re.compile(r'<tr data-unit="([^"]+)"><th scope="row">(?:<a href="([^"]+)">)?([^<]*)(.*?)</tr>')
CELL = re.compile(r'<td class="number">(?:<i class="dab shade-(\w)"></i>)?([^<]*)</td>')


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def table(shown: str) -> dict[str, list[str]]:
    """Shade and number of each region, in the order of the table."""
    return {unit: list(CELL.findall(rest)[0]) for unit, _url, _name, rest in ROW.findall(shown)}


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text) or 0)


def last_rows(shown: str) -> tuple[int, int]:
    """What lies in no region of the table, and the total."""
    unknown = re.search(r"<tr data-unknown>.*?<td class=\"number\">([^<]*)</td>", shown)
    total = re.search(r"<tr data-total>.*?<td class=\"number\">([^<]*)</td>", shown)
    assert total
    return number(unknown[1]) if unknown else 0, number(total[1])


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", ADDRESSES)
def test_table_and_map_say_the_same_and_the_rows_make_up_the_total(
    client: FlaskClient, path: str, language: str
) -> None:
    shown = page(client, f"{path}{'&' if '?' in path else '?'}lang={language}")

    config = re.search(r'id="map-config">(.*?)</script>', shown)
    drawn = json.loads(config[1])["drawn"] if config else {}
    rows = table(shown)
    unknown, total = last_rows(shown)
    assert rows == drawn
    assert len(rows) > 1
    assert sum(number(value) for _shade, value in rows.values()) + unknown == total
    assert faults_of(shown) == []


def test_the_total_is_that_of_the_directory(client: FlaskClient) -> None:
    for measure, kind in (("sites", "host"), ("alumni", "alumni"), ("kits", "kit")):
        everything = client.get(f"/api/search?kind={kind}&limit=1").get_json()["total"]

        assert last_rows(page(client, f"/coverage?measure={measure}&level=2"))[1] == everything > 0


def test_a_region_without_parts_leads_to_as_many_hosts_in_the_search(client: FlaskClient) -> None:
    shown = page(client, "/coverage?within=DE")

    for _unit, url, _name, rest in ROW.findall(shown):
        query = url.replace("&amp;", "&").partition("?")[2]
        assert client.get(f"/api/search?{query}").get_json()["total"] == number(CELL.findall(rest)[0][1])


def test_a_country_leads_to_its_regions_and_they_lead_back_up(client: FlaskClient) -> None:
    shown = page(client, "/coverage?measure=kits")
    url = {unit: url for unit, url, *_rest in ROW.findall(shown)}["FR"].replace("&amp;", "&")

    inside = page(client, url)

    units = set(table(inside))
    assert url == "/coverage?within=FR&measure=kits"
    assert units == {one.id for one in shipped_set().units(1) if one.country == "FR"}
    assert '<a href="/coverage?measure=kits">All regions</a>' in inside
    assert '<span aria-current="page">France</span>' in inside


@pytest.mark.parametrize(
    ("sort", "sorted_as"), [("name", "ascending"), ("-name", "descending"), ("value", "ascending")]
)
def test_the_table_is_sorted_as_its_headings_say(client: FlaskClient, sort: str, sorted_as: str) -> None:
    shown = page(client, f"/coverage?within=FR&sort={sort}")

    column = [
        name if sort.endswith("name") else number(CELL.findall(rest)[0][1])
        for *_u, name, rest in ROW.findall(shown)
    ]
    assert shown.count("aria-sort=") == 1
    assert f'aria-sort="{sorted_as}"' in shown
    if sort.endswith("name"):
        assert column[0] != column[-1]
        assert (column[0] < column[-1]) == (sorted_as == "ascending")  # type: ignore[operator]
    else:
        assert column == sorted(column)  # type: ignore[type-var]


def test_the_most_comes_first_where_nothing_else_is_asked_for(client: FlaskClient) -> None:
    numbers = [number(value) for _shade, value in table(page(client, "/coverage")).values()]

    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] > 0


def test_two_sentences_sum_it_up(client: FlaskClient) -> None:
    shown = page(client, "/coverage?measure=kits")
    rows = table(shown)

    said = re.search(r'id="summary">([^<]*)<', shown)

    having = sum(shade != "0" for shade, _value in rows.values())
    assert said
    assert said[1].startswith(
        f"{having} of {len(rows)} countries have settling-in kits. Most are in France (6)"
    )
    assert said[1].endswith(f"; {len(rows) - having} have none.")


def test_the_file_has_the_rows_of_the_table_and_the_total(client: FlaskClient) -> None:
    path = "?within=FR&measure=kits&sort=name"
    shown = page(client, f"/coverage{path}")

    answer = client.get(f"/coverage.csv{path}")

    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert answer.mimetype == "text/csv"
    assert [(row["id"], row["value"]) for row in rows[:-2]] == [
        (unit, value) for unit, (_shade, value) in table(shown).items()
    ]
    assert (int(rows[-2]["value"]), int(rows[-1]["value"])) == last_rows(shown)
    assert f'href="/coverage.csv{path.replace("&", "&amp;")}"' in shown


@pytest.mark.parametrize(
    "query", ["level=9", "within=XX", "month=1999-01", "classes=40", "set=x", "measure=%00"]
)
def test_what_cannot_be_used_is_refused_in_words(client: FlaskClient, query: str) -> None:
    for path in ("/coverage", "/coverage.csv"):
        answer = client.get(f"{path}?{query}")

        assert answer.status_code == 400
        assert query.partition("=")[0] in answer.text


def test_where_no_host_says_when_it_has_seats_the_page_says_that_it_is_not_known(client: FlaskClient) -> None:
    shown = page(client, "/coverage?measure=seats&level=2")

    values = {tuple(value) for value in table(shown).values()}
    assert ("0", "0") in values
    assert all(shade == "x" for shade, value in values if value == "not known")
    assert "A period without a number counts as one seat." in shown


def test_where_there_is_nothing_at_all_the_page_says_so(settings: Settings, serve: Serve) -> None:
    app = serve(settings)
    client = app.test_client()

    for measure in Measure:
        shown = page(client, f"/coverage?measure={measure}")
        assert last_rows(shown) == (0, 0)
        assert {shade for shade, _value in table(shown).values()} == {"0"}
        assert faults_of(shown) == []
        assert re.search(r'id="summary">0 of \d+ countries have', shown)
    close(app)


@pytest.fixture
def with_nuts(prepared: Path, tmp_path: Path, serve: Serve) -> Iterator[FlaskClient]:
    """An installation with a NUTS set of its own."""
    copy(prepared, tmp_path)
    import_nuts(tmp_path, [write_nuts(tmp_path, [*level(0), *level(1), *level(2), *level(3)])])
    app = serve(Settings(instance=tmp_path))
    yield app.test_client()
    close(app)


def test_an_imported_set_is_shown_with_its_attribution_and_leads_to_what_it_counts(
    with_nuts: FlaskClient,
) -> None:
    shown = page(with_nuts, "/coverage?level=3")
    inside = page(with_nuts, "/coverage?within=UKC11")

    assert set(table(shown)) == {"EL301", "EL302", "UKC11", "UKC12"}
    assert "NUTS 2030: Eurostat" in shown
    assert "NUTS 2030: Eurostat" in page(with_nuts, "/about")
    assert '<option value="shipped">' in shown
    assert table(inside).keys() == {"UKC11"}
    assert faults_of(shown) + faults_of(inside) == []
    config = re.search(r'id="map-config">(.*?)</script>', shown)
    assert config
    assert with_nuts.get(json.loads(config[1])["regions"]).status_code == 200
