"""Hosts that nobody has confirmed for a year: listed, and confirmed by who keeps their list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.base import now
from mapsvc.domain.hosts import Organisation
from mapsvc.errors import NotFound
from mapsvc.services.auditing import note
from mapsvc.services.locating import owners
from mapsvc.services.publishing import publish_sites
from mapsvc.storage import desk as stored
from mapsvc.storage.hosts import organisations_with_ids
from mapsvc.storage.listings import take_turn

STALE_AFTER = timedelta(days=365)
CONFIRMED = "confirmed"  # in the audit log


@dataclass(frozen=True, slots=True)
class StaleHost:
    """A host and when it was last known to be true; `ever` tells whether somebody said so."""

    organisation: Organisation
    known: datetime
    ever: bool


@dataclass(frozen=True, slots=True)
class StaleHosts:
    """Some stale hosts, the oldest first, and how many there are."""

    hosts: tuple[StaleHost, ...]
    total: int


def stale_hosts(session: Session, viewer: Viewer, *, offset: int = 0, limit: int = 50) -> StaleHosts:
    """The hosts on the map of the viewer's lists that nobody confirmed for STALE_AFTER, the oldest first.

    Where nobody ever did, their last change counts, by a list or by a person.
    """
    waiting = stored.waiting_hosts(session, owners(viewer), before=now() - STALE_AFTER)
    known = sorted((_known(host), host.id) for host in waiting)
    shown = known[offset : offset + limit]
    ever = {host.id for host in waiting if host.confirmed or host.offers_confirmed}
    found = organisations_with_ids(session, [number for _at, number in shown])
    return StaleHosts(
        tuple(StaleHost(found[number], at, number in ever) for at, number in shown), len(waiting)
    )


def confirm(session: Session, viewer: Viewer, ids: Sequence[int]) -> int:
    """Says of hosts that all of what is kept of them is still true. Commits. Returns how many.

    Raises NotFound where one of them is not of a list of the viewer's.
    """
    take_turn(session)
    organisations = organisations_with_ids(session, sorted(set(ids)))
    if len(organisations) != len(set(ids)):
        require(viewer, Action.USE_DESK)
        raise NotFound
    for organisation in organisations.values():
        require(viewer, Action.PUBLISH_HOST, organisation)
    for number, organisation in organisations.items():
        organisation.confirmed = now()
        publish_sites(session, organisation.sites)
        note(session, viewer, CONFIRMED, "host", number)
    session.commit()
    return len(organisations)


def _known(host: stored.Waiting) -> datetime:
    """When a host was last known to be true."""
    said = [host.confirmed] if host.confirmed else []
    if host.offers_confirmed:
        said.append(datetime.combine(host.offers_confirmed, time(), UTC))
    return max(said, default=host.updated)
