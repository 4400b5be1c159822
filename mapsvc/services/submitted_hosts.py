"""Changes of hosts that wait for a moderator: how they are shown, put into place and taken back."""

from copy import deepcopy
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.access.projections import PublicRow, project_site
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.submissions import SubmissionStatus
from mapsvc.services.matters import Matter
from mapsvc.services.revising import NOT_OF_THE_SHEET, put_state, revise
from mapsvc.storage.hosts import State, restore, state_of
from mapsvc.storage.preparations import certificates_by_organisation
from mapsvc.storage.vouchings import vouchings_by_organisation

APPROVED, UNDONE = "approved", "undone"  # what revisions call it


@dataclass(frozen=True, slots=True)
class HostCase:
    """A change as a moderator looks at it.

    now and proposed are states; public is what would be seen of each site by everybody.
    """

    now: State
    proposed: State
    public: list[list[PublicRow]]
    unplaced: int


def host_case(session: Session, submission: HostSubmission) -> HostCase:
    """What will be public of a change, and what is there now."""
    organisation = submission.organisation
    before = state_of(organisation)
    if submission.status == SubmissionStatus.APPROVED and submission.before:
        before = submission.before
    proposed = {**submission.proposed, **{name: before.get(name) for name in NOT_OF_THE_SHEET}}
    return HostCase(
        now=before,
        proposed=proposed,
        public=would_be_public(session, organisation, submission.proposed),
        unplaced=sum(site["lon"] is None for site in proposed["sites"]),
    )


def would_be_public(session: Session, organisation: Organisation, proposed: State) -> list[list[PublicRow]]:
    """The public rows of each site that a state would make, were the host on the map."""
    shown = Organisation(source=organisation.source)
    with session.no_autoflush:
        restore(shown, deepcopy(proposed))
        shown.status, shown.verification = HostStatus.LISTED, organisation.verification
        shown.sample, shown.updated = organisation.sample, now()
        vouching = vouchings_by_organisation(session, [organisation.id]).get(organisation.id)
        prepared = certificates_by_organisation(session, [organisation.id]).get(organisation.id)
        for site in shown.sites:
            site.updated = shown.updated
        return [rows for site in shown.sites if (rows := project_site(shown, site, vouching, prepared))]


def _put(session: Session, viewer: Viewer, submission: HostSubmission) -> None:
    organisation = submission.organisation
    put_state(session, organisation, submission.proposed)
    revise(session, viewer, organisation, APPROVED, before=submission.before)
    # With the ids that new parts were given: what an undo compares with.
    submission.proposed = state_of(organisation)


def _take_back(session: Session, viewer: Viewer, submission: HostSubmission) -> None:
    organisation = submission.organisation
    state = state_of(organisation)
    before = submission.before or state
    put_state(session, organisation, before)
    organisation.kept_by_hand = before["kept_by_hand"]
    revise(session, viewer, organisation, UNDONE, before=state)


HOSTS: Matter[HostSubmission] = Matter(
    is_there=lambda one: one.organisation.status != HostStatus.REMOVED,
    state=lambda one: state_of(one.organisation),
    put=_put,
    take_back=_take_back,
    keep_off=lambda _one: None,  # nothing of a host waits but the change itself
    noted=lambda one: ("submission", one.id, {"host": one.organisation_id}),
    letter=lambda one, _language: (one.organisation.name, f"/desk/hosts/{one.organisation_id}"),
    case=host_case,
)
