"""Where rows come from: files, the seed directory, samples; and what became of each of their rows."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now

OURSELVES = "mapsvc"  # the importer of what a new installation is given


class Outcome(StrEnum):
    """What became of a row of an import."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    TO_LOCATE = "to_locate"
    QUARANTINED = "quarantined"
    SUPPRESSED = "suppressed"  # left out: it asked not to be listed


class Source(Base):
    """A list that hosts come from, known by its name: a later file of that name brings it up to date.

    `owner_id` names the sending organisation whose referents keep it; None for the operator's own.
    """

    __tablename__ = "sources"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    licence: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("sending_organisations.id", ondelete="SET NULL"), index=True
    )
    created: Mapped[datetime] = mapped_column(Instant, default=now)


class Import(Base):
    """One file read into the directory: by whom, when, with which mapping."""

    __tablename__ = "imports"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(String(64))
    importer: Mapped[str] = mapped_column(Text)
    mapping: Mapped[dict[str, Any]] = mapped_column(Json)
    held: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(Instant, default=now)
    undone: Mapped[datetime | None] = mapped_column(Instant)


class ImportedRow(Base):
    """What an import did to one thing, and how it was before, so that it can be undone.

    `before` is None where the import added the thing.
    """

    __tablename__ = "imported_rows"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(Integer)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Duplicate(Base):
    """Two organisations that may be one, by their slugs, and what was decided; it outlives new imports."""

    __tablename__ = "duplicates"
    __table_args__ = (UniqueConstraint("first_key", "second_key"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    first_key: Mapped[str] = mapped_column(Text)
    second_key: Mapped[str] = mapped_column(Text)
    decision: Mapped[str | None] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Instant, default=now)
