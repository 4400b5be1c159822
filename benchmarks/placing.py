"""Placing a cohort in a process of its own, up to the proved best; and finding the seats of a group."""

import os
from collections.abc import Iterator
from datetime import date
from time import perf_counter

from benchmarks.cohorts import TODAY, cohort
from benchmarks.figures import Figure, Stopwatch
from benchmarks.installations import Workshop
from mapsvc.planning.cohorts import Demands
from mapsvc.planning.groups import Wanted, find_groups
from mapsvc.planning.outcomes import Outcome
from mapsvc.planning.solving import Run

CASES = (  # learners, offers, share of pairs whose trades agree, seats of an offer from and to, most seconds
    (60, 200, 0.3, (1, 3), 2.0),
    (600, 2_000, 0.05, (1, 3), 5.0),
    (600, 2_000, 0.3, (1, 3), 40.0),
    (600, 200, 0.3, (1, 1), None),  # scarce: a third is left over
)
TURNS = 3


def measure(_workshop: Workshop) -> Iterator[Figure]:
    """Seconds from the start of the process to its outcome, the most of three; each is proved the best."""
    for learners, offers, feasible, seats, most_s in CASES:
        question = cohort(learners, offers, feasible=feasible, seats=seats)
        seconds, outcome = 0.0, None
        for _turn in range(TURNS):
            begun = perf_counter()
            with Run.start(*question, Demands(today=TODAY)) as run:
                outcome = run.outcome()
            seconds = max(seconds, perf_counter() - begun)
        what = f"{learners} learners, {offers:,} offers, {feasible:.0%} of pairs, {seats[0]}-{seats[1]} seats"
        yield Figure(what, seconds, "s", most_s)
        yield from _told(outcome)
    yield Figure("load of the machine meanwhile", os.getloadavg()[0], "")
    yield from _groups()


def _told(outcome: Outcome | None) -> Iterator[Figure]:
    if outcome is None or outcome.gap:
        raise RuntimeError("A placing was not proved to be the best.")
    yield Figure("  of these inside the process", outcome.seconds, "s")
    yield Figure("  learners placed", len(outcome.placements), "")


def _groups() -> Iterator[Figure]:
    _learners, offers = cohort(1, 2_000, feasible=0.3, seats=(1, 3))
    wanted = Wanted(6, ("0700", "0701", "0702"), date(2027, 3, 22), date(2027, 4, 16))
    watch = Stopwatch()
    for _turn in range(10):
        with watch.turn():
            found = find_groups(offers, wanted)
    if not found or found[0].missing:
        raise RuntimeError("No town has the seats of the group.")
    yield from watch.figures("6 seats in 3 trades within 10 km, among 2,000 offers")
