"""The tests' own PostGIS server."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text

from mapsvc.config import Settings
from mapsvc.domain.base import Base
from mapsvc.storage.engine import private_engine, writing
from tests import make
from tests.databases import LentDatabases
from tests.postgis import PostgisCluster, PostgisUnavailable, programs
from tests.publish import publish

pytestmark = pytest.mark.postgis


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(statement).fetchone()  # type: ignore[call-overload]
    return row[0]


def test_a_fresh_database_has_postgis_and_shares_nothing(cluster: PostgisCluster) -> None:
    first, second = cluster.fresh_database(), cluster.fresh_database()

    with psycopg.connect(first.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE pin (id int)")

    assert str(ask(second, "SELECT postgis_lib_version()")).startswith("3.")
    assert ask(first, "SELECT to_regclass('pin')::text") == "pin"
    assert ask(second, "SELECT to_regclass('pin')::text") is None


def test_the_server_listens_on_loopback_alone(cluster: PostgisCluster) -> None:
    assert ask(cluster.admin_url, "SHOW listen_addresses") == "127.0.0.1"


def test_a_copied_database_holds_what_its_template_held(cluster: PostgisCluster) -> None:
    template = cluster.fresh_database()
    with psycopg.connect(template.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE pin (id int)")

    copy = cluster.fresh_database(template=template)

    assert ask(copy, "SELECT to_regclass('pin')::text") == "pin"


def test_stopping_removes_the_server_and_its_folder(cluster: PostgisCluster) -> None:
    with PostgisCluster.running() as other:
        assert other.port != cluster.port

    assert not other.folder.exists()
    with pytest.raises(psycopg.OperationalError):
        ask(other.admin_url, "SELECT 1")


def test_what_is_missing_is_named_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))

    with pytest.raises(PostgisUnavailable, match="apt-get install postgresql-postgis"):
        programs()


def test_a_killed_test_run_leaves_no_server(cluster: PostgisCluster) -> None:
    script = (
        "import time\nfrom tests.postgis import PostgisCluster\n"
        "print(c := PostgisCluster().start(), c.folder, c.port, flush=True)\ntime.sleep(60)"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    folder, port = run.stdout.readline().split()[-2:]

    run.send_signal(signal.SIGKILL)
    run.wait()

    assert gone_within(10, port=int(port), bin_folder=cluster.bin)
    run.stdout.close()
    subprocess.run(["rm", "-rf", folder], check=True)


def gone_within(seconds: float, *, port: int, bin_folder: Path) -> bool:
    deadline = time.monotonic() + seconds
    command = [str(bin_folder / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while time.monotonic() < deadline:
        if subprocess.run(command, check=False, env=dict(os.environ)).returncode == 2:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def databases(cluster: PostgisCluster, postgis_template: str) -> LentDatabases:
    """None of them was lent before."""
    return LentDatabases(cluster, postgis_template)


def everything(url: str) -> list[object]:
    """All rows of all tables of ours, and the next numbers, which this takes."""
    engine = private_engine(Settings(database_url=url))
    with engine.begin() as connection:
        rows = [connection.execute(select(table)).all() for table in Base.metadata.sorted_tables]
        names = connection.execute(text("SELECT schemaname || '.' || sequencename FROM pg_sequences")).all()
        numbers = [connection.scalar(text(f"SELECT nextval('{name}')")) for (name,) in sorted(names)]
    engine.dispose()
    return [*rows, numbers]


def test_a_database_is_lent_again_as_if_it_were_new(databases: LentDatabases) -> None:
    with databases.lent() as url:
        new = everything(url)
        engine = private_engine(Settings(database_url=url))
        with writing(engine) as session:
            publish(session, make.host("Falegnameria Rossi"))
        engine.dispose()
        assert everything(url) != new

    with databases.lent() as again:
        found = everything(again)

    assert again == url
    assert found == new


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE sites RENAME TO places",
        "GRANT SELECT ON accounts TO PUBLIC",
        "DROP TRIGGER audit_entries_only_grows ON audit_entries",
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql RETURN 1",
    ],
)
def test_a_database_with_other_tables_or_rights_is_not_lent_again(
    databases: LentDatabases, change: str
) -> None:
    with databases.lent() as url, psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(change)

    with databases.lent() as next_url:
        pass

    assert next_url != url
