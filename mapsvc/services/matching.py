"""Which host of the directory each entry of a list speaks of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from pyproj import Geod

from mapsvc.domain.drafts import OrganisationDraft, SiteDraft
from mapsvc.domain.hosts import Organisation, Site
from mapsvc.domain.placements import PlaceValues, as_listed, place_of
from mapsvc.places.folding import fold

SAME_PLACE_M = 25.0
SAME_PLACE_DEGREES = 0.00023  # of latitude: a little more than SAME_PLACE_M anywhere
ELLIPSOID = Geod(ellps="WGS84")

# How much a kept site and one of a list have in common; more counts first, 0 is nothing.
LEGAL_ID, OWN_ID, POINT, NEAR, TOWN = 8, 4, 3, 2, 1

Point = tuple[float, float]
T = TypeVar("T")


def same_place(one: Point, other: Point) -> bool:
    """Whether two points, longitude first, are at most SAME_PLACE_M metres apart."""
    if one == other:
        return True
    if abs(one[1] - other[1]) > SAME_PLACE_DEGREES:
        return False
    return bool(ELLIPSOID.inv(*one, *other)[2] <= SAME_PLACE_M)


def match_organisations(
    drafts: Sequence[OrganisationDraft],
    known: Mapping[str, Sequence[Organisation]],
    *,
    told: Collection[tuple[int, int]] = (),
) -> tuple[list[tuple[Organisation, OrganisationDraft]], list[OrganisationDraft]]:
    """The organisations that drafts speak of, each with all that is said of it, and the drafts that are new.

    known holds the organisations of the drafts' source by folded name. A draft speaks of the one
    of its name with which it has the most in common: a legal id, the list's own id of a site, a place.
    told are pairs (number of an organisation, place of a draft) that are known to belong together.
    """
    said: dict[int, list[OrganisationDraft]] = defaultdict(list)
    found: dict[int, Organisation] = {}
    new: list[OrganisationDraft] = []
    kept = {
        (name, _key(site)): one
        for name, named in known.items()
        for one in reversed(named)
        for site in one.sites
    }
    for place, draft in enumerate(drafts):
        named = known.get(fold(draft.name), ())
        if len(draft.sites) == 1 and not draft.legal_ids:  # then its very site fits best
            same = kept.get((fold(draft.name), _key(draft.sites[0])))
            named = (same,) if same else named
        scored = [
            (_organisation_likeness(one, draft) + (OWN_ID if (one.id, place) in told else 0), one)
            for one in named
        ]
        likeness, best = max(scored, key=lambda pair: (pair[0], -pair[1].id), default=(0, None))
        if best is None or not likeness:
            new.append(draft)
        else:
            found[best.id] = best
            said[best.id].append(draft)
    return [(found[id_], _together(parts)) for id_, parts in said.items()], new


def match_sites(kept: Sequence[Site], drafts: Sequence[SiteDraft]) -> list[Site | None]:
    """The kept site that each draft speaks of, None where it is new; no site is spoken of twice.

    Pairs with the most in common are made first, so that an id which several sites of a list share
    does not move one of them onto another.
    """
    found: list[Site | None] = [None] * len(drafts)
    free = {_key(site): site for site in reversed(kept)}
    for place, draft in enumerate(drafts):
        found[place] = free.pop(_key(draft), None)
    taken = {id(site) for site in found if site is not None}
    left = [(number, site) for number, site in enumerate(kept) if id(site) not in taken]
    pairs = sorted(
        (-likeness, place, number, site)
        for place, draft in enumerate(drafts)
        if found[place] is None
        for number, site in left
        if (likeness := _likeness(site, draft))
    )
    for _likeness_of, place, _number, site in pairs:
        if found[place] is None and id(site) not in taken:
            found[place] = site
            taken.add(id(site))
    return found


def place_likeness(site: Site, draft: SiteDraft) -> int:
    """How much a kept site and one of a list have in common by where they are; 0 is nothing.

    A site that a person put on the map is also where its list had it before.
    """
    likeness = _likeness_of_places(as_listed(site), site.address, draft)
    if site.placed_by_hand:
        likeness = max(likeness, _likeness_of_places(place_of(site), site.address, draft))
        if draft.address and fold(draft.address) == fold(site.address or ""):
            likeness = max(likeness, NEAR)
    return likeness


def _organisation_likeness(organisation: Organisation, draft: OrganisationDraft) -> int:
    legal = {(one.scheme, one.value) for one in organisation.legal_ids}
    pairs = [(site, one) for site in organisation.sites for one in draft.sites]
    likeness = max((_likeness(site, one) for site, one in pairs), default=0)
    if organisation.kept_by_hand and any(_one_town(place_of(site), one) and one.town for site, one in pairs):
        likeness = max(likeness, TOWN)  # a person may have corrected its point
    return (LEGAL_ID if legal & set(draft.legal_ids) else 0) + likeness


def _likeness(site: Site, draft: SiteDraft) -> int:
    own = OWN_ID if not set(draft.external_ids).isdisjoint(site.external_ids) else 0
    return own + place_likeness(site, draft)


def _likeness_of_places(place: PlaceValues, address: str | None, draft: SiteDraft) -> int:
    kept, said = _point(place), _point(place_of(draft))
    one_town = _one_town(place, draft)
    if kept and said:
        if kept == said:
            return POINT
        # One address and two points: the list has corrected one of them.
        one_address = (
            draft.address and draft.town and address == draft.address and place["town"] == draft.town
        )
        return NEAR if same_place(kept, said) or (one_address and one_town) else 0
    if kept or said:  # a town must tell that they are one: no town is no place
        return TOWN if one_town and draft.town else 0
    return POINT if one_town else 0


def _one_town(place: PlaceValues, draft: SiteDraft) -> bool:
    return place["country"] == draft.country and fold(place["town"] or "") == fold(draft.town or "")


def _key(site: Site | SiteDraft) -> object:
    """What is equal for a site that a list has left as it was; no two sites of an organisation share it."""
    place = as_listed(site) if isinstance(site, Site) else place_of(site)
    where = _point(place) or (fold(place["town"] or ""), place["country"])
    return where, tuple(site.external_ids)


def _point(place: PlaceValues) -> Point | None:
    return None if place["lon"] is None or place["lat"] is None else (place["lon"], place["lat"])


def _together(drafts: Sequence[OrganisationDraft]) -> OrganisationDraft:
    """One draft that says what all of these say, the first of them first."""
    first = drafts[0]
    if len(drafts) == 1:
        return first
    return replace(
        first,
        sites=tuple(site for one in drafts for site in one.sites),
        other_names=_union(one.other_names for one in drafts),
        kind=next((one.kind for one in drafts if one.kind), None),
        legal_ids=_union(one.legal_ids for one in drafts),
        sectors=_union(one.sectors for one in drafts),
        website=next((one.website for one in drafts if one.website), None),
        about=next((one.about for one in drafts if one.about), {}),
        languages=_union(one.languages for one in drafts),
        sample=any(one.sample for one in drafts),
    )


def _union(lists: Iterable[Sequence[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(item for items in lists for item in items))
