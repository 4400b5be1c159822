"""Which steps of a timeline a stay has, and on which day each of them is."""

from dataclasses import dataclass
from datetime import date, timedelta

from mapsvc.content.timelines import Step, Timeline

LONGEST_WEEKS = 60


@dataclass(frozen=True, slots=True)
class Stay:
    """What is known of a stay; None is not known, and leaves nothing out.

    weeks are whole ones; housing is "provided" or "not-provided" by the host.
    """

    minor: bool | None = None
    weeks: int | None = None
    housing: str | None = None

    def has(self, step: Step) -> bool:
        """Whether a step is for this stay."""
        when = step.when
        return (
            (self.minor is None or when.minor in {None, self.minor})
            and (self.weeks is None or when.weeks.min <= min(self.weeks, LONGEST_WEEKS) <= when.weeks.max)
            and (self.housing is None or when.housing in {None, self.housing})
        )


@dataclass(frozen=True, slots=True)
class DatedStep:
    """A step, and its day."""

    step: Step
    day: date


def steps_of(timeline: Timeline, stay: Stay) -> list[Step]:
    """The steps of a stay, in the order of their file."""
    return [step for step in timeline.data.steps if stay.has(step)]


def dated_steps(timeline: Timeline, stay: Stay, *, arrival: date, departure: date) -> list[DatedStep]:
    """The steps of a stay with their days, by day; those of a day in the order of their file.

    A step during the stay is never before the arrival or after the departure, however short the stay.
    """
    dated = [DatedStep(step, _day(step, arrival, departure)) for step in steps_of(timeline, stay)]
    return sorted(dated, key=lambda one: one.day)


def whole_weeks(arrival: date, departure: date) -> int:
    """How many weeks a stay is, rounded to whole ones; at least 1."""
    return max(1, ((departure - arrival).days + 3) // 7)


def _day(step: Step, arrival: date, departure: date) -> date:
    day = (arrival if step.anchor == "arrival" else departure) + timedelta(days=step.days)
    return min(max(day, arrival), departure) if step.phase == "during" else day
