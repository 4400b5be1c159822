"""What is asked of the database when an organisation speaks for itself, or asks to be removed."""

from collections.abc import Iterator, Sequence

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


def forget_traces(session: Session, organisations: Sequence[Organisation]) -> None:
    """Drops what imports, reports, links and decisions keep of organisations; the caller commits."""
    for some in chunks(organisations):
        ids, slugs = {one.id for one in some}, [one.slug for one in some]
        session.execute(delete(ImportedRow).where(ImportedRow.organisation_id.in_(ids)))
        decided = or_(Duplicate.first_key.in_(slugs), Duplicate.second_key.in_(slugs))
        session.execute(delete(Duplicate).where(decided))
        pages = [site.slug for one in some for site in one.sites]
        for report in session.scalars(select(Report).where(Report.slug.in_(pages))):
            report.slug = report.title = report.text = ""
            report.email = None
        links = session.execute(select(Pass.id, Pass.data))
        about = [link.id for link in links if link.data.get("organisation_id") in ids]
        for chunk in chunks(about):
            session.execute(delete(Pass).where(Pass.id.in_(chunk)))
        for chunk in chunks(list(_quarantined(session, some))):
            session.execute(delete(QuarantinedRow).where(QuarantinedRow.id.in_(chunk)))


def _quarantined(session: Session, organisations: Sequence[Organisation]) -> Iterator[int]:
    """The rows that their lists could not use and that name them."""
    named = {(one.source_id, one.name) for one in organisations}
    query = (
        select(QuarantinedRow.id, QuarantinedRow.cells, Import.source_id)
        .join(Import, Import.id == QuarantinedRow.import_id)
        .where(Import.source_id.in_({source for source, _name in named}))
    )
    for row in session.execute(query):
        if any((row.source_id, cell) in named for _column, cell in row.cells):
            yield row.id
