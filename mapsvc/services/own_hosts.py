"""The hosts that somebody speaks for: how they stand, who else speaks for them, and leaving."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.people import Account, Role
from mapsvc.domain.reviews import HostSubmission
from mapsvc.errors import MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.services.erasing import remove_for_good
from mapsvc.services.installations import Installation
from mapsvc.services.standing import may_erase
from mapsvc.storage.claims import hosts_of
from mapsvc.storage.hosts import organisations_with_ids
from mapsvc.storage.listings import take_turn
from mapsvc.storage.submissions import submissions_of


class NotAlone(MapsvcError):
    """Somebody wants to erase an organisation by an address that many have there."""

    message = _(
        "Many people have an address like yours, so we ask before we erase all of it. Use “Remove us” on the "
        "page of your host. You can take it off the map at once."
    )


@dataclass(frozen=True, slots=True)
class OwnHost:
    """A host that the viewer speaks for; `waiting` is their change that waits or was returned."""

    organisation: Organisation
    waiting: HostSubmission | None
    others: list[str]
    slug: str | None
    may_erase: bool


def own_hosts(session: Session, viewer: Viewer) -> list[OwnHost]:
    """The hosts that the viewer speaks for, by name; without those that were removed."""
    require(viewer, Action.USE_ACCOUNT)
    found = organisations_with_ids(session, sorted(viewer.host_ids)).values()
    return [
        _own(session, viewer, one)
        for one in sorted(found, key=lambda one: (one.folded_name, one.id))
        if one.status != HostStatus.REMOVED
    ]


def own_host(session: Session, viewer: Viewer, number: int) -> OwnHost:
    """One of them. Raises NotFound."""
    found = next((one for one in own_hosts(session, viewer) if one.organisation.id == number), None)
    if found is None:
        raise NotFound
    return found


def leave(session: Session, viewer: Viewer, number: int) -> None:
    """Speaks for a host no more; the host stays. Commits. Raises NotFound."""
    own_host(session, viewer, number)
    account = session.get(Account, viewer.account_id)
    for grant in account.grants if account else []:
        if grant.role == Role.HOST and grant.organisation_id == number:
            session.delete(grant)
    note(session, viewer, "left", "host", number)
    session.commit()


def erase_own(session: Session, viewer: Viewer, number: int, *, installation: Installation) -> None:
    """Erases a host that one speaks for, and keeps it out. Commits.

    Raises NotFound, or NotAlone where the address is one that many have.
    """
    take_turn(session)
    own = own_host(session, viewer, number)
    if not own.may_erase:
        raise NotAlone
    remove_for_good(session, viewer, own.organisation, key=installation.key)


def _own(session: Session, viewer: Viewer, organisation: Organisation) -> OwnHost:
    accounts = hosts_of(session, organisation.id)
    me = next((one for one in accounts if one.id == viewer.account_id), None)
    invited = any(
        grant.granted_by_id and grant.organisation_id == organisation.id
        for grant in (me.grants if me else ())
    )
    public = organisation.status == HostStatus.LISTED and organisation.merged_into_id is None
    located = (site.slug for site in organisation.sites if site.lon is not None)
    return OwnHost(
        organisation,
        next(
            iter(submissions_of(session, HostSubmission, organisation.id, viewer.account_id, undecided=True)),
            None,
        ),
        [one.email for one in accounts if one.id != viewer.account_id],
        next(located, None) if public else None,
        invited or may_erase(organisation, viewer.email),
    )
