"""Makers: one plain thing each, with what the test cares about given by name."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.domain.drafts import OfferDraft, OrganisationDraft, SiteDraft
from mapsvc.domain.sources import Import, Source

COMO = (9.0852, 45.8081)
LECCO = (9.3931, 45.8566)
LILLE = (3.0586, 50.6330)
KAUNAS = (23.9036, 54.8985)

_numbers = count(1)


def site(at: tuple[float, float] | None = COMO, **values: Any) -> SiteDraft:
    """A site draft at a point (longitude first); None leaves it to be located."""
    lon, lat = at or (None, None)
    given: dict[str, Any] = {"town": "Como", "country": "IT", "region": "IT-CO", "precision": "address"}
    if at is None:
        given["precision"] = None
    return SiteDraft(lon=lon, lat=lat, **(given | values))


def offer(**values: Any) -> OfferDraft:
    """An offer draft with a title."""
    return OfferDraft(**({"title": {"en": "Workshop", "fr": "Atelier"}} | values))


def host(
    name: str = "Falegnameria Rossi",
    at: tuple[float, float] | None = COMO,
    *,
    offers: tuple[OfferDraft, ...] = (),
    site_values: dict[str, Any] | None = None,
    **values: Any,
) -> OrganisationDraft:
    """An organisation draft with one site."""
    return OrganisationDraft(name=name, sites=(site(at, offers=offers, **(site_values or {})),), **values)


def source(session: Session, name: str = "a list") -> Source:
    """A source in the database, known by its name."""
    known = session.query(Source).filter_by(name=name).one_or_none()
    if known is None:
        known = Source(name=name)
        session.add(known)
        session.flush()
    return known


def record(session: Session, of: Source) -> Import:
    """An import of a source, as yet without rows."""
    made = Import(
        source_id=of.id,
        file_name="list.csv",
        file_sha256=f"{next(_numbers):064x}",
        importer="tests",
        mapping={},
    )
    session.add(made)
    session.flush()
    return made
