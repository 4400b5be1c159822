"""The hosts that somebody keeps, searched and counted for the pages behind the sign-in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from mapsvc.domain.hosts import HostStatus, Organisation, Site
from mapsvc.domain.sources import Source
from mapsvc.places.folding import fold


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose hosts: those of all lists, or of the lists of some, and some by number."""

    everything: bool = False
    sending_ids: Collection[int] = ()
    host_ids: Collection[int] = ()


def kept_hosts(
    session: Session,
    scope: Scope,
    *,
    words: str,
    show: str,
    removed_after: datetime,
    limit: int,
    offset: int,
) -> tuple[list[Organisation], int]:
    """The hosts of a scope that match, by name, and how many there are in all.

    words must be in the name or the town. show is a status, "unplaced" for what has a site without a
    point, or "" for all but the removed ones.
    """
    query = select(Organisation).where(_within(scope), _shown(show, removed_after))
    for word in fold(words).split():
        query = query.where(_has(word))
    total = session.scalar(
        select(func.count()).select_from(query.with_only_columns(Organisation.id).subquery())
    )
    ordered = query.order_by(Organisation.folded_name, Organisation.id)
    return list(session.scalars(ordered.limit(limit).offset(offset)).unique()), total or 0


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return Organisation.id.is_not(None)
    lists = select(Source.id).where(Source.owner_id.in_(sorted(scope.sending_ids)))
    return or_(Organisation.source_id.in_(lists), Organisation.id.in_(sorted(scope.host_ids)))


def _shown(show: str, removed_after: datetime) -> ColumnElement[bool]:
    if show == HostStatus.REMOVED:
        return and_(Organisation.status == HostStatus.REMOVED, Organisation.updated >= removed_after)
    there = Organisation.status != HostStatus.REMOVED
    if show == "unplaced":
        unplaced = exists().where(Site.organisation_id == Organisation.id, Site.lon.is_(None))
        placed = exists().where(Site.organisation_id == Organisation.id)
        return and_(there, or_(unplaced, ~placed))
    if show:
        return Organisation.status == show
    return there


def _has(word: str) -> ColumnElement[bool]:
    """Whether a folded word stands in the name, or at the beginning of a town as it is written."""
    in_town = exists().where(
        Site.organisation_id == Organisation.id, func.lower(Site.town).contains(word, autoescape=True)
    )
    return or_(Organisation.folded_name.contains(word, autoescape=True), in_town)
