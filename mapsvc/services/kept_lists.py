"""The hosts that somebody may edit, a page at a time."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.people import SendingOrganisation
from mapsvc.errors import NotSignedIn
from mapsvc.services.revising import REMOVED_FOR
from mapsvc.storage.kept_hosts import Scope, kept_hosts
from mapsvc.storage.people import sending_organisations

PAGE = 25
SHOWN = ("", *(status.value for status in HostStatus), "unplaced")


@dataclass(frozen=True, slots=True)
class KeptHosts:
    """One page of hosts, and how many there are on all pages."""

    hosts: list[Organisation]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def hosts_of(
    session: Session, viewer: Viewer, *, words: str = "", show: str = "", page: int = 1, size: int = PAGE
) -> KeptHosts:
    """The hosts that the viewer may edit, by name, at most size of them on a page.

    show is one of SHOWN; anything else, and a page that is not there, counts as the first.
    """
    if viewer.account_id is None:
        raise NotSignedIn
    page = max(1, page)
    found, total = kept_hosts(
        session,
        Scope(may(viewer, Action.ADMINISTER), viewer.sending_ids, viewer.host_ids),
        words=words,
        show=show if show in SHOWN else "",
        removed_after=now() - REMOVED_FOR,
        limit=size,
        offset=(page - 1) * size,
    )
    return KeptHosts(found, total, page)


def own_lists(session: Session, viewer: Viewer) -> list[SendingOrganisation]:
    """The sending organisations for which the viewer may add hosts, by name."""
    require(viewer, Action.ADD_HOST)
    return sending_organisations(session, sorted(viewer.sending_ids))
