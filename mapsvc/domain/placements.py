"""Where a list has a site, kept beside the place where a person put it."""

from typing import Any

from mapsvc.domain.drafts import SiteDraft
from mapsvc.domain.hosts import Site

AS_LISTED = "as_listed"  # beside the rows of the list, in the private part of a site
PLACE = ("lon", "lat", "precision", "place_id", "region", "town", "country")

PlaceValues = dict[str, Any]


def place_of(thing: Site | SiteDraft) -> PlaceValues:
    """The values that say where something is."""
    return {name: getattr(thing, name) for name in PLACE}


def as_listed(site: Site) -> PlaceValues:
    """Where the list of a site has it: for one that a person put on the map, as it was before."""
    kept = site.private.get(AS_LISTED) if site.placed_by_hand else None
    return dict(kept) if kept else place_of(site)


def put_by_hand(site: Site, values: PlaceValues) -> None:
    """Puts a site where a person says, and remembers where its list has it."""
    site.private = {**site.private, AS_LISTED: as_listed(site)}
    site.placed_by_hand = True
    for name, value in values.items():
        setattr(site, name, value)


def take_back(site: Site) -> None:
    """Brings a site back to where its list has it."""
    for name, value in as_listed(site).items():
        setattr(site, name, value)
    site.placed_by_hand = False
    site.private = {name: value for name, value in site.private.items() if name != AS_LISTED}
