"""Who vouches for which organisation."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.hosts import Organisation, Verification
from mapsvc.domain.reviews import Vouching
from mapsvc.storage.listings import chunks


def vouchings_by_organisation(session: Session, ids: Collection[int]) -> dict[int, Vouching]:
    """For each of these organisations the vouching that is valid longest, of those not withdrawn."""
    found: dict[int, Vouching] = {}
    for chunk in chunks(sorted(ids)):
        query = select(Vouching).where(Vouching.organisation_id.in_(chunk), Vouching.withdrawn.is_(None))
        for vouching in session.scalars(query.order_by(Vouching.valid_until, Vouching.id)):
            found[vouching.organisation_id] = vouching
    return found


def vouchings_of(session: Session, organisation_id: int) -> list[Vouching]:
    """All vouchings for an organisation, the newest first."""
    query = select(Vouching).where(Vouching.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(Vouching.id.desc())))


def no_longer_vouched_for(session: Session, *, on: date) -> list[Organisation]:
    """The organisations that count as verified though no vouching for them is valid on a day."""
    valid = select(Vouching.organisation_id).where(Vouching.withdrawn.is_(None), Vouching.valid_until >= on)
    query = select(Organisation).where(
        Organisation.verification == Verification.VERIFIED, Organisation.id.not_in(valid)
    )
    return list(session.scalars(query.order_by(Organisation.id)))
