"""What is public of the hosts of a placing beside their offers: where they are, and their website."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine

from mapsvc.storage.listings import listings_with_keys


@dataclass(frozen=True, slots=True)
class PublicHost:
    """The lines of the address without the country, and the website, "" where none is said."""

    lines: tuple[str, ...]
    website: str


def public_hosts(engine: Engine, keys: Iterable[str]) -> dict[str, PublicHost]:
    """The hosts of offers by the key of the offer, from public rows alone; one that is gone is left out."""
    with engine.connect() as connection:
        found = listings_with_keys(connection, keys)
    hosts = {}
    for key, listing in found.items():
        site = listing.detail.get("site") or {}
        town = " ".join(part for part in (site.get("postcode"), listing.place) if part)
        lines = tuple(line for line in (site.get("address"), town) if line)
        website = (listing.detail.get("organisation") or {}).get("website") or ""
        hosts[key] = PublicHost(lines, website)
    return hosts
