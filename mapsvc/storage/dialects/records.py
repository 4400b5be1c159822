"""The packed records of all listings, read in the fastest way of each database."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sqlalchemy import Connection

AT_ONCE = 65_536  # records, as in _COPY; far below the gigabyte that one value may have in PostgreSQL

Read = tuple["np.ndarray[Any, np.dtype[np.int64]]", "np.ndarray[Any, np.dtype[np.int64]]", bytes]

_COPY = """
COPY (
    SELECT string_agg(int8send(listing_id), '' ORDER BY listing_id),
           string_agg(int4send(length(record)), '' ORDER BY listing_id),
           string_agg(record, '' ORDER BY listing_id)
    FROM directory.listing_records
    GROUP BY listing_id / 65536
    ORDER BY listing_id / 65536
) TO STDOUT (FORMAT BINARY)
"""


def read(connection: Connection) -> Iterator[Read]:
    """Ids, lengths in bytes and joined records of all listings, in order of id, many at a time."""
    return _from_sqlite(connection) if connection.dialect.name == "sqlite" else _from_postgresql(connection)


def _from_sqlite(connection: Connection) -> Iterator[Read]:
    cursor = connection.connection.cursor()
    try:
        cursor.execute("SELECT listing_id, record FROM listing_records ORDER BY listing_id")
        while rows := cursor.fetchmany(AT_ONCE):
            ids, records = zip(*rows, strict=True)
            lengths = np.fromiter(map(len, records), dtype=np.int64, count=len(records))
            yield np.array(ids, dtype=np.int64), lengths, b"".join(records)
    finally:
        cursor.close()


def _from_postgresql(connection: Connection) -> Iterator[Read]:
    """Each row of the copy holds a run of records joined by the server: three values, not thousands."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(["bytea", "bytea", "bytea"])
        for ids, lengths, data in copy.rows():
            yield (
                np.frombuffer(ids, dtype=">i8").astype(np.int64),
                np.frombuffer(lengths, dtype=">i4").astype(np.int64),
                bytes(data),
            )
