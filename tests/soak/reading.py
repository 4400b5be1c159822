"""Questions about the sea, each answer judged by what the ledger allows."""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import mapbox_vector_tile

from mapsvc.directory.searches import Box, Filters, Near, Search
from mapsvc.domain.base import now
from tests.directory import brute_force
from tests.soak.ledger import Bounds, Ledger, Test
from tests.soak.writing import KINDS, SEA, SECTORS

EVERYONE = 100  # the most that a page of the API gives
ZOOMS = (3, 5, 7, 9)
NEAREST = 10


class Wrong(AssertionError):
    """An answer that no state of the listings explains."""


@dataclass
class Reader:
    """Asks a service over one kept connection."""

    url: str
    chance: random.Random
    ledger: Ledger
    tags: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        host = urlsplit(self.url)
        self._connection = HTTPConnection(str(host.hostname), host.port, timeout=30)

    def read(self) -> None:
        """Asks one question of a random kind. Raises Wrong."""
        question = self.chance.choice([self._search, self._nearest, self._window, self._tile, self._page])
        question()
        self.done[question.__name__] += 1

    def get(self, address: str) -> bytes:
        """The body of an answer, or of the last one where the service says it still holds. Raises Wrong."""
        known = self.tags.get(address)
        headers = {"If-None-Match": known[0]} if known and self.chance.random() < 0.5 else {}
        self._connection.request("GET", address, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status == 304 and known:
            self.done["not modified"] += 1
            return known[1]
        if answer.status != 200:
            raise Wrong(f"{answer.status} for {address}: {body[:300]!r}")
        if tag := answer.headers.get("ETag"):
            if len(self.tags) > 500:
                self.tags.clear()
            self.tags[address] = tag, body
        return body

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._connection.close()

    def _search(self) -> None:
        lon, lat = self._place()
        filters, named = self._filters()
        km = self.chance.choice((40, 80, 120))
        search = Search(Near(lon, lat, km), filters=filters)
        query = {"lon": lon, "lat": lat, "radius_km": km, "limit": EVERYONE, **named}
        told, bounds = self._asked(f"/api/search?{urlencode(query, doseq=True)}", search)
        self._total(told["total"], bounds, "search", query)
        shown = {item["id"]: item for item in told["items"]}
        if shown.keys() - bounds.may or (told["total"] <= EVERYONE and bounds.must - shown.keys()):
            raise Wrong(f"search {query}: {sorted(shown)}, must {bounds.must}, may {sorted(bounds.may)}")
        for id_, item in shown.items():
            if item["title"] not in bounds.titles[id_]:
                raise Wrong(f"search {query}: {item['title']} of {id_}")
        self._kinds(told["facets"]["kind"], bounds, "search", query)

    def _nearest(self) -> None:
        lon, lat = self._place()
        began = time.monotonic()
        told = json.loads(self.get(f"/api/search?{urlencode({'lon': lon, 'lat': lat, 'k': NEAREST})}"))
        bounds = self.ledger.bounds(lambda _one: True, began, time.monotonic())
        told_metres = {item["id"]: item["distance_m"] for item in told["items"]}
        possible = {
            id_: {round(brute_force.geodesic_m(lon, lat, one.lon, one.lat), 1) for one in rows}
            for id_, rows in bounds.may.items()
        }
        order = list(told_metres.values())
        nearer = {id_ for id_ in bounds.must if max(possible[id_]) < order[-1]}
        # What goes between being found and being shown is left out of the list.
        gone = len(bounds.may) - len(bounds.must)
        if (
            order != sorted(order)
            or not NEAREST - gone <= len(order) <= NEAREST
            or any(metres not in possible.get(id_, ()) for id_, metres in told_metres.items())
            or nearer - told_metres.keys()
        ):
            raise Wrong(f"nearest to {lon}, {lat}: {told_metres}, nearer {nearer}")

    def _window(self) -> None:
        zoom, (lon, lat) = self.chance.choice(ZOOMS), self._place()
        box = Box(max(lon - 2, SEA.west), lat - 1, min(lon + 2, SEA.east), lat + 1)
        filters, named = self._filters()
        query = {"box": f"{box.west},{box.south},{box.east},{box.north}", "zoom": zoom, **named}
        address = f"/api/viewport?{urlencode(query, doseq=True)}"
        told, bounds = self._asked(address, Search(filters=filters), brute_force.cells_of_box(box, zoom))
        drawn = sum(one["count"] for one in told["clusters"]) + len(told["pins"])
        if drawn != told["total"] or {one["id"] for one in told["pins"]} - bounds.may.keys():
            raise Wrong(f"viewport {query}: {told}")
        self._total(told["total"], bounds, "viewport", query)
        kinds = sum((Counter(one["kinds"]) for one in told["clusters"]), Counter())
        kinds.update(one["kind"] for one in told["pins"])
        self._kinds(kinds, bounds, "viewport", query)

    def _tile(self) -> None:
        zoom, (lon, lat) = self.chance.choice(ZOOMS), self._place()
        x, y = brute_force.cell(lon, lat, zoom)
        filters, named = self._filters()
        query = urlencode(named, doseq=True)
        address = f"/tiles/{zoom}/{x}/{y}.mvt" + (f"?{query}" if query else "")
        cells = brute_force.cells_of_tile(zoom, x, y)
        began = time.monotonic()
        body = self.get(address)
        bounds = self.ledger.bounds(_test(Search(filters=filters), cells), began, time.monotonic())
        layers = mapbox_vector_tile.decode(body).values() if body else ()
        features = [one["properties"] for layer in layers for one in layer["features"]]
        self._total(sum(one.get("count", 1) for one in features), bounds, "tile", {"address": address})

    def _page(self) -> None:
        lon, lat = self._place()
        body = self.get(f"/?{urlencode({'lon': lon, 'lat': lat, 'radius_km': 50})}")
        if b'id="results"' not in body:
            raise Wrong(f"page at {lon}, {lat}: {body[:300]!r}")

    def _asked(
        self, address: str, search: Search, cells: brute_force.Cells | None = None
    ) -> tuple[dict[str, Any], Bounds]:
        began = time.monotonic()
        told = json.loads(self.get(address))
        return told, self.ledger.bounds(_test(search, cells), began, time.monotonic())

    def _total(self, total: int, bounds: Bounds, door: str, query: object) -> None:
        if not bounds.allows(total):
            raise Wrong(f"{door} {query}: {total}, not {len(bounds.must)} to {len(bounds.may)}")

    def _kinds(self, told: Any, bounds: Bounds, door: str, query: object) -> None:
        """Judges the numbers by kind, which a facet gives as a list and a map as an object."""
        given = told if isinstance(told, Counter) else {one["value"]: one["count"] for one in told}
        for kind in KINDS:
            may = {id_ for id_, rows in bounds.may.items() if any(one.kind == kind for one in rows)}
            must = {id_ for id_ in bounds.must & may if all(one.kind == kind for one in bounds.may[id_])}
            if not len(must) <= given.get(kind, 0) <= len(may):
                raise Wrong(f"{door} {query}: {given}, {kind} not {len(must)} to {len(may)}")

    def _place(self) -> tuple[float, float]:
        lon, lat = self.chance.uniform(SEA.west, SEA.east), self.chance.uniform(SEA.south + 1, SEA.north - 1)
        return round(lon, 4), round(lat, 4)

    def _filters(self) -> tuple[Filters, dict[str, Any]]:
        if self.chance.random() < 0.4:
            return Filters(), {}
        sectors = tuple(sorted(self.chance.sample(SECTORS, k=2)))
        return Filters(sectors=sectors), {"sector": sectors}


def _test(search: Search, cells: brute_force.Cells | None) -> Test:
    today = now().date()
    if cells is None:
        return lambda one: brute_force.meets(search, one, today)
    return lambda one: (
        brute_force.cell(one.lon, one.lat, cells.level) in cells and brute_force.meets(search, one, today)
    )
