"""A real `mapsvc serve`, started for tests and stopped after them."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.installations import environment_of

READY_S = 120


@dataclass(frozen=True)
class RunningService:
    """Where a service listens, where its files are, and what it says."""

    url: str
    folder: Path
    environment: dict[str, str]
    log: Path

    @classmethod
    @contextmanager
    def started(
        cls, folder: Path, *, program: Path | None = None, prepare: bool = False, **variables: str
    ) -> Iterator["RunningService"]:
        """A service over the installation in folder, ready to answer; stopped at the end.

        program is the folder of another version of mapsvc, None for this one. prepare is for a folder that
        this version has not prepared; a copy of one that it has needs none. With MAPSVC_PORT it listens
        where another one did before.
        """
        port = int(variables.get("MAPSVC_PORT") or free_port())
        environment = {
            **environment_of(folder),
            "MAPSVC_PORT": str(port),
            **variables,
        }
        service = cls(f"http://127.0.0.1:{port}", folder, environment, folder / "service.log")
        with service.log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mapsvc", "serve", *(["--prepare"] if prepare else [])],
                cwd=program,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
            try:
                service.wait(process)
                yield service
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=30)

    def wait(self, process: "subprocess.Popen[bytes]") -> None:
        """Returns when the service answers; raises with its log when it does not."""
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urlopen(f"{self.url}/healthz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError(f"the service did not start:\n{self.log.read_text('utf-8')[-4000:]}")

    def command(self, *words: str) -> str:
        """Runs a `mapsvc` command on the service's installation; its output, errors included."""
        done = subprocess.run(
            [sys.executable, "-m", "mapsvc", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
