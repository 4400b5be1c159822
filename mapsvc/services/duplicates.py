"""Hosts that seem to be one: proposed, decided by a person, and remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.sources import Duplicate
from mapsvc.errors import MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.services.neighbours import alike_neighbours
from mapsvc.services.publishing import publish_sites
from mapsvc.storage.desk import LocatedHost, located_hosts
from mapsvc.storage.hosts import merged_into, organisation_with_slug
from mapsvc.storage.listings import take_turn


class Decision(StrEnum):
    """What a person said of two hosts."""

    MERGE = "merge"  # they are one; only the first is shown
    KEEP = "keep"  # they are two


class UnknownHost(NotFound):
    """There is no organisation of this number."""

    message = _("There is no host %(number)s. See the numbers with: mapsvc duplicates list")


class SameHost(MapsvcError):
    """Both numbers name one organisation."""

    message = _("Give two different numbers: %(number)s is one host.")


class MergedAlready(MapsvcError):
    """The host that should be shown is itself shown as another."""

    message = _("Host %(number)s is shown as host %(other)s already. Merge with that one.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two organisations that may be one; the one imported earlier comes first."""

    first_id: int
    first_name: str
    first_source: str
    second_id: int
    second_name: str
    second_source: str
    distance_m: float
    likeness: float


def proposed_duplicates(session: Session, viewer: Viewer | None = None) -> list[Proposal]:
    """Pairs that stand close together and bear nearly one name, undecided, the most alike first.

    For a viewer, pairs of which at least one is of a list of theirs, and the other is too or is on
    the map; None sees all.
    """
    decided = {frozenset((one.first_key, one.second_key)) for one in session.scalars(select(Duplicate))}
    best: dict[tuple[int, int], Proposal] = {}
    for one, other, metres, likeness in alike_neighbours(located_hosts(session)):
        if frozenset((one.slug, other.slug)) in decided or not _sees(viewer, one, other):
            continue
        known = best.get((one.id, other.id))
        if known is None or metres < known.distance_m:
            best[one.id, other.id] = Proposal(
                one.id, one.name, one.source, other.id, other.name, other.source, metres, likeness
            )
    return sorted(
        best.values(), key=lambda pair: (-pair.likeness, pair.distance_m, pair.first_id, pair.second_id)
    )


def decide(session: Session, viewer: Viewer, first_id: int, second_id: int, decision: Decision) -> int:
    """Decides that two hosts are one, of which only the first is shown, or that they are two. Commits.

    Whoever hides a host keeps its list; that two are two may be said by who keeps one of them.
    Returns the number by which the decision can be taken back.

    Raises NotFound where the viewer may not decide it, SameHost, or MergedAlready.
    """
    take_turn(session)
    first, second = _decidable(session, viewer, first_id, second_id)
    if decision == Decision.MERGE:
        require(viewer, Action.PUBLISH_HOST, second)
        _merge(session, first, second)
    else:
        _keep(session, first, second)
    note(
        session,
        viewer,
        "merged" if decision == Decision.MERGE else "kept_apart",
        "host",
        second_id,
        with_=first_id,
    )
    known = session.scalars(_of(first.slug, second.slug)).one()
    session.commit()
    return known.id


def undecide(session: Session, viewer: Viewer, number: int) -> None:
    """Takes a decision back: both hosts are shown, and proposed again. Commits.

    Raises NotFound where there is none, or where it is not the viewer's to take back.
    """
    take_turn(session)
    decision = session.get(Duplicate, number)
    if decision is None:
        require(viewer, Action.USE_DESK)
        raise NotFound
    first, second = (
        organisation_with_slug(session, key) for key in (decision.first_key, decision.second_key)
    )
    if first is None or second is None:
        raise NotFound
    _decidable(session, viewer, first.id, second.id)
    if decision.decision == Decision.MERGE:
        require(viewer, Action.PUBLISH_HOST, second)
    _keep(session, first, second)
    session.delete(session.scalars(_of(first.slug, second.slug)).one())
    note(session, viewer, "undecided", "host", second.id, other=first.id)
    session.commit()


def merge(session: Session, first_id: int, second_id: int) -> None:
    """Shows two organisations as one, the first; the second is kept out of sight. Commits.

    Where the first was merged into the second before, it is the other way round from now on.

    Raises UnknownHost, SameHost, or MergedAlready where the first is merged into a third.
    """
    take_turn(session)
    _merge(session, _organisation(session, first_id), _organisation(session, second_id))
    session.commit()


def keep(session: Session, first_id: int, second_id: int) -> None:
    """Remembers that two organisations are two, and shows both. Commits.

    Raises UnknownHost or SameHost.
    """
    take_turn(session)
    _keep(session, _organisation(session, first_id), _organisation(session, second_id))
    session.commit()


def show_again(session: Session, ids: Sequence[int]) -> None:
    """Shows what was merged into organisations that are about to go."""
    for organisation in merged_into(session, ids):
        organisation.merged_into_id = None
        publish_sites(session, organisation.sites)


def apply_decisions(session: Session) -> None:
    """Merges the organisations that an earlier decision names and an import or an undo brought again."""
    for decision in session.scalars(select(Duplicate).where(Duplicate.decision == Decision.MERGE)):
        first = organisation_with_slug(session, decision.first_key)
        second = organisation_with_slug(session, decision.second_key)
        if first and second and second.merged_into_id != first.id:
            second.merged_into_id = first.id
            publish_sites(session, [*first.sites, *second.sites])


def _sees(viewer: Viewer | None, one: LocatedHost, other: LocatedHost) -> bool:
    """Whether a pair is the viewer's to look at: what is of other lists must be on the map."""
    if viewer is None or may(viewer, Action.ADMINISTER):
        return True
    mine = [host.owner_id in viewer.sending_ids for host in (one, other)]
    return any(mine) and all(
        own or host.status == HostStatus.LISTED for own, host in zip(mine, (one, other), strict=True)
    )


def _decidable(
    session: Session, viewer: Viewer, first_id: int, second_id: int
) -> tuple[Organisation, Organisation]:
    """Two hosts of which the viewer may decide: one at least is theirs, and they may see the other."""
    pair = [session.get(Organisation, number) for number in (first_id, second_id)]
    allowed = [one is not None and may(viewer, Action.PUBLISH_HOST, one) for one in pair]
    for one, mine in zip(pair, allowed, strict=True):
        if one is None or not (mine or (any(allowed) and one.status == HostStatus.LISTED)):
            require(viewer, Action.USE_DESK)
            raise NotFound
    first, second = (one for one in pair if one is not None)
    return first, second


def _merge(session: Session, first: Organisation, second: Organisation) -> None:
    if first.merged_into_id not in {None, second.id}:
        raise MergedAlready(number=first.id, other=first.merged_into_id)
    _remember(session, first, second, Decision.MERGE)
    first.merged_into_id = None
    apply_decisions(session)


def _keep(session: Session, first: Organisation, second: Organisation) -> None:
    _remember(session, first, second, Decision.KEEP)
    for organisation in (first, second):
        if organisation.merged_into_id in {first.id, second.id}:
            organisation.merged_into_id = None
            publish_sites(session, organisation.sites)


def _organisation(session: Session, number: int) -> Organisation:
    organisation = session.get(Organisation, number)
    if organisation is None:
        raise UnknownHost(number=number)
    return organisation


def _remember(session: Session, first: Organisation, second: Organisation, decision: Decision) -> None:
    if first.id == second.id:
        raise SameHost(number=first.id)
    # The slug outlives the row: it is the same again when a list is undone and imported again.
    for pair in ((first.slug, second.slug), (second.slug, first.slug)):
        for known in session.scalars(_of(*pair)):
            session.delete(known)
    session.flush()
    session.add(Duplicate(first_key=first.slug, second_key=second.slug, decision=decision, at=now()))
    session.flush()


def _of(first_key: str, second_key: str) -> Select[Duplicate]:
    return select(Duplicate).where(Duplicate.first_key == first_key, Duplicate.second_key == second_key)
