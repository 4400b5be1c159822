"""Whether stays keep to the rules of their activity and call, and what is broken by how much."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mapsvc.domain.mobility_rules import Accompanied, Activity, Rules


class Broken(StrEnum):
    """What a plan can break, in the order in which it is told."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_FEW = "too_few"  # people in a group
    NOBODY_ALONG = "nobody_along"  # where somebody always goes along
    MINORS_ALONE = "minors_alone"
    SEATS = "seats"  # fewer than people
    TRAVEL = "travel"  # more asked for than the call pays
    FEE = "fee"  # of a course


@dataclass(frozen=True, slots=True)
class PlannedStay:
    """A stay of one or more people at one host, days counted with both ends.

    youngest is the age of the youngest in whole years, seats how many the host has, travel and fee how many
    euro are asked for a participant, travel_paid how many the call pays: each None where it is not said.
    accompanying is how many go along.
    """

    name: str
    days: int
    people: int = 1
    youngest: int | None = None
    accompanying: int = 0
    seats: int | None = None
    travel: float | None = None
    travel_paid: float | None = None
    fee: float | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that a stay breaks: what the plan has, and the bound that it has to keep.

    others are the keys of activities of the same people for which the days would be right.
    """

    stay: str
    what: Broken
    has: float
    bound: float
    others: tuple[str, ...] = ()


def breaches(rules: Rules, activity: Activity, stays: Iterable[PlannedStay]) -> list[Breach]:
    """What the stays break, in their order; nothing where the plan can be sent as it is."""
    return [breach for stay in stays for breach in _of(rules, activity, stay)]


def fitting(rules: Rules, activity: Activity, days: int) -> tuple[str, ...]:
    """The other activities of the same people that allow so many days."""
    return tuple(
        one.key
        for one in rules.activities.values()
        if one.key != activity.key
        and one.of_learners == activity.of_learners
        and one.least_days <= days <= one.most_days
    )


def _of(rules: Rules, activity: Activity, stay: PlannedStay) -> list[Breach]:
    found: Sequence[tuple[Broken, float, float] | None] = (
        *_length(activity, stay),
        _below(Broken.TOO_FEW, stay.people, activity.least_people),
        _company(rules, activity, stay),
        _above(Broken.SEATS, stay.people, stay.seats),
        _above(Broken.TRAVEL, stay.travel, stay.travel_paid),
        _fee(rules, activity, stay),
    )
    others = fitting(rules, activity, stay.days)
    by_days = (Broken.TOO_SHORT, Broken.TOO_LONG)
    return [
        Breach(stay.name, what, has, bound, others if what in by_days else ())
        for what, has, bound in filter(None, found)
    ]


def _length(activity: Activity, stay: PlannedStay) -> tuple[tuple[Broken, float, float] | None, ...]:
    return (
        _below(Broken.TOO_SHORT, stay.days, activity.least_days),
        _above(Broken.TOO_LONG, stay.days, activity.most_days),
    )


def _company(rules: Rules, activity: Activity, stay: PlannedStay) -> tuple[Broken, float, float] | None:
    if stay.accompanying or activity.accompanied is Accompanied.NO_ONE:
        return None
    if activity.accompanied is Accompanied.ALL:
        return Broken.NOBODY_ALONG, 0, 1
    if stay.youngest is not None and stay.youngest < rules.minor_below:
        return Broken.MINORS_ALONE, stay.youngest, rules.minor_below
    return None


def _fee(rules: Rules, activity: Activity, stay: PlannedStay) -> tuple[Broken, float, float] | None:
    if activity.key != "courses":
        return None
    return _above(Broken.FEE, stay.fee, min(rules.fee_a_day * stay.days, rules.fee_at_most))


def _below(what: Broken, has: float, least: float) -> tuple[Broken, float, float] | None:
    return (what, has, least) if has < least else None


def _above(what: Broken, has: float | None, most: float | None) -> tuple[Broken, float, float] | None:
    return (what, has, most) if has is not None and most is not None and has > most else None
