"""Brings the directory up to date with a list of hosts, and remembers how it was before."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.drafts import OfferDraft, OrganisationDraft, SiteDraft
from mapsvc.domain.hosts import HostStatus, LegalId, Offer, Organisation, Site
from mapsvc.domain.sources import Import, ImportedRow, Outcome, Source
from mapsvc.places.folding import fold
from mapsvc.services.matching import match_organisations, match_sites
from mapsvc.services.publishing import publish_sites
from mapsvc.storage.hosts import (
    State,
    add_hosts,
    organisations_named,
    organisations_with_legal_ids,
    sites_with_ids,
    state_of,
    taken_slugs,
)
from mapsvc.storage.points import place_sites

BATCH = 500
SLUG_LENGTH = 60

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one site of a list."""

    outcome: Outcome
    draft: SiteDraft


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
    done = 0
    for batch in _batches(drafts):
        said, new = match_organisations(batch, _known(session, source, batch))
        slugs = _Slugs(session, source, batch)
        touched: list[Touched] = []
        for organisation, draft in said:
            verdicts += _apply(source, draft, organisation, touched, slugs)
        verdicts += [_to_locate(Verdict(Outcome.ADDED, site)) for draft in new for site in draft.sites]
        session.flush()
        sites = [site.id for organisation, _before in touched for site in organisation.sites]
        added, new_sites = add_hosts(session, [_state(draft, source, slugs, held=held) for draft in new])
        _remember(session, record, touched, added)
        place_sites(session, sites + new_sites)
        publish_sites(session, sites_with_ids(session, sites + new_sites))
        session.flush()
        session.expunge_all()
        session.add_all((record, source))
        done += len(batch)
        if progress:
            progress(done, len(drafts))
    order = {id(site): place for place, site in enumerate(site for draft in drafts for site in draft.sites)}
    return sorted(verdicts, key=lambda verdict: order[id(verdict.draft)])


def _batches(drafts: Iterable[OrganisationDraft]) -> Iterator[list[OrganisationDraft]]:
    """The drafts in runs of about BATCH; those of one name stand in one run, to be told apart."""
    by_name: dict[str, list[OrganisationDraft]] = defaultdict(list)
    for draft in drafts:
        by_name[fold(draft.name)].append(draft)
    batch: list[OrganisationDraft] = []
    for named in by_name.values():
        batch += named
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


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
    """The organisations of a source that the drafts may speak of, by the drafts' folded names.

    One that was given another name since is found by its legal ids.
    """
    drafts = list(drafts)
    names = sorted({fold(draft.name) for draft in drafts})
    known: dict[str, list[Organisation]] = defaultdict(list)
    for organisation in organisations_named(session, source.id, names):
        known[organisation.folded_name].append(organisation)
    by_legal_id = {legal: fold(draft.name) for draft in drafts for legal in draft.legal_ids}
    for organisation in organisations_with_legal_ids(session, source.id, list(by_legal_id)):
        named = {by_legal_id.get((one.scheme, one.value)) for one in organisation.legal_ids} - {None}
        for name in sorted(map(str, named)):
            if organisation not in known[name]:
                known[name].append(organisation)
    return known


class _Slugs:
    """Gives new hosts of a source their addresses; no two get the same."""

    def __init__(self, session: Session, source: Source, drafts: Iterable[OrganisationDraft]) -> None:
        self._session = session
        self._source = source
        wanted = {self._slug(draft.name, site) for draft in drafts for site in draft.sites}
        self._taken = taken_slugs(session, sorted(wanted))

    def for_site(self, name: str, site: SiteDraft) -> str:
        """A readable address that the same site of the same list always gets again, where it is free."""
        found, again = self._slug(name, site), 1
        while found in self._taken or (again > 1 and taken_slugs(self._session, [found])):
            again += 1
            found = self._slug(name, site, again)
        self._taken.add(found)
        return found

    def _slug(self, name: str, site: SiteDraft, again: int = 1) -> str:
        readable = fold(f"{name} {site.town or ''}").replace(" ", "-")[:SLUG_LENGTH].strip("-") or "host"
        place = f"{site.lon},{site.lat}" if site.lon is not None else f"{site.town},{site.country}"
        marked = f"{self._source.name}\n{fold(name)}\n{place}" + (f"\n{again}" if again > 1 else "")
        return f"{readable}-{hashlib.sha256(marked.encode()).hexdigest()[:8]}"


def _state(draft: OrganisationDraft, source: Source, slugs: _Slugs, *, held: bool) -> State:
    """A new organisation as `add_hosts` takes it; its own slug is that of its first site."""
    sites = [
        {
            **site.columns(),
            "slug": slugs.for_site(draft.name, site),
            "source_id": source.id,
            "offers": [{**offer.columns(), "source_id": source.id} for offer in site.offers],
        }
        for site in draft.sites
    ]
    return {
        **draft.columns(),
        "slug": sites[0]["slug"],
        "folded_name": fold(draft.name),
        "status": HostStatus.HELD if held else HostStatus.LISTED,
        "source_id": source.id,
        "legal_ids": [{"scheme": scheme, "value": value} for scheme, value in draft.legal_ids],
        "sites": sites,
    }


def _apply(
    source: Source,
    draft: OrganisationDraft,
    organisation: Organisation,
    touched: list["Touched"],
    slugs: _Slugs,
) -> list[Verdict]:
    """Brings a known organisation to what the list says; touched remembers it as it was, if it changes."""
    before = state_of(organisation)
    own = _set(organisation, draft.columns() | {"folded_name": fold(draft.name)})
    own |= _set_legal_ids(organisation, draft.legal_ids)
    verdicts = []
    for site, one in zip(match_sites(organisation.sites, draft.sites), draft.sites, strict=True):
        if site is None:
            site = Site(slug=slugs.for_site(draft.name, one), source_id=source.id, offers=[])  # noqa: PLW2901
            organisation.sites.append(site)
            _bring(site, one, source)
            verdicts.append(Verdict(Outcome.ADDED, one))
        else:
            changed = _bring(site, one, source) or own
            verdicts.append(Verdict(Outcome.UPDATED if changed else Outcome.UNCHANGED, one))
    if any(verdict.outcome != Outcome.UNCHANGED for verdict in verdicts):
        organisation.updated = now()
        touched.append((organisation, before))
    return [_to_locate(verdict) for verdict in verdicts]


def _bring(site: Site, draft: SiteDraft, source: Source) -> bool:
    """Brings a site to what the list says; whether that changed anything.

    What nobody sees stays where the list has no word of it: a list of public columns alone, such as
    our own export, takes no contact and no number away.
    """
    said = draft.columns()
    if not draft.external_ids:
        del said["external_ids"]
    if not any(draft.private):
        del said["private"]
    changed = _set(site, said)
    changed |= _set_offers(site, draft.offers, source)
    if changed:
        site.updated = now()
    return changed


def _to_locate(verdict: Verdict) -> Verdict:
    """A site without a point is "to locate" whatever else became of it, until somebody places it."""
    if verdict.draft.lon is None and verdict.outcome != Outcome.UNCHANGED:
        return Verdict(Outcome.TO_LOCATE, verdict.draft)
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


def _said(draft: OfferDraft) -> dict[str, Any]:
    """What the list says of an offer; a contact that it does not name stays as it is."""
    columns = draft.columns()
    return columns if draft.contact else {name: columns[name] for name in columns if name != "contact"}


def _set_offers(site: Site, drafts: Sequence[OfferDraft], source: Source) -> bool:
    """Makes the offers of a site those of the list; offers that stay equal keep their ids."""
    left = list(site.offers)
    new = []
    for columns in map(_said, drafts):
        same = next(
            (one for one in left if all(getattr(one, key) == value for key, value in columns.items())), None
        )
        if same:
            left.remove(same)
        else:
            new.append(columns)
    alone = len(new) == len(left) == 1
    for columns in new:
        if left:
            # Between several offers, a contact could pass to one that it does not belong to.
            _set(left.pop(0), columns if alone else {"contact": {}, **columns})
        else:
            site.offers.append(Offer(source_id=source.id, **columns))
    for offer in left:
        site.offers.remove(offer)
    return bool(new or left)
