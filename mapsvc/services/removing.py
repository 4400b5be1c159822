"""Takes a host off the map, for a while or for good, and brings it back."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.access.projections import site_key
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.duplicates import show_again
from mapsvc.services.publishing import publish_sites
from mapsvc.services.revising import REMOVED_FOR, known_host, revise, show_state
from mapsvc.services.tombstones import mark
from mapsvc.storage.hosts import state_of
from mapsvc.storage.listings import chunks, take_turn
from mapsvc.storage.people import speaks_for
from mapsvc.storage.revisions import (
    forget_earlier,
    forget_points,
    forget_reviews,
    last_author,
    removed_before,
    sources_of_files,
    status_before_removal,
)

PAUSED, RESUMED, REMOVED, BROUGHT_BACK = "paused", "resumed", "removed", "brought_back"


class TakenOffByOthers(MapsvcError):
    """A host would put back what was taken off the map because of it."""

    message = _("Somebody who looks after this site took the entry off the map. Please write to them.")


def pause(session: Session, viewer: Viewer, number: int) -> None:
    """Takes a host off the map, where it may be put again at any time. Commits. Raises NotFound."""
    _turn(session, viewer, number, HostStatus.PAUSED, PAUSED, frm={HostStatus.LISTED})


def resume(session: Session, viewer: Viewer, number: int) -> None:
    """Puts a host on the map that was paused, or that was never there. Commits.

    What was never on the map needs somebody who may publish it. What others than its host paused is
    not for its host to put back.

    Raises NotFound or TakenOffByOthers.
    """
    take_turn(session)
    organisation = known_host(session, viewer, number)
    if organisation.status == HostStatus.HELD:
        require(viewer, Action.PUBLISH_HOST, organisation)
    if organisation.status == HostStatus.PAUSED:
        _refuse_what_others_did(session, viewer, organisation, PAUSED)
    _turn(session, viewer, number, HostStatus.LISTED, RESUMED, frm={HostStatus.PAUSED, HostStatus.HELD})


def remove(session: Session, viewer: Viewer, number: int) -> None:
    """Removes a host: off the map at once, and for good after REMOVED_FOR. Commits. Raises NotFound."""
    take_turn(session)
    require(viewer, Action.REMOVE_HOST, known_host(session, viewer, number))
    listed = {HostStatus.LISTED, HostStatus.PAUSED, HostStatus.HELD}
    _turn(session, viewer, number, HostStatus.REMOVED, REMOVED, frm=listed)


def bring_back(session: Session, viewer: Viewer, number: int) -> None:
    """Makes a removed host what it was before. Commits.

    What others than its host removed is not for its host to bring back.

    Raises NotFound, also where it was removed longer ago than REMOVED_FOR, or TakenOffByOthers.
    """
    take_turn(session)
    organisation = known_host(session, viewer, number, Action.REMOVE_HOST)
    if organisation.status == HostStatus.REMOVED:
        _refuse_what_others_did(session, viewer, organisation, REMOVED)
    status = HostStatus(status_before_removal(session, organisation.id) or HostStatus.PAUSED)
    _turn(session, viewer, number, status, BROUGHT_BACK, frm={HostStatus.REMOVED})


def drop_removed(session: Session) -> int:
    """Drops for good what was removed longer ago than REMOVED_FOR. Commits. Returns how many there were.

    One whose list was imported leaves its name, its numbers and its place, unseen by anybody, so that the
    list does not bring it back.
    """
    take_turn(session)
    removed = removed_before(session, now() - REMOVED_FOR)
    for some in chunks(removed):
        drop(session, some)
    session.commit()
    return len(removed)


def drop(session: Session, organisations: Sequence[Organisation]) -> None:
    """Drops removed organisations for good, and leaves tombstones; the caller commits."""
    ids = [one.id for one in organisations]
    mark(session, Erased.DROPPED_HOST, ids)
    show_again(session, ids)
    forget_reviews(session, ids)
    from_files = sources_of_files(session)
    emptied = [one for one in organisations if one.source_id in from_files]
    dropped = [one for one in organisations if one.source_id not in from_files]
    for one in emptied:
        _empty(one)
    session.flush()
    forget_earlier(session, {one.id: state_of(one) for one in emptied})
    gone = [site_key(site) for one in dropped for site in one.sites]
    forget_points(session, [site.id for one in dropped for site in one.sites])
    for one in dropped:
        session.delete(one)
    publish_sites(session, [], gone=gone)


def _refuse_what_others_did(session: Session, viewer: Viewer, organisation: Organisation, what: str) -> None:
    """Raises TakenOffByOthers for its host, where neither they nor a colleague took it off the map."""
    if may(viewer, Action.HANDLE_REPORT, organisation):
        return
    who = last_author(session, organisation.id, what)
    if who != viewer.account_id and not speaks_for(session, who, organisation.id):
        raise TakenOffByOthers


def _turn(
    session: Session, viewer: Viewer, number: int, status: HostStatus, what: str, *, frm: set[HostStatus]
) -> None:
    """Gives a host another status; asking twice changes nothing."""
    take_turn(session)
    organisation = known_host(session, viewer, number)
    if organisation.status == status:
        return
    if organisation.status not in frm:
        raise NotFound
    before = state_of(organisation)
    organisation.status, organisation.updated, organisation.kept_by_hand = status, now(), True
    show_state(session, organisation)
    revise(session, viewer, organisation, what, before=before)
    session.commit()


def _empty(organisation: Organisation) -> None:
    """Takes everything from an organisation but what an import would know it by."""
    organisation.website = organisation.kind = organisation.confirmed = organisation.asked = None
    organisation.about, organisation.sectors = {}, []
    organisation.other_names, organisation.languages = [], []
    for site in organisation.sites:
        site.offers = []
        site.private = {}
        site.address = None
