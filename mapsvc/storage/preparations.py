"""Which certificates hosts show on their pages."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.course_progress import Certificate
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.preparations import Preparation
from mapsvc.storage.listings import chunks


def certificates_by_organisation(session: Session, ids: Collection[int]) -> dict[int, Certificate]:
    """For each of these organisations the certificate that it shows; none that was taken back."""
    return {
        preparation.organisation_id: preparation.certificate
        for chunk in chunks(sorted(ids))
        for preparation in session.scalars(
            select(Preparation)
            .where(Preparation.organisation_id.in_(chunk))
            .order_by(Preparation.organisation_id)
        )
        if preparation.certificate.revoked is None
    }


def organisations_with_certificates(session: Session, ids: Collection[int]) -> list[Organisation]:
    """The organisations that show some certificates, in order of their numbers."""
    query = select(Organisation).join(Preparation, Preparation.organisation_id == Organisation.id)
    return list(
        session.scalars(query.where(Preparation.certificate_id.in_(sorted(ids))).order_by(Organisation.id))
    )
