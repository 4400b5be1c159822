"""Serves the directory over HTTP: one supervisor over granian's workers, stopped as one."""

import contextlib
import http.client
import json
import os
import resource
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.storage.in_use import in_use
from mapsvc.supervisor import Program, Supervisor

if TYPE_CHECKING:
    from mapsvc.config import Settings

WORKERS_FOLDER = "MAPSVC_WORKERS_FOLDER"
"""The variable by which each worker is told where to leave its mark once it is up."""

LAST_PORT = 65535
HEAD_TIMEOUT_MS = 10_000
"""How long a client may take to send the head of a request; slower ones would hold connections for long."""
MOST_FILES = 8192
"""Open files of a process, where the machine allows: a connection is one, its body and answer may be two."""
LARGE_BLOCK = 4 * 1024 * 1024
"""Bytes from which memory goes back to the machine when it is given up; glibc would keep up to 32 MB each."""
POLL_S = 0.1
IDLE_S = 3600.0
SLOW_START_S = 2.0
LATE_START_S = 60.0
WORKERS_KILL_TIMEOUT_S = 5
"""Without it, granian waits for ever when it is told to stop while a worker is still starting."""


class PortTaken(MapsvcError):
    """Something else listens where the service should."""

    message = _(
        "Port %(port)s is taken by another program. Stop that one, or choose another port: "
        "make run PORT=%(other)s"
    )


def serve(settings: "Settings") -> int:
    """Serves until SIGTERM, SIGINT or SIGHUP arrives; the exit status for the shell.

    0 after an asked stop; 1 when the port is taken (said on standard error) or the workers
    kept dying. No process of ours is left in either case, nor when this one is killed.
    """
    try:
        require_free_port(settings.host, settings.port)
    except PortTaken as fault:
        click.echo(str(fault), err=True)
        return 1
    if missing := settings.missing_contacts:
        _say(f"Please set {' and '.join(missing)}: the legal notice does not yet say who runs this site.")
    _allow_many_files()
    with in_use(settings.folder), _marks(settings) as marks:
        supervisor = Supervisor([_web(settings, marks), _worker(settings)], say=_say)
        return supervisor.run(_Announcement(settings, supervisor).tick)


def require_free_port(host: str, port: int) -> None:
    """Nothing, when the port can be listened on. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A port whose last connections are still fading counts as free, as it does for granian.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise PortTaken(port=port, other=port + 1 if port < LAST_PORT else port - 1) from fault


def _allow_many_files() -> None:
    """Lets this process and its children open MOST_FILES files, or as many as the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def mark_worker(folder: Path) -> None:
    """Leaves this worker's mark: it has loaded the application."""
    (folder / str(os.getpid())).touch()


def workers_up(folder: Path) -> int:
    """How many workers left their mark and are still alive."""
    return sum(Path("/proc", mark.name).exists() for mark in folder.iterdir())


@contextlib.contextmanager
def _marks(settings: "Settings") -> Iterator[Path]:
    """An empty folder for the workers' marks; named by port, as two services may share an instance."""
    folder = settings.folder / f"workers-{settings.port}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _web(settings: "Settings", marks: Path) -> Program:
    return Program(
        name="The web server",
        command=(
            *(sys.executable, "-m", "granian", "--interface", "asginl"),
            *("--host", settings.host, "--port", str(settings.port)),
            *("--workers", str(settings.workers), "--respawn-failed-workers"),
            # HTTP/1 alone: to find out which one it is, granian would wait for ever for a first byte.
            *("--http", "1", "--http1-header-read-timeout", str(HEAD_TIMEOUT_MS)),
            *("--workers-kill-timeout", str(WORKERS_KILL_TIMEOUT_S)),
            *("--no-ws", "--no-access-log", "--log-level", "warning"),
            "mapsvc.wsgi:gateway",
        ),
        environment={
            "MALLOC_MMAP_THRESHOLD_": str(LARGE_BLOCK),
            **_variables(settings),
            WORKERS_FOLDER: str(marks),
        },
    )


def _worker(settings: "Settings") -> Program:
    return Program(
        name="The worker",
        command=(sys.executable, "-m", "mapsvc", "work"),
        environment=_variables(settings),
    )


def _variables(settings: "Settings") -> dict[str, str]:
    """The settings as the variables that make the same settings in a child."""
    values = settings.model_dump(mode="json") | {"instance": str(settings.folder)}
    return {
        f"MAPSVC_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
        if value is not None
    }


class _Announcement:
    """Says once, when every worker answers, where the service is."""

    def __init__(self, settings: "Settings", supervisor: Supervisor) -> None:
        self.settings = settings
        self.supervisor = supervisor
        self.began = time.monotonic()
        self.warnings = [
            (SLOW_START_S, f"Starting {settings.workers} workers."),
            (LATE_START_S, "The service does not answer yet. The lines above may say why."),
        ]

    def tick(self) -> float:
        """Looks whether the service is up; the seconds until the next look."""
        if self.supervisor.proven:
            return IDLE_S
        if _healthy(self.settings):
            self.supervisor.proven = True
            _say(f"Ready at {_address(self.settings)} (Ctrl-C stops it).")
        elif self.warnings and time.monotonic() - self.began > self.warnings[0][0]:
            _say(self.warnings.pop(0)[1])
        return POLL_S


def _address(settings: "Settings") -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - read # nosec B104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/"


def _healthy(settings: "Settings") -> bool:
    netloc = _address(settings).removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(netloc, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
