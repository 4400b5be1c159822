"""Reads and writes a running service at the same time, and judges every answer by a ledger."""

import json
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode, urlsplit

import mapbox_vector_tile
from sqlalchemy import Engine

from mapsvc.directory.searches import Box, Filters, Near, Search
from mapsvc.domain.base import now
from mapsvc.domain.listings import Kind
from mapsvc.storage.listings import ListingRow
from tests import ledger
from tests.directory import brute_force
from tests.directory.states import alter, erase
from tests.directory.worlds import row, store
from tests.ledger import Bounds, Ledger, Test

SEA = Box(-160.0, 2.0, -150.0, 12.0)  # open water, where no other listing is
FIRST_ID = 1_000_000
LEAST, MOST = 700, 900  # listings, between which the sea is kept
KINDS = (Kind.HOST, Kind.KIT)
SECTORS = ("construction", "wood", "food", "health", "it")
EVERYONE = 100  # the most that a page of the API gives
ZOOMS = (3, 5, 7, 9)
NEAREST = 10
LOOK_AGAIN_S = 0.02


class Write(NamedTuple):
    """One change: how a listing is now, or None where it has gone; where to look for it; when it was done."""

    id: int
    row: ListingRow | None
    lon: float
    lat: float
    done: float


class Wrong(AssertionError):
    """An answer that no state of the listings explains."""


@dataclass
class Writer:
    """Adds, edits, moves and deletes listings of the sea, each a site of its own."""

    engine: Engine
    chance: random.Random
    ledger: Ledger = field(init=False)
    rows: dict[int, ListingRow] = field(default_factory=dict)
    last: int = FIRST_ID
    busy: set[int] = field(default_factory=set)  # those that somebody still looks for

    def begin(self) -> None:
        """Writes the first listings."""
        self.rows = {one.id: one for one in (self._new() for _ in range((LEAST + MOST) // 2))}
        store(self.engine, list(self.rows.values()))
        self.ledger = Ledger(self.rows.values())

    def write(self) -> Write:
        """Makes one change."""
        steps: list[Callable[[], Write]] = [self._add, self._edit, self._edit, self._move, self._delete]
        step = self.chance.choice(steps)
        if not LEAST <= len(self.rows) <= MOST:
            step = self._add if len(self.rows) < LEAST else self._delete
        return step()

    def _add(self) -> Write:
        one = self._new()
        with self.ledger.writing(one.id, one):
            store(self.engine, [one])
        return self._done(one)

    def _edit(self) -> Write:
        before = self._some()
        return self._alter(self._new(before.id)._replace(lon=before.lon, lat=before.lat))

    def _move(self) -> Write:
        before, (lon, lat) = self._some(), self._point()
        return self._alter(before._replace(lon=lon, lat=lat))

    def _alter(self, one: ListingRow) -> Write:
        with self.ledger.writing(one.id, one):
            alter(self.engine, [one])
        return self._done(one)

    def _delete(self) -> Write:
        one = self._some()
        with self.ledger.writing(one.id, None):
            erase(self.engine, [one.id])
        del self.rows[one.id]
        return Write(one.id, None, one.lon, one.lat, time.monotonic())

    def _done(self, one: ListingRow) -> Write:
        self.rows[one.id] = one
        return Write(one.id, one, one.lon, one.lat, time.monotonic())

    def _some(self) -> ListingRow:
        while (one := self.chance.choice(list(self.rows.values()))).id in self.busy:
            pass
        return one

    def _point(self) -> tuple[float, float]:
        lon, lat = self.chance.uniform(SEA.west, SEA.east), self.chance.uniform(SEA.south, SEA.north)
        return round(lon, 6), round(lat, 6)

    def _new(self, id_: int = 0) -> ListingRow:
        self.last += 1
        return row(
            self._point(),
            id=id_ or self.last,
            title=f"Boat {self.last}",
            kind=self.chance.choice(KINDS),
            facets={"sector": sorted(self.chance.sample(SECTORS, k=2))},
            confirmed=self.chance.random() < 0.3,
        )


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
            if item["title"] not in {one.title for one in bounds.may[id_]}:
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
        if (
            order != sorted(order)
            or len(order) != NEAREST
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


@dataclass
class Looker:
    """Looks for what was written until it shows: in a search, in the counts, on the map and by itself."""

    reader: Reader
    seen_s: list[float] = field(default_factory=list)

    def look(self, write: Write) -> None:
        """Returns when all doors show a change. Raises Wrong when they do not in time."""
        while not self._shows(write):
            if time.monotonic() - write.done > ledger.LATE_S:
                raise Wrong(f"not seen after {ledger.LATE_S} s: {write}")
            time.sleep(LOOK_AGAIN_S)
        self.seen_s.append(time.monotonic() - write.done)

    def _shows(self, write: Write) -> bool:
        place = {"lon": write.lon, "lat": write.lat, "radius_km": 0.1}
        found = json.loads(self.reader.get(f"/api/search?{urlencode(place)}"))
        box = f"{write.lon},{write.lat},{write.lon},{write.lat}"
        seen = json.loads(self.reader.get(f"/api/viewport?{urlencode({'box': box, 'zoom': 19})}"))
        ids = {item["id"]: item["title"] for item in found["items"]}
        pins = {pin["id"]: (pin["title"], pin["kind"]) for pin in seen["pins"]}
        if write.row is None:
            return write.id not in ids and write.id not in pins
        counted = {one["value"]: one["count"] for one in found["facets"]["kind"]}
        return (
            ids.get(write.id) == write.row.title
            and pins.get(write.id) == (write.row.title, write.row.kind)
            and counted.get(write.row.kind, 0) >= 1
        )


@dataclass
class Soak:
    """Readers, lookers and one writer at work on a service; the first fault ends it.

    at_work() is called once all is ready, and meanwhile() about once a second.
    """

    url: str
    engine: Engine
    seed: int = 1
    readers: int = 3
    lookers: int = 3
    at_work: Callable[[], object] = lambda: None
    meanwhile: Callable[[], object] = lambda: None
    faults: list[BaseException] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    seen_s: list[float] = field(default_factory=list)

    def run(self, seconds: float, *, writes_per_s: float) -> None:
        """Runs so long. Raises what any of the threads raised."""
        writer = Writer(self.engine, random.Random(self.seed))
        writer.begin()
        self._await(len(writer.rows))
        self.at_work()
        self._end = time.monotonic() + seconds
        written: queue.Queue[Write] = queue.Queue()
        works = [lambda: self._write(writer, written, 1 / writes_per_s)]
        works += [lambda number=number: self._read(writer.ledger, number) for number in range(self.readers)]
        works += [lambda number=number: self._look(writer, written, number) for number in range(self.lookers)]
        threads = [threading.Thread(target=self._guarded, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(min(1.0, seconds / 10))
            self.meanwhile()
        if self.faults:
            raise self.faults[0]

    def _await(self, count: int) -> None:
        """Returns when the service shows the first listings."""
        box = f"{SEA.west},{SEA.south},{SEA.east},{SEA.north}"
        began = time.monotonic()
        with Reader(self.url, random.Random(self.seed), Ledger(())) as reader:
            while json.loads(reader.get(f"/api/viewport?box={box}&zoom=3"))["total"] != count:
                if time.monotonic() - began > ledger.LATE_S:
                    raise Wrong("the first listings do not show")
                time.sleep(LOOK_AGAIN_S)

    def _going_on(self) -> bool:
        return time.monotonic() < self._end and not self.faults

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as fault:  # noqa: BLE001 - run() raises it
            self.faults.append(fault)

    def _write(self, writer: Writer, written: "queue.Queue[Write]", pause_s: float) -> None:
        due = time.monotonic()
        while self._going_on():
            write = writer.write()
            writer.busy.add(write.id)
            written.put(write)
            self.done["write"] += 1
            due += pause_s
            time.sleep(max(0.0, due - time.monotonic()))

    def _read(self, ledger: Ledger, number: int) -> None:
        with Reader(self.url, random.Random(self.seed + 10 + number), ledger) as reader:
            while self._going_on():
                reader.read()
        self.done.update(reader.done)

    def _look(self, writer: Writer, written: "queue.Queue[Write]", number: int) -> None:
        with Reader(self.url, random.Random(self.seed + 100 + number), writer.ledger) as reader:
            looker = Looker(reader)
            while self._going_on() or not (written.empty() or self.faults):
                try:
                    write = written.get(timeout=0.2)
                except queue.Empty:
                    continue
                looker.look(write)
                writer.busy.discard(write.id)
        self.seen_s += looker.seen_s
