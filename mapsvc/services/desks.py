"""What waits for somebody at their desk, counted."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, could
from mapsvc.domain.base import now
from mapsvc.domain.uploads import Upload
from mapsvc.services.duplicates import proposed_duplicates
from mapsvc.services.locating import owners
from mapsvc.services.staleness import STALE_AFTER
from mapsvc.storage import desk as stored
from mapsvc.storage.reminders import count_for_moderators
from mapsvc.storage.uploads import open_uploads


@dataclass(frozen=True, slots=True)
class Desk:
    """How much there is of each kind of work, and the files on their way; lists are those that hold hosts."""

    lists: int
    to_locate: int
    to_mend: int
    duplicates: int
    stale: int
    to_review: int
    uploads: tuple[Upload, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether nothing waits."""
        counts = (self.to_locate, self.to_mend, self.duplicates, self.stale, self.to_review)
        return not any(counts) and not self.uploads


def desk_of(session: Session, viewer: Viewer) -> Desk:
    """What waits in the viewer's lists, and what waits for review where they may review."""
    theirs = owners(viewer)
    imports = could(viewer, Action.IMPORT_HOSTS)
    return Desk(
        lists=stored.count_lists(session, theirs),
        to_locate=stored.count_unplaced(session, theirs),
        to_mend=stored.count_to_mend(session, theirs),
        duplicates=len(proposed_duplicates(session, viewer)) if imports else 0,
        stale=stored.count_waiting(session, theirs, before=now() - STALE_AFTER),
        to_review=sum(count_for_moderators(session)) if could(viewer, Action.MODERATE) else 0,
        uploads=tuple(open_uploads(session, theirs)) if imports else (),
    )
