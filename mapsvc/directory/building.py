"""Makes columns of packed records, a million in seconds: every step works on whole arrays."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.columns import DENSE, Columns, Integers, Mask, Rows, Starts, Values, are_new, parts
from mapsvc.directory.ellipsoid import positions
from mapsvc.directory.morton import codes_of
from mapsvc.storage.records import FACETS, HEAD, Records, Value

Array = NDArray[Any]
MOST_VALUES = 2**16
AT_A_TIME = 16  # bytes of titles that are compared as numbers, a multiple of 8


class _Decoded(NamedTuple):
    """Records taken apart: ids, heads, and what stands after the heads, each kind end to end."""

    ids: Integers
    heads: Array
    codes: Array
    periods: Array  # three numbers each
    folded: Array
    titles: Array


def columns_of(records: Iterable[Records], values: Mapping[int, Value]) -> Columns:
    """The columns of these listings; ids must be unique and come in order, values name each code.

    All rows of a site stand where the one with the lowest id stands.
    """
    decoded = _joined([_decoded(part) for part in records if len(part.ids)])
    heads = decoded.heads
    numbers, anchors, row_site = np.unique(heads["site"], return_index=True, return_inverse=True)
    lon, lat = heads["lon"][anchors], heads["lat"][anchors]
    morton = codes_of(lon, lat)
    by_place = np.lexsort((numbers, morton))
    place = np.empty(len(by_place), dtype=np.int32)
    place[by_place] = np.arange(len(by_place), dtype=np.int32)
    rows = np.argsort(place[row_site], kind="stable")
    heads, ids, site_of = heads[rows], decoded.ids[rows], place[row_site][rows]
    lon, lat = lon[by_place], lat[by_place]
    code_starts, codes = _taken(decoded.codes, decoded.heads["codes"], rows)
    period_starts, periods = _taken(decoded.periods, decoded.heads["periods"], rows)
    title_starts, titles = _taken(decoded.titles, decoded.heads["title"], rows)
    known, codes = _numbered(codes, values)
    names = _ranks(_starts(decoded.heads["name"]), decoded.folded)[rows]
    order = np.lexsort((ids, names, heads["confirmed"] == 0)).astype(np.int32)
    return Columns(
        values=known,
        morton=morton[by_place],
        lon=lon,
        lat=lat,
        xyz=positions(lon, lat).astype(np.float32),
        site=numbers[by_place],
        by_site=place,  # numbers are in order, and so are their places
        starts=np.searchsorted(site_of, np.arange(len(lon) + 1)).astype(np.int32),
        site_of=site_of,
        ids=ids,
        by_id=np.argsort(ids).astype(np.int32),
        names=names,
        rank=_inverse(order),
        order=order,
        **{name: np.ascontiguousarray(heads[name]) for name in _PLAIN},
        code_starts=_narrow(code_starts),
        codes=codes,
        **_pairs(codes, code_starts, site_of, len(lon), len(known.names)),
        period_starts=_narrow(period_starts),
        **{
            name: np.ascontiguousarray(periods[:, place])
            for place, name in enumerate(("first", "last", "seats"))
        },
        title_starts=_narrow(title_starts),
        titles=titles,
        **_holders(codes, code_starts, len(known.names), len(ids)),
    )


_PLAIN = ("kind", "precision", "confirmed", "sample", "min_age", "visible_from", "visible_until")


def _decoded(records: Records) -> _Decoded:
    data = np.frombuffer(records.data, dtype=np.uint8)
    begins = np.cumsum(records.lengths) - records.lengths
    size = HEAD.itemsize
    heads = data[(begins[:, None] + np.arange(size)).ravel()].view(HEAD)
    cursor = begins + size
    found = []
    for name, width in (("codes", 4), ("periods", 12), ("name", 1), ("title", 1)):
        lengths = heads[name].astype(np.int64) * width
        found.append(_bytes(data, cursor, lengths))
        cursor = cursor + lengths
    codes, periods, folded, titles = found
    return _Decoded(records.ids, heads, codes.view("<u4"), periods.view("<i4").reshape(-1, 3), folded, titles)


def _bytes(data: Array, begins: Integers, lengths: Integers) -> Array:
    before = np.repeat(np.cumsum(lengths) - lengths - begins, lengths)
    return data[np.arange(len(before)) - before]


def _joined(found: list[_Decoded]) -> _Decoded:
    if not found:
        return _decoded(Records(np.zeros(0, np.int64), np.zeros(0, np.int64), b""))
    return _Decoded(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _taken(parts_of_rows: Array, lengths: Array, rows: Array) -> tuple[Integers, Array]:
    """The parts in the order of rows, with the start of each."""
    starts = _starts(lengths)
    places, taken = parts(starts, rows)
    return _starts(taken), parts_of_rows[places]


def _narrow(starts: Integers) -> Starts:
    """The same in half the memory. Raises OverflowError where all parts together are too long for that."""
    if starts[-1] > np.iinfo(np.int32).max:
        raise OverflowError("the titles, values or periods of all listings are too long together")
    return starts.astype(np.int32)


def _starts(lengths: Array) -> Integers:
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _numbered(codes: Array, values: Mapping[int, Value]) -> tuple[Values, NDArray[np.uint16]]:
    """The values that occur, and the codes as numbers of those."""
    used = np.flatnonzero(np.bincount(codes)) if len(codes) else np.zeros(0, dtype=np.int64)
    if len(used) >= MOST_VALUES:
        raise OverflowError(f"{len(used)} different values of facets; less than {MOST_VALUES} can be counted")
    facets: dict[str, list[str]] = {facet: [] for facet in FACETS}
    for code in used:
        facet, value = values[int(code)]
        facets[facet].append(value)
    known = Values.of(facets)
    place = {
        (facet, known.names[number]): number
        for facet, (first, end) in known.bounds.items()
        for number in range(first, end)
    }
    table = np.zeros(int(used.max()) + 1 if len(used) else 1, dtype=np.uint16)
    for code in used:
        table[code] = place[values[int(code)]]
    return known, table[codes]


def _ranks(starts: Integers, folded: Array) -> NDArray[np.int32]:
    """The place of each folded title among the different ones.

    Ordered by a few bytes at a time: what is equal so far is told apart by the next ones.
    """
    lengths = np.diff(starts)
    text = np.append(folded, np.zeros(AT_A_TIME, dtype=np.uint8))
    ranks = np.zeros(len(lengths), dtype=np.int64)  # how many titles come before those equal so far
    rows, read = np.arange(len(lengths)), 0
    while len(rows):
        keys = _keys(text, starts[rows] + read, lengths[rows] - read)
        order = np.lexsort((*keys.T[::-1], ranks[rows]))
        rows, keys = rows[order], keys[order]
        before = _firsts(are_new(ranks[rows]))
        now = _firsts(are_new(ranks[rows]) | _differ(keys))
        ranks[rows] += now - before
        read += AT_A_TIME
        # Of those still equal, the ones are done of which none goes on.
        number = np.cumsum(are_new(now)) - 1
        goes_on = np.bincount(number, weights=lengths[rows] > read) > 0
        rows = rows[(goes_on & (np.bincount(number) > 1))[number]]
    begun = np.zeros(len(lengths), dtype=np.int32)
    begun[ranks] = 1
    found: NDArray[np.int32] = (np.cumsum(begun, dtype=np.int32) - 1)[ranks]
    return found


def _keys(text: Array, begins: Integers, lengths: Integers) -> Array:
    """The AT_A_TIME bytes from each beginning as whole numbers that order alike; 0 beyond the lengths."""
    places = np.arange(AT_A_TIME)
    taken = text[np.minimum(begins[:, None] + places, len(text) - 1)]
    taken[places >= lengths[:, None]] = 0
    keys: Array = taken.view(">u8").astype(np.uint64)
    return keys


def _differ(keys: Array) -> Mask:
    """Which rows of keys differ from the one before."""
    new = np.ones(len(keys), dtype=np.bool_)
    new[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    return new


def _firsts(new: Mask) -> Integers:
    """For each place the last one up to there that is marked; the first place is."""
    found: Integers = np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))
    return found


def _pairs(codes: Array, starts: Integers, site_of: Array, sites: int, values: int) -> dict[str, Array]:
    """For each code that another row of the same site carries as well the number of site and code."""
    numbers = np.full(len(codes), -1, dtype=np.int32)
    if sites == len(site_of):
        return {"pairs": numbers, "pair_codes": codes[:0], "first_codes": codes[:0]}
    rows = np.flatnonzero(np.bincount(site_of)[site_of] > 1)
    places, lengths = parts(starts, rows)
    pairs = np.repeat(site_of[rows].astype(np.int64), lengths) * MOST_VALUES + codes[places]
    found, first, number, count = np.unique(pairs, return_index=True, return_inverse=True, return_counts=True)
    several = count > 1
    number_of = np.where(several, np.cumsum(several) - 1, -1)
    numbers[places] = number_of[number]
    first_codes = codes.copy()
    first_codes[places] = values
    first_codes[places[first]] = codes[places[first]]
    pair_codes = (found[several] % MOST_VALUES).astype(np.uint16)
    return {"pairs": numbers, "pair_codes": pair_codes, "first_codes": first_codes}


def _holders(codes: Array, starts: Integers, number: int, rows: int) -> dict[str, Array]:
    """For each code the rows that carry it: as a bitmap where they are many, else as a list."""
    order = np.argsort(codes, kind="stable")
    holders: Rows = np.repeat(np.arange(rows, dtype=np.int32), np.diff(starts))[order]
    counts = np.bincount(codes, minlength=number)
    ends = np.cumsum(counts)
    dense = counts * DENSE > rows
    bitmap_of = np.full(number, -1, dtype=np.int32)
    bitmap_of[dense] = np.arange(int(dense.sum()), dtype=np.int32)
    bitmaps = np.zeros((int(dense.sum()), padded(rows) // 8), dtype=np.uint8)
    for code in np.flatnonzero(dense):
        carried = np.zeros(padded(rows), dtype=np.bool_)
        carried[holders[ends[code] - counts[code] : ends[code]]] = True
        bitmaps[bitmap_of[code]] = np.packbits(carried, bitorder="little")
    return {
        "counts": counts,
        "bitmap_of": bitmap_of,
        "bitmaps": bitmaps,
        "posting_starts": _starts(np.where(dense, 0, counts)),
        "postings": holders[np.repeat(~dense, counts)],
    }


def padded(rows: int) -> int:
    """The bits of a bitmap over so many rows: whole words of 64."""
    return -(-rows // 64) * 64


def _inverse(order: Rows) -> NDArray[np.int32]:
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank
