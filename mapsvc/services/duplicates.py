"""Hosts that two lists both name: proposed, decided by a person, and remembered."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from pyproj import Geod
from rapidfuzz.fuzz import token_sort_ratio
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.hosts import Organisation, Site
from mapsvc.domain.sources import Duplicate, Source
from mapsvc.errors import MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.publishing import publish_sites
from mapsvc.storage.hosts import merged_into, organisation_with_slug
from mapsvc.storage.listings import take_turn

NEAR_M = 100.0
ALIKE = 88.0  # of 100: the share of letters that two names must have in common, words in any order
CELL_DEGREES = 0.001  # of latitude, 111 m; cells of longitude grow with the latitude
Located = Row[int, str, str, str, str, float | None, float | None]  # of _neighbours' query
ELLIPSOID = Geod(ellps="WGS84")


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
    """Two organisations of different lists that may be one; the one imported earlier comes first."""

    first_id: int
    first_name: str
    first_source: str
    second_id: int
    second_name: str
    second_source: str
    distance_m: float
    likeness: float


def proposed_duplicates(session: Session) -> list[Proposal]:
    """Pairs within NEAR_M metres and nearly of one name that nobody has decided, the most alike first."""
    decided = {frozenset((one.first_key, one.second_key)) for one in session.scalars(select(Duplicate))}
    best: dict[tuple[int, int], Proposal] = {}
    for one, other in _neighbours(session):
        likeness = token_sort_ratio(one.folded_name, other.folded_name, score_cutoff=ALIKE)
        if not likeness or frozenset((one.slug, other.slug)) in decided:
            continue
        metres = ELLIPSOID.inv(one.lon, one.lat, other.lon, other.lat)[2]
        known = best.get((one.id, other.id))
        if metres <= NEAR_M and (known is None or metres < known.distance_m):
            best[one.id, other.id] = Proposal(
                one.id, one.name, one.source, other.id, other.name, other.source, metres, likeness
            )
    return sorted(
        best.values(), key=lambda pair: (-pair.likeness, pair.distance_m, pair.first_id, pair.second_id)
    )


def merge(session: Session, first_id: int, second_id: int) -> None:
    """Shows two organisations as one, the first; the second is kept out of sight. Commits.

    Where the first was merged into the second before, it is the other way round from now on.

    Raises UnknownHost, SameHost, or MergedAlready where the first is merged into a third.
    """
    take_turn(session)
    first = _organisation(session, first_id)
    if first.merged_into_id not in {None, second_id}:
        raise MergedAlready(number=first_id, other=first.merged_into_id)
    _decide(session, first_id, second_id, Decision.MERGE)
    first.merged_into_id = None
    apply_decisions(session)
    session.commit()


def keep(session: Session, first_id: int, second_id: int) -> None:
    """Remembers that two organisations are two, and shows both. Commits.

    Raises UnknownHost or SameHost.
    """
    take_turn(session)
    _decide(session, first_id, second_id, Decision.KEEP)
    for organisation in (_organisation(session, first_id), _organisation(session, second_id)):
        if organisation.merged_into_id in {first_id, second_id}:
            organisation.merged_into_id = None
            publish_sites(session, organisation.sites)
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


def _neighbours(session: Session) -> Iterator[tuple[Located, Located]]:
    """Pairs of located organisations of different sources in the same or touching cells, ids ascending."""
    query = (
        select(
            Organisation.id,
            Organisation.slug,
            Organisation.name,
            Organisation.folded_name,
            Source.name.label("source"),
            Site.lon,
            Site.lat,
        )
        .join(Site.organisation)
        .join(Source, Organisation.source_id == Source.id)
        .where(Site.lon.is_not(None), Organisation.merged_into_id.is_(None))
        .order_by(Organisation.id)
    )
    cells: dict[tuple[int, int], list[Located]] = defaultdict(list)
    for row in session.execute(query).all():
        column, line = _cell(row.lon, row.lat)
        for step in product((-1, 0, 1), repeat=2):
            for known in cells[column + step[0], line + step[1]]:
                if known.source != row.source and known.id != row.id:
                    yield known, row
        cells[column, line].append(row)


def _cell(lon: float, lat: float) -> tuple[int, int]:
    # Four times as wide as high: enough for a circle of NEAR_M up to 75 degrees of latitude.
    return int(lon // (4 * CELL_DEGREES)), int(lat // CELL_DEGREES)


def _organisation(session: Session, number: int) -> Organisation:
    organisation = session.get(Organisation, number)
    if organisation is None:
        raise UnknownHost(number=number)
    return organisation


def _decide(session: Session, first_id: int, second_id: int, decision: Decision) -> None:
    if first_id == second_id:
        raise SameHost(number=first_id)
    first, second = (_organisation(session, number) for number in (first_id, second_id))
    # The slug outlives the row: it is the same again when a list is undone and imported again.
    keys = [first.slug, second.slug]
    pairs = ((keys[0], keys[1]), (keys[1], keys[0]))
    for pair in pairs:
        known = session.scalar(
            select(Duplicate).where(Duplicate.first_key == pair[0], Duplicate.second_key == pair[1])
        )
        if known:
            session.delete(known)
    session.flush()
    session.add(Duplicate(first_key=keys[0], second_key=keys[1], decision=decision, at=now()))
    session.flush()
