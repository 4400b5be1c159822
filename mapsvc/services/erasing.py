"""Takes an organisation out of the directory with all that is kept of it, and keeps it out."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.access.projections import site_key
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.tombstones import Erased
from mapsvc.services.auditing import note
from mapsvc.services.duplicates import show_again
from mapsvc.services.publishing import publish_sites
from mapsvc.services.suppressing import same_as, suppress
from mapsvc.services.tombstones import mark
from mapsvc.storage.claims import forget_traces, maybe_the_same
from mapsvc.storage.listings import take_turn
from mapsvc.storage.revisions import forget_points


def remove_for_good(session: Session, viewer: Viewer, organisation: Organisation, *, key: str) -> None:
    """Erases an organisation that asked for it, and keeps later lists from bringing it back. Commits.

    key is the installation's. Raises NotSignedIn, or NotFound where the viewer may not.
    """
    require(viewer, Action.ERASE_HOST, organisation)
    erase(session, organisation, key=key, by=viewer)
    session.commit()


def erase(session: Session, organisation: Organisation, *, key: str, by: Viewer) -> int:
    """Erases an organisation and what other lists hold of it; the caller commits. How many that were.

    Its rows, its public pages, its revisions and what imports remember of it go. What stays are keyed
    hashes, by which it is known again, a line of the audit log without a name, and a tombstone.
    """
    take_turn(session)
    everywhere = [organisation, *same_as(organisation, maybe_the_same(session, organisation))]
    erase_these(session, everywhere, key=key, by=by)
    return len(everywhere)


def erase_these(session: Session, organisations: Sequence[Organisation], *, key: str, by: Viewer) -> None:
    """Erases these organisations and no other, as `erase` does; the caller commits."""
    for one in organisations:
        suppress(session, one, key)
    mark(session, Erased.HOST, [one.id for one in organisations])
    gone = [site_key(site) for one in organisations for site in one.sites]
    forget_points(session, [site.id for one in organisations for site in one.sites])
    show_again(session, [one.id for one in organisations])
    forget_traces(session, organisations)
    for one in organisations:
        note(session, by, "erased", "host", one.id)
        session.delete(one)
    session.flush()
    publish_sites(session, [], gone=gone)
