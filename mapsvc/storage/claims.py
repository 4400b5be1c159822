"""What is asked of the database when an organisation speaks for itself, or asks to be removed."""

from collections.abc import Iterator

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from mapsvc.domain.hosts import HostStatus, LegalId, Organisation, Site
from mapsvc.domain.people import Account, Grant, Pass, Role
from mapsvc.domain.reviews import Report
from mapsvc.domain.sources import Duplicate, Import, ImportedRow
from mapsvc.domain.uploads import QuarantinedRow
from mapsvc.storage.listings import chunks


def site_of_page(session: Session, slug: str) -> Site | None:
    """The site whose public page has this slug; None when there is none, and for samples."""
    if "\x00" in slug:  # PostgreSQL would refuse the question
        return None
    query = (
        select(Site)
        .join(Site.organisation)
        .where(
            Site.slug == slug,
            Site.lon.is_not(None),
            Organisation.status == HostStatus.LISTED,
            Organisation.merged_into_id.is_(None),
            ~Organisation.sample,
        )
    )
    return session.scalar(query)


def hosts_of(session: Session, organisation_id: int) -> list[Account]:
    """The accounts that speak for an organisation, who did so first being first."""
    query = select(Account).join(Account.grants.and_(Grant.organisation_id == organisation_id))
    return list(session.scalars(query.order_by(Grant.id)).unique())


def referents_of(session: Session, sending_id: int | None) -> list[Account]:
    """The referents of a sending organisation, by id."""
    query = select(Account).join(
        Account.grants.and_(Grant.role == Role.REFERENT, Grant.sending_id == sending_id)
    )
    return list(session.scalars(query.order_by(Account.id)).unique()) if sending_id else []


def maybe_the_same(session: Session, organisation: Organisation) -> list[Organisation]:
    """The other organisations, of whatever list, that may be the same as one, in order of id.

    They share a legal id, a name, a website or a town and the first word of their names, or are merged
    with it.
    """
    legal = [one.value for one in organisation.legal_ids]
    first_word = organisation.folded_name.split(" ")[0]
    towns = sorted({site.town for site in organisation.sites if site.town})
    places = sorted({site.place_id for site in organisation.sites if site.place_id is not None})
    there = select(Site.organisation_id).where(or_(Site.town.in_(towns), Site.place_id.in_(places)))
    alike = or_(
        Organisation.id.in_(select(LegalId.organisation_id).where(LegalId.value.in_(legal))),
        Organisation.folded_name == organisation.folded_name,
        Organisation.merged_into_id == organisation.id,
        Organisation.folded_name.startswith(first_word, autoescape=True) & Organisation.id.in_(there),
    )
    if organisation.website:
        alike = or_(alike, Organisation.website == organisation.website)
    query = select(Organisation).where(alike, Organisation.id != organisation.id)
    return list(session.scalars(query.order_by(Organisation.id)))


def forget_traces(session: Session, organisation: Organisation) -> None:
    """Drops what imports, reports, links and decisions keep of an organisation; the caller commits."""
    session.execute(delete(ImportedRow).where(ImportedRow.organisation_id == organisation.id))
    slugs = [organisation.slug]
    decided = or_(Duplicate.first_key.in_(slugs), Duplicate.second_key.in_(slugs))
    session.execute(delete(Duplicate).where(decided))
    for report in session.scalars(
        select(Report).where(Report.slug.in_([s.slug for s in organisation.sites]))
    ):
        report.slug = report.title = report.text = ""
        report.email = None
    about = [one.id for one in session.scalars(select(Pass)) if _is_about(one, organisation.id)]
    for chunk in chunks(about):
        session.execute(delete(Pass).where(Pass.id.in_(chunk)))
    for chunk in chunks(list(_quarantined(session, organisation))):
        session.execute(delete(QuarantinedRow).where(QuarantinedRow.id.in_(chunk)))


def _is_about(one: Pass, organisation_id: int) -> bool:
    return bool(one.data.get("organisation_id") == organisation_id)


def _quarantined(session: Session, organisation: Organisation) -> Iterator[int]:
    """The rows that its list could not use and that name it."""
    of_its_list = select(Import.id).where(Import.source_id == organisation.source_id)
    for row in session.scalars(select(QuarantinedRow).where(QuarantinedRow.import_id.in_(of_its_list))):
        if any(cell == organisation.name for _column, cell in row.cells):
            yield row.id
