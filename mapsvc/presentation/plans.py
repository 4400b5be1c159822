"""A plan as its readers see it: steps by day, what is done, what is late, names for the papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mapsvc.catalogues import translate
from mapsvc.content.stays import DatedStep
from mapsvc.content.timelines import Timeline
from mapsvc.domain.plans import NAMES, HostPlan
from mapsvc.presentation.timeline_words import PHASES, day_words
from mapsvc.presentation.timelines import NoteView, StepView, fact_numbers, notes_on, step_view


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with its day in words; state is "late", "today" or ""."""

    step: StepView
    day: str
    done: bool
    state: str


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A phase of a plan."""

    key: str
    name: str
    steps: Sequence[PlannedStep]


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan in words. `next` is the first step that is not done, None once all are."""

    phases: Sequence[PlannedPhase]
    notes: Sequence[NoteView]
    total: int
    done: int
    next: PlannedStep | None


def plan_view(
    plan: HostPlan, timeline: Timeline, steps: Sequence[DatedStep], language: str, *, today: date
) -> PlanView:
    """A plan in the words of a language; facts are numbered across all of it."""
    numbers = fact_numbers([one.step for one in steps], language)
    found = [(one.step.phase, _planned(plan, timeline, one, numbers, language, today=today)) for one in steps]
    phases = [
        PlannedPhase(key, translate(language, name), [one for phase, one in found if phase == key])
        for key, name in PHASES.items()
    ]
    return PlanView(
        phases=[phase for phase in phases if phase.steps],
        notes=notes_on(timeline.data.facts, numbers, language, today=today, of=list(numbers)),
        total=len(found),
        done=sum(one.done for _phase, one in found),
        next=next((one for _phase, one in found if not one.done), None),
    )


def fields_of(plan: HostPlan, language: str) -> Mapping[str, str]:
    """What papers are filled in with, by the name of the field; what is not known is left out."""
    names = {name: str(getattr(plan, name)) for name in NAMES}
    days = {name: day_words(getattr(plan, name), language) for name in ("arrival", "departure")}
    return {name: said for name, said in (names | days).items() if said}


def masked(email: str) -> str:
    """An address that its owner knows again, and nobody else learns: a…@example.org."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _planned(
    plan: HostPlan,
    timeline: Timeline,
    one: DatedStep,
    numbers: Mapping[str, int],
    language: str,
    *,
    today: date,
) -> PlannedStep:
    done = one.step.key in plan.done
    state = "" if done or one.day > today else ("today" if one.day == today else "late")
    return PlannedStep(
        step_view(timeline, one.step, numbers, language), day_words(one.day, language), done, state
    )
