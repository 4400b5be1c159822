"""The items of what a search found, each dressed once and kept until its listing changes."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Engine

from mapsvc.directory.answers import Hit
from mapsvc.directory.directory import Directory
from mapsvc.domain.base import now
from mapsvc.presentation.cards import Item, item
from mapsvc.presentation.labels import RegionNames
from mapsvc.storage.cards import card_rows

MOST_KEPT = 8192  # items, some two kilobytes each


class _Kept(NamedTuple):
    """An item without what depends on the search, and as of when it was dressed."""

    edition: int
    day: date  # a voucher ends with its day
    item: Item


class Items:
    """Makes the items of hits from rows that the public engine reads; safe to share between threads."""

    def __init__(self, directory: Directory, engine: Engine, regions: RegionNames) -> None:
        self._directory = directory
        self._engine = engine
        self._regions = regions
        self._lock = Lock()
        self._kept: OrderedDict[tuple[int, str], _Kept] = OrderedDict()  # the least recently shown first
        self._number = directory.number

    def of(self, hits: Iterable[Hit], *, language: str) -> list[Item]:
        """The items of hits in their order; a listing that has gone since is left out.

        What is inside an item is shared with later answers, and not to be changed.
        """
        hits = list(hits)
        self._drop_changed()
        dressed = self._dressed([hit.listing_id for hit in hits], language)
        return [
            found | {"distance_m": hit.distance_m, "offers": hit.rows if found["offers"] else 0}
            for hit in hits
            if (found := dressed.get(hit.listing_id))
        ]

    def _drop_changed(self) -> None:
        """Gives up the items of listings that changed: what was erased does not stay in memory."""
        number = self._directory.number
        if number == self._number:
            return
        with self._lock:
            self._number = number
            gone = [key for key, one in self._kept.items() if one.edition != self._directory.edition(key[0])]
            for key in gone:
                del self._kept[key]

    def _dressed(self, ids: list[int], language: str) -> dict[int, Item]:
        """The items with these ids, as of now; `offers` is 1 where there are offers to be counted."""
        # Asked before the rows are read: what changes in between is kept under an edition that has passed.
        today, editions = now().date(), {id_: self._directory.edition(id_) for id_ in ids}
        found: dict[int, Item] = {}
        with self._lock:
            for id_ in ids:
                kept = self._kept.get((id_, language))
                if kept and kept.edition == editions[id_] and kept.day == today:
                    found[id_] = kept.item
                    self._kept.move_to_end((id_, language))
        if len(found) == len(editions):
            return found
        made = self._made([id_ for id_ in editions if id_ not in found], language)
        with self._lock:
            for id_, one in made.items():
                self._kept[id_, language] = _Kept(editions[id_], today, one)
                self._kept.move_to_end((id_, language))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found | made

    def _made(self, ids: list[int], language: str) -> dict[int, Item]:
        return {
            row.id: item(
                row,
                distance_m=None,
                offers=1 if row.detail.get("offer") else 0,
                language=language,
                regions=self._regions,
            )
            for row in card_rows(self._engine, ids)
        }
