"""Keeps the public rows equal to what the projections say, inside the caller's transaction."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mapsvc.access.pin_projections import pin_key, project_pin
from mapsvc.access.projections import PROJECTION_VERSION, PublicRow, project_site, site_key
from mapsvc.domain.alumni import Pin
from mapsvc.domain.base import now
from mapsvc.domain.hosts import Site
from mapsvc.domain.listings import Kind, Listing, ListingPoint, ListingRecord
from mapsvc.storage.hosts import sites_with_ids
from mapsvc.storage.listings import chunks, existing, insert_listings, log_changes, site_keys, take_turn
from mapsvc.storage.pins import all_pin_ids, pins_with_ids
from mapsvc.storage.points import place_listings
from mapsvc.storage.preparations import certificates_by_organisation
from mapsvc.storage.records import write_records
from mapsvc.storage.vouchings import vouchings_by_organisation
from mapsvc.storage.words import forget_words, index_words

PROJECTED = tuple(kind for kind in Kind if kind is not Kind.KIT)  # from what the database holds


def publish_sites(session: Session, sites: Iterable[Site], *, gone: Sequence[str] = ()) -> int:
    """Brings the public rows of these sites, and of site keys that are gone, up to date.

    Rows that stay as they are are not touched. Every other one is written with its words, its point,
    its record and a line in the change log. The caller commits. Returns the number of rows that changed.
    """
    session.flush()
    located = list(sites)
    organisations = {site.organisation.id for site in located}
    vouched = vouchings_by_organisation(session, organisations)
    prepared = certificates_by_organisation(session, organisations)
    rows = [
        row
        for site in located
        for row in project_site(
            site.organisation, site, vouched.get(site.organisation.id), prepared.get(site.organisation.id)
        )
    ]
    return bring_rows_up_to_date(session, rows, [*map(site_key, located), *gone])


def publish_pins(session: Session, pins: Iterable[Pin], *, gone: Sequence[str] = ()) -> int:
    """The same for pins of people, and keys of pins that are gone. The caller commits."""
    session.flush()
    shown = list(pins)
    rows = [row for pin in shown for row in project_pin(pin)]
    return bring_rows_up_to_date(session, rows, [*map(pin_key, shown), *gone])


def bring_rows_up_to_date(session: Session, rows: Iterable[PublicRow], keys: Sequence[str]) -> int:
    """Makes these rows the only ones of the sites with these keys; the caller commits.

    Returns the number of rows that changed.
    """
    wanted = {row["key"]: row for row in rows}
    known = existing(session, keys, list(wanted))
    new = [row for key, row in wanted.items() if key not in known]
    changed = [known[key] for key, row in wanted.items() if key in known and _copy(row, known[key])]
    dropped = [row for key, row in known.items() if key not in wanted]
    return _write(session, new, changed, dropped)


def republish(session: Session) -> int:
    """Projects every site and pin anew and drops the rows of those that are gone; the caller commits.

    The rows of kits stay as they are: `publish_kits` brings them up to date with their files. Over a
    directory that is up to date it changes nothing, which is its law. Returns the number of rows that
    changed.
    """
    take_turn(session)
    written = 0
    seen: set[str] = set()
    for batch in _sites_in_batches(session):
        written += publish_sites(session, batch)
        seen.update(map(site_key, batch))
        session.flush()
        session.expunge_all()
    for pins in _pins_in_batches(session):
        written += publish_pins(session, pins)
        seen.update(map(pin_key, pins))
        session.flush()
        session.expunge_all()
    gone = [key for key in site_keys(session, kinds=PROJECTED) if key not in seen]
    return written + publish_sites(session, [], gone=gone)


def is_outdated(session: Session) -> bool:
    """Whether some rows were projected by an earlier version of the program."""
    other = select(Listing.id).where(Listing.projection_version != PROJECTION_VERSION).limit(1)
    return session.scalar(other) is not None


def _sites_in_batches(session: Session) -> Iterator[list[Site]]:
    for chunk in chunks(session.scalars(select(Site.id).order_by(Site.id)).all()):
        yield sites_with_ids(session, chunk)


def _pins_in_batches(session: Session) -> Iterator[list[Pin]]:
    for chunk in chunks(all_pin_ids(session)):
        yield pins_with_ids(session, chunk)


def _copy(row: PublicRow, known: Listing) -> bool:
    """Brings a published row to what its projection says; whether that changed anything."""
    differing = {name: value for name, value in row.items() if getattr(known, name) != value}
    for name, value in differing.items():
        setattr(known, name, value)
    return bool(differing)


def _write(session: Session, new: list[PublicRow], changed: list[Listing], dropped: list[Listing]) -> int:
    connection = session.connection()
    session.flush()
    added = insert_listings(session, new)
    forget_words(connection, [row.id for row in (*changed, *dropped)])
    for chunk in chunks([row.id for row in dropped]):
        session.execute(delete(ListingPoint).where(ListingPoint.listing_id.in_(chunk)))
        session.execute(delete(ListingRecord).where(ListingRecord.listing_id.in_(chunk)))
        session.execute(delete(Listing).where(Listing.id.in_(chunk)))
    index_words(connection, [(row.id, row.title, row.place, row.search_text) for row in changed])
    index_words(
        connection,
        [(id_, row["title"], row["place"], row["search_text"]) for id_, row in zip(added, new, strict=True)],
    )
    for make in (place_listings, write_records):
        make(session, [*(row.id for row in changed), *added])
    touched = sorted([*added, *(row.id for row in (*changed, *dropped))])
    log_changes(session, touched, at=now())
    return len(touched)
