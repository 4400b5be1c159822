"""How many of something lie in each region of a set: amounts at places in, sums by region out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Amounts = NDArray[np.int64]


class Ancestry(Protocol):
    """What knows the larger regions of a region: `mapsvc.places.region_sets.RegionSet`."""

    def ancestors(self, key: str, /) -> tuple[str, ...]:
        """The ids of a region and of all larger ones that it is part of, the finest first."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums by region id, of regions of every level; what is not in `by_region` is 0.

    total is of all places, those included of which no region is known.
    """

    total: int
    by_region: Mapping[str, int]

    def of(self, key: str | None) -> int:
        """The sum of a region, of everything for None."""
        return self.total if key is None else self.by_region.get(key, 0)

    def outside(self, keys: Collection[str], *, within: str | None = None) -> int:
        """What of a region (of everything for None) lies in none of its parts with these ids.

        That is what is known to lie in the region and not where in it.
        """
        return self.of(within) - sum(map(self.of, keys))


def tallied(amounts: Sequence[int] | Amounts, places: Sequence[str | None], regions: Ancestry) -> Tally:
    """The sums of amounts by region.

    amounts and places have one length; a place is the id of the finest region that is known (a country is
    one), None for none. Each amount counts in its region and in all larger ones. ValueError when
    the lengths differ.
    """
    held = np.asarray(amounts, dtype=np.int64)
    if len(held) != len(places):
        raise ValueError("amounts must be as many as places")
    finest: dict[str, int] = {}
    for place in np.flatnonzero(held).tolist():
        key = places[place]
        if key is not None:
            finest[key] = finest.get(key, 0) + int(held[place])
    sums: dict[str, int] = {}
    for key, amount in finest.items():
        for larger in regions.ancestors(key):
            sums[larger] = sums.get(larger, 0) + amount
    return Tally(int(held.sum()), sums)
