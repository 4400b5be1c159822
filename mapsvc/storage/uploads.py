"""Uploads and imports: found and counted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from mapsvc.domain.sources import OURSELVES, Import, Source
from mapsvc.domain.uploads import Upload, UploadFile, UploadStage

WORKED_ON = (UploadStage.READING, UploadStage.CHECKING, UploadStage.IMPORTING)
OPEN = (*WORKED_ON, UploadStage.MAPPING, UploadStage.REVIEW, UploadStage.FAILED)


def upload_with_id(session: Session, id_: int, *, lock: bool = False) -> Upload | None:
    """The upload with this id, None when there is none; with lock nobody else changes it meanwhile."""
    query = select(Upload).where(Upload.id == id_)
    return session.scalar(query.with_for_update() if lock else query)


def content_of(session: Session, id_: int) -> bytes | None:
    """The bytes of an upload, None when they are dropped."""
    return session.scalar(select(UploadFile.content).where(UploadFile.upload_id == id_))


def drop_content(session: Session, id_: int) -> None:
    """Drops the bytes of an upload; the caller commits."""
    session.execute(delete(UploadFile).where(UploadFile.upload_id == id_))


def uploads_to_work_on(session: Session) -> list[int]:
    """The ids of the uploads that wait for the worker, the oldest first."""
    return list(session.scalars(select(Upload.id).where(Upload.stage.in_(WORKED_ON)).order_by(Upload.id)))


def open_uploads(session: Session, owners: Sequence[int] | None) -> list[Upload]:
    """The uploads of these sending organisations, or of all, that are not at their end; the newest first."""
    query = select(Upload).where(Upload.stage.in_(OPEN)).order_by(Upload.id.desc())
    return list(session.scalars(query if owners is None else query.where(Upload.sending_id.in_(owners))))


def count_open(session: Session, account_id: int | None) -> int:
    """How many uploads of an account are not at their end."""
    query = select(func.count()).select_from(Upload).where(Upload.stage.in_(OPEN))
    return session.scalar(query.where(Upload.account_id == account_id)) or 0


def uploads_by_import(session: Session, import_ids: Sequence[int]) -> dict[int, Upload]:
    """The uploads that these imports came from, by the import's id."""
    found = session.scalars(select(Upload).where(Upload.import_id.in_(import_ids)))
    return {upload.import_id: upload for upload in found if upload.import_id is not None}


def imports_of(
    session: Session, owners: Sequence[int] | None, *, limit: int, offset: int = 0
) -> list[tuple[Import, Source]]:
    """The imports into lists of these sending organisations, or into all; the newest first.

    What a new installation was given is no import of anybody's.
    """
    given = and_(Import.importer == OURSELVES, Import.file_name == Source.name)
    query = select(Import, Source).join(Source, Source.id == Import.source_id).where(~given)
    query = query.order_by(Import.id.desc())
    if owners is not None:
        query = query.where(Source.owner_id.in_(owners))
    return [(record, source) for record, source in session.execute(query.limit(limit).offset(offset))]


def import_with_id(session: Session, id_: int) -> tuple[Import, Source] | None:
    """The import with this id and its list, None when there is none."""
    query = select(Import, Source).join(Source, Source.id == Import.source_id).where(Import.id == id_)
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def last_import_of(session: Session, list_name: str, *, before: int | None = None) -> int | None:
    """The id of the last import of a list, or of the last one before another; None when there is none."""
    query = select(func.max(Import.id)).join(Source, Source.id == Import.source_id)
    query = query.where(Source.name == list_name)
    return session.scalar(query if before is None else query.where(Import.id < before))


def lists_of(session: Session, owners: Sequence[int] | None) -> list[Source]:
    """The lists of these sending organisations, or all, by name."""
    query = select(Source).order_by(Source.name)
    return list(session.scalars(query if owners is None else query.where(Source.owner_id.in_(owners))))


def forget_uploads(session: Session, *, left: datetime, done: datetime) -> list[int]:
    """Drops the uploads left lying since a moment, and those at their end since another; their ids."""
    ended = (UploadStage.DONE, UploadStage.CANCELLED)
    old = or_(
        and_(Upload.stage.not_in(ended), Upload.changed < left),
        and_(Upload.stage.in_(ended), Upload.changed < done),
    )
    ids = list(session.scalars(select(Upload.id).where(old)))
    session.execute(delete(UploadFile).where(UploadFile.upload_id.in_(ids)))
    session.execute(delete(Upload).where(Upload.id.in_(ids)))
    return ids
