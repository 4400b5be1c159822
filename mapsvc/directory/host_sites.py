"""All hosts on the map, and all kits, as plain arrays: what planning counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mapsvc.directory.censuses import Census, PartialCensus
from mapsvc.directory.columns import Columns, Rows, distinct_in_order, parts
from mapsvc.domain.listings import Kind
from mapsvc.planning.gaps import Floats, HostSites, Integers
from mapsvc.storage.records import FIELD

COUNTRY, REGION = "country", "region"


@dataclass(frozen=True, slots=True)
class KitPoints:
    """The kits on the map: ids of their listings, names, degrees of WGS 84."""

    listing: Integers
    names: Sequence[str]
    lon: Floats
    lat: Floats


def kit_points(census: Census) -> KitPoints:
    """The kits that are visible today, by id."""
    found = sorted(
        (int(columns.ids[row]), columns.title(row), *_point(columns, row))
        for part in census.parts
        for columns, rows in [(part.columns, part.rows_of(Kind.KIT))]
        for row in rows.tolist()
    )
    return KitPoints(
        np.array([one[0] for one in found], dtype=np.int64),
        [one[1] for one in found],
        np.array([one[2] for one in found], dtype=np.float64),
        np.array([one[3] for one in found], dtype=np.float64),
    )


def host_sites(census: Census, known: Iterable[tuple[int, int, int]]) -> HostSites:
    """The hosts that are visible today; known tells of rows what `storage.known_days` does.

    A site of which it does not tell counts as true for ever.
    """
    told = np.array(list(known), dtype=np.int64).reshape(-1, 3)
    found = [_sites_of(part, told) for part in census.parts]
    fields = sorted({code for one in found for code in one.fields})
    place = {code: number for number, code in enumerate(fields)}
    starts = np.cumsum([0, *map(len, found)])[:-1]
    moved = [np.array([place[code] for code in one.fields], dtype=np.int64) for one in found]
    return HostSites(
        listing=np.concatenate([one.listing for one in found]),
        lon=np.concatenate([one.lon for one in found]),
        lat=np.concatenate([one.lat for one in found]),
        countries=[code for one in found for code in one.countries],
        regions=[code for one in found for code in one.regions],
        known=np.concatenate([one.known for one in found]),
        fields=fields,
        field_site=_moved([one.field_site for one in found], starts),
        field=np.concatenate([table[one.field] for one, table in zip(found, moved, strict=True)]),
        period_site=_moved([one.period_site for one in found], starts),
        first=np.concatenate([one.first for one in found]),
        last=np.concatenate([one.last for one in found]),
        seats=np.concatenate([one.seats for one in found]),
    )


def site_titles(census: Census, listing_ids: Integers) -> list[bytes]:
    """The folded titles of listings in their order, by which they are ordered; b"" for one that is gone."""
    names: dict[int, bytes] = {}
    for part in census.parts:
        columns = part.columns
        for row in columns.rows_with_ids(listing_ids).tolist():
            names[int(columns.ids[row])] = columns.folded_title(row)
    return [names.get(id_, b"") for id_ in listing_ids.tolist()]


def _moved(places: list[Integers], starts: Integers) -> Integers:
    """Places in each part as places in all of them."""
    return np.concatenate([one + start for one, start in zip(places, starts, strict=True)])


def _point(columns: Columns, row: int) -> tuple[float, float]:
    site = columns.site_of[row]
    return float(columns.lon[site]), float(columns.lat[site])


def _sites_of(part: PartialCensus, told: Integers) -> HostSites:
    columns, rows = part.columns, part.rows_of(Kind.HOST)
    sites, of_row = distinct_in_order(columns.site_of[rows])
    firsts = np.searchsorted(of_row, np.arange(len(sites)))
    places, lengths = parts(columns.code_starts, rows)
    codes, holder = columns.codes[places].astype(np.int64), np.repeat(of_row, lengths)
    begin, end = columns.values.bounds[FIELD]
    is_field = (codes >= begin) & (codes < end)
    pairs = np.unique(holder[is_field] * (end - begin + 1) + codes[is_field] - begin)
    field_site, field = np.divmod(pairs, end - begin + 1)
    periods, number = parts(columns.period_starts, rows)
    return HostSites(
        listing=columns.ids[rows[firsts]],
        lon=columns.lon[sites],
        lat=columns.lat[sites],
        countries=_single(columns, COUNTRY, codes, holder, len(sites)),
        regions=_single(columns, REGION, codes, holder, len(sites)),
        known=_known(columns, rows, firsts, told),
        fields=columns.values.names[begin:end],
        field_site=field_site,
        field=field,
        period_site=np.repeat(of_row, number),
        first=columns.first[periods].astype(np.int64),
        last=columns.last[periods].astype(np.int64),
        seats=columns.seats[periods].astype(np.int64),
    )


def _single(columns: Columns, facet: str, codes: Integers, holder: Integers, sites: int) -> list[str]:
    """The value of a facet that is the same in all rows of a site; "" where it has none."""
    begin, end = columns.values.bounds[facet]
    is_meant = (codes >= begin) & (codes < end)
    found = np.full(sites, end, dtype=np.int64)
    found[holder[is_meant]] = codes[is_meant]
    names = [*columns.values.names[begin:end], ""]
    return [names[place] for place in (found - begin).tolist()]


def _known(columns: Columns, rows: Rows, firsts: Integers, told: Integers) -> Integers:
    """For each site the latest day on which one of its rows was confirmed, else listed."""
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    days = np.full((len(rows), 2), [0, np.iinfo(np.int64).max], dtype=np.int64)
    if len(told):
        places = np.minimum(np.searchsorted(told[:, 0], columns.ids[rows]), len(told) - 1)
        there = told[places, 0] == columns.ids[rows]
        days[there] = told[places[there], 1:]
    confirmed, listed = np.maximum.reduceat(days, firsts).T
    found: Integers = np.where(confirmed > 0, confirmed, listed)
    return found
