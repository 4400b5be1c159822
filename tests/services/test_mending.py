"""Rows that an import could not use are corrected and imported, or left out."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.listings import Listing
from mapsvc.domain.sources import Import, Outcome
from mapsvc.domain.uploads import QuarantinedRow
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services import mending
from mapsvc.services.imports import import_hosts
from mapsvc.services.undoing import undo_import
from tests.services.desks import administrator, list_of, referent

KEY = "a key"
LIST = """Name;Town;Country;Latitude;Longitude
Bar Roma;Como;IT;45.81;9.08
Bar Milano;Como;IT;4581;9.08
Bar Torino;Como;IT;forty;9.08
;Como;IT;45.8;9.1
"""


class Desk:
    """A referent with a list of which three rows wait to be mended."""

    def __init__(self, session: Session, folder: Path, gazetteer: Gazetteer, regions: Regions) -> None:
        self.session, self.gazetteer, self.regions = session, gazetteer, regions
        self.viewer = referent(session)
        list_of(session, self.viewer, "bars")
        file = folder / "bars.csv"
        file.write_text(LIST, "utf-8")
        self.report = import_hosts(
            session,
            file,
            source_name="bars",
            owner_id=min(self.viewer.sending_ids),
            importer="tests",
            gazetteer=gazetteer,
            regions=regions,
            key=KEY,
        )

    def rows(self) -> dict[str, QuarantinedRow]:
        """The rows that wait, by the name of their host."""
        self.session.expire_all()
        waiting = select(QuarantinedRow).where(QuarantinedRow.settled.is_(None))
        return {dict(row.cells)["Name"]: row for row in self.session.scalars(waiting)}

    def try_again(self, corrections: mending.Corrections, viewer: Viewer | None = None) -> mending.Mended:
        return mending.try_again(
            self.session,
            viewer or self.viewer,
            corrections,
            gazetteer=self.gazetteer,
            regions=self.regions,
            key=KEY,
        )

    def titles(self) -> list[str]:
        return sorted(self.session.scalars(select(Listing.title)))


@pytest.fixture
def desk(session: Session, tmp_path: Path, gazetteer: Gazetteer, regions: Regions) -> Desk:
    return Desk(session, tmp_path, gazetteer, regions)


def test_rows_of_one_fault_stand_together_with_the_cell_that_is_wrong(desk: Desk) -> None:
    faults = mending.faults(desk.session, desk.viewer)

    assert sum(len(fault.rows) for fault in faults) == 3
    assert all(fault.source.name == "bars" and fault.can_be_mended for fault in faults)
    assert "Latitude" in {fault.column for fault in faults}


def test_a_corrected_row_is_imported_into_its_list_and_settled(desk: Desk) -> None:
    row = desk.rows()["Bar Torino"]

    mended = desk.try_again({row.id: {"Latitude": "45.82"}})

    assert mended.report
    assert (mended.settled, mended.faulty) == (1, ())
    assert mended.report.counts[Outcome.ADDED] == 1
    assert desk.titles() == ["Bar Roma", "Bar Torino"]
    assert sorted(desk.rows()) == ["", "Bar Milano"]
    assert len({record.source_id for record in desk.session.scalars(select(Import))}) == 1


def test_a_row_that_still_cannot_be_used_keeps_what_was_typed_and_says_the_new_reason(desk: Desk) -> None:
    row = desk.rows()["Bar Torino"]

    mended = desk.try_again({row.id: {"Latitude": "", "Name": ""}})

    (waiting,) = mended.faulty
    assert mended.report is None
    assert (waiting.column, dict(waiting.cells)["Latitude"]) == ("Name", "")
    assert len(desk.session.scalars(select(Import)).all()) == 1


def test_of_several_rows_those_that_work_are_imported(desk: Desk) -> None:
    rows = desk.rows()

    mended = desk.try_again({rows["Bar Milano"].id: {"Latitude": "45.81"}, rows["Bar Torino"].id: {}})

    assert (mended.settled, [row.line for row in mended.faulty]) == (1, [4])
    assert desk.titles() == ["Bar Milano", "Bar Roma"]
    assert sorted(desk.rows()) == ["", "Bar Torino"]


def test_undoing_the_import_of_corrected_rows_has_them_wait_again(desk: Desk) -> None:
    row = desk.rows()["Bar Torino"]
    mended = desk.try_again({row.id: {"Latitude": "45.82"}})
    assert mended.report

    undo_import(desk.session, mended.report.import_id or 0)

    assert desk.titles() == ["Bar Roma"]
    assert sorted(desk.rows()) == ["", "Bar Milano", "Bar Torino"]


def test_a_row_that_is_left_out_does_not_wait_any_more(desk: Desk) -> None:
    ids = [row.id for name, row in desk.rows().items() if name != "Bar Torino"]

    number = mending.leave_out(desk.session, desk.viewer, ids)
    left = list(desk.rows())
    mending.wait_again(desk.session, desk.viewer, number)

    assert (left, desk.titles()) == (["Bar Torino"], ["Bar Roma"])
    assert len(desk.rows()) == 3


def test_a_cell_that_is_too_long_is_refused(desk: Desk) -> None:
    row = desk.rows()["Bar Torino"]

    with pytest.raises(InvalidInput):
        desk.try_again({row.id: {"Latitude": "4" * (mending.LONGEST_CELL + 1)}})


def test_columns_that_the_file_did_not_have_are_not_taken(desk: Desk) -> None:
    row = desk.rows()["Bar Torino"]

    desk.try_again({row.id: {"Latitude": "nowhere", "sample": "yes"}})

    assert [column for column, _cell in desk.rows()["Bar Torino"].cells] == LIST.splitlines()[0].split(";")


def test_another_referent_sees_and_mends_nothing(desk: Desk) -> None:
    other = referent(desk.session, "Berufsschule Trier")
    row = desk.rows()["Bar Torino"]

    said = []
    for id_ in (row.id, 999_999):
        for attempt in (
            lambda id_=id_: desk.try_again({id_: {"Latitude": "45.82"}}, other),
            lambda id_=id_: mending.leave_out(desk.session, other, [id_]),
        ):
            with pytest.raises(NotFound) as caught:
                attempt()
            said.append(str(caught.value))

    assert mending.faults(desk.session, other) == []
    assert len(set(said)) == 1
    assert len(desk.rows()) == 3
    assert sum(len(one.rows) for one in mending.faults(desk.session, administrator(desk.session))) == 3


def test_the_points_of_a_geographic_file_can_be_corrected(
    session: Session, tmp_path: Path, gazetteer: Gazetteer, regions: Regions
) -> None:
    file = tmp_path / "bars.geojson"
    geometry = '{"type": "Point", "coordinates": [%s]}'
    point = '{"type": "Feature", "geometry": ' + geometry + ', "properties": {"name": "%s"}}'
    features = [point % ("9.08, 45.81", "Bar Roma"), point % ("9.1, 45.8", "")]
    file.write_text('{"type": "FeatureCollection", "features": [' + ", ".join(features) + "]}", "utf-8")
    viewer = administrator(session)
    import_hosts(session, file, importer="tests", gazetteer=gazetteer, regions=regions, key=KEY)
    row = session.scalars(select(QuarantinedRow)).one()

    mended = mending.try_again(
        session,
        viewer,
        {row.id: {"name": "Bar Milano", "lat": "45.9"}},
        gazetteer=gazetteer,
        regions=regions,
        key=KEY,
    )

    assert mended.settled == 1
    assert session.execute(select(Listing.lon, Listing.lat).where(Listing.title == "Bar Milano")).all() == [
        (9.1, 45.9)
    ]
