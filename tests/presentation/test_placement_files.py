"""A placing leaves as tables and maps that other programs read, with nothing in them that runs."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
import shapely
from python_calamine import CalamineWorkbook

from mapsvc.domain.csv_safety import restore
from mapsvc.planning.outcomes import Outcome
from mapsvc.planning.results import Result
from mapsvc.presentation.placement_files import as_geojson, as_geopackage, as_xlsx, everybody_table
from mapsvc.presentation.placement_tables import EVERYBODY, LEFT, PLACED
from mapsvc.presentation.placement_words import printable
from mapsvc.services.table_files import table_file
from mapsvc.storage.bulk.apart import apart
from tests.presentation.placings import COMO, HOSTILE, asked, hostile, learner, offer, placement, result

MADE = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NOBODY = result(outcome=Outcome((), (), (), 0, 0.0, 0.0), learners=())


def sheets(found: Result, language: str = "en") -> dict[str, list[list[Any]]]:
    """The sheets of the workbook as another program reads them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(found, asked(language), made=MADE)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def records(rows: list[list[Any]]) -> list[dict[str, Any]]:
    head, *body = rows
    return [dict(zip(head, row, strict=True)) for row in body]


def csv_rows(found: Result) -> list[dict[str, str]]:
    text = table_file(everybody_table(found, asked(), made=MADE), "csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_workbook_has_who_goes_where_who_is_left_over_and_what_was_asked_for() -> None:
    found = sheets(result())

    assert list(found) == ["Placements", "Left over", "Settings"]
    assert [row["Learner"] for row in records(found["Placements"])] == ["B-01", "B-02"]
    assert [row["Learner"] for row in records(found["Left over"])] == ["B-03"]
    assert ["At most so many kilometres from the base", 30.0] in found["Settings"]


def test_days_are_days_and_numbers_are_numbers() -> None:
    row = records(sheets(result())["Placements"])[0]

    assert row["First day"] == date(2027, 3, 1)
    assert row["Last day"] == date(2027, 3, 26)
    assert (row["Days"], row["Points"], row["Kilometres from the base"]) == (26, 812, 1.5)
    assert row["Kilometres from home"] == pytest.approx(675, abs=15)


def test_somebody_left_over_has_the_hosts_that_each_rule_excluded_and_what_would_help() -> None:
    row = records(sheets(result())["Left over"])[0]

    assert (row["Another field"], row["Too far from the base"], row["Language level"]) == (12, 3, 0)
    assert row["What would help"] == "Accept 40 km: 3 offers with a free seat"
    assert row["Who could move"] == "B-01 moves to Albergo Blu, then there is a seat at Forno Rossi"


def test_the_head_of_each_table_stays_in_sight_and_can_be_filtered() -> None:
    packed = zipfile.ZipFile(io.BytesIO(as_xlsx(result(), asked(), made=MADE)))
    read = [packed.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2, 3)]

    assert all('state="frozen"' in sheet for sheet in read)
    assert all("<autoFilter" in sheet for sheet in read[:2])


def test_the_same_placing_made_at_the_same_time_gives_the_same_workbook() -> None:
    assert as_xlsx(result(), asked(), made=MADE) == as_xlsx(result(), asked(), made=MADE)


def test_a_csv_has_everybody_once_placed_or_left_over() -> None:
    rows = csv_rows(result())

    assert tuple(rows[0]) == EVERYBODY
    assert [(row["code"], row["state"], row["host"]) for row in rows] == [
        ("B-01", "placed", "Forno Rossi"),
        ("B-02", "placed", "Albergo Blu"),
        ("B-03", "left over", ""),
    ]
    assert rows[0]["first"] == "2027-03-01"
    assert rows[2]["changes"] == "Accept 40 km: 3 offers with a free seat"


def test_a_placing_of_nobody_still_gives_every_file() -> None:
    found = sheets(NOBODY)

    assert [len(found[name]) for name in ("Placements", "Left over")] == [1, 1]
    assert csv_rows(NOBODY) == []
    assert json.loads(as_geojson(NOBODY, asked()))["features"] == []
    assert read_layers(as_geopackage(NOBODY, asked(), made=MADE)) == {"placements": []}


def test_what_names_a_learner_or_an_offer_that_is_gone_is_left_out() -> None:
    found = result(learners=(learner("B-01"),), offers={"offer:2": offer("offer:2")})

    assert csv_rows(found) == []


def test_a_geojson_has_a_point_at_the_host_and_a_line_to_it_from_the_base() -> None:
    features = json.loads(as_geojson(result(), asked()))["features"]
    points = [one for one in features if one["properties"]["shape"] == "host"]
    lines = [one for one in features if one["properties"]["shape"] == "line"]

    assert [one["properties"]["code"] for one in points] == ["B-01", "B-02"]
    assert shapely.geometry.shape(points[0]["geometry"]).equals(shapely.Point(9.1, 45.8))
    assert [shapely.geometry.shape(one["geometry"]).coords[0] for one in lines] == [(COMO.lon, COMO.lat)] * 2
    assert lines[1]["properties"] == {
        "shape": "line",
        "code": "B-02",
        "from": "Como",
        "to": "Albergo Blu",
        "town": "Como",
    }


def test_without_a_base_a_line_begins_at_home_and_without_a_home_there_is_none() -> None:
    found = result()
    without = result(demands=type(found.demands)(found.demands.today))
    features = json.loads(as_geojson(without, asked()))["features"]

    lines = [one["properties"] for one in features if one["properties"]["shape"] == "line"]

    assert [(one["code"], one["from"]) for one in lines] == [("B-01", "Tours")]


def test_a_geopackage_has_the_same_as_two_layers_with_days_as_days() -> None:
    layers = read_layers(as_geopackage(result(), asked(), made=MADE))

    assert [(row["code"], row["wkt"], row["first"], row["days"]) for row in layers["placements"]] == [
        ("B-01", "POINT (9.1 45.8)", "2027-03-01", 26),
        ("B-02", "POINT (9.39 45.85)", "2027-03-01", 26),
    ]
    assert layers["lines"][0]["wkt"] == f"LINESTRING ({COMO.lon} {COMO.lat}, 9.1 45.8)"


def read_layers(body: bytes) -> dict[str, list[dict[str, Any]]]:
    """The layers as pyogrio reads them, which may not share a process with a live database."""
    return apart(layers_of, body)


def layers_of(body: bytes) -> dict[str, list[dict[str, Any]]]:
    import pyogrio

    found = {}
    for name, _kind in pyogrio.list_layers(body):
        frame = pyogrio.read_dataframe(body, layer=name)
        wkt = [shapely.to_wkt(one, rounding_precision=5, trim=True) for one in frame.geometry]
        rows = json.loads(
            frame.drop(columns="geometry").to_json(orient="records", date_format="iso", date_unit="s")
        )
        found[str(name)] = [
            {key: str(value)[:10] if key in {"first", "last"} else value for key, value in row.items()}
            | {"wkt": point}
            for row, point in zip(rows, wkt, strict=True)
        ]
    return found


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_what_people_wrote_is_text_in_a_workbook_and_comes_back(text: str) -> None:
    body = as_xlsx(hostile(text), asked(), made=MADE)
    packed = zipfile.ZipFile(io.BytesIO(body))
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    cells = book.get_sheet_by_name("Placements").to_python()

    assert not any(
        b"<f>" in packed.read(name) or b"<hyperlink" in packed.read(name) for name in packed.namelist()
    )
    host = str(cells[1][list(PLACED).index("host")])
    assert host.replace("\r\n", "\n") == printable(text)[:32_767].replace("\r\n", "\n").replace("_x000D_", "")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_no_cell_of_a_csv_begins_as_a_formula_and_all_come_back(text: str) -> None:
    row = csv_rows(hostile(text))[0]

    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    assert restore(row["host"]) == printable(text)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_what_people_wrote_is_text_in_geojson(text: str) -> None:
    first = json.loads(as_geojson(hostile(text), asked()))["features"][0]["properties"]

    assert first["host"] == printable(text)


def test_what_people_wrote_is_text_in_a_geopackage() -> None:
    found = {text: hostile(text) for text in HOSTILE}
    everything = Result(
        cohort="All",
        scenario="All",
        learners=[learner(f"B-{place}") for place, _text in enumerate(found)],
        offers={f"offer:{place}": offer(f"offer:{place}", host=text) for place, text in enumerate(found)},
        demands=result().demands,
        outcome=Outcome(
            tuple(placement(f"B-{place}", f"offer:{place}") for place, _text in enumerate(found)),
            (),
            (),
            0,
            0.0,
            0.0,
        ),
    )

    rows = read_layers(as_geopackage(everything, asked(), made=MADE))["placements"]

    assert [row["host"] for row in rows] == [printable(text) for text in HOSTILE]


def test_a_workbook_has_all_columns_in_french() -> None:
    found = sheets(result(), "fr")

    assert [len(rows[0]) for rows in found.values()] == [len(PLACED), len(LEFT), 2]
