"""The world as the rows of the peers' tables: one shape for all of them, in Morton order."""

from collections.abc import Iterator

import numpy as np

from benchmarks.peers.answers import FACETS
from benchmarks.peers.questions import Filter
from benchmarks.peers.worlds import FIELDS, SECTORS, Array, World

# `leads` marks the first row of each site, and `site_` what all rows of the site say together: so what is
# asked without filters needs no grouping by site.
COLUMNS = (
    *("id", "site", "lon", "lat", "cx", "cy", "leads", "kind", "country"),
    *("sectors", "languages", "lodging", "site_sectors", "site_languages", "site_lodging"),
    *("seats", "field_1", "field_2"),
)
BITS = {"sector": "sectors", "language": "languages", "accommodation": "lodging"}
MASKS = {**BITS, "kind": "kind", "country": "country"}
assert BITS.keys() == FACETS.keys()

AT_ONCE = 50_000


def columns(world: World) -> dict[str, Array]:
    """The columns by name, the rows in Morton order."""
    order = world.along_curve
    cx, cy = world.cells
    starts = np.flatnonzero(np.concatenate(([True], world.site[1:] != world.site[:-1])))
    leads = np.zeros(len(world), dtype=np.int16)
    leads[starts] = 1
    together = {
        f"site_{name}": np.bitwise_or.reduceat(values, starts)[np.cumsum(leads) - 1]
        for name, values in (
            ("sectors", world.sectors),
            ("languages", world.languages),
            ("lodging", world.lodging),
        )
    }
    found = {
        "id": world.ids,
        "site": world.site,
        "lon": world.lon,
        "lat": world.lat,
        "cx": cx,
        "cy": cy,
        "leads": leads,
        "kind": world.kind,
        "country": world.country,
        "sectors": world.sectors,
        "languages": world.languages,
        "lodging": world.lodging,
        **together,
        "seats": world.seats,
        "field_1": world.fields[:, 0],
        "field_2": world.fields[:, 1],
    }
    return {name: np.ascontiguousarray(found[name][order]) for name in COLUMNS}


def tuples(world: World) -> Iterator[tuple[object, ...]]:
    """The same, row by row."""
    found = columns(world)
    for start in range(0, len(world), AT_ONCE):
        yield from zip(*(column[start : start + AT_ONCE].tolist() for column in found.values()), strict=True)


def conditions(filter_: Filter) -> list[str]:
    """The filter as SQL over these columns; its values are whole numbers of ours."""
    found = [
        f"({name} & {bits}) <> 0"
        for name, bits in (
            ("sectors", filter_.sector_bits),
            ("languages", filter_.language_bits),
            ("lodging", filter_.lodging_bits),
        )
        if bits
    ]
    if filter_.seats:
        found.append(f"seats >= {filter_.seats}")
    if filter_.countries:
        found.append(f"country IN ({_list(filter_.countries)})")
    if filter_.fields:
        wanted = _list(filter_.fields)
        found.append(f"(field_1 IN ({wanted}) OR field_2 IN ({wanted}))")
    return found


def site_counts(rows: list[tuple[int, ...]]) -> dict[str, list[tuple[int, int]]]:
    """How many sites have which bits or codes, from matching rows of (site, sectors, languages, lodging,
    kind, country): for databases that cannot join bits themselves.
    """
    sites: dict[int, list[int]] = {}
    for site, *values in rows:
        known = sites.get(site)
        if known is None:
            sites[site] = values
        else:
            known[:3] = (one | other for one, other in zip(known[:3], values[:3], strict=True))
    counted: dict[str, dict[int, int]] = {facet: {} for facet in MASKS}
    for values in sites.values():
        for facet, value in zip(MASKS, values, strict=True):
            counted[facet][value] = counted[facet].get(value, 0) + 1
    return {facet: list(numbers.items()) for facet, numbers in counted.items()}


def _list(values: tuple[int, ...]) -> str:
    return ", ".join(map(str, values))


assert len(SECTORS) <= 62
assert len(FIELDS) < 2**15
