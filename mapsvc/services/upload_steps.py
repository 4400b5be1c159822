"""What the worker does for uploads: reads, tries the import, imports; each step whole or not at all."""

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.base import now
from mapsvc.domain.people import Account
from mapsvc.domain.sources import Import
from mapsvc.domain.uploads import Upload, UploadStage
from mapsvc.errors import MapsvcError, UnreadableFile
from mapsvc.intake.limits import BROWSER
from mapsvc.messages import mark as _
from mapsvc.places.crs import parse_epsg
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import shipped_regions
from mapsvc.services.auditing import note
from mapsvc.services.imports import Finish, import_hosts
from mapsvc.services.previews import outcome, plain, preview
from mapsvc.services.row_reports import Report, write_report
from mapsvc.services.upload_reading import first_look
from mapsvc.storage import upload_files
from mapsvc.storage import uploads as stored
from mapsvc.storage.bulk.apart import apart
from mapsvc.storage.engine import engine_to_try, reading, writing

MOST_TRIES = 2  # a step that ended the worker so often is not begun again
LEFT_FOR = timedelta(days=14)  # an upload that nobody finishes
KEPT_FOR = timedelta(days=90)  # one that is done, with its report

BROKEN = _("The file could not be read: it is damaged, or it needs more memory than a list should.")
GIVEN_UP = _("This was tried twice and did not come to an end. Nothing was imported. Try again later.")
UNEXPECTED = _("Something went wrong on our side. Nothing was imported. Please try again.")
CHANGED_SINCE = _("This list was imported by somebody in the meantime. Look again at what becomes public.")

log = logging.getLogger(__name__)


class WentOn(Exception):
    """An upload is no longer where its step began."""


class ListChanged(Exception):
    """Another file of the list was imported since the trial."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a step works with: the private engine, the instance folder and the installation's key."""

    engine: Engine
    folder: Path
    key: str


def take_steps(engine: Engine, folder: Path, *, key: str) -> int:
    """Takes the next step of every upload that waits for one, the oldest first; how many were taken.

    Does nothing while another worker of this folder is at it.
    """
    with reading(engine) as session:
        waiting = stored.uploads_to_work_on(session)
    if not waiting:
        return 0
    with upload_files.alone(folder) as alone:
        if not alone:
            return 0
        upload_files.clear_leftovers(folder)
        for id_ in waiting:
            _take_step(Bench(engine, folder, key), id_)
    return len(waiting)


def forget_old(engine: Engine, folder: Path) -> None:
    """Drops uploads that nobody finished, old reports, and what a killed worker left, with their files."""
    with writing(engine) as session:
        gone = stored.forget_uploads(session, left=now() - LEFT_FOR, done=now() - KEPT_FOR)
        session.commit()
    for id_ in gone:
        upload_files.forget_files(folder, id_)
    with upload_files.alone(folder) as alone:
        if alone:
            upload_files.clear_leftovers(folder)


def _take_step(bench: Bench, id_: int) -> None:
    """Takes one step; whatever happens in it, the upload goes on or says why not."""
    stage = _begin(bench, id_)
    if stage is None:
        return
    try:
        STEPS[stage](bench, id_)
    except WentOn:
        log.info("upload %s went on without its step", id_)
    except ListChanged:
        _go_to(bench, id_, stage, UploadStage.CHECKING, message=CHANGED_SINCE)
    except MapsvcError as fault:
        mendable = stage != UploadStage.READING
        back = UploadStage.MAPPING if mendable else UploadStage.FAILED
        _go_to(bench, id_, stage, back, message=fault.text, values=fault.values)
    except DBAPIError:  # the database may be away: the next turn begins the step again
        raise
    except Exception:
        log.exception("the step %s of upload %s failed", stage, id_)
        _go_to(bench, id_, stage, UploadStage.FAILED, message=UNEXPECTED)
    upload_files.forget_files(bench.folder, id_, report=False)


def _begin(bench: Bench, id_: int) -> UploadStage | None:
    """The stage whose step is to be taken now, None where there is none; counts the try."""
    with writing(bench.engine) as session:
        upload = stored.upload_with_id(session, id_, lock=True)
        if upload is None or upload.stage not in STEPS:
            return None
        stage = UploadStage(upload.stage)
        given_up = upload.tries >= MOST_TRIES
        if not given_up:
            upload.tries += 1
            session.commit()
    if given_up:
        _go_to(bench, id_, stage, UploadStage.FAILED, message=GIVEN_UP)
        return None
    return stage


def _read(bench: Bench, id_: int) -> None:
    with _opened(bench, id_) as (_upload, file):
        try:
            found = apart(first_look, file, BROWSER)
        except (BrokenProcessPool, MemoryError) as fault:
            raise UnreadableFile(BROKEN) from fault
    with _moving(bench, id_, UploadStage.READING) as (_session, upload):
        upload.columns = found.columns
        upload.mapping = found.mapping
        upload.report = {"rows": found.rows, "grids": found.grids}
        upload.stage = UploadStage.MAPPING


def _check(bench: Bench, id_: int) -> None:
    seen: dict[str, Any] = {}

    def look(session: Session, record: Import, report: Report) -> None:
        seen["preview"] = preview(session, seen["engine"], mapping=report.mapping)
        seen["after"] = stored.last_import_of(session, seen["list_name"], before=record.id)

    with _opened(bench, id_) as (upload, file):
        seen["list_name"] = upload.list_name
        with engine_to_try(bench.engine, file.parent) as trial:
            seen["engine"] = trial
            report = _import(replace(bench, engine=trial), upload, file, finish=look, dry_run=True)
        _write_report(bench, upload, report)
    with _moving(bench, id_, UploadStage.CHECKING) as (_session, upload):
        kept = {name: upload.report[name] for name in ("rows", "grids") if name in upload.report}
        upload.report = kept | outcome(report)
        upload.preview = {**seen["preview"], "after": seen["after"]}
        upload.stage = UploadStage.REVIEW


def _bring_in(bench: Bench, id_: int) -> None:
    """Imports; that the upload is done is written in the same transaction as the hosts."""

    def finish(session: Session, record: Import, report: Report) -> None:
        upload = stored.upload_with_id(session, id_, lock=True)
        if upload is None or upload.stage != UploadStage.IMPORTING:
            raise WentOn
        if stored.last_import_of(session, upload.list_name, before=record.id) != upload.preview.get("after"):
            raise ListChanged
        upload.report = outcome(report)
        upload.import_id = record.id
        upload.columns = []
        _move(upload, UploadStage.DONE)
        stored.drop_content(session, id_)
        by = Viewer(account_id=upload.account_id)
        note(session, by, "imported", "import", record.id, held=upload.held)
        _write_report(bench, upload, report)

    with _opened(bench, id_) as (upload, file):
        _import(bench, upload, file, finish=finish, dry_run=False)


STEPS: Mapping[str, Callable[[Bench, int], None]] = {
    UploadStage.READING: _read,
    UploadStage.CHECKING: _check,
    UploadStage.IMPORTING: _bring_in,
}


def _import(bench: Bench, upload: Upload, file: Path, *, finish: Finish, dry_run: bool) -> Report:
    mapping = file.with_name("mapping.yml")
    mapping.write_text(upload.mapping, "utf-8")
    gazetteer, regions = Gazetteer.open(bench.folder), shipped_regions()
    with writing(bench.engine) as session:
        return import_hosts(
            session,
            file,
            source_name=upload.list_name,
            file_name=upload.file_name,
            owner_id=upload.sending_id,
            importer=f"account {upload.account_id}",
            gazetteer=gazetteer,
            regions=regions,
            key=bench.key,
            crs=parse_epsg(upload.crs) if upload.crs else None,
            mapping_file=mapping,
            licence=upload.licence,
            dry_run=dry_run,
            # What is held back now becomes public when it is released: a trial shows that too.
            held=upload.held and not dry_run,
            progress=lambda done, of_all: upload_files.tell_progress(bench.folder, upload.id, done, of_all),
            limits=BROWSER,
            finish=finish,
        )


def _write_report(bench: Bench, upload: Upload, report: Report) -> None:
    file = upload_files.report_file(bench.folder, upload.id)
    file.parent.mkdir(exist_ok=True)
    with reading(bench.engine) as session:
        account = session.get(Account, upload.account_id) if upload.account_id else None
    write_report(report, file, language=account.language if account else "en")


@contextmanager
def _opened(bench: Bench, id_: int) -> Iterator[tuple[Upload, Path]]:
    """An upload and its file; the transaction that read them is over, so that nobody waits for the work."""
    with reading(bench.engine) as session:
        upload, content = stored.upload_with_id(session, id_), stored.content_of(session, id_)
    if upload is None or content is None:
        raise WentOn
    with upload_files.at_hand(bench.folder, content, Path(upload.file_name).suffix) as file:
        yield upload, file


@contextmanager
def _moving(bench: Bench, id_: int, stage: UploadStage) -> Iterator[tuple[Session, Upload]]:
    """An upload to be changed at the end of its step, where nobody changed it meanwhile."""
    with writing(bench.engine) as session:
        upload = stored.upload_with_id(session, id_, lock=True)
        if upload is None or upload.stage != stage:
            raise WentOn
        yield session, upload
        _move(upload, UploadStage(upload.stage))
        session.commit()


def _move(upload: Upload, stage: UploadStage) -> None:
    upload.stage = stage
    upload.tries = 0
    upload.changed = now()


def _go_to(
    bench: Bench,
    id_: int,
    stage: UploadStage,
    to: UploadStage,
    *,
    message: str,
    values: Mapping[str, object] | None = None,
) -> None:
    """Sends an upload elsewhere, with what its person should know; a file that nothing can mend goes."""
    with writing(bench.engine) as session:
        upload = stored.upload_with_id(session, id_, lock=True)
        if upload is None or upload.stage != stage:
            return
        _move(upload, to)
        upload.message = {"text": message, "values": plain(values or {})}
        if to == UploadStage.FAILED and not upload.columns:
            stored.drop_content(session, id_)
        session.commit()
