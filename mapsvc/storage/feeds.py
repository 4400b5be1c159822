"""The sites of a search that changed last, for feeds."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from mapsvc.domain.listings import Change, Listing
from mapsvc.storage.listings import chunks

FEW = 5000  # listings that are read one by one; of more, the newest of all are looked through


class Changed(NamedTuple):
    """A site with the listing that stands for it, and when what is true of it last changed."""

    updated: datetime
    site_key: str
    listing_id: int


def newest_sites(connection: Connection, ids: Collection[int], *, limit: int) -> list[Changed]:
    """The sites of these listings that changed last, one listing of each, the newest change first.

    Equal moments come in order of the listing's id.
    """
    rows = _all_of(connection, ids) if len(ids) <= FEW else _newest_of(connection, frozenset(ids))
    found: dict[str, Changed] = {}
    for row in rows:
        if len(found) == limit and row.site_key not in found:
            break
        found.setdefault(row.site_key, row)
    return list(found.values())


def last_change_at(connection: Connection, *, until: int) -> datetime | None:
    """When the directory last changed, up to the change of a number; None where it never did."""
    known = select(Change.at).where(Change.number <= until)
    return connection.scalar(known.order_by(Change.number.desc()).limit(1))


def _all_of(connection: Connection, ids: Collection[int]) -> list[Changed]:
    found: list[Changed] = []
    columns = (Listing.updated, Listing.site_key, Listing.id)
    for chunk in chunks(sorted(ids)):
        found += [Changed(*row) for row in connection.execute(select(*columns).where(Listing.id.in_(chunk)))]
    return sorted(found, key=lambda row: (-row.updated.timestamp(), row.listing_id))


def _newest_of(connection: Connection, ids: frozenset[int]) -> Iterator[Changed]:
    """The rows of these ids, looked for among all, newest first: many are soon among few of the newest."""
    columns = (Listing.updated, Listing.site_key, Listing.id)
    query = select(*columns).order_by(Listing.updated.desc(), Listing.id).execution_options(yield_per=1000)
    return (Changed(*row) for row in connection.execute(query) if row.id in ids)
