"""Brings the directory up to date with a list of hosts, and remembers how it was before."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyproj import Geod
from sqlalchemy import insert
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.drafts import OfferDraft, OrganisationDraft, SiteDraft
from mapsvc.domain.hosts import HostStatus, LegalId, Offer, Organisation, Site
from mapsvc.domain.sources import Import, ImportedRow, Outcome, Source
from mapsvc.places.folding import fold
from mapsvc.services.publishing import publish_sites
from mapsvc.storage.hosts import State, add_hosts, organisations_named, sites_with_ids, state_of
from mapsvc.storage.points import place_sites

BATCH = 500
SAME_PLACE_M = 25.0
ELLIPSOID = Geod(ellps="WGS84")
SLUG_LENGTH = 60

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one site of a list."""

    outcome: Outcome
    draft: SiteDraft
    organisation: str


def bring_up_to_date(
    session: Session,
    source: Source,
    drafts: Sequence[OrganisationDraft],
    *,
    record: Import,
    held: bool = False,
    progress: Progress | None = None,
) -> list[Verdict]:
    """Adds what is new in a list, changes what differs, leaves the rest alone, and publishes.

    Only organisations of the same source are compared; what the list does not name any more stays.
    record remembers each organisation as it was, so that the import can be undone. With held,
    organisations that are new are kept off the map. The caller commits. The verdicts come in the
    order of the drafts and their sites; progress is told (organisations done, of all).
    """
    verdicts: list[Verdict] = []
    for start in range(0, len(drafts), BATCH):
        batch = drafts[start : start + BATCH]
        sites: list[int] = []
        known = _known(session, source, batch)
        touched: list[Touched] = []
        new: list[OrganisationDraft] = []
        for draft in batch:
            if organisation := _matching(draft, known):
                verdicts += _apply(source, draft, organisation, touched)
            else:
                new.append(draft)
                verdicts += [_to_locate(Verdict(Outcome.ADDED, site, draft.name)) for site in draft.sites]
        session.flush()
        sites += [site.id for organisation, _before in touched for site in organisation.sites]
        added, new_sites = add_hosts(session, [_state(draft, source, held=held) for draft in new])
        _remember(session, record, touched, added)
        place_sites(session, sites + new_sites)
        publish_sites(session, sites_with_ids(session, sites + new_sites))
        session.flush()
        session.expunge_all()
        session.add_all((record, source))
        if progress:
            progress(start + len(batch), len(drafts))
    return verdicts


Touched = tuple[Organisation, State]


def _remember(session: Session, record: Import, touched: Sequence[Touched], added: Sequence[int]) -> None:
    """Keeps how each organisation was before; all at once, since one flush each would cost the most."""
    states: list[tuple[int, State | None]] = [(organisation.id, before) for organisation, before in touched]
    states += [(id_, None) for id_ in added]
    rows = [{"import_id": record.id, "organisation_id": id_, "before": before} for id_, before in states]
    if rows:
        session.execute(insert(ImportedRow), rows)


def _known(
    session: Session, source: Source, drafts: Iterable[OrganisationDraft]
) -> dict[str, list[Organisation]]:
    names = sorted({fold(draft.name) for draft in drafts})
    known: dict[str, list[Organisation]] = defaultdict(list)
    for organisation in organisations_named(session, source.id, names):
        known[organisation.folded_name].append(organisation)
    return known


def _matching(draft: OrganisationDraft, known: dict[str, list[Organisation]]) -> Organisation | None:
    """The organisation that the draft speaks of: of the same name, with a legal id or a place in common."""
    for organisation in known.get(fold(draft.name), []):
        legal = {(one.scheme, one.value) for one in organisation.legal_ids}
        if legal & set(draft.legal_ids):
            return organisation
        if any(_same_site(site, one) for site in organisation.sites for one in draft.sites):
            return organisation
    return None


def _same_site(site: Site, draft: SiteDraft) -> bool:
    """Whether a kept site is the one of the list: by the list's own id, else by its place."""
    if set(site.external_ids) & set(draft.external_ids):
        return True
    if site.lon is None or site.lat is None or draft.lon is None or draft.lat is None:
        # Where one of them is located, a town must tell that they are one: no town is no place.
        one_town = fold(site.town or "") == fold(draft.town or "") and site.country == draft.country
        return one_town and bool(draft.town or site.lon == draft.lon)
    if (site.lon, site.lat) == (draft.lon, draft.lat):
        return True
    return bool(ELLIPSOID.inv(site.lon, site.lat, draft.lon, draft.lat)[2] <= SAME_PLACE_M)


def _state(draft: OrganisationDraft, source: Source, *, held: bool) -> State:
    """A new organisation as `add_hosts` takes it."""
    return {
        **draft.columns(),
        "slug": _slug(draft.name, source.name, draft.sites[0]),
        "folded_name": fold(draft.name),
        "status": HostStatus.HELD if held else HostStatus.LISTED,
        "source_id": source.id,
        "legal_ids": [{"scheme": scheme, "value": value} for scheme, value in draft.legal_ids],
        "sites": [
            {
                **site.columns(),
                "slug": _slug(draft.name, source.name, site),
                "source_id": source.id,
                "offers": [{**offer.columns(), "source_id": source.id} for offer in site.offers],
            }
            for site in draft.sites
        ],
    }


def _apply(
    source: Source, draft: OrganisationDraft, organisation: Organisation, touched: list["Touched"]
) -> list[Verdict]:
    """Brings a known organisation to what the list says; touched remembers it as it was, if it changes."""
    before = state_of(organisation)
    own = _set(organisation, draft.columns() | {"folded_name": fold(draft.name)})
    own |= _set_legal_ids(organisation, draft.legal_ids)
    verdicts = [
        Verdict(_apply_site(organisation, one, source, own=own), one, draft.name) for one in draft.sites
    ]
    if own or any(verdict.outcome != Outcome.UNCHANGED for verdict in verdicts):
        organisation.updated = now()
        touched.append((organisation, before))
    return [_to_locate(verdict) for verdict in verdicts]


def _apply_site(organisation: Organisation, draft: SiteDraft, source: Source, *, own: bool) -> Outcome:
    site = next((known for known in organisation.sites if _same_site(known, draft)), None)
    added = site is None
    if site is None:
        site = Site(slug=_slug(organisation.name, source.name, draft), source_id=source.id, offers=[])
        organisation.sites.append(site)
    changed = _set(site, draft.columns())
    changed |= _set_offers(site, draft.offers, source)
    if changed:
        site.updated = now()
    if added:
        return Outcome.ADDED
    return Outcome.UPDATED if changed or own else Outcome.UNCHANGED


def _to_locate(verdict: Verdict) -> Verdict:
    """A site without a point is "to locate" whatever else became of it, until somebody places it."""
    if verdict.draft.lon is None and verdict.outcome != Outcome.UNCHANGED:
        return Verdict(Outcome.TO_LOCATE, verdict.draft, verdict.organisation)
    return verdict


def _set(thing: Organisation | Site | Offer, values: dict[str, Any]) -> bool:
    changed = False
    for name, value in values.items():
        if getattr(thing, name) != value:
            setattr(thing, name, value)
            changed = True
    return changed


def _set_legal_ids(organisation: Organisation, wanted: Sequence[tuple[str, str]]) -> bool:
    if {(one.scheme, one.value) for one in organisation.legal_ids} == set(wanted):
        return False
    organisation.legal_ids = [LegalId(scheme=scheme, value=value) for scheme, value in wanted]
    return True


def _set_offers(site: Site, drafts: Sequence[OfferDraft], source: Source) -> bool:
    """Makes the offers of a site those of the list; offers that stay equal keep their ids."""
    left = list(site.offers)
    new = []
    for columns in (draft.columns() for draft in drafts):
        same = next(
            (one for one in left if all(getattr(one, key) == value for key, value in columns.items())), None
        )
        if same:
            left.remove(same)
        else:
            new.append(columns)
    for columns in new:
        if left:
            _set(left.pop(0), columns)
        else:
            site.offers.append(Offer(source_id=source.id, **columns))
    for offer in left:
        site.offers.remove(offer)
    return bool(new or left)


def _slug(name: str, source: str, draft: SiteDraft) -> str:
    """A readable address that the same host of the same list always gets again."""
    readable = fold(f"{name} {draft.town or ''}").replace(" ", "-")[:SLUG_LENGTH].strip("-") or "host"
    place = f"{draft.lon},{draft.lat}" if draft.lon is not None else f"{draft.town},{draft.country}"
    mark = hashlib.sha256(f"{source}\n{fold(name)}\n{place}".encode()).hexdigest()[:8]
    return f"{readable}-{mark}"
