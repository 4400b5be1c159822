"""One measured figure, and the few sums that lead to it."""

import math
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, in which unit, and the most it may be, None where nothing is promised."""

    what: str
    value: float
    unit: str
    target: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the promise is kept, in words; empty where there is none."""
        if self.target is None:
            return ""
        return f"{'within' if self.value <= self.target else 'BEYOND'} {self.target:g} {self.unit}"

    def __str__(self) -> str:
        """One line of the table that is printed."""
        return f"  {self.what:<66} {self.value:>9.2f} {self.unit:<3} {self.verdict}".rstrip()


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Keeps the milliseconds of every turn of the same work."""

    turns: list[float] = field(default_factory=list)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Times what is done inside."""
        begun = time.perf_counter()
        yield
        self.turns.append((time.perf_counter() - begun) * 1000)

    def figures(self, what: str, *, target: float | None = None) -> list[Figure]:
        """The median of the turns, which is held to the target, and their 95th percentile."""
        return [
            Figure(f"{what}, median of {len(self.turns)}", statistics.median(self.turns), "ms", target),
            Figure(f"{what}, 95th percentile", percentile(self.turns, 95), "ms"),
        ]


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest of the values that at least share per cent of them do not exceed."""
    return sorted(values)[math.ceil(len(values) * share / 100) - 1]
