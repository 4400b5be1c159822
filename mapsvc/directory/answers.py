"""What the directory answers: hits, counts, clusters and pins. Everything counts sites, not rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from mapsvc.directory.searches import Cursor

Facets = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A site that was found, shown by one of its listings.

    Of the site's listings that meet the search it is the one whose title, then town, then text
    holds the words asked for, and the lowest id among equals. `distance_m` is in metres, rounded
    to 0.1, and None without a centre. `rows` is the number of the site's listings that are visible.
    """

    listing_id: int
    distance_m: float | None
    rows: int


@dataclass(frozen=True, slots=True)
class Wider:
    """A radius in kilometres that holds the nearest matches where the one asked for held none."""

    radius_km: int
    total: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of what was found.

    `total` is the number of sites on all pages, `pages` at least 1; a page beyond the last has no
    hits. `facets` gives for each facet and value the number of sites that would be found with
    that value alone chosen in that facet and all other conditions kept; `k` of a search bounds
    the hits, not these numbers. `wider` is set only where a radius held nothing and a larger one
    would not. `next` goes on after the last hit, None where nothing comes.
    """

    total: int
    hits: tuple[Hit, ...]
    page: int
    pages: int
    facets: Facets
    wider: Wider | None = None
    next: Cursor | None = None


class Pin(NamedTuple):
    """One site on the map, by the listing that stands for it."""

    id: int
    kind: str
    lon: float
    lat: float
    title: str
    precision: str
    sample: bool


class Cluster(NamedTuple):
    """Several sites drawn as one: their mean position, number by kind, and box.

    `box` is (west, south, east, north) of the members; west equals east and south equals north
    where all stand on one point. It is larger only where sites of a very full cell have just gone.
    """

    lon: float
    lat: float
    count: int  # type: ignore[assignment]  # what a tuple counts is nobody's question here
    kinds: Mapping[str, int]
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """What a map shows: `total` sites, each in exactly one cluster or as one pin."""

    total: int
    clusters: tuple[Cluster, ...]
    pins: tuple[Pin, ...]
