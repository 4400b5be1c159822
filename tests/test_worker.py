"""The worker: a task that fails keeps no other from running, old secrets go, it ends with the service."""

import os
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
from mapsvc.domain.people import Letter, Pass, SignIn
from mapsvc.services import signing_in
from mapsvc.services.installations import Installation
from mapsvc.storage.engine import private_engine, reading, writing
from mapsvc.worker import LETTERS_KEPT, Work, installation_of, run, send_letters, tidy_up

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
