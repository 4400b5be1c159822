"""Rows that may be there already: left alone, or added to."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

Insert = sqlite.Insert | postgresql.Insert


def insert_into(session: Session | Connection, table: Table) -> Insert:
    """An INSERT of this database that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    bind = session.get_bind() if isinstance(session, Session) else session
    return sqlite.insert(table) if bind.dialect.name == "sqlite" else postgresql.insert(table)
