"""Adds and changes one host by hand: its organisation, its sites, its offers, a step at a time."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.sheets import InvalidSheet, Part, Values, checked
from mapsvc.domain.steps import Step, at_the_end, found_at, held_in, new_version, values_of, version_of
from mapsvc.errors import InvalidInput, MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.hand_lists import list_of
from mapsvc.services.putting import free_slug, new_offer, new_organisation, new_site, placed
from mapsvc.services.revising import EDITED, known_host, put_state, revise
from mapsvc.services.revising import revision as kept_revision
from mapsvc.services.submitting import submit, waiting_of
from mapsvc.storage.hosts import State, state_of
from mapsvc.storage.listings import take_turn

ADDED, RESTORED = "added", "restored"
ADDED_PART, REMOVED_PART = "added_part", "removed_part"
MOST_SITES, MOST_OFFERS = 50, 50


class ChangedMeanwhile(MapsvcError):
    """Somebody else changed the same step since its form was opened; `now` holds it as it is."""

    message = _("Somebody else changed this part while you were writing.")

    def __init__(self, now: Values, version: str) -> None:
        super().__init__()
        self.now = now
        self.version = version


@dataclass(frozen=True, slots=True)
class Sheet:
    """A host as its keeper sees it; state is the change that waits for review, where there is one."""

    number: int
    state: State
    status: str
    verification: str
    confirmed: date | None
    source: str
    publishes: bool
    waiting: HostSubmission | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a change, and where; version is that of the step now."""

    step: Step
    version: str = ""
    changed: bool = True
    waits: bool = False


def sheet(session: Session, viewer: Viewer, number: int) -> Sheet:
    """The sheet of a host. Raises NotFound for a host that the viewer may not edit."""
    organisation = known_host(session, viewer, number)
    state, waiting = _current(session, viewer, organisation)
    return Sheet(
        number=number,
        state=state,
        status=organisation.status,
        verification=organisation.verification,
        confirmed=organisation.last_confirmed,
        source=organisation.source.name,
        publishes=may(viewer, Action.PUBLISH_HOST, organisation),
        waiting=waiting,
    )


def add_host(
    session: Session, viewer: Viewer, said: Mapping[str, Any], *, sending_id: int | None = None
) -> int:
    """Adds a host to a list of one's own, off the map until it is let out; its number. Commits.

    said are columns of the part "organisation". sending_id names the viewer's sending organisation
    that will keep it, None the first of them.

    Raises InvalidSheet, or NotFound where the viewer is no referent of that organisation.
    """
    require(viewer, Action.ADD_HOST)
    values = checked(Part.ORGANISATION, {"name": "", **said})
    take_turn(session)
    source = list_of(session, viewer, sending_id)
    organisation = new_organisation(session, source, values["name"])
    state = state_of(organisation)
    _fill(state, values)
    put_state(session, organisation, state)
    revise(session, viewer, organisation, ADDED, before=None)
    session.commit()
    return organisation.id


def change(
    session: Session,
    viewer: Viewer,
    number: int,
    step: Step,
    said: Mapping[str, Any],
    *,
    version: str,
    gazetteer: Gazetteer,
    regions: Regions,
) -> Saved:
    """Changes what the sheet says in a step, or adds a site or an offer. Commits.

    What the viewer may not publish waits for review. version is that of the step when its form was
    opened; a step that says already what is said is left alone, and a new offer that says nothing is
    not added. A site without coordinates stands in the middle of its town.

    Raises NotFound, InvalidSheet, or ChangedMeanwhile.
    """
    organisation, state = _begin(session, viewer, number)
    values = checked(step.part, said)
    if step.site and version == new_version(step):
        step = at_the_end(state, step)  # where somebody else added one meanwhile, this one comes after it
    found, before = version_of(state, step), deepcopy(state)
    is_new = bool(step.site) and not found_at(state, step)
    if is_new and step.offer and not any(values.values()):
        return Saved(step, found, changed=False)
    target = _made(session, organisation, state, step) if is_new else found_at(state, step)
    if step.part == Part.WHERE:
        placed(target, values, gazetteer=gazetteer, regions=regions)
    else:
        _fill(target, values)
    if not is_new and state == before:
        return Saved(step, found, changed=False)
    if version != found:
        raise ChangedMeanwhile(values_of(before, step), found)
    waits = _keep(session, viewer, organisation, state, ADDED_PART if is_new else EDITED)
    kept = state if waits else state_of(organisation)
    return Saved(step, version_of(kept, step), waits=waits)


def remove_part(session: Session, viewer: Viewer, number: int, step: Step, *, version: str) -> Saved:
    """Removes a site with its offers, or one offer; the history can bring it back. Commits.

    version is that of the site's step "where", or of the offer's step "what".

    Raises NotFound, or ChangedMeanwhile where something else stands in that place now.
    """
    organisation, state = _begin(session, viewer, number)
    if not step.site or not found_at(state, step):
        raise NotFound
    step = Step(Part.WHAT if step.offer else Part.WHERE, step.site, step.offer)
    found = version_of(state, step)
    if found != version:
        raise ChangedMeanwhile(values_of(state, step), found)
    holder, place = held_in(state, step)
    del holder[place]
    return Saved(step, waits=_keep(session, viewer, organisation, state, REMOVED_PART))


def restore(session: Session, viewer: Viewer, number: int, revision_id: int) -> Saved:
    """Brings the sheet back to one of its revisions, which makes a new one. Commits. Raises NotFound."""
    organisation, _state = _begin(session, viewer, number)
    state = deepcopy(kept_revision(session, viewer, number, revision_id).state)
    return Saved(Step(), waits=_keep(session, viewer, organisation, state, RESTORED))


def _begin(session: Session, viewer: Viewer, number: int) -> tuple[Organisation, State]:
    """The host and its sheet, to be changed by nobody else meanwhile."""
    take_turn(session)
    organisation = known_host(session, viewer, number)
    if organisation.status == HostStatus.REMOVED:
        raise NotFound
    return organisation, _current(session, viewer, organisation)[0]


def _current(
    session: Session, viewer: Viewer, organisation: Organisation
) -> tuple[State, HostSubmission | None]:
    """What editing begins from: the viewer's own change that waits, else the host as it is."""
    waiting = None
    if not may(viewer, Action.PUBLISH_HOST, organisation):
        waiting = waiting_of(session, viewer, organisation)
    return (deepcopy(waiting.proposed) if waiting else state_of(organisation)), waiting


def _keep(session: Session, viewer: Viewer, organisation: Organisation, state: State, what: str) -> bool:
    """Publishes a changed sheet or hands it in for review; whether it waits. Commits."""
    waits = not may(viewer, Action.PUBLISH_HOST, organisation)
    if waits:
        submit(session, viewer, organisation, state)
    else:
        before = state_of(organisation)
        put_state(session, organisation, state)
        revise(session, viewer, organisation, what, before=before)
    session.commit()
    return waits


def _made(session: Session, organisation: Organisation, state: State, step: Step) -> State:
    """A new site or offer at the end of its list."""
    holder, _place = held_in(state, step)
    most = MOST_OFFERS if step.offer else MOST_SITES
    if len(holder) >= most:
        raise InvalidSheet({"": InvalidInput(_("At most %(limit)s of them can be kept."), limit=most)})
    made = new_offer(organisation) if step.offer else new_site(organisation)
    if not step.offer:
        made["slug"] = free_slug(session, organisation.source, state["name"])
    holder.append(made)
    return made


def _fill(target: State, values: Values) -> None:
    """Puts what is said into an organisation or an offer; legal ids that stay keep their rows."""
    if "legal_ids" in values:
        known = {(one["scheme"], one["value"]): one for one in target["legal_ids"]}
        if {*known} != {*values["legal_ids"]}:
            target["legal_ids"] = [
                known.get(pair)
                or {"id": None, "organisation_id": target["id"], "scheme": pair[0], "value": pair[1]}
                for pair in values["legal_ids"]
            ]
    target.update({column: value for column, value in values.items() if column != "legal_ids"})
    if "name" in values:
        target["folded_name"] = fold(target["name"])
