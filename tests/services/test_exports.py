"""What leaves as a file is plain text, and comes back as it was."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from mapsvc.config import Settings
from mapsvc.domain.csv_safety import neutralise
from mapsvc.domain.listings import Kind, Listing
from mapsvc.errors import NotFound
from mapsvc.intake.synonyms import field_named
from mapsvc.messages import LANGUAGES
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.exports import COLUMNS, hosts_table, write_export
from mapsvc.services.imports import import_hosts
from mapsvc.services.loading import SAMPLES, load_samples
from mapsvc.services.row_reports import Report
from mapsvc.services.table_files import EXTRA, FORMATS, table_file
from mapsvc.storage import schema
from mapsvc.storage.bulk.apart import apart
from mapsvc.storage.bulk.geo_files import read_layer
from mapsvc.storage.engine import private_engine, public_engine, writing
from mapsvc.storage.listings import whole_listings

READ_AGAIN = tuple(name for name in FORMATS if name != EXTRA)
FORMULAS = ('=HYPERLINK("http://evil.example/";"x")', "+33123456789", "-2+3+cmd|' /C calc'!A0", "@SUM(1)")
ARABIC_TURNED = "\u062d\u0631\u0641\u0629 \u202eabc"
TEXTS = ("'s Heeren Loo", "'=1+1", "{{7*7}}", "<script>alert(1)</script>", "%(x)s", ARABIC_TURNED)
COMO = {"town": "Como", "country": "IT", "lat": "45.80813", "lon": "9.08524"}
WORKSHOP = {
    "name": "Two offers",
    "address": "Via Roma 1",
    "postcode": "22100",
    **COMO,
    "precision": "address",
}
ROWS: list[dict[str, str]] = [
    *({"name": name, **COMO} for name in (*FORMULAS, *TEXTS)),
    {
        "name": "Tab before",
        **COMO,
        "offer_title": "=1+1",
        "summary": "-x",
        "missions": "@a; +b",
        "sectors": "wood",
    },
    {
        **WORKSHOP,
        "offer_title": "First",
        "fields": "0722",
        "periods": "2027-03-01/2027-03-26 x2",
        "summary": "Saws",
    },
    {**WORKSHOP, "offer_title": "Second", "fields": "0715", "languages": "en B1; de A2; et", "min_age": "16"},
    {"name": "One name, two towns", "town": "Zagreb", "country": "HR", "sectors": "it"},
    {"name": "One name, two towns", "town": "Annecy", "country": "FR", "sectors": "it"},
    {"name": "Description alone", **COMO, "lon": "9.0812345", "summary": "Chairs\nand; tables, too"},
    {"name": "Said to be the town", **COMO, "lat": "45.8012345", "precision": "town"},
    {"name": "Nothing but a place", "town": "Vilnius", "country": "LT"},
    {"name": 'Quotes " and, commas; "twice"', "town": "Pärnu", "country": "EE"},
]

Bring = Callable[[Settings, Path], Report]


@pytest.fixture
def bring(gazetteer: Gazetteer, regions: Regions) -> Bring:
    """Imports a file under the name of the samples' list."""

    def brought(settings: Settings, file: Path) -> Report:
        engine = private_engine(settings)
        with writing(engine) as session:
            report = import_hosts(
                session,
                file,
                source_name=SAMPLES,
                importer="tests",
                gazetteer=gazetteer,
                regions=regions,
                key="a key",
            )
        engine.dispose()
        return report

    return brought


@pytest.fixture
def empty(settings: Settings, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A second installation, empty, on the same kind of database."""
    folder = tmp_path / "second"
    folder.mkdir()
    if settings.database.startswith("sqlite"):
        template: Path = request.getfixturevalue("spatialite_template")
        (folder / "mapsvc.sqlite").write_bytes(template.read_bytes())
        return Settings(instance=folder)
    cluster = request.getfixturevalue("cluster")
    url = cluster.fresh_database(template=request.getfixturevalue("postgis_template"))
    return Settings(
        instance=folder, database_url=url, public_database_url=cluster.as_role(url, "mapsvc_public")
    )


def awkward(folder: Path) -> Path:
    file = folder / "awkward.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, dict.fromkeys(name for row in ROWS for name in row))
        writer.writeheader()
        # As a spreadsheet's own export would not, so that "'=1+1" is read as it stands.
        writer.writerows({name: neutralise(cell) for name, cell in row.items()} for row in ROWS)
    return file


def exported(settings: Settings, file: Path, language: str = "en") -> Path:
    engine = public_engine(settings)
    with engine.connect() as connection:
        write_export(
            whole_listings(connection), file, file_format=file.suffix.removeprefix("."), language=language
        )
    engine.dispose()
    return file


def formats_on(settings: Settings) -> tuple[str, ...]:
    """All formats, once: how a file is written does not depend on the database, and two are slow."""
    return READ_AGAIN if settings.database.startswith("sqlite") else ("csv",)


def content(file: Path) -> object:
    """What a file says, without the time at which it was written."""
    if file.suffix == ".csv":
        return file.read_bytes()
    if file.suffix == ".geojson":
        return json.loads(file.read_bytes())["features"]
    if file.suffix == ".xlsx":
        # Beside the rows, a workbook says when it was made.
        timed = ("docProps", "xl/worksheets/sheet2")
        return {name: part for name, part in parts(file.read_bytes()).items() if not name.startswith(timed)}
    if file.suffix != ".gpkg":
        layer = apart(read_layer, file, max_features=1000)
        # An index has its own order of what stands at one point.
        return layer.columns, sorted(map(str, zip(*layer.values, layer.points, strict=True)))
    with closing(sqlite3.connect(file)) as package:
        return package.execute("SELECT * FROM hosts ORDER BY fid").fetchall()


def parts(workbook: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def listings(settings: Settings) -> list[Listing]:
    """The listings that a file of hosts holds."""
    engine = public_engine(settings)
    with engine.connect() as connection:
        found = [one for one in whole_listings(connection) if one.kind == Kind.HOST]
    engine.dispose()
    return found


def names(settings: Settings) -> set[str]:
    return {listing.title for listing in listings(settings)}


def fill(settings: Settings, bring: Bring, gazetteer: Gazetteer, regions: Regions, folder: Path) -> None:
    engine = private_engine(settings)
    with writing(engine) as session:
        load_samples(session, areas=gazetteer, regions=regions)
    engine.dispose()
    report = bring(settings, awkward(folder))
    assert report.counts == {**dict.fromkeys(report.counts, 0), "added": len(ROWS)}


def test_export_import_export_is_a_fixed_point(
    settings: Settings, empty: Settings, bring: Bring, gazetteer: Gazetteer, regions: Regions, tmp_path: Path
) -> None:
    fill(settings, bring, gazetteer, regions, tmp_path)
    for file_format in formats_on(settings):
        first = exported(settings, tmp_path / f"first.{file_format}")
        target = empty if file_format == "csv" else fresh(empty, file_format)

        report = bring(target, first)
        again = exported(target, tmp_path / f"again.{file_format}")

        assert report.counts["added"] == sum(report.counts.values()) == len(listings(settings))
        assert content(again) == content(first)
        if file_format == "csv":
            assert bring(target, again).counts["unchanged"] == len(listings(target))


def fresh(empty: Settings, name: str) -> Settings:
    """One more empty installation on SpatiaLite."""
    folder = empty.folder.parent / name
    folder.mkdir()
    engine = private_engine(settings := Settings(instance=folder))
    schema.migrate(engine)
    engine.dispose()
    return settings


def test_an_export_holds_every_public_row_and_nothing_private(
    settings: Settings, bring: Bring, engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "name,email,contact person,phone,town,country,remarks\n"
        "Rossi,hidden@example.org,Ada Hidden,+39 031 000000,Como,IT,hidden remark\n",
        "utf-8",
    )
    bring(settings, file)

    for file_format in formats_on(settings):
        out = exported(settings, tmp_path / f"out.{file_format}").read_bytes()
        plain = "".join(parts(out).values()).encode() if file_format == "xlsx" else out
        assert b"Rossi" in plain
        assert not [private for private in (b"hidden@", b"Ada Hidden", b"hidden remark") if private in plain]
        assert b"031 000000" not in plain


def test_a_csv_export_puts_an_apostrophe_before_what_a_spreadsheet_would_run(
    settings: Settings, bring: Bring, tmp_path: Path
) -> None:
    bring(settings, awkward(tmp_path))

    text = exported(settings, tmp_path / "out.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert {*(f"'{name}" for name in FORMULAS), "'s Heeren Loo", "''=1+1"} <= {row["name"] for row in rows}
    assert [cell for row in rows for cell in row.values() if cell.startswith(tuple("=+-@\t"))] == []
    (tab,) = [row for row in rows if row["name"] == "Tab before"]
    assert (tab["offer_title"], tab["summary"], tab["missions"]) == ("'=1+1", "'-x", "'@a; +b")


def test_import_takes_that_apostrophe_off_again_and_no_other(
    settings: Settings, empty: Settings, bring: Bring, tmp_path: Path
) -> None:
    bring(settings, awkward(tmp_path))

    bring(empty, exported(settings, tmp_path / "out.csv"))

    assert {*FORMULAS, "'s Heeren Loo", "'=1+1"} <= names(empty)
    assert names(empty) == names(settings)


def test_an_xlsx_export_has_string_cells_alone_and_no_formula(
    settings: Settings, bring: Bring, tmp_path: Path
) -> None:
    bring(settings, awkward(tmp_path))

    found = parts(exported(settings, tmp_path / "out.xlsx").read_bytes())
    sheet = found["xl/worksheets/sheet1.xml"]

    assert "<f" not in sheet
    assert "<hyperlink" not in sheet.lower()
    assert "=HYPERLINK(" in sheet
    assert not [name for name in found if "externalLink" in name or "vba" in name.lower()]


def test_a_geojson_export_is_points_with_longitude_first(
    settings: Settings, bring: Bring, tmp_path: Path
) -> None:
    bring(settings, awkward(tmp_path))

    found = json.loads(exported(settings, tmp_path / "out.geojson").read_text("utf-8"))

    assert {feature["geometry"]["type"] for feature in found["features"]} == {"Point"}
    points = {
        feature["properties"]["name"]: feature["geometry"]["coordinates"] for feature in found["features"]
    }
    assert points["+33123456789"] == [9.08524, 45.80813]


def test_a_sample_is_still_a_sample_after_a_round_trip(
    settings: Settings, empty: Settings, bring: Bring, tmp_path: Path
) -> None:
    file = tmp_path / "sample.csv"
    file.write_text(
        "name,town,country,minimum age,sample,confirmed on\n"
        "Made up,Como,IT,16,yes,2027-02-01\nReal,Como,IT,16,,\n",
        "utf-8",
    )
    bring(settings, file)

    bring(empty, exported(settings, tmp_path / "out.csv"))

    found = {one.title: (one.sample, one.detail["offer"]["confirmed_on"]) for one in listings(empty)}
    assert found == {"Made up": (True, "2027-02-01"), "Real": (False, None)}


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_empty_directory_is_exported_as_an_empty_table(file_format: str, tmp_path: Path) -> None:
    found = table_file(hosts_table([], language="en"), file_format)

    if file_format == "csv":
        assert found.decode("utf-8-sig").strip().split(",") == list(COLUMNS)
    elif file_format == "geojson":
        assert json.loads(found)["features"] == []
    else:
        assert found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_of_a_workbook_mean_what_the_names_of_its_columns_mean(language: str) -> None:
    columns = hosts_table([], language=language).columns

    assert [column.key for column in columns] == list(COLUMNS)
    assert {one.key: field_named(one.label) for one in columns} == {key: field_named(key) for key in COLUMNS}


def test_an_export_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "hosts.csv"
    file.write_text("old")

    with pytest.raises(NotFound):
        write_export([], file, file_format="pdf", language="en")

    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]
