"""Classes of a map's values: few steps from low to high, by three rules that a reader can check.

Zero is no value to be classed: what is nothing is told from what is little.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import jenkspy

LEAST_CLASSES, MOST_CLASSES, USUAL_CLASSES = 3, 7, 5
DECIMALS = 6  # of a bound: far finer than what is shown, far coarser than what arithmetic loses


class Method(StrEnum):
    """How the bounds of the classes are found."""

    QUANTILE = "quantile"  # about as many regions in each class
    EQUAL = "equal"  # each class as wide as the others
    JENKS = "jenks"  # bounds where the values leave gaps


@dataclass(frozen=True, slots=True)
class Class:
    """A step of the map: its values go from low to high, both included, and count regions have one.

    Where no region has one, low is just above the step before.
    """

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Classes:
    """The steps from low to high; their upper bounds are inclusive and grow."""

    bounds: tuple[float, ...]
    steps: tuple[Class, ...]

    def of(self, value: float) -> int:
        """The number of a value's class, from 1; 0 for zero and below. Above all bounds it is the last."""
        if value <= 0 or not self.bounds:
            return 0
        return min(bisect_left(self.bounds, value), len(self.bounds) - 1) + 1


def classed(values: Iterable[float], *, method: Method, count: int) -> Classes:
    """The classes of those values that are above 0.

    count, LEAST_CLASSES to MOST_CLASSES, is how many there are at most. Where fewer values differ, each
    of them is a class of its own, whatever the method; without any value there is no class. Equal
    values are always in one class. The order of the values does not matter.

    Source of JENKS: Jenks, "The Data Model Concept in Statistical Mapping", International
    Yearbook of Cartography 7 (1967); found exactly by Fisher's algorithm, in jenkspy.
    """
    found = sorted(round(value, DECIMALS) for value in values if value > 0)
    distinct = sorted(set(found))
    if len(distinct) <= count:
        bounds = distinct
    elif method is Method.QUANTILE:
        bounds = _quantiles(found, count)
    elif method is Method.EQUAL:
        bounds = _equal(found[0], found[-1], count)
    else:
        bounds = [float(bound) for bound in jenkspy.jenks_breaks(found, n_classes=count)[1:]]
    upper = sorted({round(bound, DECIMALS) for bound in bounds})
    return Classes(tuple(upper), tuple(_steps(found, upper)))


def _quantiles(found: Sequence[float], count: int) -> list[float]:
    """The value up to which each share of the sorted values goes; equal values make fewer classes."""
    return [found[-(-len(found) * part // count) - 1] for part in range(1, count + 1)]


def _equal(least: float, most: float, count: int) -> list[float]:
    """Bounds at equal distances; between whole numbers they are whole ones."""
    whole = float(least).is_integer() and float(most).is_integer()
    begin = least - 1 if whole else least
    bounds = [begin + (most - begin) * part / count for part in range(1, count)]
    return [*(float(int(bound)) if whole else bound for bound in bounds), most]


def _steps(found: Sequence[float], upper: Sequence[float]) -> Iterable[Class]:
    """Each class with its lowest value and how many values it holds."""
    begin, below = 0, 0.0
    for bound in upper:
        end = begin
        while end < len(found) and found[end] <= bound:
            end += 1
        low = found[begin] if end > begin else below
        yield Class(low, bound, end - begin)
        begin, below = end, bound
