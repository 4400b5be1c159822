"""What lists show of a listing, by id, over the driver's own cursor.

A search shows twenty listings, and that is most of what it asks of the database. Through the ORM they
cost nine times what the database takes itself, through SQLAlchemy's expressions three times.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]


def read(engine: Engine, ids: Sequence[int], columns: Sequence[str], json_columns: int) -> list[Row]:
    """These columns of the listings with these ids, in any order; the last json_columns hold JSON.

    Raises DBAPIError as SQLAlchemy does.
    """
    lite = engine.dialect.name == "sqlite"
    names = ", ".join(columns)
    if lite:
        statement = f"SELECT {names} FROM listings WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 # nosec B608
    else:
        statement = f"SELECT {names} FROM directory.listings WHERE id = ANY(%s)"  # noqa: S608 # nosec B608
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(statement, [orjson.dumps(ids).decode() if lite else list(ids)])
        rows: list[Row] = list(cursor.fetchall())
    except engine.dialect.loaded_dbapi.Error as fault:
        raise DBAPIError(statement, None, fault, hide_parameters=True) from fault
    finally:
        connection.close()
    if not lite:  # psycopg has read the JSON
        return rows
    return [(*row[:-json_columns], *map(orjson.loads, row[-json_columns:])) for row in rows]
