"""What a placing comes to: who goes where, who is left over and why, and what would help."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """The hard rules, in the order in which they are told."""

    FIELD = "field"
    AGE = "age"
    LANGUAGE = "language"
    ACCESS = "access"
    ACCOMMODATION = "accommodation"
    LENGTH = "length"  # fewer or more days than the host takes
    DISTANCE = "distance"
    SAFETY_COURSE = "safety_course"
    SEATS = "seats"  # no seat in every week of the stay, whoever else is placed
    TAKEN = "taken"  # seats there are, and others of the cohort have them


class Part(StrEnum):
    """What a score is made of."""

    WISH = "wish"
    DISTANCE = "distance"
    FRESHNESS = "freshness"
    SPREAD = "spread"


@dataclass(frozen=True, slots=True)
class Placement:
    """A learner's place: the key of the offer, its score (0 to 1,000) and its parts, each (part, points).

    wish is the rank of the wish that it meets, 1 for the first, None where it meets none. distance_km is
    from the base, None without one.
    """

    learner: str
    offer: str
    score: int
    parts: tuple[tuple[Part, int], ...]
    wish: int | None
    distance_km: float | None
    locked: bool


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change of one rule that would help: its new value, and how many offers that opens.

    value is kilometres for DISTANCE, years for AGE, a CEFR level for LANGUAGE, days for LENGTH, weeks by
    which to move the stay (negative: earlier) for SEATS; None where the rule can only be let go. Only
    offers with a seat still free in all weeks are counted.
    """

    rule: Rule
    value: float | int | str | None
    offers: tuple[str, ...]
    language: str | None = None  # of which the level would be accepted


@dataclass(frozen=True, slots=True)
class Move:
    """Who would have to move, and where to, so that a learner has the place."""

    offer: str
    mover: str
    to: str


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A learner without a place: how many offers each rule excluded (an offer counts under each rule
    that it breaks), the changes that would help, the smallest first, and the moves.
    """

    learner: str
    excluded: tuple[tuple[Rule, int], ...]
    changes: tuple[Change, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class PairWish:
    """Whether two learners who asked for the same town are in one: km between their places, None where one
    has none.
    """

    learner: str
    other: str
    met: bool
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A placing: placements and left over, each in order of code, and the pair wishes.

    score is the sum of the placements' scores. gap is how far from the best it can be at most, as a share of
    the points that the best may have, with 500 for each met pair; 0.0 where it is proved to be the best,
    as it always is without pairs. vanished are locks whose offer or learner is gone.
    """

    placements: tuple[Placement, ...]
    left_over: tuple[LeftOver, ...]
    pairs: tuple[PairWish, ...]
    score: int
    gap: float
    seconds: float
    vanished: tuple[tuple[str, str], ...] = ()
