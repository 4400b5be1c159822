"""A worker that is killed in the middle of an import leaves nothing of it; the next one does all of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from mapsvc.access.permissions import viewer_of
from mapsvc.config import Settings
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role
from mapsvc.domain.sources import Import
from mapsvc.domain.uploads import Upload, UploadStage
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.services import accounts, upload_steps, uploads
from mapsvc.services.columns import fields_of
from mapsvc.storage import upload_files
from mapsvc.storage.engine import reading, writing
from tests.installations import lend

HOSTS = 2_000
WAIT_S = 120


@pytest.fixture
def confirmed(settings: Settings, engine: Engine, gazetteer: Gazetteer) -> int:
    """An upload of many hosts that was looked at and confirmed; no worker has begun with it."""
    lend(gazetteer, settings.folder)
    rows = "".join(f"Host {n},Como,IT,{45 + n / 10_000:.5f},9.1\n" for n in range(HOSTS))
    with writing(engine) as session:
        of = accounts.sending_organisation(session, "A school")
        account = accounts.grant(session, "anna@school.example", Role.REFERENT, sending=of)
        session.commit()
        anna, content = viewer_of(account), f"name,town,country,lat,lon\n{rows}".encode()
        id_ = uploads.begin(session, anna, "hosts.csv", content, sending_id=of.id).id
    upload_steps.take_steps(engine, settings.folder, key=settings.secret)
    with writing(engine) as session:
        upload = uploads.upload_of(session, anna, id_)
        known = fields_of(upload.mapping)
        uploads.map_columns(session, anna, id_, [known[one[0]] for one in upload.columns], list_name="hosts")
    upload_steps.take_steps(engine, settings.folder, key=settings.secret)
    with writing(engine) as session:
        uploads.confirm(session, anna, id_)
    return id_


@contextmanager
def worker(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """A real worker of the installation, killed at the end."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MAPSVC_")},
        "MAPSVC_INSTANCE": str(settings.folder),
        "MAPSVC_DATABASE_URL": settings.database_url,
        "MAPSVC_PUBLIC_DATABASE_URL": settings.public_database_url,
    }
    with (settings.folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "mapsvc", "work"], env=environment, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=10)


def until(condition: Callable[[], Any]) -> bool:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def counts(engine: Engine) -> list[int]:
    with reading(engine) as session:
        nouns = (Organisation, Listing, Import)
        return [session.scalar(select(func.count()).select_from(noun)) or 0 for noun in nouns]


def stage_of(engine: Engine, id_: int) -> str:
    with reading(engine) as session:
        return session.scalars(select(Upload.stage).where(Upload.id == id_)).one()


def test_a_killed_import_leaves_nothing_and_is_done_by_the_next_worker(
    settings: Settings, engine: Engine, confirmed: int
) -> None:
    with worker(settings):
        begun = until(lambda: (upload_files.progress_of(settings.folder, confirmed) or (0, 0))[0] > 0)
    after_the_kill, stage = counts(engine), stage_of(engine, confirmed)
    with worker(settings):
        done = until(lambda: stage_of(engine, confirmed) != UploadStage.IMPORTING)
        cleared = until(lambda: not list(settings.folder.glob("upload-*")))

    assert begun
    assert (after_the_kill, stage) == ([0, 0, 0], UploadStage.IMPORTING)
    assert done
    assert (stage_of(engine, confirmed), counts(engine)) == (UploadStage.DONE, [HOSTS, HOSTS, 1])
    assert cleared
