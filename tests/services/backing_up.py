"""What tests of backups share: an installation with a host and an account, and where a text is found."""

from pathlib import Path

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, viewer_of
from mapsvc.config import Settings
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Account, Role
from mapsvc.services.accounts import delete_account, grant
from mapsvc.services.backups import back_up
from mapsvc.services.erasing import erase
from mapsvc.storage.engine import private_engine, writing
from tests import make
from tests.publish import publish

CANARY = "Zwqkanarienvogelx"
MAIL = "zwqkanari@example.org"
KEY = "a key of the tests"


def people_and_hosts(session: Session) -> None:
    """A host and an account that hold the canary, two hosts and an account that do not."""
    contact = {"email": MAIL, "name": CANARY}
    publish(
        session,
        make.host(
            f"Officina {CANARY}", offers=(make.offer(title={"en": f"Shop {CANARY}"}, contact=contact),)
        ),
        make.host("Bar Roma", make.LILLE),
        make.host("Kepykla", make.KAUNAS),
    )
    for email in (MAIL, "ada@example.org"):
        grant(session, email, Role.MODERATOR).name = email
    session.commit()


def erase_canary(session: Session) -> None:
    """The host and the account that hold the canary are erased, as they ask for it."""
    host = session.scalars(select(Organisation).where(Organisation.name.contains(CANARY))).one()
    erase(session, host, key=KEY, by=VISITOR)
    session.commit()
    account = session.scalars(select(Account).where(Account.email == MAIL)).one()
    delete_account(session, viewer_of(account))


def backed_up(settings: Settings, *, to: Path | None = None) -> Path:
    """A backup of the installation as it is."""
    engine = private_engine(settings)
    try:
        return back_up(engine, settings, to=to)
    finally:
        engine.dispose()


def names_of_hosts(settings: Settings) -> list[str]:
    """The names of all hosts, in order."""
    engine = private_engine(settings)
    with writing(engine) as session:
        found = sorted(session.scalars(select(Organisation.name)))
    engine.dispose()
    return found


def where_it_stands(settings: Settings, words: str) -> list[str]:
    """The tables, the full-text index and the files of the database in which some words are found."""
    engine = private_engine(settings)
    try:
        found = [name for name in tables(engine) if _holds(engine, name, words)]
    finally:
        engine.dispose()
    files = [file for file in settings.folder.rglob("*") if file.is_file() and "backups" not in file.parts]
    return found + [file.name for file in files if words.lower().encode() in file.read_bytes().lower()]


def tables(engine: Engine) -> list[str]:
    """Every table of a database, with what is beside ours."""
    if engine.dialect.name == "sqlite":
        query = (
            "SELECT '\"' || name || '\"' FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        )
    else:
        query = (
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname IN ('public', 'directory')"
        )
    with engine.connect() as connection:
        return list(connection.scalars(text(query)))


def _holds(engine: Engine, table: str, words: str) -> bool:
    with engine.connect() as connection:
        return any(
            words.lower() in str(tuple(row)).lower()
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        )
