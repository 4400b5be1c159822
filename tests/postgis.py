"""A PostGIS server of the tests' own: in a temporary folder, on a free loopback port, gone afterwards."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn, Self

TEMPLATE = "mapsvc_template"
START_WITHIN_S = 30.0
IN_MEMORY = Path("/dev/shm")
ROOM_IN_MEMORY = 3_000_000_000  # bytes: a test run takes a fifth of that


class PostgisUnavailable(Exception):
    """Why no PostGIS server can be started here, and how to mend it."""


def programs() -> Path:
    """The folder of the newest PostgreSQL server that has PostGIS. Raises PostgisUnavailable."""
    found = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if (folder / "initdb").exists() and _has_postgis(folder.parent.name)
    ]
    if not found:
        raise PostgisUnavailable(
            "PostgreSQL with PostGIS is not installed. Run: sudo apt-get install postgresql-postgis"
        )
    return max(found, key=lambda folder: int(folder.parent.name))


def _has_postgis(version: str) -> bool:
    return Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists()


class PostgisCluster:
    """One server for one test session; `fresh_database` is cheap, starting the server takes about 2 s.

    PostgreSQL refuses to run as root: there it runs as the user "postgres" that its package makes,
    else as whoever runs the tests. Nothing is kept safe on disk (fsync off), as nothing has to last.
    """

    def __init__(self) -> None:
        self.bin = programs()
        self.port = _free_port()
        self._databases = 0
        # Not pytest's own temporary folder: the path of a socket holds 107 bytes at most,
        # and that folder is closed to the user "postgres".
        self.folder = Path(tempfile.mkdtemp(prefix="mapsvc-pg-", dir=place_in_memory()))
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def admin_url(self) -> str:
        """The URL of the maintenance database, for roles and the like."""
        return self.url("postgres")

    def url(self, database: str, *, user: str = "postgres") -> str:
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def start(self) -> Self:
        """Makes the cluster and waits until it answers. Raises PostgisUnavailable with the reason."""
        try:
            self._initialise()
            self._launch()
            self._execute("postgres", f"CREATE DATABASE {TEMPLATE}")
            self._execute(TEMPLATE, "CREATE EXTENSION postgis")
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends the server without a word to its files, and removes its folder."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self) -> None:
        """Ends the server in order; `resume` starts it again with all its databases."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(how)
            try:
                self._server.wait(10)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()

    def resume(self) -> None:
        """Starts a server that was halted, on the same port."""
        self._launch()

    def fresh_database(self, *, template: str | None = None) -> str:
        """The URL of a new database, made in about 0.1 s.

        It is empty but for PostGIS, or a copy of the database at the URL template, to which
        nobody may be connected meanwhile.
        """
        self._databases += 1
        name = f"mapsvc_{self._databases}"
        source = template.rpartition("/")[2] if template else TEMPLATE
        self._execute("postgres", f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Removes the database at a URL, unless somebody is connected: then it stays until the end."""
        import psycopg

        with suppress(psycopg.errors.ObjectInUse):
            self._execute("postgres", f"DROP DATABASE {url.rpartition('/')[2]}")

    def as_role(self, url: str, role: str) -> str:
        """The URL by which another role opens the same database; the server asks for no password."""
        return self.url(url.rpartition("/")[2], user=role)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        """A started cluster, stopped and removed at the end.

        Where none can run the test that asks is skipped and says why; with CI=true it fails.
        """
        try:
            cluster = cls().start()
        except PostgisUnavailable as fault:
            cannot_run(str(fault))
        try:
            yield cluster
        finally:
            cluster.stop()

    def _initialise(self) -> None:
        if os.geteuid() == 0:
            try:
                shutil.chown(self.folder, "postgres", "postgres")
            except LookupError as fault:
                raise PostgisUnavailable('There is no user "postgres" to run the server as.') from fault
        else:
            _require_named_user()
        done = subprocess.run(
            self._as_owner(
                "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"
            ),
            **self._surroundings(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PostgisUnavailable(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")

    def _launch(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
            "max_connections": "60",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with (self.folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                self._as_owner("postgres", "-D", self._data, *options),
                **self._surroundings(),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_WITHIN_S
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                log_text = (self.folder / "server.log").read_text(errors="replace")
                raise PostgisUnavailable(f"The PostgreSQL server did not start: {log_text[-2000:]}")
            time.sleep(0.05)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _as_owner(self, program: str, *arguments: str) -> list[str]:
        """The command as the cluster's owner. A killed test run takes the server along, hence pdeathsig."""
        user = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        return ["setpriv", *user, "--pdeathsig", "INT", str(self.bin / program), *arguments]

    def _surroundings(self) -> dict[str, object]:
        return {
            "cwd": self.folder,
            "stdin": subprocess.DEVNULL,
            "env": {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "TZ": "UTC"},
        }

    def _answers(self) -> bool:
        command = [str(self.bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def _execute(self, database: str, statement: str) -> None:
        import psycopg

        url = self.url(database).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)


def cannot_run(reason: str) -> NoReturn:
    """Skips the test that asks, loudly; where CI=true, fails it: there nothing may be left out."""
    import pytest

    if os.environ.get("CI") == "true":
        pytest.fail(f"PostGIS is needed, and CI=true allows no gap. {reason}", pytrace=False)
    pytest.skip(f"NOT RUN ON POSTGIS: {reason}")


def _require_named_user() -> None:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError as fault:
        raise PostgisUnavailable(
            f"User number {os.geteuid()} has no name in /etc/passwd, and initdb wants one."
        ) from fault


def place_in_memory() -> Path:
    """A folder that needs no disk, where there is room: to write and remove many databases takes long."""
    roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM_IN_MEMORY
    return IN_MEMORY if roomy and os.access(IN_MEMORY, os.W_OK) else Path("/tmp")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
