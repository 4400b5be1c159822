"""Plans of stays from region to region: made, changed, undone and erased by the referents of one school."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain.base import now
from mapsvc.domain.flow_plans import LONGEST_NAME, MOST_ROWS, MOST_STAYS, FlowPlan
from mapsvc.domain.people import SendingOrganisation
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import InvalidInput, NotFound, TooMany
from mapsvc.messages import mark as _
from mapsvc.planning.flows import Flow, FlowKind, summed
from mapsvc.services.auditing import note
from mapsvc.services.tombstones import erase_rows
from mapsvc.storage import flow_plans as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.people import sending_organisations

MOST_OF_ONE = 200  # plans of one sending organisation


@dataclass(frozen=True, slots=True)
class FlowDraft:
    """What a form says of a plan; announced and reported are None where nobody stated a whole."""

    name: str
    announced: int | None
    reported: int | None
    flows: tuple[Flow, ...]


def senders(session: Session, viewer: Viewer) -> list[SendingOrganisation]:
    """The sending organisations whose stays the viewer plans, by name."""
    return sending_organisations(session, sorted(viewer.sending_ids))


def flow_plans_of(session: Session, viewer: Viewer) -> list[FlowPlan]:
    """The viewer's plans, the newest first."""
    return stored.flow_plans_of(session, viewer.sending_ids)


def flow_plan_of(session: Session, viewer: Viewer, number: int) -> FlowPlan:
    """One plan. Raises NotFound for one of another sending organisation, as for none."""
    found = session.get(FlowPlan, number)
    if found is None:
        raise NotFound
    require(viewer, Action.PLAN_FLOWS, found)
    return found


def make_flow_plan(session: Session, viewer: Viewer, draft: FlowDraft, *, sending_id: int) -> FlowPlan:
    """A new plan. Commits.

    Raises NotFound for an organisation that is not the viewer's, InvalidInput, or TooMany.
    """
    made = FlowPlan(sending_id=sending_id, rows=[])
    require(viewer, Action.PLAN_FLOWS, made)
    if session.get(SendingOrganisation, sending_id) is None:
        raise NotFound
    _fill(made, draft)
    one_at_a_time(session, f"flows:{sending_id}")
    if len(stored.flow_plans_of(session, [sending_id])) >= MOST_OF_ONE:
        raise TooMany(_("There are too many plans already. Delete one of them first."))
    session.add(made)
    session.flush()
    note(session, viewer, "made", "flows", made.id)
    session.commit()
    return made


def change_flow_plan(session: Session, viewer: Viewer, number: int, draft: FlowDraft) -> FlowPlan:
    """Puts a draft in the place of a plan; its rows of before are kept for one undo. Commits.

    Raises NotFound or InvalidInput.
    """
    plan = flow_plan_of(session, viewer, number)
    before = plan.rows
    _fill(plan, draft)
    if plan.rows != before:
        plan.before = before
    plan.changed = now()
    note(session, viewer, "edited", "flows", number)
    session.commit()
    return plan


def undo_flow_plan(session: Session, viewer: Viewer, number: int) -> None:
    """Puts the rows of before the last change back, and the changed ones in their place. Commits.

    A second time does it again. Raises NotFound, also where nothing was changed yet.
    """
    plan = flow_plan_of(session, viewer, number)
    if plan.before is None:
        raise NotFound
    plan.rows, plan.before, plan.changed = plan.before, plan.rows, now()
    note(session, viewer, "edited", "flows", number)
    session.commit()


def erase_flow_plan(session: Session, viewer: Viewer, number: int) -> None:
    """Erases a plan at once. Commits. Raises NotFound."""
    plan = flow_plan_of(session, viewer, number)
    note(session, viewer, "erased", "flows", number)
    erase_flow_plans(session, [plan])
    session.commit()


def erase_flow_plans(session: Session, plans: Sequence[FlowPlan]) -> None:
    """Erases plans for good; what stays is their numbers in tombstones. The caller commits."""
    erase_rows(session, Erased.FLOW_PLAN, plans)


def flows_of(plan: FlowPlan) -> list[Flow]:
    """The rows of a plan as stays, in their order."""
    return [Flow(FlowKind(kind), *rest) for kind, *rest in plan.rows]


def _fill(plan: FlowPlan, draft: FlowDraft) -> None:
    flows = summed(draft.flows)
    if len(flows) > MOST_ROWS:
        raise InvalidInput(
            _("There are %(count)s rows; at most %(most)s can be kept."),
            field="rows",
            count=len(flows),
            most=MOST_ROWS,
        )
    plan.name = _name(draft.name)
    plan.announced = _whole(draft.announced, "announced")
    plan.reported = _whole(draft.reported, "reported")
    plan.rows = [_row(flow) for flow in flows]


def _row(flow: Flow) -> list[Any]:
    row = [flow.kind.value, flow.origin, flow.destination, flow.number, flow.year]
    return row if flow.activity is None and flow.days is None else [*row, flow.activity, flow.days]


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(_("Please fill this in."), field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(
            _("This name has %(count)s characters; at most %(limit)s can be kept."),
            field="name",
            count=len(name),
            limit=LONGEST_NAME,
        )
    return name


def _whole(number: int | None, field: str) -> int | None:
    if number is not None and not 0 <= number <= MOST_STAYS:
        raise InvalidInput(_("It needs a whole number from 0 to %(most)s."), field=field, most=MOST_STAYS)
    return number
