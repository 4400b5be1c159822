"""Dumps of a PostgreSQL database by its own programs, and how one is put in the place of what is there."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from mapsvc.domain.base import Base
from mapsvc.domain.listings import PUBLIC_SCHEMA
from mapsvc.errors import MapsvcError, Misconfigured
from mapsvc.messages import mark as _

INSTALLED = Path("/usr/lib/postgresql")  # where Debian puts each version
LOCK_WITHIN = "10s"
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


def dump(connection: Connection, file: Path) -> None:
    """Writes what the transaction of connection sees into a file; nobody who writes waits for it.

    Raises NoClient or ProgramFailed.
    """
    snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
    options = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    schemas = [f"--schema={name}" for name in ("public", PUBLIC_SCHEMA)]
    _run(connection, "pg_dump", [*options, *schemas, f"--file={file}", _place(connection.engine.url)])


def put_in_place(connection: Connection, file: Path) -> None:
    """Puts a dump in the place of our tables, in one transaction of its own: all of it, or nothing.

    Raises NoClient or ProgramFailed.
    """
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        contents, script = Path(folder) / "contents", Path(folder) / "script.sql"
        _run(connection, "pg_restore", ["--list", f"--file={contents}", str(file)])
        kept = [line for line in contents.read_text().splitlines() if " SCHEMA - public " not in line]
        contents.write_text("\n".join(kept) + "\n")
        options = ["--no-owner", "--no-privileges", f"--use-list={contents}", f"--file={script}"]
        _run(connection, "pg_restore", [*options, str(file)])
        first = Path(folder) / "first.sql"
        first.write_text("".join(f"{line};\n" for line in _clearing(connection)))
        connection.rollback()  # it would wait for us
        given = [
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null",
        ]
        files = [f"--file={first}", f"--file={script}"]
        _run(connection, "psql", [*given, *files, _place(connection.engine.url)])


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
        f"SET lock_timeout = '{LOCK_WITHIN}'",
        "CREATE EXTENSION IF NOT EXISTS postgis",
        f"DROP SCHEMA IF EXISTS {PUBLIC_SCHEMA} CASCADE",
        f"DROP TABLE IF EXISTS {tables} CASCADE",
        *(f"DROP FUNCTION IF EXISTS {function}" for function in functions),
    ]


def _run(connection: Connection, program: str, arguments: Sequence[str]) -> None:
    url = connection.engine.url
    info = connection.connection.driver_connection.info  # type: ignore[union-attr]
    command = [_program(program, info.server_version // 10_000), *arguments]
    # Not on the command line, which everybody on the machine can read.
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    variables = {**os.environ, **secret, "LC_ALL": "C.UTF-8", "PGOPTIONS": "-c client_min_messages=warning"}
    done = subprocess.run(command, env=variables, capture_output=True, check=False)  # noqa: S603 - our words
    if done.returncode:
        lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        why = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "?")
        raise ProgramFailed(program=program, why=why)


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
