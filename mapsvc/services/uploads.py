"""Lists that a referent brings in the browser: corrected, seen before they are public, imported."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.domain.base import now
from mapsvc.domain.people import SendingOrganisation
from mapsvc.domain.uploads import Upload, UploadFile, UploadStage
from mapsvc.errors import InvalidInput, MapsvcError, NotFound
from mapsvc.intake.limits import BROWSER, MEGABYTE
from mapsvc.intake.mapping import ColumnMapping, dump_mapping
from mapsvc.intake.readers import SUFFIXES
from mapsvc.messages import mark as _
from mapsvc.services.columns import columns_of, reference_system
from mapsvc.services.imports import LONGEST_NAME
from mapsvc.storage import people
from mapsvc.storage import uploads as stored

MOST_OPEN = 20  # uploads of one account that are not at their end
LONGEST_FILE_NAME = 150
LONGEST_LICENCE = 300
SAVED_AT = (UploadStage.MAPPING, UploadStage.REVIEW)
GIVEN_UP_AT = (*SAVED_AT, UploadStage.READING, UploadStage.FAILED)


class WrongStage(MapsvcError):
    """An upload went on since its page was loaded."""

    message = _("This import went on in the meantime. Look at its page again.")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose list a file is: a sending organisation, or with id None the operator."""

    id: int | None
    name: str


def owners(session: Session, viewer: Viewer) -> list[Owner]:
    """For whom the viewer may import, by name; for an administrator the operator (id None) comes first."""
    if may(viewer, Action.ADMINISTER):
        return [Owner(None, ""), *(Owner(one.id, one.name) for one in people.sending_organisations(session))]
    named = people.sending_organisations(session, sorted(viewer.sending_ids))
    return [Owner(one.id, one.name) for one in named]


def seen_owners(viewer: Viewer) -> list[int] | None:
    """The sending organisations whose uploads and imports the viewer sees; None for all."""
    return None if may(viewer, Action.ADMINISTER) else sorted(viewer.sending_ids)


def begin(
    session: Session,
    viewer: Viewer,
    file_name: str,
    content: bytes,
    *,
    list_name: str = "",
    sending_id: int | None = None,
) -> Upload:
    """Takes in a file, to be read by the worker. Commits.

    list_name is proposed from the file's name where it is empty. sending_id says whose list it is.

    Raises InvalidInput where the file is of no kind that is read, empty or too large, or where the name
    of the list does not fit; NotFound for a sending organisation that is not the viewer's.
    """
    upload = Upload(
        account_id=viewer.account_id,
        sending_id=sending_id,
        file_name=plain_name(file_name),
        list_name=_list_name(list_name) or proposed_name(file_name),
        stage=UploadStage.READING,
    )
    require(viewer, Action.IMPORT_HOSTS, upload)
    if sending_id is not None and session.get(SendingOrganisation, sending_id) is None:
        raise NotFound
    refuse_file(upload.file_name, content, suffixes=SUFFIXES, most_bytes=BROWSER.bytes)
    if stored.count_open(session, viewer.account_id) >= MOST_OPEN:
        raise InvalidInput(
            _("You have %(count)s imports that are not finished. Finish or cancel one of them first."),
            count=MOST_OPEN,
        )
    session.add(upload)
    session.flush()
    session.add(UploadFile(upload_id=upload.id, content=content))
    session.commit()
    return upload


def upload_of(session: Session, viewer: Viewer, id_: int, *, lock: bool = False) -> Upload:
    """An upload of a list that the viewer may import. Raises NotFound, or NotSignedIn."""
    upload = stored.upload_with_id(session, id_, lock=lock)
    if upload is None:
        require(viewer, Action.IMPORT_HOSTS)
        raise NotFound
    require(viewer, Action.IMPORT_HOSTS, upload)
    return upload


def map_columns(
    session: Session,
    viewer: Viewer,
    id_: int,
    chosen: Sequence[str],
    *,
    list_name: str,
    licence: str = "",
    crs: str = "",
) -> Upload:
    """Says which column holds what, and has the worker try the import. Commits.

    chosen has a field for each column of the file in its order, "" for a column that stays private.

    Raises InvalidInput where that makes no list of hosts, WrongStage, or NotFound.
    """
    upload = upload_of(session, viewer, id_, lock=True)
    if upload.stage not in SAVED_AT:
        raise WrongStage
    names = [str(column[0]) for column in upload.columns]
    columns = columns_of(names, chosen)
    upload.list_name = _list_name(list_name) or upload.list_name
    upload.licence = _licence(licence)
    upload.crs = reference_system(crs)
    upload.mapping = dump_mapping(ColumnMapping(columns))
    _go_to(upload, UploadStage.CHECKING)
    session.commit()
    return upload


def correct(session: Session, viewer: Viewer, id_: int) -> Upload:
    """Goes back to the columns, from what was shown or from a fault. Commits. Raises WrongStage, NotFound."""
    upload = upload_of(session, viewer, id_, lock=True)
    back = upload.stage in SAVED_AT or (upload.stage == UploadStage.FAILED and upload.columns)
    if not back:
        raise WrongStage
    _go_to(upload, UploadStage.MAPPING)
    session.commit()
    return upload


def confirm(session: Session, viewer: Viewer, id_: int, *, held: bool = False) -> Upload:
    """Has the worker import what was shown; a second time changes nothing. Commits.

    held keeps new hosts off the map until they are released. Where the list was imported since by
    somebody else, the worker shows anew what becomes public.

    Raises WrongStage, or NotFound.
    """
    upload = upload_of(session, viewer, id_, lock=True)
    if upload.stage in {UploadStage.IMPORTING, UploadStage.DONE}:
        return upload
    if upload.stage != UploadStage.REVIEW:
        raise WrongStage
    upload.held = held
    _go_to(upload, UploadStage.IMPORTING)
    session.commit()
    return upload


def cancel(session: Session, viewer: Viewer, id_: int) -> Upload:
    """Gives an upload up and drops its file; nothing was imported. Commits. Raises WrongStage, NotFound."""
    upload = upload_of(session, viewer, id_, lock=True)
    if upload.stage not in GIVEN_UP_AT:
        raise WrongStage
    _go_to(upload, UploadStage.CANCELLED)
    upload.columns = []
    stored.drop_content(session, id_)
    session.commit()
    return upload


def plain_name(file_name: str) -> str:
    """A file's name as people call it: without folders and controls, its end kept where it is long."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in last if letter.isprintable()).strip() or "list"
    if len(name) <= LONGEST_FILE_NAME:
        return name
    suffix = Path(name).suffix[:20]
    return name[: LONGEST_FILE_NAME - len(suffix)] + suffix


def proposed_name(file_name: str) -> str:
    """A name for the list of a file: that of the file without its ending."""
    return " ".join(Path(plain_name(file_name)).stem.replace("_", " ").split())[:LONGEST_NAME] or "list"


def _go_to(upload: Upload, stage: UploadStage) -> None:
    upload.stage = stage
    upload.message = None
    upload.tries = 0
    upload.changed = now()


def _list_name(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise InvalidInput(
            _("The name of the list has %(count)s characters; at most %(limit)s can be kept."),
            field="list_name",
            count=len(name),
            limit=LONGEST_NAME,
        )
    return name


def _licence(text: str) -> str | None:
    text = " ".join(text.split())
    if len(text) > LONGEST_LICENCE:
        raise InvalidInput(
            _("The licence is too long: at most %(limit)s characters."),
            field="licence",
            limit=LONGEST_LICENCE,
        )
    return text or None


def refuse_file(name: str, content: bytes, *, suffixes: Collection[str], most_bytes: int) -> None:
    """Raises InvalidInput for a file of a type that is not read, an empty one, or a larger one."""
    if Path(name).suffix.lower() not in suffixes:
        raise InvalidInput(
            _("Files of the type “%(suffix)s” are not read (type not allowed). These are: %(known)s."),
            field="file",
            suffix=Path(name).suffix[:20],
            known=", ".join(suffixes),
        )
    if not content:
        raise InvalidInput(_("The file is empty. Save it again with the list in it."), field="file")
    if len(content) > most_bytes:
        raise InvalidInput(
            _("The file is larger than %(limit)s MB. Split it into smaller files."),
            field="file",
            limit=most_bytes // MEGABYTE,
        )
