"""The offers among which a cohort can be placed, from what is public alone."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from mapsvc.domain.listings import Kind, Listing
from mapsvc.places.regions import Regions, shipped_regions
from mapsvc.planning.cohorts import OpenOffer
from mapsvc.storage.listings import visible_listings

BED = frozenset({"provided", "helped"})


def offers_to_plan(
    public: Engine | Connection, today: date, *, regions: Regions | None = None
) -> tuple[OpenOffer, ...]:
    """The offers of hosts that everybody can see today, in order of their public rows.

    A host without an offer is none. regions names the larger regions of each, the shipped ones by default.
    Only the public rows are read, so that nobody is placed where nobody is invited.
    """
    known = regions or shipped_regions()
    if isinstance(public, Engine):
        with public.connect() as connection:
            return _offers(connection, today, known)
    return _offers(public, today, known)


def _offers(connection: Connection, today: date, regions: Regions) -> tuple[OpenOffer, ...]:
    return tuple(
        _open_offer(listing, listing.detail["offer"], regions)
        for listing in visible_listings(connection, Kind.HOST, today)
        if listing.detail.get("offer")
    )


def _open_offer(listing: Listing, offer: dict[str, Any], regions: Regions) -> OpenOffer:
    return OpenOffer(
        key=listing.key,
        site_key=listing.site_key,
        slug=listing.slug,
        host=listing.title,
        title=_title(offer["title"]),
        town=listing.place,
        country=listing.country,
        lon=listing.lon,
        lat=listing.lat,
        regions=_with_larger(listing.region, regions),
        fields=tuple(offer["fields"]),
        languages=tuple((code, level) for code, level in offer["languages"]),
        min_age=offer["min_age"],
        min_days=offer["min_days"],
        max_days=offer["max_days"],
        wheelchair=offer["wheelchair"],
        accommodation=offer["accommodation"] in BED,
        periods=tuple(
            (date.fromisoformat(first), date.fromisoformat(last), seats)
            for first, last, seats in offer["periods"]
        ),
        confirmed_on=_confirmed_on(listing.detail, offer),
    )


def _title(by_language: dict[str, str]) -> str:
    """The title in English where there is one, else in the first language that there is, "" for none."""
    return by_language.get("en") or next((by_language[code] for code in sorted(by_language)), "")


def _with_larger(key: str, regions: Regions) -> tuple[str, ...]:
    """The region and the larger ones around it, none where the site lies in no region."""
    found: list[str] = []
    while key and key not in found:
        found.append(key)
        region = regions.get(key)
        key = region.parent if region and region.parent else ""
    return tuple(found)


def _confirmed_on(detail: dict[str, Any], offer: dict[str, Any]) -> date | None:
    """The later of the days on which offer and organisation were confirmed."""
    said = [day for day in (offer["confirmed_on"], detail["organisation"]["confirmed_on"]) if day]
    return date.fromisoformat(max(said)) if said else None
