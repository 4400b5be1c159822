"""Learners against offers: every hard rule and every score, as matrices."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mapsvc.planning.cohorts import Demands, Learner, OpenOffer
from mapsvc.planning.eligibility import (
    age_fits,
    days_of,
    fields_match,
    lacks_course,
    length_fits,
    speaks_enough,
)
from mapsvc.planning.outcomes import Rule
from mapsvc.planning.scores import Scores
from mapsvc.planning.seats import Seats, Stay

Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]
A = TypeVar("A", bound=Hashable)
B = TypeVar("B", bound=Hashable)


class Grid:
    """Learners in order of code and offers in order of key, so that no order they came in has an effect.

    broken[rule] is a matrix, learners by offers, True where the rule keeps one from the other; base is
    the points of each pair without those for the spread.
    """

    def __init__(self, learners: Sequence[Learner], offers: Sequence[OpenOffer], demands: Demands) -> None:
        self.learners = sorted(learners, key=lambda learner: learner.code)
        self.offers = sorted(offers, key=lambda offer: offer.key)
        self.demands = demands
        self.seats = Seats(self.offers)
        self.scores = Scores(self.offers, demands)
        self.broken = self._broken()
        self.open: Mask = ~np.logical_or.reduce(list(self.broken.values()))
        self.base = self._base()

    def stay(self, number: int) -> Stay:
        """The first and the last day of a learner's stay."""
        return self.learners[number].first, self.learners[number].last

    def _broken(self) -> dict[Rule, Mask]:
        learners, offers, demands = self.learners, self.offers, self.demands
        shape = (len(learners), len(offers))
        nothing = np.zeros(shape, dtype=np.bool_)
        lengths = [(offer.min_days, offer.max_days) for offer in offers]
        course = np.array([lacks_course(learner, demands) for learner in learners], dtype=np.bool_)
        return {
            Rule.FIELD: ~_table(fields_match, [one.fields for one in learners], [to.fields for to in offers]),
            Rule.AGE: ~_table(age_fits, [one.age for one in learners], [offer.min_age for offer in offers]),
            Rule.LANGUAGE: ~_table(
                speaks_enough, [one.languages for one in learners], [offer.languages for offer in offers]
            )
            if demands.languages
            else nothing,
            Rule.ACCESS: np.outer(
                [learner.wheelchair for learner in learners],
                [offer.wheelchair is not True for offer in offers],
            ).reshape(shape),
            Rule.ACCOMMODATION: np.outer(
                [learner.accommodation for learner in learners],
                [not offer.accommodation for offer in offers],
            ).reshape(shape),
            Rule.LENGTH: ~_table(
                lambda days, bounds: length_fits(days, *bounds), [days_of(one) for one in learners], lengths
            ),
            Rule.DISTANCE: nothing | self._far(),
            Rule.SAFETY_COURSE: nothing | course[:, None],
            Rule.SEATS: self._full(),
        }

    def _far(self) -> Mask:
        km, max_km = self.scores.base_km, self.demands.max_km
        if km is None or max_km is None:
            return np.zeros(len(self.offers), dtype=np.bool_)
        far: Mask = km > max_km
        return far

    def _full(self) -> Mask:
        full = np.zeros((len(self.learners), len(self.offers)), dtype=np.bool_)
        by_stay: dict[Stay, Mask] = {}
        for number, learner in enumerate(self.learners):
            stay = (learner.first, learner.last)
            if stay not in by_stay:
                by_stay[stay] = self.seats.of_stay(stay) < 1
            full[number] = by_stay[stay]
        return full

    def _base(self) -> Integers:
        base = np.zeros((len(self.learners), len(self.offers)), dtype=np.int64)
        kept: dict[Hashable, Integers] = {}
        for number, learner in enumerate(self.learners):
            if learner.wishes not in kept:
                kept[learner.wishes] = np.add.reduce(list(self.scores.parts(learner).values()))
            base[number] = kept[learner.wishes]
        return base


def _table(rule: Callable[[A, B], bool], mine: Sequence[A], theirs: Sequence[B]) -> Mask:
    """What a rule says of every pair, worked out once for each pair of values that differ."""
    rows = {value: place for place, value in enumerate(dict.fromkeys(mine))}
    columns = {value: place for place, value in enumerate(dict.fromkeys(theirs))}
    told = np.array([[rule(one, other) for other in columns] for one in rows], dtype=np.bool_)
    told = told.reshape(len(rows), len(columns))
    found: Mask = told[np.ix_([rows[value] for value in mine], [columns[value] for value in theirs])]
    return found
