"""Real files come into the directory whole: every row accounted for, twice the same, or not at all."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.domain.hosts import Offer, Organisation, Site
from mapsvc.domain.listings import Change, Listing
from mapsvc.domain.sources import Import, Outcome, Source
from mapsvc.domain.uploads import QuarantinedRow
from mapsvc.errors import UnreadableFile
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.accounts import sending_organisation
from mapsvc.services.imports import ListTaken, NameTooLong, import_hosts
from mapsvc.services.releasing import release_import
from mapsvc.services.row_reports import Report, write_report
from mapsvc.services.undoing import UnknownImport, undo_import
from mapsvc.storage.engine import private_engine, writing
from tests.conftest import real_file

SMALL = "name,town,country,lat,lon\nFalegnameria Rossi,Como,IT,45.80812,9.08521\nPanificio Verdi,Lecco,IT,,\n"


@pytest.fixture
def places(gazetteer: Gazetteer, regions: Regions) -> dict[str, Any]:
    return {"gazetteer": gazetteer, "regions": regions, "importer": "tests", "key": "a key"}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.csv"
    file.write_text(SMALL, "utf-8")
    return file


def count(session: Session, noun: type) -> int:
    return session.scalar(select(func.count()).select_from(noun)) or 0


def outcomes(report: Report) -> dict[str, int]:
    return {str(outcome): number for outcome, number in report.counts.items() if number}


# How the numbers were counted, by a script of its own over the raw files: rows with a point; distinct
# pairs of folded name and point, points at most 25 m apart counted once; sites of one name in one town,
# or with one website, are one organisation. A site has offers where its rows differ in what they say.
REAL = [
    # file, rows, organisations, sites, offers
    ("de_berlin.csv", {"added": 1369, "to_locate": 1}, 1100, 1105, 391),
    ("de_rheinland-pfalz.csv", {"added": 1498}, 1474, 1490, 13),
    ("de_berlin_quereinsteiger.csv", {"added": 686}, 685, 685, 2),
    ("healthcare_LT.geojson", {"added": 142}, 142, 142, 0),
    ("healthcare_BE.gpkg", {"added": 272}, 238, 271, 2),
]


@pytest.mark.parametrize(("name", "rows", "organisations", "sites", "offers"), REAL)
def test_real_files_give_the_expected_organisations_sites_and_offers(
    session: Session,
    places: dict[str, Any],
    name: str,
    rows: dict[str, int],
    organisations: int,
    sites: int,
    offers: int,
) -> None:
    report = import_hosts(session, real_file(f"data/{name}"), **places)

    assert outcomes(report) == rows
    assert (report.organisations, report.sites, report.offers) == (organisations, sites, offers)
    kept = [count(session, noun) for noun in (Organisation, Site, Offer)]
    assert kept == [organisations, sites, offers]
    located = session.scalar(select(func.count()).select_from(Site).where(Site.lon.is_not(None)))
    assert session.scalar(select(func.count(Listing.site_key.distinct()))) == located


def test_a_real_file_a_second_time_changes_nothing(session: Session, places: dict[str, Any]) -> None:
    file = real_file("data/healthcare_LT.geojson")
    import_hosts(session, file, **places)
    changes = count(session, Change)

    again = import_hosts(session, file, **places)

    assert outcomes(again) == {"unchanged": 142}
    assert count(session, Change) == changes


def test_a_file_without_names_is_refused_and_stores_nothing(session: Session, places: dict[str, Any]) -> None:
    with pytest.raises(UnreadableFile, match="name"):
        import_hosts(session, real_file("data/hitch_points.csv"), **places)
    session.rollback()

    assert count(session, Import) == 0


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    session: Session, places: dict[str, Any], small: Path
) -> None:
    report = import_hosts(session, small, dry_run=True, **places)

    assert outcomes(report) == {"added": 2}
    assert [count(session, noun) for noun in (Organisation, Import, Listing, Change)] == [0, 0, 0, 0]


def test_a_row_without_a_point_is_located_by_its_town(
    session: Session, places: dict[str, Any], small: Path
) -> None:
    import_hosts(session, small, **places)

    found = session.execute(select(Site.town, Site.precision, Site.region).order_by(Site.town)).all()
    assert [tuple(row) for row in found] == [("Como", "address", "IT-CO"), ("Lecco", "town", "IT-LC")]


def test_a_held_import_stays_off_the_map(session: Session, places: dict[str, Any], small: Path) -> None:
    import_hosts(session, small, held=True, **places)

    assert (count(session, Organisation), count(session, Listing)) == (2, 0)


def test_a_held_import_is_released_once(session: Session, places: dict[str, Any], small: Path) -> None:
    report = import_hosts(session, small, held=True, **places)
    assert report.import_id is not None

    first, second = (release_import(session, report.import_id) for _ in range(2))

    assert (first, second, count(session, Listing)) == (2, 0, 2)
    with pytest.raises(UnknownImport):
        release_import(session, 999)


def test_a_licence_that_is_given_later_counts_for_all_hosts_of_the_list(
    session: Session, places: dict[str, Any], small: Path
) -> None:
    import_hosts(session, small, **places)

    import_hosts(session, small, licence="CC BY 4.0", **places)

    session.expire_all()
    assert {row.detail["source"]["licence"] for row in session.scalars(select(Listing))} == {"CC BY 4.0"}


def test_a_name_of_a_list_that_does_not_fit_is_refused(
    session: Session, places: dict[str, Any], small: Path
) -> None:
    with pytest.raises(NameTooLong, match="201"):
        import_hosts(session, small, source_name="x" * 201, **places)


def test_an_import_is_undone_by_its_number(session: Session, places: dict[str, Any], small: Path) -> None:
    report = import_hosts(session, small, **places)
    assert report.import_id is not None

    undo_import(session, report.import_id)

    assert [count(session, noun) for noun in (Organisation, Site, Listing)] == [0, 0, 0]


def test_the_report_has_a_line_for_each_row_with_its_reason(
    session: Session, places: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(
        "name,lat,lon,country\nA,48.58123,7.75123,FR\nB,NaN,7.75,FR\n,48.5,7.7,FR\nA,48.58123,7.75123,FR\n",
        "utf-8",
    )

    report = import_hosts(session, file, **places)
    write_report(report, tmp_path / "report.csv")

    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as opened:
        lines = [line for line in csv.DictReader(opened) if line["outcome"] != "note"]
    assert [(line["line"], line["outcome"], line["column"]) for line in lines] == [
        ("2", "added", ""),
        ("3", "quarantined", "lat"),
        ("4", "quarantined", "name"),
        ("5", "unchanged", ""),
    ]
    assert "finite" in lines[1]["reason"]
    assert "line 2" in lines[3]["reason"]
    assert sum(outcomes(report).values()) == 4


def test_unknown_columns_are_kept_and_never_published(
    session: Session, places: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "extra.csv"
    file.write_text(
        "name,lat,lon,owner_id,is_verified,birthday\nA,48.58123,7.75123,1,true,1999-01-01\n", "utf-8"
    )

    import_hosts(session, file, **places)

    site = session.scalars(select(Site)).one()
    listing = session.scalars(select(Listing)).one()
    assert site.private == {"rows": [{"owner_id": "1", "is_verified": "true", "birthday": "1999-01-01"}]}
    assert "1999" not in str(listing.detail) + listing.search_text
    assert (listing.confirmed, site.organisation.verification) == (False, "potential")


def test_every_outcome_has_a_count(session: Session, places: dict[str, Any], small: Path) -> None:
    report = import_hosts(session, small, dry_run=True, **places)

    assert set(report.counts) == set(Outcome)


def test_two_imports_of_one_list_at_once_take_turns(
    settings: Settings, places: dict[str, Any], small: Path
) -> None:
    def run(_number: int) -> dict[str, int]:
        engine = private_engine(settings)
        with writing(engine) as session:
            report = import_hosts(session, small, **places)
        engine.dispose()
        return outcomes(report)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(run, range(2)))

    assert sorted(found, key=str) == [{"added": 2}, {"unchanged": 2}]


def test_a_row_that_cannot_be_used_is_kept_as_it_stood_in_the_file(
    session: Session, places: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name,town,country\nFalegnameria Rossi,Como,IT\n,Lecco,IT\n", "utf-8")

    report = import_hosts(session, file, **places)

    kept = session.scalars(select(QuarantinedRow)).one()
    assert (kept.import_id, kept.line, kept.column) == (report.import_id, 3, "name")
    assert kept.cells == [["name", ""], ["town", "Lecco"], ["country", "IT"]]
    assert kept.message == "The name is missing."


def test_the_point_of_a_row_that_cannot_be_used_is_kept_with_it(
    session: Session, places: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "list.geojson"
    point = {"type": "Point", "coordinates": [9.0852, 45.8081]}
    named = [{"type": "Feature", "geometry": point, "properties": {"name": name}} for name in ("Rossi", "")]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": named}), "utf-8")

    import_hosts(session, file, **places)

    cells = session.scalars(select(QuarantinedRow.cells)).one()
    assert cells == [["name", ""], ["lat", "45.8081000"], ["lon", "9.0852000"]]


def test_a_newer_file_of_a_list_replaces_the_rows_that_wait_to_be_mended(
    session: Session, places: dict[str, Any], tmp_path: Path
) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("name,town\nRossi,Como\n,Lecco\n,Bergamo\n", "utf-8")
    new.write_text("name,town\nRossi,Como\n,Lecco\n", "utf-8")
    import_hosts(session, old, source_name="hosts", **places)
    import_hosts(session, old, source_name="others", **places)

    newest = import_hosts(session, new, source_name="hosts", **places)
    import_hosts(session, new, source_name="hosts", partial=True, **places)

    waiting = session.scalars(select(QuarantinedRow.import_id)).all()
    assert (len(waiting), waiting.count(newest.import_id or 0)) == (4, 1)


def test_undoing_an_import_drops_the_rows_that_it_could_not_use(
    session: Session, places: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name,town\nRossi,Como\n,Lecco\n", "utf-8")
    report = import_hosts(session, file, **places)

    undo_import(session, report.import_id or 0)

    assert count(session, QuarantinedRow) == 0


def test_a_list_belongs_to_who_imported_it_first(
    session: Session, places: dict[str, Any], small: Path
) -> None:
    mine, theirs = (sending_organisation(session, name) for name in ("A school", "A chamber"))
    import_hosts(session, small, owner_id=mine.id, **places)

    with pytest.raises(ListTaken) as refused:
        import_hosts(session, small, owner_id=theirs.id, **places)
    session.rollback()

    assert "A school" not in str(refused.value)
    assert session.scalars(select(Source.owner_id)).all() == [mine.id]
    assert count(session, Import) == 1


def test_what_is_to_be_done_at_the_end_belongs_to_the_import(
    session: Session, places: dict[str, Any], small: Path
) -> None:
    def fail(inside: Session, record: Import, report: Report) -> None:
        raise ListTaken(name=f"{count(inside, Listing)} public rows")

    with pytest.raises(ListTaken, match="2 public rows"):
        import_hosts(session, small, finish=fail, **places)
    session.rollback()

    assert [count(session, noun) for noun in (Organisation, Import, Listing)] == [0, 0, 0]
