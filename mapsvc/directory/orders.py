"""The orders in which sites come, and how the first of several parts are put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.directory.columns import Columns, Floats, Mask, Rows
from mapsvc.directory.ellipsoid import geodesics
from mapsvc.directory.nearby import nearest_rows
from mapsvc.directory.parts import Found
from mapsvc.directory.searches import Cursor, Near, Search, Sort

WALK = 4  # as many times the rows that should do are looked at to find the first in the default order


@dataclass(frozen=True, slots=True)
class Place:
    """A row in an order: smaller keys come first. metres are None without a centre."""

    keys: tuple[Any, ...]
    columns: Columns
    row: int
    metres: float | None

    @property
    def listing_id(self) -> int:
        """The id of the row's listing."""
        return int(self.columns.ids[self.row])


def order_of(search: Search) -> Sort:
    """The order in which answers come; what an order needs and does not find, it leaves out."""
    sort, near = search.sort, search.near
    if (sort is Sort.DISTANCE and near is None) or (sort is Sort.RELEVANCE and not search.filters.words):
        sort = Sort.DEFAULT
    return Sort.DISTANCE if sort is Sort.DEFAULT and near is not None else sort


def k_nearest(found: Sequence[Found], near: Near, k: int) -> list[Found]:
    """Only the k nearest of what was found."""
    if sum(len(one.rows) for one in found) <= k:
        return list(found)
    rows, metres = zip(*(nearest_rows(one.matches.part, near, one.rows, k) for one in found), strict=True)
    ids = [one.columns.ids[kept] for one, kept in zip(found, rows, strict=True)]
    owner = np.repeat(np.arange(len(found)), [len(kept) for kept in rows])
    kept = np.zeros(len(owner), dtype=np.bool_)
    kept[np.lexsort((np.concatenate(ids), np.concatenate(metres)))[:k]] = True
    return [
        Found(one.matches, np.sort(own[kept[owner == number]]))
        for number, (one, own) in enumerate(zip(found, rows, strict=True))
    ]


def page(found: Sequence[Found], search: Search, first: int, end: int) -> list[Place]:
    """The places from the first to before the end in the search's order."""
    order = order_of(search)
    if search.after is not None:
        found = [Found(one.matches, _behind(one, search, order, search.after)) for one in found]
    largest = max(found, key=lambda one: len(one.rows))
    # Of the largest part, what comes before `skipped` cannot reach the page: the others are too few.
    skipped = max(0, first - sum(len(one.rows) for one in found if one is not largest))
    places: list[Place] = []
    for one in found:
        rows, metres = _ordered(one, search, order, min(end, len(one.rows)))
        start = skipped if one is largest else 0
        places += _places(one, search, order, rows[start:], None if metres is None else metres[start:])
    places.sort(key=lambda place: place.keys)
    return places[first - skipped : end - skipped]


def cursor_at(place: Place, search: Search) -> Cursor:
    """The cursor by which a search goes on after this place."""
    order, columns = order_of(search), place.columns
    return Cursor(
        listing_id=place.listing_id,
        metres=place.metres if place.metres is not None and order is not Sort.NAME else 0.0,
        words=place.keys[0] if order is Sort.RELEVANCE else 0,
        confirmed=bool(columns.confirmed[place.row]),
        title=columns.folded_title(place.row).decode(),
    )


def _ordered(found: Found, search: Search, order: Sort, count: int) -> tuple[Rows, Floats | None]:
    """The first `count` rows in order; their metres where those order them."""
    columns, rows = found.columns, found.rows
    if order is Sort.DISTANCE and search.near is not None:
        return nearest_rows(found.matches.part, search.near, rows, count)
    if order is Sort.DEFAULT:
        return _first_by_default(columns, rows, count), None
    names = columns.names[rows].astype(np.int64)
    if order is Sort.NAME:
        return rows[_smallest(names, (columns.ids[rows], names), count)], None
    classes = found.matches.classes(rows)
    if search.near is None:
        keys = classes << 32 | names
        return rows[_smallest(keys, (columns.ids[rows], keys), count)], None
    metres = geodesics(search.near, columns, columns.site_of[rows])
    chosen = _smallest(classes, (columns.ids[rows], metres, classes), count)
    return rows[chosen], metres[chosen]


def _smallest(primary: NDArray[Any], keys: tuple[NDArray[Any], ...], count: int) -> NDArray[np.int64]:
    """The places of the first `count` by keys, the last of which, or what orders first in it, is primary."""
    if count >= len(primary):
        return np.lexsort(keys)
    kept = np.flatnonzero(primary <= np.partition(primary, count)[count])
    return kept[np.lexsort(tuple(key[kept] for key in keys))][:count]


def _first_by_default(columns: Columns, rows: Rows, count: int) -> Rows:
    """The first `count` of the rows, confirmed first, then by name, then by id."""
    if len(rows) == len(columns):
        return columns.order[:count]
    steps = WALK * (count + WALK) * len(columns) // max(1, len(rows))
    if steps * WALK < len(rows):
        # Among many rows the first are found soon by going along the order of all.
        walked = columns.order[:steps]
        walked = walked[rows[np.minimum(np.searchsorted(rows, walked), len(rows) - 1)] == walked]
        if len(walked) >= count:
            found: Rows = walked[:count]
            return found
    rank = columns.rank[rows]
    first: Rows = rows[_smallest(rank, (rank,), count)]
    return first


def _places(found: Found, search: Search, order: Sort, rows: Rows, metres: Floats | None) -> list[Place]:
    """The rows with their keys, which mean the same in every part."""
    columns, near = found.columns, search.near
    if metres is None and near is not None:
        metres = geodesics(near, columns, columns.site_of[rows])
    far = [None] * len(rows) if metres is None else metres.tolist()
    classes = found.matches.classes(rows).tolist()
    return [
        Place(_keys(columns, row, order, metre, words), columns, row, metre)
        for row, metre, words in zip(rows.tolist(), far, classes, strict=True)
    ]


def _keys(columns: Columns, row: int, order: Sort, metres: float | None, words: int) -> tuple[Any, ...]:
    id_ = int(columns.ids[row])
    if order is Sort.DISTANCE:
        return metres, id_
    if order is Sort.RELEVANCE:
        return words, columns.folded_title(row) if metres is None else metres, id_
    if order is Sort.NAME:
        return columns.folded_title(row), id_
    return not columns.confirmed[row], columns.folded_title(row), id_


def _behind(found: Found, search: Search, order: Sort, after: Cursor) -> Rows:
    """The rows that come after the cursor."""
    columns, rows = found.columns, found.rows
    later_id = columns.ids[rows] > after.listing_id
    if search.near is not None and order in {Sort.DISTANCE, Sort.RELEVANCE}:
        metres = geodesics(search.near, columns, columns.site_of[rows])
        later = _later(metres, after.metres, later_id)
    else:
        later = _later_names(columns, rows, after, later_id)
    if order is Sort.RELEVANCE:
        later = _later(found.matches.classes(rows), after.words, later)
    if order is Sort.DEFAULT:
        later = _later(columns.confirmed[rows] == 0, not after.confirmed, later)
    return rows[later]


def _later(keys: NDArray[Any], key: Any, then: Mask) -> Mask:
    """Which keys are larger, or equal where the next key is."""
    later: Mask = (keys > key) | ((keys == key) & then)
    return later


def _later_names(columns: Columns, rows: Rows, after: Cursor, later_id: Mask) -> Mask:
    first, equal = _rank_of(columns, after.title.encode())
    names = columns.names[rows]
    if not equal:
        return names >= first
    return _later(names, first, later_id)


def _rank_of(columns: Columns, title: bytes) -> tuple[int, bool]:
    """The lowest rank of a title not before this one, and whether it is this one."""
    rank, equal = len(columns), False
    confirmed = int(np.count_nonzero(columns.confirmed))
    for first, end in ((0, confirmed), (confirmed, len(columns))):
        low, high = first, end
        while low < high:
            middle = (low + high) // 2
            if columns.folded_title(int(columns.order[middle])) < title:
                low = middle + 1
            else:
                high = middle
        if low < end:
            row = int(columns.order[low])
            rank = min(rank, int(columns.names[row]))
            equal = equal or columns.folded_title(row) == title
    return rank, equal
