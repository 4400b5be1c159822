"""Asks all engines the same questions in turns, and compares every answer before anything is told."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.figures import percentile
from benchmarks.peers.answers import Disagreement, Truth
from benchmarks.peers.engines import Engine
from benchmarks.peers.questions import CLASSES, Chance, Question
from benchmarks.peers.worlds import World

ENOUGH_FOR_P99 = 100
WARM_UPS = 2
FEW, PATIENCE = 5, 4  # so many questions may take so many times as long


@dataclass(slots=True)
class Turns:
    """The turns of one engine in one class of questions, by the number of the question."""

    wall_ms: dict[int, float] = field(default_factory=dict)
    computed_ms: list[float] = field(default_factory=list)

    @property
    def spent_s(self) -> float:
        """What its answers took together."""
        return sum(self.wall_ms.values()) / 1000

    def goes_on(self, budget_s: float) -> bool:
        """Whether there is time for another question: a few are asked even of slow engines."""
        few = len(self.wall_ms) < FEW
        return self.spent_s < budget_s * (PATIENCE if few else 1)


def rounds(
    world: World, engines: Sequence[Engine], *, questions: int, budget_s: float
) -> Iterator[dict[str, Any]]:
    """A row of the table for each class and engine; the first engine is the one that others are held to.

    An engine that has taken budget_s in a class is asked no more in it; n says how often it was.
    `ratio` is the median over the questions that both were asked. Raises Disagreement.
    """
    for number, (name, make) in enumerate(CLASSES.items()):
        chance = Chance(number)
        turns = _turns(world, engines, lambda: make(chance, world), questions, budget_s)  # noqa: B023
        first = turns[engines[0].name].wall_ms
        for engine in engines:
            if turns[engine.name].wall_ms:
                yield {"class": name, "engine": engine.name, **_row(turns[engine.name], first)}


def _turns(
    world: World, engines: Sequence[Engine], make: Callable[[], Question], questions: int, budget_s: float
) -> dict[str, Turns]:
    for _time in range(WARM_UPS):
        list(_answered(world, engines, make()))
    turns = {engine.name: Turns() for engine in engines}
    for number in range(questions):
        asked = [one for one in _in_order(engines, number) if turns[one.name].goes_on(budget_s)]
        if not asked:
            break
        question = make()
        for engine, wall_ms, computed_ms in _answered(world, asked, question):
            turns[engine.name].wall_ms[number] = wall_ms
            turns[engine.name].computed_ms.append(computed_ms)
    return turns


def _in_order(engines: Sequence[Engine], number: int) -> list[Engine]:
    """Who begins changes with each question; who is asked again comes right after the one before."""
    groups: list[list[Engine]] = []
    for engine in engines:
        if engine.again:
            groups[-1].append(engine)
        else:
            groups.append([engine])
    first = number % len(groups)
    return [engine for group in (*groups[first:], *groups[:first]) for engine in group]


def _answered(
    world: World, engines: Sequence[Engine], question: Question
) -> Iterator[tuple[Engine, float, float]]:
    """Each engine that can answer, with its milliseconds by the clock and of computing."""
    truth = Truth(world, question)
    for engine in engines:
        if not engine.answers(question):
            continue
        if engine.again:
            engine.ask(question)  # the second time, when what is worth keeping is made
        computed, begun = engine.computed_s(), time.perf_counter()
        answer = engine.ask(question)
        wall_ms = (time.perf_counter() - begun) * 1000
        computed_ms = (engine.computed_s() - computed) * 1000
        try:
            truth.check(engine.read(question, answer), sphere=engine.sphere)
        except Disagreement as fault:
            raise Disagreement(f"{engine.name}: {fault}, for {question}") from fault
        yield engine, wall_ms, computed_ms


def _row(turns: Turns, first: dict[int, float]) -> dict[str, Any]:
    wall = list(turns.wall_ms.values())
    ratios = [wall_ms / first[number] for number, wall_ms in turns.wall_ms.items() if number in first]
    return {
        "n": len(wall),
        "median_ms": round(statistics.median(wall), 3),
        "p99_ms": round(percentile(wall, 99), 3) if len(wall) >= ENOUGH_FOR_P99 else None,
        "computed_ms": round(statistics.mean(turns.computed_ms), 3),
        "ratio": round(statistics.median(ratios), 2) if ratios else None,
    }
