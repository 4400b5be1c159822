"""Readers, those who look for changes, and one writer, all at work at the same time."""

import json
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sqlalchemy import Engine

from tests.soak import ledger
from tests.soak.ledger import Ledger
from tests.soak.reading import Reader, Wrong
from tests.soak.writing import SEA, Write, Writer

LOOK_AGAIN_S = 0.02


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
