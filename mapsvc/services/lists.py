"""Brings the directory up to date with a list of hosts, and remembers how it was before."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.drafts import OfferDraft, OrganisationDraft, SiteDraft
from mapsvc.domain.hosts import HostStatus, LegalId, Offer, Organisation, Site
from mapsvc.domain.placements import AS_LISTED, PLACE, as_listed, place_of
from mapsvc.domain.sources import Import, ImportedRow, Outcome, Source
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.services.known_hosts import KnownHosts
from mapsvc.services.matching import match_organisations, match_sites
from mapsvc.services.publishing import publish_sites
from mapsvc.services.slugs import Slugs
from mapsvc.storage.hosts import (
    State,
    add_hosts,
    sites_with_ids,
    state_of,
)
from mapsvc.storage.points import place_sites

BATCH = 500
KEPT = _("Changed here by hand; the list leaves it as it is.")
REMOVED = _("Taken off the map here; it stays off.")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one site of a list; the reason is a marked sentence, or nothing."""

    outcome: Outcome
    draft: SiteDraft
    reason: str = ""


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
    What a person did stays too: an organisation that was changed by hand is left alone, one that was
    paused or removed stays off the map, and a site that was placed by hand keeps its point until the
    list has another one than before.
    record remembers each organisation as it was, so that the import can be undone. With held,
    organisations that are new are kept off the map. The caller commits. The verdicts come in the
    order of the drafts and their sites; progress is told (organisations done, of all).
    """
    verdicts: list[Verdict] = []
    done = 0
    known_hosts = KnownHosts(session, source, drafts)
    for batch in _batches(drafts):
        known = known_hosts.of(batch)
        said, new = match_organisations(batch, known.by_name, told=known.told)
        slugs = Slugs(session, source, batch)
        touched: list[Touched] = []
        for organisation, draft in said:
            verdicts += _apply(source, draft, organisation, touched, slugs)
        verdicts += [Verdict(_added(site), site) for draft in new for site in draft.sites]
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


def _state(draft: OrganisationDraft, source: Source, slugs: Slugs, *, held: bool) -> State:
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
    slugs: Slugs,
) -> list[Verdict]:
    """Brings a known organisation to what the list says; touched remembers it as it was, if it changes."""
    if organisation.kept_by_hand:
        return [Verdict(Outcome.UNCHANGED, one, KEPT) for one in draft.sites]
    before = state_of(organisation)
    reason = REMOVED if organisation.status == HostStatus.REMOVED else ""
    own = _set(organisation, draft.columns() | {"folded_name": fold(draft.name)})
    own |= _set_legal_ids(organisation, draft.legal_ids)
    verdicts = []
    for site, one in zip(match_sites(organisation.sites, draft.sites), draft.sites, strict=True):
        if site is None:
            site = Site(slug=slugs.for_site(draft.name, one), source_id=source.id, offers=[], private={})  # noqa: PLW2901
            organisation.sites.append(site)
            _bring(site, one, source)
            outcome = _added(one)
        elif _bring(site, one, source) or own:
            outcome = Outcome.UPDATED if site.lon is not None else Outcome.TO_LOCATE
        else:
            outcome = Outcome.UNCHANGED
        verdicts.append(Verdict(outcome, one, reason))
    if any(verdict.outcome != Outcome.UNCHANGED for verdict in verdicts):
        organisation.updated = now()
        touched.append((organisation, before))
    return verdicts


def _bring(site: Site, draft: SiteDraft, source: Source) -> bool:
    """Brings a site to what the list says; whether that changed anything.

    What nobody sees stays where the list has no word of it: a list of public columns alone, such as
    our own export, takes no contact and no number away.
    """
    said = draft.columns()
    if not draft.external_ids:
        del said["external_ids"]
    if not any(draft.private):
        said["private"] = {name: value for name, value in site.private.items() if name != AS_LISTED}
    if site.placed_by_hand:
        said = _with_place(site, draft, said)
    changed = _set(site, said)
    changed |= _set_offers(site, draft.offers, source)
    if changed:
        site.updated = now()
    return changed


def _with_place(site: Site, draft: SiteDraft, said: dict[str, Any]) -> dict[str, Any]:
    """What a list says of a site that a person put on the map: another place only where it is a new one."""
    listed, point = as_listed(site), (draft.lon, draft.lat)
    if draft.lon is not None and point not in {(listed["lon"], listed["lat"]), (site.lon, site.lat)}:
        return said | {"placed_by_hand": False}
    by_hand = {name: getattr(site, name) for name in PLACE}
    named = {name: said[name] for name in ("town", "country") if said[name] not in {None, listed[name]}}
    return said | by_hand | named | {"private": said["private"] | {AS_LISTED: place_of(draft)}}


def _added(draft: SiteDraft) -> Outcome:
    """A new site without a point is to be located."""
    return Outcome.ADDED if draft.lon is not None else Outcome.TO_LOCATE


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
