"""Host organisations, their sites, and what they offer to somebody who comes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import Date, ForeignKey, Integer, SmallInteger, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now
from mapsvc.domain.sources import Source


class Verification(StrEnum):
    """How far an organisation is known."""

    POTENTIAL = "potential"  # from a list; nobody there has said yes
    VERIFIED = "verified"  # somebody we know vouches for it


class HostStatus(StrEnum):
    """Whether an organisation is on the map."""

    LISTED = "listed"  # on the map
    HELD = "held"  # imported, kept back until somebody lets it out
    PAUSED = "paused"  # kept, but off the map
    REMOVED = "removed"  # taken off by a person; kept for a while, so that it can be brought back


class Organisation(Base):
    """A host organisation; its sites are where one goes.

    One that was found to be the same as another keeps its rows and points to it by `merged_into_id`:
    it is not shown, and the next import of its list still finds it.

    `kept_by_hand` tells that a person changed it here: later imports leave it as it is. `confirmed` is
    when somebody last said that all of it is still true, `asked` when they were last asked by mail.
    """

    __tablename__ = "organisations"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(Text)
    folded_name: Mapped[str] = mapped_column(Text, index=True)
    other_names: Mapped[list[str]] = mapped_column(Json, default=list)
    kind: Mapped[str | None] = mapped_column(String(30))
    sectors: Mapped[list[str]] = mapped_column(Json, default=list)
    website: Mapped[str | None] = mapped_column(Text)
    about: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    languages: Mapped[list[list[str | None]]] = mapped_column(Json, default=list)
    verification: Mapped[str] = mapped_column(String(20), default=Verification.POTENTIAL)
    status: Mapped[str] = mapped_column(String(10), default=HostStatus.LISTED)
    sample: Mapped[bool] = mapped_column(default=False)
    kept_by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())
    confirmed: Mapped[datetime | None] = mapped_column(Instant)
    asked: Mapped[datetime | None] = mapped_column(Instant)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"))
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    updated: Mapped[datetime] = mapped_column(Instant, default=now)

    source: Mapped[Source] = relationship(lazy="joined", innerjoin=True)
    legal_ids: Mapped[list["LegalId"]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    sites: Mapped[list["Site"]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="Site.id", lazy="selectin"
    )

    @property
    def last_confirmed(self) -> date | None:
        """The last day on which somebody said that the entry, or one of its offers, is true."""
        said = [self.confirmed.date()] if self.confirmed else []
        said += [offer.confirmed_on for site in self.sites for offer in site.offers if offer.confirmed_on]
        return max(said, default=None)


class LegalId(Base):
    """An identifier an authority gave: OID, PIC, SIRET, VAT."""

    __tablename__ = "legal_ids"
    __table_args__ = (UniqueConstraint("organisation_id", "scheme", "value"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    scheme: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(40), index=True)


class Site(Base):
    """A place of an organisation. Without a point it waits to be located and is not on the map.

    `lon` and `lat` are degrees of WGS 84, to seven decimals. `private` keeps the columns of the
    source that we do not know; they are never published. `placed_by_hand` tells that a person put it on
    the map: an import that has no point for it leaves it there.
    """

    __tablename__ = "sites"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    address: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(String(20))
    town: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(String(2))
    region: Mapped[str | None] = mapped_column(String(40))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    precision: Mapped[str | None] = mapped_column(String(10))
    place_id: Mapped[int | None] = mapped_column(Integer)
    external_ids: Mapped[list[str]] = mapped_column(Json, default=list)
    placed_by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())
    private: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    updated: Mapped[datetime] = mapped_column(Instant, default=now)

    organisation: Mapped[Organisation] = relationship(back_populates="sites")
    offers: Mapped[list["Offer"]] = relationship(
        back_populates="site", cascade="all, delete-orphan", order_by="Offer.id", lazy="selectin"
    )


class SitePoint(Base):
    """The point of a site as a geometry, for spatial SQL over the private truth."""

    __tablename__ = "site_points"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True)
    point: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))


class Offer(Base):
    """What somebody who comes can see and do at a site, and under which conditions.

    `fields` are ISCED-F 2013 codes; `periods` are [first day, last day, seats]; `languages` are
    [ISO 639-1 code, CEFR level or None]; texts are by language, {"en": ..., "fr": ...}, or {"": ...}
    where the source does not say in which language it is. The contact is private.
    """

    __tablename__ = "offers"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), index=True)
    title: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    fields: Mapped[list[str]] = mapped_column(Json, default=list)
    sectors: Mapped[list[str]] = mapped_column(Json, default=list)
    summary: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    missions: Mapped[dict[str, list[str]]] = mapped_column(Json, default=dict)
    profiles: Mapped[dict[str, list[str]]] = mapped_column(Json, default=dict)
    welcome: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    min_days: Mapped[int | None] = mapped_column(SmallInteger)
    max_days: Mapped[int | None] = mapped_column(SmallInteger)
    periods: Mapped[list[list[Any]]] = mapped_column(Json, default=list)
    languages: Mapped[list[list[str | None]]] = mapped_column(Json, default=list)
    min_age: Mapped[int | None] = mapped_column(SmallInteger)
    accommodation: Mapped[str | None] = mapped_column(String(10))
    wheelchair: Mapped[bool | None]
    programmes: Mapped[list[str]] = mapped_column(Json, default=list)
    documents: Mapped[dict[str, list[str]]] = mapped_column(Json, default=dict)
    conditions: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    effects_host: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    effects_visitor: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    contact: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    written_on: Mapped[date | None] = mapped_column(Date)
    written_by: Mapped[str | None] = mapped_column(Text)
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)

    site: Mapped[Site] = relationship(back_populates="offers")
