"""What the public engine can and cannot see: the proof that nothing private leaks."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.domain.listings import PUBLIC_TABLES
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.storage import schema, tables
from mapsvc.storage.dialects.postgis import FunctionsOpen
from mapsvc.storage.engine import private_engine
from tests import make
from tests.installations import lend
from tests.postgis import PostgisCluster
from tests.publish import publish

PRIVATE = sorted({table.name for table in tables.METADATA.tables.values()} - PUBLIC_TABLES)

REFUSAL = re.compile(r"prohibited|denied|not authorized", re.IGNORECASE)

# A fresh process: starts the application and asks everything that the public may ask.
ASK = """
import json, sys
from mapsvc.app import create_app
client = create_app().test_client()
answers = {}
for path in json.load(sys.stdin):
    response = client.get(path)
    answers[path] = [response.status_code, len(response.data)]
    response.close()
json.dump(answers, sys.stdout)
"""


@pytest.fixture
def directory(session: Session) -> dict[str, int]:
    """Three public hosts."""
    return publish(
        session,
        make.host(
            "Falegnameria Rossi", offers=(make.offer(fields=("0722",), contact={"email": "a@example.org"}),)
        ),
        make.host("Panificio Verdi", make.LECCO),
        make.host("Lycée Vauban", make.LILLE),
    )


def test_the_public_engine_reads_no_private_table(directory: dict[str, int], public: Engine) -> None:
    schema_of_tables = "" if public.dialect.name == "sqlite" else "public."
    questions = [
        question.format(schema_of_tables + table)
        for table in PRIVATE
        for question in ("SELECT * FROM {}", "SELECT count(*) FROM {}", "SELECT EXISTS (SELECT 1 FROM {})")
    ]

    answers = {question: refusal_of(public, question) for question in questions}

    assert {question: said for question, said in answers.items() if not REFUSAL.search(said)} == {}
    assert len(answers) == 3 * len(PRIVATE) > 90


def refusal_of(public: Engine, question: str) -> str:
    """What the database says against a question; nothing, where it answers."""
    try:
        with public.connect() as connection:
            connection.execute(text(question)).all()
    except DBAPIError as error:
        return str(error.orig)
    return ""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {}listings SET title = 'x'",
        "DELETE FROM {}changes",
        "CREATE TABLE mine (id integer)",
        "CREATE TEMP TABLE mine (id integer)",
    ],
)
def test_the_public_engine_writes_nothing(directory: dict[str, int], public: Engine, statement: str) -> None:
    where = "" if public.dialect.name == "sqlite" else "directory."

    with public.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement.format(where)))


def test_the_public_engine_attaches_no_other_file(public: Engine, tmp_path: Path) -> None:
    if public.dialect.name != "sqlite":
        with public.connect() as connection, pytest.raises(DBAPIError, match=r"(?i)denied"):
            connection.execute(text("SELECT pg_read_file('/etc/passwd')"))
        return
    with public.connect() as connection, pytest.raises(DBAPIError, match=r"(?i)authorized|prohibited"):
        connection.execute(text(f"ATTACH DATABASE '{tmp_path / 'other.sqlite'}' AS other"))


def test_the_public_role_may_run_no_function_with_its_owners_rights(engine: Engine, public: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with public.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(text("SELECT name FROM sqlite_master")).all()
        return
    with public.connect() as connection:
        role = connection.scalar(text("SELECT current_user"))
    with engine.connect() as connection:
        runnable = text(
            "SELECT proname FROM pg_proc WHERE prosecdef AND has_function_privilege(:role, oid, 'EXECUTE')"
        )
        found = connection.scalars(runnable, {"role": role}).all()

    assert found == []


@pytest.mark.postgis
def test_an_owner_who_may_not_close_such_functions_is_told_and_nothing_is_made(
    cluster: PostgisCluster, tmp_path: Path
) -> None:
    url = cluster.fresh_database()
    admin = private_engine(Settings(database_url=url))
    with admin.begin() as connection:
        connection.execute(text("CREATE ROLE plain_owner LOGIN CREATEROLE"))
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE {name} OWNER TO plain_owner"))
    owner = Settings(
        database_url=cluster.as_role(url, "plain_owner"), public_database_url=cluster.as_role(url, "a_reader")
    )
    engine = private_engine(owner)

    with pytest.raises(FunctionsOpen) as refused:
        schema.migrate(engine, public_url=owner.public_database)
    with admin.begin() as connection:
        connection.execute(text(str(refused.value).partition("run: ")[2]))
    schema.migrate(engine, public_url=owner.public_database)

    assert "st_estimatedextent" in str(refused.value)
    assert schema.is_current(engine)
    engine.dispose()
    admin.dispose()


def test_nothing_passes_the_authorizer_by() -> None:
    package = Path(schema.__file__).parents[1]
    forbidden = (".blobopen(", ".serialize(", ".backup(")

    found = [
        str(file)
        for file in package.rglob("*.py")
        if any(word in file.read_text("utf-8") for word in forbidden)
    ]

    assert found == []


def test_the_public_side_works_without_the_private_tables(
    session: Session, engine: Engine, settings: Settings, directory: dict[str, int], gazetteer: Gazetteer
) -> None:
    session.close()
    lend(gazetteer, settings.folder)
    slug = publish_slug(engine)
    with engine.begin() as connection:
        for table in PRIVATE:
            connection.execute(text(f"ALTER TABLE {table} RENAME TO gone_{table}"))
    paths = [
        "/",
        "/list?where=Como",
        "/?q=falegnameria",
        f"/hosts/{slug}",
        f"/shortlist?ids={directory['Panificio Verdi']}",
        "/about",
        "/help",
        "/healthz",
        "/api/search?lon=9&lat=45.8&radius_km=50",
        "/api/search?q=vauban",
        "/api/viewport?box=0,40,20,60&zoom=4",
        f"/api/listing/{directory['Lycée Vauban']}",
        "/api/places?q=como",
        "/api/areas/FR",
        "/download/hosts.csv",
        "/download/hosts.xlsx",
        "/download/hosts.geojson",
        "/download/hosts.gpkg",
        "/download/map.html",
    ]

    answers = ask(settings, paths)

    assert {path: status for path, (status, _size) in answers.items()} == dict.fromkeys(paths, 200)
    assert all(size > 0 for _status, size in answers.values())


def publish_slug(engine: Engine) -> str:
    from sqlalchemy import select

    from mapsvc.domain.listings import Listing

    with engine.connect() as connection:
        return str(connection.scalar(select(Listing.slug).limit(1)))


def ask(settings: Settings, paths: list[str]) -> dict[str, tuple[int, int]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAPSVC_")} | {
        "MAPSVC_INSTANCE": str(settings.instance),
        "MAPSVC_DATABASE_URL": settings.database_url,
        "MAPSVC_PUBLIC_DATABASE_URL": settings.public_database_url,
        "MAPSVC_TRUSTED_HOSTS": '["localhost"]',
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        input=json.dumps(paths),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {path: tuple(answer) for path, answer in json.loads(done.stdout).items()}


def test_inspect_is_for_the_owner_alone(public: Engine) -> None:
    if public.dialect.name == "sqlite":
        with pytest.raises(DBAPIError):
            inspect(public).get_table_names()
    else:
        assert set(inspect(public).get_table_names(schema="directory")) == PUBLIC_TABLES
