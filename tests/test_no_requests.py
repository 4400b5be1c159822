"""The service asks nobody for anything: no address that somebody gave is ever opened."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mapsvc.places.gazetteer import Gazetteer
from tests.installations import lend

ROOT = Path(__file__).parents[1]
GUARDED = """
import json, sys
from pathlib import Path

asked = []


def guard(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
        asked.append(event)


sys.addaudithook(guard)
try:
    {what}
finally:
    print(json.dumps(asked))
"""
SERVICE = "from tests.guarded import run; run(Path(sys.argv[1]), sys.argv[2])"
FAULT = "from urllib.request import urlopen; urlopen(sys.argv[2])"


@dataclass
class Canary:
    """A listener whose address is given wherever somebody could give one; it counts who comes."""

    socket: socket.socket
    came: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def listen(self) -> None:
        while True:
            try:
                connection, address = self.socket.accept()
            except OSError:
                return
            self.came.append(str(address))
            connection.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    listening = socket.create_server(("127.0.0.1", 0))
    canary = Canary(listening)
    thread = threading.Thread(target=canary.listen)
    thread.start()
    yield canary
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def guarded(what: str, folder: Path, canary: Canary) -> "subprocess.CompletedProcess[str]":
    """Runs this in a process that lists what it asked of others on its last line."""
    return subprocess.run(
        [sys.executable, "-c", GUARDED.replace("{what}", what), str(folder), canary.url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_guard_and_the_canary_notice_a_request(canary: Canary, tmp_path: Path) -> None:
    done = guarded(FAULT, tmp_path, canary)

    assert {"urllib.Request", "socket.connect"} <= set(json.loads(done.stdout))
    assert len(canary.came) == 1


def test_no_address_that_somebody_gave_is_opened(
    canary: Canary, spatialite_template: Path, tmp_path: Path, gazetteer: Gazetteer
) -> None:
    (tmp_path / "mapsvc.sqlite").write_bytes(spatialite_template.read_bytes())
    lend(gazetteer, tmp_path)

    done = guarded(SERVICE, tmp_path, canary)

    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert canary.came == []
