"""The hard rules: which offers a learner cannot have, and why."""

from mapsvc.planning.cohorts import CEFR_LEVELS, Demands, Learner, OpenOffer, Spot
from mapsvc.planning.distances import km_between
from mapsvc.planning.outcomes import Rule
from mapsvc.planning.weeks import free_seats

Spoken = tuple[tuple[str, str | None], ...]


def broken_rules(learner: Learner, offer: OpenOffer, demands: Demands) -> frozenset[Rule]:
    """The rules that keep a learner from an offer, whoever else is placed; none where it can be had.

    SEATS is judged for the offer alone; TAKEN is never among them.
    """
    broken = {
        Rule.FIELD: not fields_match(learner.fields, offer.fields),
        Rule.AGE: not age_fits(learner.age, offer.min_age),
        Rule.LANGUAGE: demands.languages and not speaks_enough(learner.languages, offer.languages),
        Rule.ACCESS: learner.wheelchair and offer.wheelchair is not True,
        Rule.ACCOMMODATION: learner.accommodation and not offer.accommodation,
        Rule.LENGTH: not length_fits(days_of(learner), offer.min_days, offer.max_days),
        Rule.DISTANCE: too_far(base_km(offer, demands.base), demands.max_km),
        Rule.SAFETY_COURSE: lacks_course(learner, demands),
        Rule.SEATS: free_seats(offer, learner.first, learner.last) < 1,
    }
    return frozenset(rule for rule, breaks in broken.items() if breaks)


def fields_match(learned: tuple[str, ...], offered: tuple[str, ...]) -> bool:
    """Whether one of the ISCED-F codes begins with one of the other side: 07 takes 0713, and 0713 takes 07.

    Who says no field at all excludes nobody: such a host takes any, such a learner goes anywhere.
    """
    if not learned or not offered:
        return True
    return any(mine.startswith(theirs) or theirs.startswith(mine) for mine in learned for theirs in offered)


def age_fits(age: int | None, min_age: int | None) -> bool:
    """Whether a learner is old enough; one whose age is not said is so only where any age will do."""
    return min_age is None or (age is not None and age >= min_age)


def speaks_enough(spoken: Spoken, asked: Spoken) -> bool:
    """Whether a learner speaks one of the languages of the offer at the least level that it says.

    A host that names two languages works in both, and one of them is enough to work there. A learner's
    level that is not said only meets an offer that asks for none.
    """
    if not asked:
        return True
    levels = dict(spoken)
    return any(code in levels and _reaches(levels[code], least) for code, least in asked)


def _reaches(level: str | None, least: str | None) -> bool:
    return least is None or (level is not None and rank_of(level) >= rank_of(least))


def rank_of(level: str) -> int:
    """The place of a CEFR level from the lowest, 0, to the highest, 5; -1 for what is none."""
    return CEFR_LEVELS.index(level) if level in CEFR_LEVELS else -1


def days_of(learner: Learner) -> int:
    """The days of a stay, the first and the last among them."""
    return (learner.last - learner.first).days + 1


def length_fits(days: int, min_days: int | None, max_days: int | None) -> bool:
    """Whether a stay is as long as the host takes; a bound that is not said holds nobody off."""
    return (min_days is None or days >= min_days) and (max_days is None or days <= max_days)


def base_km(offer: OpenOffer, base: Spot | None) -> float | None:
    """Kilometres from the base, None without one."""
    return None if base is None else km_between(base, offer)


def too_far(km: float | None, max_km: float | None) -> bool:
    """Whether a place is beyond the greatest distance, where one is asked for."""
    return km is not None and max_km is not None and km > max_km


def lacks_course(learner: Learner, demands: Demands) -> bool:
    """Whether the safety course is asked for and not known to be done."""
    return demands.safety_course and learner.safety_course is not True
