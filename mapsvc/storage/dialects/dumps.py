"""Dumps of a PostgreSQL database by its own programs, and how one is put in the place of what is there."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from mapsvc.domain.base import Base
from mapsvc.domain.listings import PUBLIC_SCHEMA
from mapsvc.errors import MapsvcError, Misconfigured
from mapsvc.messages import mark as _

INSTALLED = Path("/usr/lib/postgresql")  # where Debian puts each version
LOCK_WITHIN = "10s"
AT_ONCE = 1_048_576  # bytes of rows that are handed over together
END_OF_ROWS = b"\\.\n"
FOR_PSQL = (b"\\restrict ", b"\\unrestrict ")  # words that only PostgreSQL's own client reads
BY_HAND = ("listing_words",)  # of the public schema, which the models do not name
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usename = :role AND pid <> pg_backend_pid()
"""


class NoClient(Misconfigured):
    """The programs of PostgreSQL are missing, or older than the server."""

    message = _(
        "The programs of PostgreSQL %(version)s or newer are missing. Install them: "
        "apt-get install postgresql-client"
    )


class ProgramFailed(MapsvcError):
    """A program of PostgreSQL did not do what it should."""

    message = _("%(program)s failed: %(why)s")


def dump(connection: Connection, file: Path, *, without: Sequence[str] = ()) -> None:
    """Writes what the transaction of connection sees into a file; nobody who writes waits for it.

    The private tables named in without come empty.

    Raises NoClient or ProgramFailed.
    """
    snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
    options = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    schemas = [f"--schema={name}" for name in ("public", PUBLIC_SCHEMA)]
    empty = [f"--exclude-table-data=public.{table}" for table in without]
    _run(connection, "pg_dump", [*options, *schemas, *empty, f"--file={file}", _place(connection.engine.url)])


def put_in_place(connection: Connection, file: Path) -> None:
    """Puts a dump in the place of our tables, in the transaction of connection; the caller commits.

    Raises NoClient or ProgramFailed.
    """
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        contents = Path(folder) / "contents"
        _run(connection, "pg_restore", ["--list", f"--file={contents}", str(file)])
        kept = [line for line in contents.read_text().splitlines() if " SCHEMA - public " not in line]
        contents.write_text("\n".join(kept) + "\n")
        for statement in _clearing(connection):
            connection.execute(text(statement))
        options = ["--no-owner", "--no-privileges", f"--use-list={contents}", "--file=-"]
        with tempfile.TemporaryFile() as said:
            command, variables = _called(connection, "pg_restore", [*options, str(file)])
            process = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=said)  # noqa: S603 - ours
            assert process.stdout is not None
            try:
                _carry_out(connection, process.stdout)
            finally:
                process.stdout.close()
                status = process.wait()
            if status:
                said.seek(0)
                raise ProgramFailed(program="pg_restore", why=_why(said.read()))
    # The script sets what is meant for itself alone.
    connection.execute(text("RESET ALL"))
    connection.execute(text("ANALYZE"))


def _carry_out(connection: Connection, script: IO[bytes]) -> None:
    """Runs a script of pg_restore: statements, and the rows that follow a COPY."""
    driver: Any = connection.connection.driver_connection
    statements: list[bytes] = []
    try:
        with driver.cursor() as cursor:
            for line in script:
                if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                    cursor.execute(b"".join(statements))
                    statements = []
                    with cursor.copy(line) as copy:
                        for run in _rows(script):
                            copy.write(run)
                elif not line.startswith(FOR_PSQL):
                    statements.append(line)
            cursor.execute(b"".join(statements))
    except connection.dialect.loaded_dbapi.Error as fault:
        raise ProgramFailed(program="PostgreSQL", why=str(fault).partition("\n")[0]) from fault


def _rows(script: IO[bytes]) -> Iterator[bytes]:
    """The rows of a COPY, many at a time."""
    rows: list[bytes] = []
    size = 0
    for line in script:
        if line == END_OF_ROWS:
            break
        rows.append(line)
        size += len(line)
        if size > AT_ONCE:
            yield b"".join(rows)
            rows, size = [], 0
    yield b"".join(rows)


def is_read_by(connection: Connection, public_url: str) -> bool:
    """Whether the role of the public pages is connected: then the service runs, here or elsewhere."""
    return bool(connection.scalar(text(OTHERS), {"role": make_url(public_url).username}))


def _clearing(connection: Connection) -> list[str]:
    """The statements that take our tables away, with the functions of their triggers."""
    ours = [table.name for table in Base.metadata.tables.values() if table.schema is None]
    query = text(
        "SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
        "WHERE NOT tgisinternal AND nspname = 'public' AND relname = ANY(:ours)"
    )
    functions = connection.scalars(query, {"ours": ours}).all()
    tables = ", ".join(f'public."{name}"' for name in (*ours, "alembic_version"))
    return [
        f"SET LOCAL lock_timeout = '{LOCK_WITHIN}'",
        "CREATE EXTENSION IF NOT EXISTS postgis",
        f"DROP SCHEMA IF EXISTS {PUBLIC_SCHEMA} CASCADE",
        f"DROP TABLE IF EXISTS {tables} CASCADE",
        *(f"DROP FUNCTION IF EXISTS {function}" for function in functions),
    ]


def _run(connection: Connection, program: str, arguments: Sequence[str]) -> None:
    command, variables = _called(connection, program, arguments)
    done = subprocess.run(command, env=variables, capture_output=True, check=False)  # noqa: S603 - our words
    if done.returncode:
        raise ProgramFailed(program=program, why=_why(done.stderr))


def _called(
    connection: Connection, program: str, arguments: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    """The command line of a program, and its environment."""
    info = connection.connection.driver_connection.info  # type: ignore[union-attr]
    # Not on the command line, which everybody on the machine can read.
    secret = {"PGPASSWORD": str(password)} if (password := connection.engine.url.password) else {}
    variables = {**os.environ, **secret, "LC_ALL": "C.UTF-8", "PGOPTIONS": "-c client_min_messages=warning"}
    return [_program(program, info.server_version // 10_000), *arguments], variables


def _why(said: bytes) -> str:
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "?")


def _place(url: URL) -> str:
    """The database as PostgreSQL's programs read it, without the password."""
    return url.set(drivername="postgresql", password=None).render_as_string()


def _program(name: str, server: int) -> str:
    """A program of the oldest version that understands the server. Raises NoClient."""
    found = {
        int(folder.name): folder / "bin" / name
        for folder in INSTALLED.glob("[0-9]*")
        if folder.name.isdigit()
    }
    fitting = sorted(version for version, file in found.items() if version >= server and file.exists())
    if fitting:
        return str(found[fitting[0]])
    path = shutil.which(name)
    if path is None or INSTALLED.exists():
        raise NoClient(version=server)
    return path
