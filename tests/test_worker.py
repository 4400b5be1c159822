"""The worker: a task that fails keeps no other from running, old secrets go, it ends with the service."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Letter, Pass, SignIn
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.resources import resource
from mapsvc.services import signing_in
from mapsvc.services.installations import Installation
from mapsvc.storage.engine import private_engine, reading, writing
from mapsvc.worker import (
    LETTERS_KEPT,
    Work,
    follow_kits,
    installation_of,
    keep_erasures,
    make_backup,
    run,
    send_letters,
    tidy_up,
)
from tests.installations import lend

HERE = Installation("a test", "https://map.example", "key")
WAIT_S = 30


@pytest.fixture
def work(settings: Settings, engine: Engine) -> Work:
    return Work(settings, engine, engine, installation_of(settings))


def ask(engine: Engine) -> None:
    with writing(engine) as session:
        signing_in.ask(session, "ada@example.org", installation=HERE, language="fr", network="192.0.2.1")


def test_without_a_mail_server_letters_become_files(work: Work, engine: Engine) -> None:
    ask(engine)

    send_letters(work)
    send_letters(work)

    files = sorted((work.settings.folder / "mail").iterdir())
    with reading(engine) as session:
        letter = session.scalars(select(Letter)).one()
    assert [file.suffix for file in files] == [".eml"]
    assert b"To: ada@example.org" in files[0].read_bytes()
    assert letter.sent is not None
    assert letter.body == ""  # it held a link that opens something


def test_old_secrets_and_letters_go(work: Work, engine: Engine) -> None:
    ask(engine)
    with writing(engine) as session:
        account = signing_in.account_for(session, "ada@example.org", language="en")
        signing_in.begin(session, account, browser="")
        session.scalars(select(Pass)).one().expires = now() - timedelta(days=2)
        session.scalars(select(SignIn)).one().created = now() - timedelta(days=2)
        session.scalars(select(Letter)).one().created = now() - LETTERS_KEPT - timedelta(hours=1)
        session.commit()
    ask(engine)

    tidy_up(work)

    with reading(engine) as session:
        left = [len(session.scalars(select(noun)).all()) for noun in (Pass, SignIn, Letter)]
    assert left == [1, 0, 1]


def test_kits_come_and_go_with_their_files(work: Work, engine: Engine, gazetteer: Gazetteer) -> None:
    folder = work.settings.folder
    lend(gazetteer, folder)
    added = folder / "content/kits/lecco"

    def shown() -> list[str]:
        follow_kits(work)
        with reading(engine) as session:
            asked = select(Listing.slug).where(Listing.kind == "kit").order_by(Listing.slug)
            return list(session.scalars(asked))

    before = shown()
    shutil.copytree(resource("data/kits/como"), added)
    with_it, again = shown(), shown()
    shutil.rmtree(added)

    assert before == []  # what ships is published before the worker begins
    assert "lecco" in with_it
    assert again == with_it
    assert shown() == [slug for slug in with_it if slug != "lecco"]


def test_letters_that_became_files_go_as_well(work: Work, engine: Engine) -> None:
    ask(engine)
    send_letters(work)
    ask(engine)
    send_letters(work)
    old, new = sorted((work.settings.folder / "mail").iterdir())
    long_ago = (now() - LETTERS_KEPT - timedelta(hours=1)).timestamp()
    os.utime(old, (long_ago, long_ago))

    tidy_up(work)

    assert list((work.settings.folder / "mail").iterdir()) == [new]


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("a statement", None, Exception("the database is away")),
        PoolTimeout("no connection is free"),
        KeyError("what nobody thought of"),
    ],
)
def test_a_task_that_fails_is_not_the_end(work: Work, fault: Exception) -> None:
    seen = []

    def fails(_work: Work) -> None:
        seen.append("failed")
        raise fault

    run(fails, work)
    run(lambda _work: seen.append("went on"), work)

    assert seen == ["failed", "went on"]


def test_the_worker_sends_mail_and_ends_with_its_parent(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MAPSVC_")},
        "MAPSVC_INSTANCE": str(tmp_path),
    }
    subprocess.run(
        [sys.executable, "-m", "mapsvc", "migrate"], env=environment, check=True, capture_output=True
    )
    start = "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-m', 'mapsvc', 'work']);"
    start += " print(p.pid, flush=True); time.sleep(300)"
    parent = subprocess.Popen(
        [sys.executable, "-c", start], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        engine = private_engine(Settings(instance=tmp_path))
        ask(engine)
        engine.dispose()
        sent = until(lambda: any((tmp_path / "mail").glob("*.eml")))
        parent.send_signal(signal.SIGKILL)
        parent.wait(timeout=10)
        ended = until(lambda: not Path(f"/proc/{worker}").exists())
    finally:
        parent.kill()
        parent.wait(timeout=10)
        if parent.stdout is not None:
            parent.stdout.close()

    assert sent
    assert ended


def until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_the_worker_writes_one_backup_a_day_and_removes_old_ones(work: Work) -> None:
    folder = work.settings.backups_in
    folder.mkdir()
    old = folder / "mapsvc-20200101T000000Z.tar.gz"
    old.touch()

    make_backup(work)
    make_backup(work)

    assert not old.exists()
    assert len(list(folder.glob("mapsvc-*"))) == 1


def test_backups_can_be_switched_off(work: Work) -> None:
    settings = Settings(**(work.settings.model_dump() | {"backups": False}))

    make_backup(Work(settings, work.engine, work.engine, work.installation))

    assert not settings.backups_in.exists()


@pytest.mark.parametrize("what", ["a recipient that is none", "a folder that is a file"])
def test_a_backup_that_fails_does_not_stop_the_worker(work: Work, what: str) -> None:
    given = {"backup_recipient": "age1none"} if "recipient" in what else {"backup_folder": str(__file__)}
    settings = Settings(**(work.settings.model_dump() | given))

    run(make_backup, Work(settings, work.engine, work.engine, work.installation))

    assert not list(settings.folder.rglob("*.tar.gz*"))


def test_the_worker_keeps_the_list_of_what_was_erased(work: Work, engine: Engine) -> None:
    keep_erasures(work)

    assert len(list(work.settings.folder.glob("erased-*.jsonl"))) == 1
