"""The directory itself, in this process, as the pages ask it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from benchmarks.peers.answers import VALUES, Answer, Cell, Cells, Found
from benchmarks.peers.engines import own_thread_s
from benchmarks.peers.filling import settings_of
from benchmarks.peers.questions import NEAREST, Circle, Nearest, Question, Window
from benchmarks.peers.worlds import cells_of
from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Near, Search
from mapsvc.storage.engine import public_engine

NEVER_SEEN, REPEATED = "directory", "directory, repeated"


@dataclass(eq=False)
class Own:
    """The directory of an installation."""

    directory: Directory
    engine: Engine
    name: str = NEVER_SEEN
    sphere: bool = False
    again: bool = False

    @classmethod
    def of(cls, folder: Path) -> "Own":
        """The directory of the installation in a folder, opened as a worker of the service opens it."""
        engine = public_engine(settings_of(folder))
        return cls(Directory(engine, settings_of(folder).index_folder), engine)

    def repeated(self) -> "Own":
        """The same directory, asked what it was just asked."""
        return Own(self.directory, self.engine, name=REPEATED, again=True)

    def answers(self, question: Question) -> bool:
        """All of them."""
        return bool(question)

    def ask(self, question: Question) -> object:
        """The directory's answer."""
        filters = question.filter.filters
        if isinstance(question, Window):
            return self.directory.viewport(Search(filters=filters), question.box, question.zoom)
        near = Near(question.lon, question.lat, k=NEAREST)
        if isinstance(question, Circle):
            near = Near(question.lon, question.lat, question.radius_km)
        return self.directory.search(Search(near=near, filters=filters, limit=NEAREST))

    def read(self, question: Question, answer: Any) -> Answer:
        """The answer in the words of all; a facet that is filtered on is left out, as its counts are
        disjunctive: they say what other choices would give.
        """
        if isinstance(question, Window):
            places = [(one.lon, one.lat, one.count) for one in answer.clusters]
            places += [(one.lon, one.lat, 1) for one in answer.pins]
            return Cells(_in_cells(question, places))
        metres = [hit.distance_m for hit in answer.hits]
        if isinstance(question, Nearest):
            return Found(metres)
        plain = VALUES.keys() - question.filter.named.keys()
        return Found(metres, answer.total, {facet: answer.facets[facet] for facet in plain})

    def computed_s(self) -> float:
        """The asking thread's."""
        return own_thread_s()

    def close(self) -> None:
        """Closes the connections."""
        self.engine.dispose()


def _in_cells(window: Window, places: list[tuple[float, float, int]]) -> list[Cell]:
    """Each place, given by its degrees and number of sites, in its cell."""
    lon, lat = np.array([place[:2] for place in places]).reshape(-1, 2).T
    columns, rows = (axis >> window.shift for axis in cells_of(lon, lat))
    return [
        (column, row, count, east, north)
        for column, row, (east, north, count) in zip(columns.tolist(), rows.tolist(), places, strict=True)
    ]
