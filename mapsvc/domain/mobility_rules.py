"""What a stay has to keep to, by activity and call, as the files of data/rules have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

import yaml

from mapsvc.domain.findings import Proof, proof_in
from mapsvc.domain.grant_calls import UnknownCall
from mapsvc.resources import resource

FOLDER = "data/rules"


class Accompanied(StrEnum):
    """When somebody has to go along."""

    ALL = "all"  # for all of the stay
    MINORS = "minors"  # where learners are under age
    NO_ONE = "no_one"


@dataclass(frozen=True, slots=True)
class Activity:
    """One kind of stay: its key, its names by language, and its bounds; days count both ends.

    least_days_fewer is the least for learners with fewer opportunities, None where it is that of all. words
    are beginnings of words by which people mean it.
    """

    key: str
    names: Mapping[str, str]
    of_learners: bool
    least_days: int
    least_days_fewer: int | None
    most_days: int
    least_people: int
    accompanied: Accompanied
    words: tuple[str, ...]

    def name(self, language: str) -> str:
        """What it is called in a language, in English where there is no other name."""
        return self.names.get(language, self.names["en"])


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one call, with their source, taken on `taken`, and where they were found again.

    A learner below minor_below years is a minor. fee_a_day and fee_at_most are euro a participant of a
    course.
    """

    year: int
    activities: Mapping[str, Activity]
    minor_below: int
    fee_a_day: int
    fee_at_most: int
    source: str
    taken: date
    proof: Proof


@cache
def rules_of(year: int) -> Rules:
    """The rules of a call. Raises UnknownCall, with the years that are known."""
    known = _all()
    if year not in known:
        raise UnknownCall(year=year, known=", ".join(map(str, known)))
    return known[year]


def activity_keys() -> tuple[str, ...]:
    """The activities of any call, in the order of the files."""
    return tuple(dict.fromkeys(key for rules in _all().values() for key in rules.activities))


def activities() -> Mapping[str, Activity]:
    """The activities of any call by key, each as the latest call has it."""
    return {key: one for rules in _all().values() for key, one in rules.activities.items()}


@cache
def _all() -> Mapping[int, Rules]:
    found: dict[int, Rules] = {}
    for path in sorted(resource(FOLDER).glob("*.yml")):
        told: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        found |= {year: _rules(year, told) for year in told["calls"]}
    return MappingProxyType(dict(sorted(found.items())))


def _rules(year: int, told: Mapping[str, Any]) -> Rules:
    return Rules(
        year=year,
        activities=MappingProxyType({key: _activity(key, one) for key, one in told["activities"].items()}),
        minor_below=told["minor_below"],
        fee_a_day=told["course_fee"]["a_day"],
        fee_at_most=told["course_fee"]["at_most"],
        source=told["source"].format(year=year),
        taken=told["date"],
        proof=proof_in(told),
    )


def _activity(key: str, told: Mapping[str, Any]) -> Activity:
    least, most = told["days"]
    return Activity(
        key=key,
        names=told["names"],
        of_learners=told["people"] == "learners",
        least_days=least,
        least_days_fewer=told.get("least_days_fewer"),
        most_days=most,
        least_people=told.get("least_people", 1),
        accompanied=Accompanied(told["accompanied"]),
        words=tuple(told["words"]),
    )
