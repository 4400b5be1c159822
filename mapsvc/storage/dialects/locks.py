"""Locks by name, for what must be counted before it is written."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def one_at_a_time(session: Session, name: str) -> None:
    """Waits until nobody else holds this name, and keeps others waiting until the end of the transaction.

    On SQLite a transaction that writes has the whole database to itself already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
