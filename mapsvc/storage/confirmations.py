"""Which hosts were not confirmed for long, so that somebody may ask them."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from mapsvc.domain.hosts import HostStatus, Offer, Organisation, Site
from mapsvc.domain.sources import Source

BATCH = 200


def unconfirmed(
    session: Session, *, since: datetime, asked_before: datetime, but_of: Collection[str]
) -> Iterator[Organisation]:
    """The listed organisations that nobody confirmed since a moment, or asked since another, by id.

    Samples, what is merged into another, and the hosts of some lists by name are left out. They come in
    batches, so that whoever has enough may stop.
    """
    said_lately = (
        exists()
        .where(Site.organisation_id == Organisation.id)
        .where(Offer.site_id == Site.id, Offer.confirmed_on >= since.date())
    )
    query = (
        select(Organisation)
        .join(Source, Source.id == Organisation.source_id)
        .where(
            Organisation.status == HostStatus.LISTED,
            Organisation.merged_into_id.is_(None),
            ~Organisation.sample,
            func.coalesce(Organisation.confirmed, Organisation.created) < since,
            or_(Organisation.asked.is_(None), Organisation.asked < asked_before),
            Source.name.not_in(sorted(but_of)),
            ~said_lately,
        )
        .order_by(Organisation.id)
        .limit(BATCH)
    )
    last = 0
    while found := list(session.scalars(query.where(Organisation.id > last))):
        yield from found
        last = found[-1].id


def asked_since(session: Session, moment: datetime) -> int:
    """How many organisations were asked since a moment."""
    query = select(func.count()).select_from(Organisation).where(Organisation.asked >= moment)
    return session.scalar(query) or 0
