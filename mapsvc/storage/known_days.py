"""What lists of hosts need of public rows beside the columns: when each was known to be true, its name."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from mapsvc.domain.listings import Kind, Listing
from mapsvc.storage.listings import chunks


class HostName(NamedTuple):
    """A host as a list names it."""

    id: int
    slug: str
    title: str
    place: str
    country: str
    sample: bool
    lon: float
    lat: float


def known_days(connection: Connection) -> Iterator[tuple[int, int, int]]:
    """Of each public row of a host, in order of id: its id, the day it was confirmed on, that of its list.

    Confirmed is the later of the days on which the host and the offer were, as its page shows them, 0 where
    neither was. Days are numbers (`date.toordinal`).
    """
    said = (
        Listing.detail[("organisation", "confirmed_on")].as_string(),
        Listing.detail[("offer", "confirmed_on")].as_string(),
        Listing.detail[("source", "date")].as_string(),
    )
    query = select(Listing.id, *said).where(Listing.kind == Kind.HOST).order_by(Listing.id)
    numbers = {"": 0}  # there are few different days: reading one costs more than finding it
    for id_, host, offer, listed in connection.execute(query.execution_options(yield_per=5000)):
        confirmed = max(host or "", offer or "")
        for day in (confirmed, listed):
            if day not in numbers:
                numbers[day] = date.fromisoformat(day).toordinal()
        yield id_, numbers[confirmed], numbers[listed]


def host_names(connection: Connection, ids: Iterable[int]) -> dict[int, HostName]:
    """The names of these listings by id; an id that is gone is left out."""
    columns = [getattr(Listing, name) for name in HostName._fields]
    return {
        row.id: HostName(*tuple(row))
        for chunk in chunks(sorted(ids))
        for row in connection.execute(select(*columns).where(Listing.id.in_(chunk)))
    }
