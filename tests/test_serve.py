"""`mapsvc serve` as an operator runs it: started, hurt, stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from mapsvc.serve import PortTaken, mark_worker, require_free_port, workers_up
from tests.service import RunningService, free_port

MARK = "SERVICE_UNDER_TEST"


@dataclass(frozen=True)
class Service:
    """A second service over the installation of the session's one, with its processes marked."""

    process: "subprocess.Popen[str]"
    port: int
    mark: str

    def pids(self) -> list[int]:
        """The processes that carry the mark, the supervisor first."""
        wanted = f"{MARK}={self.mark}".encode()
        return sorted(pid for pid in running_processes() if wanted in environment_of(pid))

    def answers(self, path: str = "/healthz") -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return bool(answer.status == 200)
        except HTTPError as fault:
            fault.close()
        except OSError:
            pass
        return False


def running_processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def environment_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def happens(condition: Callable[[], bool], *, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


@contextmanager
def second_service(first: RunningService) -> Iterator[Service]:
    port, mark = free_port(), uuid.uuid4().hex
    process = subprocess.Popen(
        [sys.executable, "-m", "mapsvc", "serve"],
        env={**first.environment, "MAPSVC_PORT": str(port), MARK: mark},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    service = Service(process, port, mark)
    try:
        yield service
    finally:
        process.kill()
        process.communicate()
        for pid in service.pids():
            os.kill(pid, signal.SIGKILL)


def test_a_started_service_says_where_it_is_and_ends_well_when_asked(live_service: RunningService) -> None:
    with second_service(live_service) as service:
        assert happens(service.answers, within_s=60)
        assert service.process.stdout is not None
        said = iter(service.process.stdout.readline, "")
        unnamed = next(said)
        address = next(line for line in said if "Ready" in line)

        service.process.send_signal(signal.SIGTERM)
        service.process.communicate(timeout=20)

        assert "set MAPSVC_OPERATOR_NAME and MAPSVC_OPERATOR_EMAIL" in unnamed
        assert f"http://127.0.0.1:{service.port}/" in address
        assert service.process.returncode == 0
        assert service.pids() == []


def test_a_stop_during_the_start_is_a_stop(live_service: RunningService) -> None:
    with second_service(live_service) as service:
        assert happens(lambda: len(service.pids()) > 2, within_s=30)

        service.process.send_signal(signal.SIGTERM)
        service.process.communicate(timeout=20)

        assert service.process.returncode == 0
        assert service.pids() == []


def test_a_killed_service_leaves_no_process(live_service: RunningService) -> None:
    with second_service(live_service) as service:
        assert happens(service.answers, within_s=60)

        service.process.kill()

        assert happens(lambda: set(service.pids()) <= {service.process.pid}, within_s=15)


def test_a_killed_worker_is_replaced_while_the_other_answers(live_service: RunningService) -> None:
    with second_service(live_service) as service:
        assert happens(service.answers, within_s=60)
        worker = service.pids()[-1]

        os.kill(worker, signal.SIGKILL)

        assert happens(lambda: service.answers("/") and not service.answers(), within_s=10)
        assert happens(service.answers, within_s=30)
        assert worker not in service.pids()


def test_a_taken_port_is_named_with_the_way_out(live_service: RunningService) -> None:
    taken = int(live_service.url.rpartition(":")[2])
    done = subprocess.run(
        [sys.executable, "-m", "mapsvc", "serve"],
        env={**live_service.environment, "MAPSVC_PORT": str(taken)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert re.search(rf"Port {taken} is taken.*make run PORT=\d+", done.stdout + done.stderr)


def test_a_port_that_nobody_holds_is_free() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            require_free_port("127.0.0.1", port)

    assert require_free_port("127.0.0.1", port) is None


def test_a_worker_counts_as_up_while_it_lives(tmp_path: Path) -> None:
    mark_worker(tmp_path)
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    (tmp_path / gone.stdout.decode().strip()).touch()

    assert workers_up(tmp_path) == 1
