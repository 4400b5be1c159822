"""Files that a referent brings in the browser, on their way to an import."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Integer, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now


class UploadStage(StrEnum):
    """How far an upload is; the worker acts on READING, CHECKING and IMPORTING."""

    READING = "reading"  # the worker looks which columns there are
    MAPPING = "mapping"  # a person says which column holds what
    CHECKING = "checking"  # the worker tries the import and takes it back
    REVIEW = "review"  # a person sees what would become public
    IMPORTING = "importing"  # the worker imports
    DONE = "done"
    FAILED = "failed"  # the file or the import could not be used; `message` says why
    CANCELLED = "cancelled"


class Upload(Base):
    """One file, its list, its mapping, and what is to be said of it.

    `columns` are [name, samples, fields it may hold]; `mapping` is the YAML of
    `mapsvc.intake.mapping`; `message` is {"text": a marked sentence, "values": {...}} when it failed;
    `report` and `preview` are what the pages show of the trial and of the import. `tries` counts how
    often the worker began with the present stage: one that ends the worker again and again is given up.
    """

    __tablename__ = "uploads"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    sending_id: Mapped[int | None] = mapped_column(
        ForeignKey("sending_organisations.id", ondelete="CASCADE"), index=True
    )
    file_name: Mapped[str] = mapped_column(Text)
    list_name: Mapped[str] = mapped_column(String(200))
    licence: Mapped[str | None] = mapped_column(Text)
    crs: Mapped[str | None] = mapped_column(String(40))
    held: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[str] = mapped_column(String(10), default=UploadStage.READING, index=True)
    columns: Mapped[list[Any]] = mapped_column(Json, default=list)
    mapping: Mapped[str] = mapped_column(Text, default="")
    report: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    preview: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    message: Mapped[dict[str, Any] | None] = mapped_column(Json)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"))
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    created: Mapped[datetime] = mapped_column(Instant, default=now)
    changed: Mapped[datetime] = mapped_column(Instant, default=now)


class UploadFile(Base):
    """The bytes of an upload, dropped once it is imported or given up."""

    __tablename__ = "upload_files"

    upload_id: Mapped[int] = mapped_column(
        ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)


class QuarantinedRow(Base):
    """A row that an import could not use, as it stood in the file, until a person mends or drops it.

    `cells` are [column, cell] in the order of the file; `message` is a marked sentence.
    """

    __tablename__ = "quarantined_rows"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), index=True)
    line: Mapped[int] = mapped_column(Integer)
    cells: Mapped[list[list[str]]] = mapped_column(Json)
    column: Mapped[str | None] = mapped_column("column_name", Text)
    value: Mapped[str] = mapped_column(Text, default="")
    message: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column("message_values", Json, default=dict)
    settled: Mapped[datetime | None] = mapped_column(Instant)
