"""Revisions: an organisation as it was after each change by a person, and brought back to it."""

from copy import deepcopy
from datetime import timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.access.projections import site_key
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.reviews import Revision
from mapsvc.errors import NotFound
from mapsvc.services.auditing import note
from mapsvc.services.publishing import publish_sites
from mapsvc.storage.hosts import State, restore, state_of
from mapsvc.storage.points import place_sites
from mapsvc.storage.revisions import forget_points, last_revision, revisions_of

BEFORE = "before"  # how it was before a person changed it: as its list, or something else, brought it
EDITED = "edited"
ONE_SITTING = timedelta(minutes=15)  # what one person writes in it is one revision
MOST_SHOWN = 50
REMOVED_FOR = timedelta(days=30)  # that a removed host can be brought back
LARGEST_ID = 2**31 - 1

# What a person does not write in the sheet: it stays as it is when an earlier sheet is brought back.
NOT_OF_THE_SHEET = (
    "id",
    "slug",
    "verification",
    "status",
    "sample",
    "kept_by_hand",
    "confirmed",
    "asked",
    "merged_into_id",
    "source_id",
    "created",
    "updated",
)


def put_state(session: Session, organisation: Organisation, state: State) -> None:
    """Makes the sheet of an organisation that of a state, and publishes it; the caller commits.

    Sites and offers that the state does not name go, those without an id are new. What is no part of
    the sheet stays: its status, its verification, its list.
    """
    kept = {site["id"] for site in state["sites"]}
    dropped = [site for site in organisation.sites if site.id not in kept]
    before = state_of(organisation)
    forget_points(session, [site.id for site in dropped])
    wanted = {**deepcopy(state), **{name: before[name] for name in NOT_OF_THE_SHEET}}
    numbers = {(one["scheme"], one["value"]): one["id"] for one in before["legal_ids"]}
    for legal in wanted["legal_ids"]:  # the id of one that went may belong to another host by now
        legal |= {"id": numbers.get((legal["scheme"], legal["value"])), "organisation_id": organisation.id}
    restore(organisation, wanted)
    organisation.kept_by_hand = True
    organisation.updated = now()
    show_state(session, organisation, gone=[site_key(site) for site in dropped])


def show_state(session: Session, organisation: Organisation, *, gone: list[str] | None = None) -> None:
    """Brings points and public rows to what the organisation says now; the caller commits."""
    session.flush()
    place_sites(session, [site.id for site in organisation.sites])
    publish_sites(session, organisation.sites, gone=gone or [])


def revise(
    session: Session, viewer: Viewer, organisation: Organisation, what: str, *, before: State | None
) -> None:
    """Keeps an organisation as it is now, and notes it in the audit log; the caller commits.

    before is its state before the change, None for one that is new. It is kept too where no revision has
    it: the first time, and where a list changed it since. What one person edits in ONE_SITTING makes one
    revision.
    """
    session.flush()
    last = last_revision(session, organisation.id)
    if before is not None and (last is None or not _same(last.state, before)):
        session.add(Revision(organisation_id=organisation.id, what=BEFORE, state=before))
        session.flush()
    elif last is not None and what == EDITED == last.what and _one_sitting(last, viewer):
        last.state, last.at = state_of(organisation), now()
        return
    session.add(
        Revision(
            organisation_id=organisation.id,
            account_id=viewer.account_id,
            what=what,
            state=state_of(organisation),
        )
    )
    note(session, viewer, what, "host", organisation.id)


def revisions(session: Session, viewer: Viewer, organisation_id: int, *, offset: int = 0) -> list[Revision]:
    """The revisions of a host, the newest first; at most MOST_SHOWN, and one more to compare the last with.

    Raises NotFound for a host that the viewer may not edit.
    """
    known_host(session, viewer, organisation_id)
    return revisions_of(session, organisation_id, limit=MOST_SHOWN + 1, offset=offset)


def revision(session: Session, viewer: Viewer, organisation_id: int, revision_id: int) -> Revision:
    """One revision of a host. Raises NotFound, also for a revision of another host."""
    known_host(session, viewer, organisation_id)
    found = session.get(Revision, revision_id) if 0 < revision_id <= LARGEST_ID else None
    if found is None or found.organisation_id != organisation_id:
        raise NotFound
    return found


def known_host(
    session: Session, viewer: Viewer, organisation_id: int, action: Action = Action.EDIT_HOST
) -> Organisation:
    """The host of this number, where the viewer may do this to it.

    Raises NotFound for one that is gone, too, or that was removed longer ago than can be brought back.
    """
    if not 0 < organisation_id <= LARGEST_ID:
        raise NotFound
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound
    require(viewer, action, organisation)
    if organisation.status == HostStatus.REMOVED and organisation.updated < now() - REMOVED_FOR:
        raise NotFound
    return organisation


def _one_sitting(last: Revision, viewer: Viewer) -> bool:
    mine = last.account_id is not None and last.account_id == viewer.account_id
    return mine and now() - last.at < ONE_SITTING


def _same(one: State, other: State) -> bool:
    """Whether two states say the same of the sheet and of its status."""
    left_out = {"updated", "kept_by_hand", "confirmed", "asked", "verification", "merged_into_id"}
    return all(one.get(name) == value for name, value in other.items() if name not in left_out)
