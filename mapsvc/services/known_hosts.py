"""Finds the organisations of a source that the entries of its list may speak of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.sources import Source
from mapsvc.places.folding import fold
from mapsvc.services.matching import place_likeness
from mapsvc.services.slugs import slug_of
from mapsvc.storage.hosts import (
    kept_by_hand_with_slugs,
    organisations_named,
    organisations_with_ids,
    organisations_with_legal_ids,
    own_ids,
)


@dataclass(frozen=True, slots=True)
class Known:
    """Organisations by the folded names of the drafts that may mean them.

    told are the pairs (number of an organisation, place of a draft) of which our own address says
    that they belong together.
    """

    by_name: Mapping[str, Sequence[Organisation]]
    told: frozenset[tuple[int, int]]


class KnownHosts:
    """What a source brought before, asked for a part of its list at a time."""

    def __init__(self, session: Session, source: Source, drafts: Sequence[OrganisationDraft]) -> None:
        self._session = session
        self._source = source
        self._names = {fold(draft.name) for draft in drafts}
        self._renamed = self._by_own_id(drafts)

    def of(self, drafts: Sequence[OrganisationDraft]) -> Known:
        """The organisations that these drafts may speak of.

        One that was given another name since is found by its legal ids, or by the list's own id of one
        of its sites. One that a person changed here is found also by the address that it was given.
        """
        known: dict[str, list[Organisation]] = defaultdict(list)
        for organisation in organisations_named(
            self._session, self._source.id, sorted({fold(draft.name) for draft in drafts})
        ):
            known[organisation.folded_name].append(organisation)
        self._add_by_legal_ids(drafts, known)
        self._add_renamed(drafts, known)
        return Known(known, frozenset(self._add_by_slugs(drafts, known)))

    def _add_by_legal_ids(
        self, drafts: Iterable[OrganisationDraft], known: dict[str, list[Organisation]]
    ) -> None:
        by_legal_id = {legal: fold(draft.name) for draft in drafts for legal in draft.legal_ids}
        for organisation in organisations_with_legal_ids(self._session, self._source.id, list(by_legal_id)):
            named = {by_legal_id.get((one.scheme, one.value)) for one in organisation.legal_ids} - {None}
            for name in sorted(map(str, named)):
                _add(known[name], organisation)

    def _add_renamed(self, drafts: Iterable[OrganisationDraft], known: dict[str, list[Organisation]]) -> None:
        """Adds what bears another name now, where the list's own id and the place agree.

        An id alone is not enough: some lists number their rows anew each time.
        """
        meant = [
            (draft, self._renamed[own])
            for draft in drafts
            for own in sorted(_ids(draft) & self._renamed.keys())
        ]
        found = organisations_with_ids(self._session, [number for _draft, number in meant])
        for draft, number in meant:
            organisation = found.get(number)
            if organisation and _in_one_place(organisation, draft) and not _contradict(organisation, draft):
                _add(known[fold(draft.name)], organisation)

    def _add_by_slugs(
        self, drafts: Sequence[OrganisationDraft], known: dict[str, list[Organisation]]
    ) -> Iterable[tuple[int, int]]:
        places = {
            slug_of(self._source, draft.name, site): place
            for place, draft in enumerate(drafts)
            for site in draft.sites
        }
        for slug, organisation in kept_by_hand_with_slugs(self._session, self._source.id, sorted(places)):
            _add(known[fold(drafts[places[slug]].name)], organisation)
            yield organisation.id, places[slug]

    def _by_own_id(self, drafts: Sequence[OrganisationDraft]) -> dict[str, int]:
        """By the list's own id, the one organisation whose name the list does not say any more.

        Ids that several hosts share, in the list or here, say nothing.
        """
        said: dict[str, set[int]] = defaultdict(set)
        for place, draft in enumerate(drafts):
            for own in _ids(draft):
                said[own].add(place)
        if not said:
            return {}
        kept: dict[str, set[tuple[int, str]]] = defaultdict(set)
        for number, name, ids in own_ids(self._session, self._source.id):
            for own in ids:
                kept[own].add((number, name))
        return {
            own: number
            for own, places in said.items()
            if len(places) == 1 and len(kept[own]) == 1
            for number, name in kept[own]
            if name not in self._names
        }


def _ids(draft: OrganisationDraft) -> set[str]:
    return {own for site in draft.sites for own in site.external_ids}


def _in_one_place(organisation: Organisation, draft: OrganisationDraft) -> bool:
    return any(place_likeness(site, one) for site in organisation.sites for one in draft.sites)


def _contradict(organisation: Organisation, draft: OrganisationDraft) -> bool:
    """Whether both have a number of one authority, and another one."""
    ours = {one.scheme: one.value for one in organisation.legal_ids}
    return any(ours.get(scheme, value) != value for scheme, value in draft.legal_ids)


def _add(organisations: list[Organisation], organisation: Organisation) -> None:
    if organisation not in organisations:
        organisations.append(organisation)
