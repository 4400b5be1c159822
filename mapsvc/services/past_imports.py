"""Imports that are done, as those who keep the list see them: taken back, or let onto the map."""

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.sources import Import, Source
from mapsvc.errors import NotFound
from mapsvc.services import releasing, undoing
from mapsvc.services.auditing import note
from mapsvc.storage import uploads as stored


def import_of(session: Session, viewer: Viewer, number: int) -> tuple[Import, Source]:
    """An import into a list of the viewer's, and the list. Raises NotFound, or NotSignedIn."""
    found = stored.import_with_id(session, number)
    if found is None:
        require(viewer, Action.IMPORT_HOSTS)
        raise NotFound
    require(viewer, Action.IMPORT_HOSTS, found[1])
    return found


def undo(session: Session, viewer: Viewer, number: int) -> undoing.Undone:
    """Takes an import back; how many hosts that changed, and how many stay. Commits.

    Raises NotFound, AlreadyUndone, or LaterImport.
    """
    import_of(session, viewer, number)
    note(session, viewer, "undid", "import", number)
    return undoing.undo_import(session, number)


def release(session: Session, viewer: Viewer, number: int) -> int:
    """Puts the hosts of an import that was held back on the map; how many. Commits.

    Raises NotFound, or AlreadyUndone.
    """
    import_of(session, viewer, number)
    note(session, viewer, "released", "import", number)
    return releasing.release_import(session, number)
