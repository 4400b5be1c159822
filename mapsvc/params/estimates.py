"""What a check or an estimate of stays is asked for: the call, the activity, green travel, who goes along."""

from dataclasses import dataclass
from datetime import date

from mapsvc.domain.grant_calls import Call, call_of, call_on
from mapsvc.domain.mobility_rules import Activity, Rules, rules_of
from mapsvc.params.values import Arguments, choice, integer

USUAL_ACTIVITY = "short_term"
MOST_ACCOMPANYING = 100
_YEARS = (0, 9999)


@dataclass(frozen=True, slots=True)
class PlanAsked:
    """What the address of a check says; accompanying is how many go along with each stay."""

    call: Call
    rules: Rules
    activity: Activity
    green: bool
    accompanying: int


def plan_asked(arguments: Arguments, today: date) -> PlanAsked:
    """What "call" (by default that of today), "activity" (short-term), "green" and "accompanying" say.

    Raises UnknownCall, or a sub-class of InvalidSearch.
    """
    year = integer(arguments, "call", *_YEARS)
    call = call_on(today) if year is None else call_of(year)
    rules = rules_of(call.year)
    key = choice(arguments, "activity", rules.activities) or USUAL_ACTIVITY
    green = choice(arguments, "green", ("yes", "no")) == "yes"
    along = integer(arguments, "accompanying", 0, MOST_ACCOMPANYING) or 0
    return PlanAsked(call, rules, rules.activities[key], green, along)
