"""A plan of stays against the rules, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from mapsvc.domain.flow_plans import FlowPlan
from mapsvc.params.estimates import PlanAsked
from mapsvc.planning.flows import Flow, FlowKind, of_kind
from mapsvc.planning.rules import PlannedStay, breaches
from mapsvc.presentation.flows import Names
from mapsvc.presentation.rules import BreachView, breach_views
from mapsvc.services.flow_plans import flows_of


@dataclass(frozen=True, slots=True)
class FlowChecks:
    """What the planned lines of a plan break; `silent` are those that say no days, so nothing was checked."""

    broken: Sequence[BreachView]
    checked: int
    silent: Sequence[str]


def flow_checks(plan: FlowPlan, asked: PlanAsked, names: Names) -> FlowChecks:
    """The planned lines of a plan, each by its own activity, else by the one that is asked for.

    The stays of a line are taken for one group where the activity is one of groups.
    """
    flows = of_kind(flows_of(plan), FlowKind.PLANNED)
    told = [flow for flow in flows if flow.days is not None]
    return FlowChecks(
        broken=[one for flow in told for one in _broken(flow, asked, names)],
        checked=len(told),
        silent=[_line(flow, names) for flow in flows if flow.days is None],
    )


def _broken(flow: Flow, asked: PlanAsked, names: Names) -> list[BreachView]:
    activity = asked.rules.activities.get(flow.activity or "", asked.activity)
    stay = PlannedStay(
        name=_line(flow, names), days=flow.days or 0, people=flow.number, accompanying=asked.accompanying
    )
    return breach_views(breaches(asked.rules, activity, [stay]), asked.rules, activity)


def _line(flow: Flow, names: Names) -> str:
    ends = {"origin": names.of(flow.origin), "destination": names.of(flow.destination)}
    return str(gettext("%(origin)s → %(destination)s, %(year)s", **ends, year=flow.year))
