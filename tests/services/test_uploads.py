"""A list goes from a file to the map in steps, each whole or not at all; nobody else sees or moves it."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from mapsvc.access.permissions import Viewer, viewer_of
from mapsvc.config import Settings
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role
from mapsvc.domain.reviews import AuditEntry
from mapsvc.domain.sources import Import, Source
from mapsvc.domain.uploads import QuarantinedRow, Upload, UploadFile, UploadStage
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.services import accounts, past_imports, upload_steps, uploads
from mapsvc.services.columns import fields_of
from mapsvc.services.uploads import WrongStage
from mapsvc.storage import upload_files
from mapsvc.storage.engine import engine_to_try, reading, writing
from mapsvc.storage.people import sending_organisations
from tests.installations import lend

HOSTS = (
    "name,town,country,lat,lon,phone\nFalegnameria Rossi,Como,IT,45.80812,9.08521,+39 031 1\n,Lecco,IT,,,\n"
)


@pytest.fixture
def desk(engine: Engine, settings: Settings, gazetteer: Gazetteer) -> "Desk":
    lend(gazetteer, settings.folder)
    return Desk(engine, settings.folder)


class Desk:
    """A referent at the desk of a school, and the worker."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.mine = self.referent("anna@school.example", "A school")

    def referent(self, email: str, sending: str) -> Viewer:
        with writing(self.engine) as session:
            of = accounts.sending_organisation(session, sending)
            account = accounts.grant(session, email, Role.REFERENT, sending=of)
            session.commit()
            return viewer_of(account)

    def begin(self, content: str | bytes = HOSTS, name: str = "hosts.csv", **more: Any) -> int:
        asks = more.pop("viewer", self.mine)
        sending_id = more.pop("sending_id", next(iter(asks.sending_ids), None))
        raw = content.encode() if isinstance(content, str) else content
        with writing(self.engine) as session:
            return uploads.begin(session, asks, name, raw, sending_id=sending_id, **more).id

    def work(self) -> int:
        return upload_steps.take_steps(self.engine, self.folder, key="a key")

    def upload(self, id_: int) -> Upload:
        with reading(self.engine) as session:
            found = session.get(Upload, id_)
            assert found
            return found

    def map(self, id_: int, **columns: str) -> None:
        upload = self.upload(id_)
        known = fields_of(upload.mapping) | columns
        chosen = [known.get(column[0], "") for column in upload.columns]
        with writing(self.engine) as session:
            uploads.map_columns(session, self.mine, id_, chosen, list_name=upload.list_name)

    def confirm(self, id_: int, *, held: bool = False) -> None:
        with writing(self.engine) as session:
            uploads.confirm(session, self.mine, id_, held=held)

    def reviewed(self, content: str = HOSTS, **more: Any) -> int:
        id_ = self.begin(content, **more)
        self.work()
        self.map(id_)
        self.work()
        assert self.upload(id_).stage == UploadStage.REVIEW, self.upload(id_).message
        return id_

    def imported(self, content: str = HOSTS, **more: Any) -> int:
        id_ = self.reviewed(content, **more)
        self.confirm(id_)
        self.work()
        assert self.upload(id_).stage == UploadStage.DONE, self.upload(id_).message
        return id_

    def count(self, noun: type) -> int:
        with reading(self.engine) as session:
            return session.scalar(select(func.count()).select_from(noun)) or 0


def test_a_list_is_read_named_tried_seen_and_imported(desk: Desk) -> None:
    id_ = desk.begin()
    desk.work()
    read = desk.upload(id_)
    desk.map(id_)
    desk.work()
    tried, public_before = desk.upload(id_), desk.count(Listing)
    desk.confirm(id_)
    desk.work()
    done = desk.upload(id_)

    assert (read.stage, read.list_name) == (UploadStage.MAPPING, "hosts")
    assert read.columns[0] == ["name", ["Falegnameria Rossi"], []]
    assert fields_of(read.mapping)["phone"] == "contact_phone"
    assert (tried.stage, tried.preview["new"], public_before) == (UploadStage.REVIEW, 1, 0)
    assert tried.report["counts"]["quarantined"] == 1
    assert (done.stage, desk.count(Listing), desk.count(QuarantinedRow)) == (UploadStage.DONE, 1, 1)


def test_what_is_imported_belongs_to_the_school_and_is_noted(desk: Desk) -> None:
    id_ = desk.imported()

    with reading(desk.engine) as session:
        source, record = session.scalars(select(Source)).one(), session.scalars(select(Import)).one()
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "imported")).one()
    assert {source.owner_id} == desk.mine.sending_ids
    assert (record.file_name, record.importer) == ("hosts.csv", f"account {desk.mine.account_id}")
    assert (noted.account_id, noted.subject_id) == (desk.mine.account_id, desk.upload(id_).import_id)


def test_the_file_goes_once_its_list_is_imported(desk: Desk) -> None:
    id_ = desk.imported()

    assert desk.count(UploadFile) == 0
    assert desk.upload(id_).columns == []
    assert not list(desk.folder.glob("upload-*"))


def test_a_second_confirmation_imports_nothing_twice(desk: Desk) -> None:
    id_ = desk.reviewed()
    desk.confirm(id_)
    desk.confirm(id_)
    desk.work()
    desk.confirm(id_)
    desk.work()

    assert desk.count(Import) == 1


def test_the_same_file_again_changes_nothing_and_says_so(desk: Desk) -> None:
    desk.imported()

    again = desk.upload(desk.reviewed())

    assert (again.preview["new"], again.preview["changed"]) == (0, 0)
    assert again.report["counts"]["unchanged"] == 1


def test_the_later_of_two_people_at_one_list_looks_again(desk: Desk) -> None:
    first, second = desk.reviewed(), desk.reviewed(HOSTS.replace("Rossi", "Verdi"))
    desk.confirm(first)
    desk.confirm(second)
    desk.work()
    sent_back = desk.upload(second)
    desk.work()
    seen_anew = desk.upload(second)
    desk.confirm(second)
    desk.work()

    assert desk.upload(first).stage == UploadStage.DONE
    assert sent_back.stage == UploadStage.CHECKING
    assert "meantime" in (seen_anew.message or {})["text"]
    assert desk.upload(second).stage == UploadStage.DONE


def test_a_list_of_another_school_is_refused_without_its_name(desk: Desk) -> None:
    desk.imported(list_name="Hosts of the valley")
    desk.mine = desk.referent("bert@chamber.example", "A chamber")
    id_ = desk.begin(list_name="Hosts of the valley")
    desk.work()
    desk.map(id_)
    desk.work()

    refused = desk.upload(id_)
    assert refused.stage == UploadStage.MAPPING
    assert "not yours" in (refused.message or {})["text"]
    assert "A school" not in str(refused.message)
    assert desk.count(Import) == 1


def test_an_upload_of_another_school_is_as_if_it_were_not_there(desk: Desk) -> None:
    id_ = desk.begin()
    theirs = desk.referent("bert@chamber.example", "A chamber")

    for verb in (uploads.upload_of, uploads.correct, uploads.confirm, uploads.cancel):
        for number in (id_, 999):
            with writing(desk.engine) as session, pytest.raises(NotFound, match="nothing at this address"):
                verb(session, theirs, number)
    assert desk.upload(id_).stage == UploadStage.READING


def test_nobody_imports_for_a_school_that_is_not_theirs(desk: Desk) -> None:
    theirs = desk.referent("bert@chamber.example", "A chamber")

    for asks, sending_id in ((theirs, next(iter(desk.mine.sending_ids))), (theirs, None)):
        with pytest.raises(NotFound):
            desk.begin(viewer=asks, sending_id=sending_id)
    with pytest.raises(NotSignedIn):
        desk.begin(viewer=Viewer(), sending_id=None)
    assert desk.count(Upload) == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("hosts.exe", b"MZ", "not read"),
        ("hosts", b"name\nRossi\n", "not read"),
        ("hosts.csv", b"", "empty"),
        ("hosts.csv", b"n" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_a_list_is_refused_at_once(
    desk: Desk, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        desk.begin(content, name)

    assert desk.count(Upload) == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("hosts.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("hosts.geojson", b"{", "JSON"),
        ("hosts.xls.csv", b"\xd0\xcf\x11\xe0", "XLSX"),
    ],
)
def test_a_damaged_file_says_why_and_is_dropped(desk: Desk, name: str, content: bytes, words: str) -> None:
    id_ = desk.begin(content, name)
    desk.work()

    failed = desk.upload(id_)
    assert failed.stage == UploadStage.FAILED
    assert words in (failed.message or {})["text"]
    assert desk.count(UploadFile) == 0


def test_a_mapping_that_makes_no_hosts_is_refused_and_can_be_corrected(desk: Desk) -> None:
    id_ = desk.begin()
    desk.work()

    for wrong, words in (({"name": ""}, "name of the host"), ({"lon": ""}, "the other one too")):
        with pytest.raises(InvalidInput, match=words):
            desk.map(id_, **wrong)
    with pytest.raises(InvalidInput, match="Only one column"):
        desk.map(id_, phone="town")
    desk.map(id_, phone="")
    desk.work()

    assert desk.upload(id_).preview["personal"] == ["phone"]


def test_what_was_shown_can_be_corrected(desk: Desk) -> None:
    id_ = desk.reviewed()
    with writing(desk.engine) as session:
        uploads.correct(session, desk.mine, id_)
    desk.map(id_, town="")
    desk.work()

    assert "town" not in dict(desk.upload(id_).preview["fields"])


def test_a_cancelled_upload_is_gone_with_its_file(desk: Desk) -> None:
    id_ = desk.reviewed()
    with writing(desk.engine) as session:
        uploads.cancel(session, desk.mine, id_)

    assert (desk.upload(id_).stage, desk.count(UploadFile)) == (UploadStage.CANCELLED, 0)
    with writing(desk.engine) as session, pytest.raises(WrongStage):
        uploads.confirm(session, desk.mine, id_)


def test_a_step_that_ended_the_worker_twice_is_given_up(desk: Desk) -> None:
    id_ = desk.reviewed()
    desk.confirm(id_)
    with writing(desk.engine) as session:
        session.execute(update(Upload).values(tries=upload_steps.MOST_TRIES))
        session.commit()
    desk.work()

    given_up = desk.upload(id_)
    assert given_up.stage == UploadStage.FAILED
    assert "tried twice" in (given_up.message or {})["text"]
    assert desk.count(Import) == 0


def test_a_fault_nobody_thought_of_leaves_no_upload_stuck_and_nothing_imported(desk: Desk) -> None:
    id_ = desk.reviewed()
    desk.confirm(id_)
    with writing(desk.engine) as session:
        session.execute(update(Upload).values(preview=["not", "ours"]))
        session.commit()
    desk.work()
    failed, imports = desk.upload(id_), desk.count(Import)
    with writing(desk.engine) as session:
        uploads.correct(session, desk.mine, id_)

    assert failed.stage == UploadStage.FAILED
    assert "Nothing was imported" in (failed.message or {})["text"]
    assert (imports, desk.upload(id_).stage) == (0, UploadStage.MAPPING)


def test_hosts_that_are_held_back_are_shown_first_and_published_later(desk: Desk) -> None:
    id_ = desk.reviewed()
    shown = desk.upload(id_).preview["new"]
    desk.confirm(id_, held=True)
    desk.work()
    held = desk.count(Listing)
    with writing(desk.engine) as session:
        released = past_imports.release(session, desk.mine, desk.upload(id_).import_id or 0)

    assert (shown, held, released, desk.count(Listing)) == (1, 0, 1, 1)


def test_an_import_is_taken_back_by_those_who_keep_the_list_alone(desk: Desk) -> None:
    number = desk.upload(desk.imported()).import_id or 0
    theirs = desk.referent("bert@chamber.example", "A chamber")

    for verb in (past_imports.undo, past_imports.release):
        with writing(desk.engine) as session, pytest.raises(NotFound):
            verb(session, theirs, number)
    with writing(desk.engine) as session:
        undone = past_imports.undo(session, desk.mine, number)

    assert (undone.changed, desk.count(Organisation), desk.count(Listing)) == (1, 0, 0)


def test_the_report_of_each_row_is_in_the_language_of_its_reader(desk: Desk) -> None:
    with writing(desk.engine) as session:
        accounts.describe(session, desk.mine, name="Anna", language="fr")
    id_ = desk.imported()

    text = upload_files.report_file(desk.folder, id_).read_text("utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 3
    assert [row[0] for row in rows[1:]] == ["2", "3"]
    assert rows[2][5] == "Le nom manque."


def test_uploads_that_nobody_finishes_are_dropped(desk: Desk) -> None:
    left, done, fresh = desk.begin(), desk.imported(), desk.begin()
    old = upload_steps.now() - upload_steps.LEFT_FOR * 1.1
    with writing(desk.engine) as session:
        session.execute(update(Upload).where(Upload.id.in_((left, done))).values(changed=old))
        session.commit()

    upload_steps.forget_old(desk.engine, desk.folder)

    with reading(desk.engine) as session:
        assert session.scalars(select(Upload.id).order_by(Upload.id)).all() == [done, fresh]
        assert session.scalars(select(UploadFile.upload_id)).all() == [fresh]


def test_one_person_cannot_fill_the_place_with_files(desk: Desk) -> None:
    for _ in range(uploads.MOST_OPEN):
        desk.begin()

    with pytest.raises(InvalidInput, match="not finished"):
        desk.begin()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\anna\\hosts.csv", "hosts.csv"),
        ("../../etc/passwd", "passwd"),
        ("ho\x00sts\n.csv", "hosts.csv"),
        ("", "list"),
        ("x" * 300 + ".geojson", "x" * 142 + ".geojson"),
    ],
)
def test_a_file_name_is_kept_as_people_say_it(given: str, kept: str) -> None:
    assert uploads.plain_name(given) == kept


def test_nobody_who_writes_waits_for_a_trial_on_sqlite(desk: Desk) -> None:
    if desk.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the database")

    with writing(desk.engine) as session:
        accounts.sending_organisation(session, "Another school")  # holds the lock to write
        with engine_to_try(desk.engine, desk.folder) as trial, writing(trial) as tried:
            accounts.sending_organisation(tried, "A third school")
            known = sending_organisations(tried)

    assert [one.name for one in known] == ["A school", "A third school"]
