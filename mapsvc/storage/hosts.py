"""Organisations with their sites and offers: found, and kept as plain values for an undo."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Date, insert, inspect, select, tuple_
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.types import TypeEngine

from mapsvc.domain.base import Base, Instant
from mapsvc.domain.hosts import LegalId, Offer, Organisation, Site
from mapsvc.domain.people import Grant
from mapsvc.storage.listings import chunks

State = dict[str, Any]
T = TypeVar("T", bound=Base)


def organisations_named(session: Session, source_id: int, folded_names: Sequence[str]) -> list[Organisation]:
    """The organisations of a source that bear one of these folded names, in order of id."""
    found: list[Organisation] = []
    for chunk in chunks(folded_names):
        query = select(Organisation).where(
            Organisation.source_id == source_id, Organisation.folded_name.in_(chunk)
        )
        found.extend(session.scalars(query.order_by(Organisation.id)))
    return found


def organisations_with_legal_ids(
    session: Session, source_id: int, legal_ids: Sequence[tuple[str, str]]
) -> list[Organisation]:
    """The organisations of a source that have one of these (scheme, value), in order of id."""
    found: dict[int, Organisation] = {}
    for chunk in chunks(sorted(legal_ids)):
        query = (
            select(Organisation)
            .join(Organisation.legal_ids)
            .where(Organisation.source_id == source_id, tuple_(LegalId.scheme, LegalId.value).in_(chunk))
        )
        found.update((one.id, one) for one in session.scalars(query))
    return [found[id_] for id_ in sorted(found)]


def kept_by_hand_with_slugs(
    session: Session, source_id: int, slugs: Sequence[str]
) -> list[tuple[str, Organisation]]:
    """The organisations of a source that a person changed and that have, or had, one of these addresses.

    Each with the address by which it is found, in order of site.
    """
    found: list[tuple[str, Organisation]] = []
    for chunk in chunks(slugs):
        query = (
            select(Site.slug, Organisation)
            .join(Site.organisation)
            .where(Organisation.source_id == source_id, Organisation.kept_by_hand, Site.slug.in_(chunk))
            .order_by(Site.id)
        )
        found.extend((slug, organisation) for slug, organisation in session.execute(query))
    return found


def kept_by_hand(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of these organisations that a person changed."""
    return {
        id_
        for chunk in chunks(ids)
        for id_ in session.scalars(
            select(Organisation.id).where(Organisation.id.in_(chunk), Organisation.kept_by_hand)
        )
    }


def spoken_for(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of these organisations that somebody speaks for."""
    return {
        id_
        for chunk in chunks(ids)
        for id_ in session.scalars(select(Grant.organisation_id).where(Grant.organisation_id.in_(chunk)))
        if id_ is not None
    }


def own_ids(session: Session, source_id: int) -> list[tuple[int, str, list[str]]]:
    """Of each site of a source: its organisation, that one's folded name, the list's own ids of the site."""
    query = (
        select(Site.organisation_id, Organisation.folded_name, Site.external_ids)
        .join(Site.organisation)
        .where(Organisation.source_id == source_id)
        .order_by(Site.id)
    )
    return [(number, name, ids) for number, name, ids in session.execute(query) if ids]


def organisations_with_ids(session: Session, ids: Sequence[int]) -> dict[int, Organisation]:
    """The organisations with these ids, by id; an id that is gone is left out."""
    return {
        organisation.id: organisation
        for chunk in chunks(ids)
        for organisation in session.scalars(select(Organisation).where(Organisation.id.in_(chunk)))
    }


def organisation_with_slug(session: Session, slug: str) -> Organisation | None:
    """The organisation with this slug, None when there is none."""
    return session.scalar(select(Organisation).where(Organisation.slug == slug))


def merged_into(session: Session, ids: Sequence[int]) -> list[Organisation]:
    """The organisations that are merged into one of these, in order of id."""
    found: list[Organisation] = []
    for chunk in chunks(ids):
        query = select(Organisation).where(Organisation.merged_into_id.in_(chunk))
        found.extend(session.scalars(query.order_by(Organisation.id)))
    return found


def sites_with_ids(session: Session, ids: Sequence[int]) -> list[Site]:
    """The sites with these ids and their organisations, in order of id."""
    found: list[Site] = []
    for chunk in chunks(ids):
        # An outer join would have SQLite go through all organisations, for each chunk anew.
        whole = joinedload(Site.organisation, innerjoin=True)
        query = select(Site).where(Site.id.in_(chunk)).options(whole).order_by(Site.id)
        found.extend(session.scalars(query).unique())
    return found


def add_hosts(session: Session, states: Sequence[State]) -> tuple[list[int], list[int]]:
    """Inserts organisations with their sites and offers, given as `state_of` gives them but without ids.

    Many at once cost a fraction of as many objects. Returns the ids of the organisations and of
    their sites, each in order.
    """
    organisation_ids = _insert(
        session, Organisation, [_without(state, "legal_ids", "sites") for state in states]
    )
    legal_ids, sites, site_states = [], [], []
    for id_, state in zip(organisation_ids, states, strict=True):
        legal_ids += [{**legal, "organisation_id": id_} for legal in state["legal_ids"]]
        sites += [{**_without(site, "offers"), "organisation_id": id_} for site in state["sites"]]
        site_states += state["sites"]
    _insert(session, LegalId, legal_ids)
    site_ids = _insert(session, Site, sites)
    offers = [
        {**offer, "site_id": id_}
        for id_, site in zip(site_ids, site_states, strict=True)
        for offer in site["offers"]
    ]
    _insert(session, Offer, offers)
    return organisation_ids, site_ids


def taken_slugs(session: Session, slugs: Sequence[str]) -> set[str]:
    """Those of the slugs that an organisation or a site has already."""
    return {
        slug
        for noun in (Organisation, Site)
        for chunk in chunks(slugs)
        for slug in session.scalars(select(noun.slug).where(noun.slug.in_(chunk)))
    }


def sites_to_locate(session: Session) -> list[Site]:
    """The sites that wait for a point, by name of their organisation."""
    query = (
        select(Site).join(Site.organisation).where(Site.lon.is_(None)).order_by(Organisation.name, Site.id)
    )
    return list(session.scalars(query))


def state_of(organisation: Organisation) -> State:
    """Everything kept of an organisation, its sites and offers, as plain values."""
    return {
        **_columns(organisation),
        "legal_ids": [_columns(legal) for legal in organisation.legal_ids],
        "sites": [
            {**_columns(site), "offers": [_columns(offer) for offer in site.offers]}
            for site in organisation.sites
        ],
    }


def restore(organisation: Organisation, state: State) -> None:
    """Brings an organisation back to a state that `state_of` gave, ids of its parts included.

    What it is merged into stays: a person decided that, and no list.
    """
    _set(organisation, _without(state, "legal_ids", "sites", "merged_into_id"))
    organisation.legal_ids = [_again(LegalId, organisation.legal_ids, kept) for kept in state["legal_ids"]]
    sites = []
    for kept in state["sites"]:
        site = _again(Site, organisation.sites, _without(kept, "offers"))
        site.offers = [_again(Offer, site.offers, offer) for offer in kept["offers"]]
        sites.append(site)
    organisation.sites = sites


def _insert(session: Session, noun: type[Base], rows: Sequence[State]) -> list[int]:
    if not rows:
        return []
    key = inspect(noun).primary_key[0]
    return list(session.scalars(insert(noun).returning(key, sort_by_parameter_order=True), rows))


def _without(state: State, *names: str) -> State:
    return {name: value for name, value in state.items() if name not in names}


def _columns(thing: Base) -> State:
    mapper = inspect(type(thing))
    return {column.key: _json(getattr(thing, column.key)) for column in mapper.column_attrs}


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _typed(kind: TypeEngine[Any], value: Any) -> Any:
    """A value of a state as its column takes it: moments and days are kept as text."""
    if value is None:
        return None
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _set(thing: Base, values: State) -> None:
    for column in inspect(type(thing)).column_attrs:
        if column.key in values:
            setattr(thing, column.key, _typed(column.columns[0].type, values[column.key]))


def _again(kind: type[T], known: Iterable[Any], state: State) -> T:
    thing = next((one for one in known if one.id == state["id"]), None) or kind()
    _set(thing, state)
    return thing
