"""The geometry beside the nouns: points kept equal to the longitude and latitude of their rows."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, insert, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import Function

from mapsvc.domain.hosts import Site, SitePoint
from mapsvc.domain.listings import Listing, ListingPoint
from mapsvc.storage.listings import chunks

WGS84 = 4326


def place_sites(session: Session, ids: Sequence[int]) -> None:
    """Makes the points of these sites anew; a site without coordinates has none."""
    for chunk in chunks(ids):
        session.execute(delete(SitePoint).where(SitePoint.site_id.in_(chunk)))
        located = select(Site.id, _point(session, Site.lon, Site.lat)).where(
            Site.id.in_(chunk), Site.lon.is_not(None)
        )
        session.execute(insert(SitePoint).from_select(["site_id", "point"], located))


def place_listings(session: Session, ids: Sequence[int]) -> None:
    """Makes the points of these listings anew; a listing that is gone has none."""
    for chunk in chunks(ids):
        session.execute(delete(ListingPoint).where(ListingPoint.listing_id.in_(chunk)))
        rows = select(Listing.id, _point(session, Listing.lon, Listing.lat)).where(Listing.id.in_(chunk))
        session.execute(insert(ListingPoint).from_select(["listing_id", "point"], rows))


def _point(
    session: Session,
    lon: InstrumentedAttribute[float] | InstrumentedAttribute[float | None],
    lat: InstrumentedAttribute[float] | InstrumentedAttribute[float | None],
) -> ColumnElement[object] | Function[object]:
    if session.get_bind().dialect.name == "sqlite":
        return func.MakePoint(lon, lat, literal(WGS84))
    return func.ST_SetSRID(func.ST_MakePoint(lon, lat), WGS84)
