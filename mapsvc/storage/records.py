"""Listings as the read index takes them in: one packed record each, so that a million are read in seconds.

A record is HEAD, then as many codes (`<u4`), periods (three `<i4`: first day, last day, seats),
bytes of the name (name_of() the title) and bytes of the title as the head says. A code stands for
one value of one facet, as the table of values has it; days are counted from 1 January of year 1.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from mapsvc.domain.listings import FacetValue, Kind, ListingRecord, Precision
from mapsvc.domain.vocabulary import field_family
from mapsvc.places.folding import fold
from mapsvc.storage.dialects import records as spelling
from mapsvc.storage.listings import ListingRow, chunks, rows_with_ids, take_turn

HEAD = np.dtype(
    [
        ("lon", "<f8"),
        ("lat", "<f8"),
        ("site", "<u8"),  # site_number() of the site's key
        ("visible_from", "<i4"),
        ("visible_until", "<i4"),
        ("min_age", "<i2"),
        ("kind", "u1"),  # place in KINDS
        ("precision", "u1"),  # place in PRECISIONS
        ("confirmed", "u1"),
        ("sample", "u1"),
        ("codes", "<u2"),
        ("periods", "<u2"),
        ("name", "<u2"),
        ("title", "<u2"),
    ]
)
_HEAD = struct.Struct("<ddQiihBBBBHHHH")
_SITE = slice(16, 24)  # of a record
KINDS, PRECISIONS = tuple(Kind), tuple(Precision)
NO_AGE = 2**15 - 1  # no asked age reaches it
FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()
LONGEST_TITLE = 1_000  # characters that are shown with a pin
LONGEST_NAME = 50  # characters that count in an order by name: as many as a cursor can hold
MOST_CODES = 2**16 - 1

FIELD = "field"
STORED = (FIELD, "sector", "language", "accommodation", "access", "programme")  # keys of Listing.facets
FACETS = ("kind", *STORED, "country", "region")

Value = tuple[str, str]  # facet, value


class Records(NamedTuple):
    """Some listings: their ids, the length in bytes of each record, and the records end to end."""

    ids: "np.ndarray[Any, np.dtype[np.int64]]"
    lengths: "np.ndarray[Any, np.dtype[np.int64]]"
    data: bytes


def site_number(site_key: str) -> int:
    """A site's key as 64 bits; a thousand million sites would share one with a chance of 1 in 37."""
    return int.from_bytes(blake2b(site_key.encode(), digest_size=8).digest(), "little")


def record_site(record: bytes) -> int:
    """The number of the site that a record belongs to."""
    return int.from_bytes(record[_SITE], "little")


def name_of(title: str) -> str:
    """What orders a listing by name: its title folded, and of that the first characters."""
    return fold(title)[:LONGEST_NAME]


def write_records(session: Session, ids: Sequence[int]) -> None:
    """Makes the records of these listings anew; a listing that is gone has none."""
    if not ids:
        return
    take_turn(session)
    connection = session.connection()
    codes = {value: code for code, value in values(connection).items()}
    for chunk in chunks(ids):
        session.execute(delete(ListingRecord).where(ListingRecord.listing_id.in_(chunk)))
        found = rows_with_ids(connection, chunk)
        _give_codes(session, codes, (value for row in found for value in values_of(row)))
        made = [{"listing_id": row.id, "record": packed(row, codes)} for row in found]
        if made:
            session.execute(insert(ListingRecord), made)


def values(connection: Connection) -> dict[int, Value]:
    """What each code stands for."""
    return {
        row.code: (row.facet, row.value)
        for row in connection.execute(select(FacetValue.code, FacetValue.facet, FacetValue.value))
    }


def all_records(connection: Connection) -> Iterator[Records]:
    """Every listing's record in order of id, many at a time."""
    for ids, lengths, data in spelling.read(connection):
        yield Records(ids, lengths, data)


def records_with_ids(connection: Connection, ids: Iterable[int]) -> Records:
    """The records of these listings, in order of id; an id that is gone is left out."""
    found: list[tuple[int, bytes]] = []
    for chunk in chunks(sorted(ids)):
        asked = select(ListingRecord.listing_id, ListingRecord.record)
        wanted = asked.where(ListingRecord.listing_id.in_(chunk)).order_by(ListingRecord.listing_id)
        found.extend((row.listing_id, bytes(row.record)) for row in connection.execute(wanted))
    return records_of(found)


def records_of(found: Sequence[tuple[int, bytes]]) -> Records:
    """Records that were packed one by one, with their listings' ids."""
    return Records(
        np.array([id_ for id_, _ in found], dtype=np.int64),
        np.array([len(record) for _, record in found], dtype=np.int64),
        b"".join(record for _, record in found),
    )


def packed(row: ListingRow, codes: Mapping[Value, int]) -> bytes:
    """A listing's record; codes must know each of its values_of()."""
    title = row.title[:LONGEST_TITLE]
    name, shown = name_of(title).encode(), title.encode("utf-8", "replace")
    own = sorted(codes[value] for value in values_of(row))[:MOST_CODES]
    periods = [
        (_ordinal(first, FIRST_DAY), _ordinal(last, LAST_DAY), 1 if seats is None else seats)
        for first, last, seats in row.periods
    ]
    head = _HEAD.pack(
        row.lon,
        row.lat,
        site_number(row.site_key),
        _ordinal(row.visible_from, FIRST_DAY),
        _ordinal(row.visible_until, LAST_DAY),
        NO_AGE if row.min_age is None else row.min_age,
        KINDS.index(Kind(row.kind)),
        PRECISIONS.index(Precision(row.precision)),
        row.confirmed,
        row.sample,
        len(own),
        len(periods),
        len(name),
        len(shown),
    )
    tail = struct.pack(f"<{len(own)}I", *own)
    tail += b"".join(struct.pack("<iii", *period) for period in periods)
    return head + tail + name + shown


def values_of(row: ListingRow) -> set[Value]:
    """The facet values that a listing carries, a field code together with its broad field."""
    found = {(name, value) for name in STORED for value in row.facets.get(name, ())}
    found |= {(FIELD, field_family(value)) for value in row.facets.get(FIELD, ())}
    single = (("kind", row.kind), ("country", row.country), ("region", row.region))
    return found | {(name, str(value)) for name, value in single if value}


def _give_codes(session: Session, codes: dict[Value, int], wanted: Iterable[Value]) -> None:
    """Gives a code to each value that has none yet."""
    new = sorted(set(wanted) - codes.keys())
    first = max(codes.values(), default=-1) + 1
    for code, value in enumerate(new, first):
        codes[value] = code
    if new:
        rows = [{"code": codes[value], "facet": value[0], "value": value[1]} for value in new]
        session.execute(insert(FacetValue), rows)


def _ordinal(day: date | str | None, absent: int) -> int:
    if day is None:
        return absent
    return (date.fromisoformat(day) if isinstance(day, str) else day).toordinal()
