"""What the public may see: one row per thing that can be chosen, and the log of its changes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json

PUBLIC_SCHEMA = "directory"  # of the public tables on PostgreSQL; SQLite has none
BigKey = BigInteger().with_variant(Integer, "sqlite")


class Kind(StrEnum):
    """What a listing stands for, and so its pin."""

    HOST = "host"
    ALUMNI = "alumni"
    KIT = "kit"
    OFFER = "offer"


class Precision(StrEnum):
    """What a public point stands for."""

    ADDRESS = "address"  # the door
    TOWN = "town"  # the centre of the town
    AREA = "area"  # a square of the reference grid, or larger


class Listing(Base):
    """A row of the public directory: an offer of a site, a host without offers, a pin, a kit.

    `key` names the private thing the row was projected from and stays for its life; `site_key` is
    shared by the rows of one site, which are counted as one. `facets` holds lists of codes by facet
    name; `periods` holds [first day, last day, seats]; `detail` is all that the public page shows.
    """

    __tablename__ = "listings"
    __table_args__ = {"schema": PUBLIC_SCHEMA, **NO_ID_TWICE}  # noqa: RUF012 - as SQLAlchemy wants it

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    site_key: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    slug: Mapped[str] = mapped_column(String(120), index=True)
    title: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    region: Mapped[str] = mapped_column(String(40), default="")
    lon: Mapped[float] = mapped_column(Float(53))
    lat: Mapped[float] = mapped_column(Float(53))
    precision: Mapped[str] = mapped_column(String(10))
    confirmed: Mapped[bool] = mapped_column(default=False)
    sample: Mapped[bool] = mapped_column(default=False)
    facets: Mapped[dict[str, list[str]]] = mapped_column(Json)
    periods: Mapped[list[list[Any]]] = mapped_column(Json)
    min_age: Mapped[int | None] = mapped_column(SmallInteger)
    search_text: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    visible_from: Mapped[date | None] = mapped_column(Date)
    visible_until: Mapped[date | None] = mapped_column(Date)
    projection_version: Mapped[int] = mapped_column(SmallInteger)
    updated: Mapped[datetime] = mapped_column(Instant, index=True)


class ListingPoint(Base):
    """The public point of a listing as a geometry, for spatial SQL; apart, since SpatiaLite's
    metadata does not survive changes to a table that holds geometry.
    """

    __tablename__ = "listing_points"
    __table_args__ = {"schema": PUBLIC_SCHEMA}  # noqa: RUF012

    listing_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey(Listing.id, ondelete="CASCADE"), primary_key=True
    )
    point: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))


class ListingRecord(Base):
    """What the read index needs to know of a listing, packed by `mapsvc.storage.records`; apart, so that
    all of them are read without what pages show.
    """

    __tablename__ = "listing_records"
    __table_args__ = {"schema": PUBLIC_SCHEMA}  # noqa: RUF012

    listing_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey(Listing.id, ondelete="CASCADE"), primary_key=True
    )
    record: Mapped[bytes] = mapped_column(LargeBinary)


class FacetValue(Base):
    """A value of a facet, and the number that stands for it in records; it never gets another."""

    __tablename__ = "facet_values"
    __table_args__ = (UniqueConstraint("facet", "value"), {"schema": PUBLIC_SCHEMA})

    code: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    facet: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(60))


class Change(Base):
    """One change of one listing; `number` grows in the order of commits, so that none is missed."""

    __tablename__ = "changes"
    __table_args__ = {"schema": PUBLIC_SCHEMA}  # noqa: RUF012

    number: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    listing_id: Mapped[int] = mapped_column(BigKey)
    at: Mapped[datetime] = mapped_column(Instant)


class ChangeCounter(Base):
    """The last change number given; taking numbers locks this one row until the commit."""

    __tablename__ = "change_counter"
    __table_args__ = {"schema": PUBLIC_SCHEMA}  # noqa: RUF012

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigKey)


PUBLIC_TABLES = frozenset(
    {
        *("listings", "listing_points", "listing_records", "listing_words"),
        *("facet_values", "changes", "change_counter", "corrections"),
    }
)
