"""What becomes public is shown before it does: exactly that, and nothing that stays private."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.domain.listings import Listing
from mapsvc.domain.sources import Import
from mapsvc.intake.synonyms import fields
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.presentation.import_fields import FIELDS
from mapsvc.services.imports import import_hosts
from mapsvc.services.previews import MOST_LINES, PRIVATE_FIELDS, outcome, preview
from mapsvc.services.row_reports import Report
from mapsvc.storage.engine import writing

TWO = "name,town,country,lat,lon,summary\nRossi,Como,IT,45.8,9.08,Wood\nVerdi,Lecco,IT,45.85,9.39,Bread\n"


@pytest.fixture
def importing(engine: Engine, gazetteer: Gazetteer, regions: Regions, tmp_path: Path) -> Any:
    def run(text: str, *, dry_run: bool = True, mapping: str | None = None) -> tuple[Report, dict[str, Any]]:
        file, seen = tmp_path / "list.csv", {}
        file.write_text(text, "utf-8")
        yaml = tmp_path / "mapping.yml"
        yaml.write_text(mapping or "", "utf-8")

        def look(session: Session, record: Import, report: Report) -> None:
            seen.update(preview(session, engine, mapping=report.mapping))

        with writing(engine) as session:
            report = import_hosts(
                session,
                file,
                importer="tests",
                gazetteer=gazetteer,
                regions=regions,
                key="a key",
                dry_run=dry_run,
                mapping_file=yaml if mapping else None,
                finish=look,
            )
        return report, json.loads(json.dumps(seen))

    return run


def counts(seen: dict[str, Any]) -> tuple[int, int, int]:
    return seen["new"], seen["changed"], seen["gone"]


def test_the_preview_of_a_new_list_has_its_hosts_and_stores_none(importing: Any, session: Session) -> None:
    _report, seen = importing(TWO)

    assert counts(seen) == (2, 0, 0)
    assert [one["title"] for one in seen["samples"]] == ["Rossi", "Verdi"]
    assert session.scalars(select(Listing)).all() == []


def test_the_preview_shows_the_very_rows_that_the_import_then_publishes(
    importing: Any, session: Session
) -> None:
    _report, seen = importing(TWO)
    importing(TWO, dry_run=False)

    for sample in seen["samples"]:
        row = session.scalars(select(Listing).where(Listing.title == sample["title"])).one()
        shown = {name: value for name, value in sample.items() if name != "change"}
        assert shown == {name: getattr(row, name) for name in shown}


def test_the_preview_tells_new_changed_and_equal_apart(importing: Any) -> None:
    importing(TWO, dry_run=False)

    _report, seen = importing(TWO.replace("Bread", "Cakes") + "Bianchi,Como,IT,45.81,9.09,Metal\n")

    assert counts(seen) == (1, 1, 0)
    assert {one["title"]: one["change"] for one in seen["samples"]} == {"Verdi": "changed", "Bianchi": "new"}


def test_a_contact_that_changes_changes_nothing_public(importing: Any) -> None:
    importing("name,town,country,phone\nRossi,Como,IT,+39 031 111111\n", dry_run=False)

    report, seen = importing("name,town,country,phone\nRossi,Como,IT,+39 031 222222\n")

    assert report.counts["updated"] == 1
    assert counts(seen) == (0, 0, 0)


def test_no_public_row_has_a_word_of_a_private_field(importing: Any, session: Session) -> None:
    secrets = {
        "contact_name": "Secretname Mustermann",
        "contact_email": "secret.mail@example.org",
        "contact_phone": "+39 031 987654",
        "external_id": "SECRET-4711",
        "colour": "secretcolour",
        "epsg": "4326",
        "record_type": "host",
    }
    heads = ["name", "town", "country", *secrets]
    text = ",".join(heads) + "\nRossi,Como,IT," + ",".join(secrets.values()) + "\n"
    mapping = "columns:\n" + "".join(f"  {field}: [{field}]\n" for field in heads if field != "colour")

    _report, seen = importing(text, mapping=mapping)
    importing(text, mapping=mapping, dry_run=False)

    row = session.scalars(select(Listing)).one()
    public = json.dumps([row.title, row.place, row.search_text, row.detail, row.facets]) + str(
        seen["samples"]
    )
    assert [one for one in secrets.values() if len(one) > 5 and one in public] == []
    assert {field for field, _columns in seen["used"]} == PRIVATE_FIELDS
    assert {field for field, _columns in seen["fields"]} == {"name", "town", "country"}
    assert seen["unknown"] == ["colour"]


def test_a_large_list_is_shown_by_twelve_of_its_hosts_from_all_over(importing: Any) -> None:
    text = "name,lat,lon\n" + "".join(f"Host {n:03},{45 + n / 100},9\n" for n in range(120))

    _report, seen = importing(text)

    assert seen["new"] == 120
    assert [one["title"] for one in seen["samples"]] == [f"Host {n:03}" for n in range(0, 120, 10)]


def test_faults_are_grouped_and_the_page_holds_only_the_first_of_them(importing: Any) -> None:
    text = "name,town\nRossi,Como\n" + ",Lecco\n" * 300

    report, _seen = importing(text)

    shown = outcome(report)
    assert len(shown["lines"]) == MOST_LINES
    assert shown["lines_in_all"] == 300
    assert [(one["message"], one["count"]) for one in shown["reasons"]] == [("The name is missing.", 300)]
    assert shown["reasons"][0]["line"] == 3


def test_every_field_that_a_column_can_hold_has_words() -> None:
    assert set(FIELDS) == set(fields())
    assert set(FIELDS) >= PRIVATE_FIELDS
