"""The public rows: read for the directory, and written by the services that publish."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, func, insert, or_, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.listings import Change, ChangeCounter, Kind, Listing

T = TypeVar("T")
CHUNK = 500  # keys in one IN (...): far below what either database takes


class ListingRow(NamedTuple):
    """What the read model needs to know of a listing; all but what its page shows."""

    id: int
    site_key: str
    kind: str
    title: str
    place: str
    country: str
    region: str
    lon: float
    lat: float
    precision: str
    confirmed: bool
    sample: bool
    facets: dict[str, list[str]]
    periods: list[list[Any]]
    min_age: int | None
    search_text: str
    visible_from: date | None
    visible_until: date | None


COLUMNS = tuple(getattr(Listing, name) for name in ListingRow._fields)


def last_change(connection: Connection) -> int:
    """The number of the last change that is committed; 0 in a new directory."""
    return connection.scalar(select(ChangeCounter.number)) or 0


def rows_with_ids(connection: Connection, ids: Iterable[int]) -> list[ListingRow]:
    """The listings with these ids, in order of id; an id that is gone is left out."""
    found: list[ListingRow] = []
    for chunk in chunks(sorted(ids)):
        found.extend(
            map(_row, connection.execute(select(*COLUMNS).where(Listing.id.in_(chunk)).order_by(Listing.id)))
        )
    return found


class PlainRow(NamedTuple):
    """A listing as its own row has it, facets as JSON: what answers are compared with."""

    id: int
    site_key: str
    kind: str
    country: str
    region: str
    lon: float
    lat: float
    min_age: int | None
    facets: str


def plain_rows(connection: Connection, today: date) -> Iterator[PlainRow]:
    """Every listing that is visible on a day, in order of id."""
    columns = [getattr(Listing, name) for name in PlainRow._fields if name != "facets"]
    query = select(*columns, cast(Listing.facets, Text)).where(*_visible_on(today))
    for row in connection.execute(query.order_by(Listing.id).execution_options(yield_per=5000)):
        yield PlainRow(*tuple(row))


def count_by_region(connection: Connection, kind: Kind, today: date) -> Counter[tuple[str, str]]:
    """How many listings of a kind are visible on a day, by country and region ("" where there is none)."""
    region = (Listing.country, Listing.region)
    query = select(*region, func.count()).where(Listing.kind == kind, *_visible_on(today)).group_by(*region)
    return Counter({(country, name): count for country, name, count in connection.execute(query)})


def count_ids_by_region(connection: Connection, ids: Iterable[int]) -> Counter[tuple[str, str]]:
    """How many of these listings are in each country and region."""
    region = (Listing.country, Listing.region)
    found = Counter[tuple[str, str]]()
    for chunk in chunks(sorted(ids)):
        query = select(*region, func.count()).where(Listing.id.in_(chunk)).group_by(*region)
        for country, name, count in connection.execute(query):
            found[country, name] += count
    return found


def _visible_on(today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        or_(Listing.visible_from.is_(None), Listing.visible_from <= today),
        or_(Listing.visible_until.is_(None), Listing.visible_until >= today),
    )


def keys_in_view(session: Session, keys: Iterable[str], today: date) -> set[str]:
    """Those of these keys of listings that the public sees on a day."""
    return {
        key
        for chunk in chunks(sorted(keys))
        for key in session.scalars(select(Listing.key).where(Listing.key.in_(chunk), *_visible_on(today)))
    }


def texts_with_ids(connection: Connection, ids: Iterable[int]) -> Iterator[tuple[int, str, str, str]]:
    """Id, title, place and search text of these listings, in order of id."""
    columns = (Listing.id, Listing.title, Listing.place, Listing.search_text)
    for chunk in chunks(sorted(ids)):
        for row in connection.execute(select(*columns).where(Listing.id.in_(chunk)).order_by(Listing.id)):
            yield row.id, row.title, row.place, row.search_text


def change_mark(connection: Connection, number: int) -> str:
    """What tells the change of this number from that of another database; "" where there is none."""
    found = connection.execute(select(Change.listing_id, Change.at).where(Change.number == number)).first()
    return "" if found is None else f"{found.listing_id} {found.at.isoformat()}"


def changed_since(connection: Connection, number: int) -> tuple[int, set[int]]:
    """The last change number, and the ids of the listings that changed after the given one.

    Numbers are taken under a lock that is held until the commit, so that a smaller number can
    never become visible after a larger one.
    """
    changes = connection.execute(
        select(Change.number, Change.listing_id).where(Change.number > number).order_by(Change.number)
    ).all()
    return (changes[-1].number if changes else number), {change.listing_id for change in changes}


def listings_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, Listing]:
    """Whole listings by id, with all that their pages show; an id that is gone is left out."""
    with Session(connection) as session:
        return {
            listing.id: listing
            for chunk in chunks(list(ids))
            for listing in session.scalars(select(Listing).where(Listing.id.in_(chunk)))
        }


def listings_with_keys(connection: Connection, keys: Iterable[str]) -> dict[str, Listing]:
    """Whole listings by key; one that is not public any more is left out."""
    with Session(connection) as session:
        return {
            listing.key: listing
            for chunk in chunks(sorted(keys))
            for listing in session.scalars(select(Listing).where(Listing.key.in_(chunk)))
        }


def listings_at(connection: Connection, slug: str) -> list[Listing]:
    """The listings of the page with this slug, in order of id; none when there is no such page.

    Kits are left out: their pages are made from files, and their slugs are the names of folders.
    """
    if "\x00" in slug:  # PostgreSQL would refuse the question
        return []
    with Session(connection) as session:
        asked = select(Listing).where(Listing.slug == slug, Listing.kind != Kind.KIT)
        return list(session.scalars(asked.order_by(Listing.id)))


def whole_listings(connection: Connection) -> Iterator[Listing]:
    """Every listing with its detail, by title, site and id: the order of an export."""
    with Session(connection) as session:
        order = (Listing.title, Listing.site_key, Listing.id)
        yield from session.scalars(select(Listing).order_by(*order).execution_options(yield_per=1000))


def visible_listings(connection: Connection, kind: Kind, today: date) -> Iterator[Listing]:
    """Every listing of a kind that is visible on a day, with its detail, in order of id."""
    with Session(connection) as session:
        query = select(Listing).where(Listing.kind == kind, *_visible_on(today)).order_by(Listing.id)
        yield from session.scalars(query.execution_options(yield_per=1000))


def details_of_people(session: Session) -> list[dict[str, Any]]:
    """What the page of each person shows; made-up people are left out."""
    people = select(Listing.detail).where(Listing.kind == Kind.ALUMNI, ~Listing.sample)
    return [detail["pin"] for detail in session.scalars(people.order_by(Listing.id))]


def existing(session: Session, site_keys: Sequence[str], keys: Sequence[str]) -> dict[str, Listing]:
    """The published listings of these sites, and those with these keys, by their key."""
    found: dict[str, Listing] = {}
    for column, wanted in ((Listing.site_key, site_keys), (Listing.key, keys)):
        for chunk in chunks(wanted):
            found.update((one.key, one) for one in session.scalars(select(Listing).where(column.in_(chunk))))
    return found


def insert_listings(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Inserts listings given by their columns; their new ids, in the same order."""
    if not rows:
        return []
    statement = insert(Listing).returning(Listing.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def site_keys(session: Session, *, kinds: Collection[Kind]) -> list[str]:
    """The keys of every site that has a listing of these kinds, in order."""
    asked = select(Listing.site_key).where(Listing.kind.in_(kinds))
    return list(session.scalars(asked.distinct().order_by(Listing.site_key)))


def take_turn(session: Session) -> None:
    """Waits until nobody else publishes, and keeps others waiting until the commit.

    A verb that compares before it writes begins with this: two at once would both add one host. On
    SQLite its transaction has begun so already.
    """
    session.execute(select(ChangeCounter.number).with_for_update())


def log_changes(session: Session, ids: Sequence[int], *, at: Any) -> None:
    """Writes one change for each listing id, numbered after all that were committed before.

    The counter's row stays locked until the commit: whoever publishes next waits for it.
    """
    if not ids:
        return
    last = session.execute(
        update(ChangeCounter)
        .where(ChangeCounter.id == 1)
        .values(number=ChangeCounter.number + len(ids))
        .returning(ChangeCounter.number)
    ).scalar_one()
    first = last - len(ids) + 1
    changes = [{"number": first + place, "listing_id": id_, "at": at} for place, id_ in enumerate(ids)]
    session.execute(insert(Change), changes)


def count(connection: Connection) -> int:
    """How many listings there are."""
    return connection.scalar(select(func.count()).select_from(Listing)) or 0


def _row(row: Row[Any]) -> ListingRow:
    return ListingRow(*tuple(row))


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in runs that fit into one statement."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
