"""Who may do what: one map from actions to the roles that may, and on which things."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapsvc.domain.alumni import Pin
from mapsvc.domain.asking import Conversation, ConversationStatus
from mapsvc.domain.cohorts import Cohort
from mapsvc.domain.daily_rates import DailyRate
from mapsvc.domain.flow_plans import FlowPlan
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import STAFF, Account, Role
from mapsvc.domain.sources import Source
from mapsvc.domain.uploads import Upload
from mapsvc.errors import NotFound, NotSignedIn


class Action(StrEnum):
    """What somebody can want to do beyond reading what is public."""

    USE_ACCOUNT = "use_account"  # see, change, delete one's own
    USE_DESK = "use_desk"
    IMPORT_HOSTS = "import_hosts"  # on a Source, or an Upload
    ADD_HOST = "add_host"
    EDIT_HOST = "edit_host"  # on an Organisation: all of its sheet, its revisions
    REMOVE_HOST = "remove_host"  # on an Organisation
    ERASE_HOST = "erase_host"  # on an Organisation: with all that is kept of it, from every list
    PUBLISH_HOST = "publish_host"  # on an Organisation: its changes need no review
    VOUCH_FOR_HOST = "vouch_for_host"  # on an Organisation
    INVITE = "invite"  # on a SendingOrganisation's number, or None for the whole installation
    INVITE_CLASS = "invite_class"  # on a SendingOrganisation's number
    INVITE_HOST = "invite_host"  # on an Organisation
    HANDLE_REPORT = "handle_report"  # on an Organisation: what visitors say is wrong with it
    EDIT_PIN = "edit_pin"  # on a Pin: change it, take it along, withdraw it
    CORRECT_FACT = "correct_fact"  # says after a look at its source whether a fact of a kit is still right
    ANSWER = "answer"  # on a Conversation: read what one was asked, reply, decline, block, report
    GUARD = "guard"  # on a Conversation: read what a learner under 18 asks and hears, pass it on, end it
    SEE_COMPLETION = "see_completion"  # on a SendingOrganisation's number: who agreed, and finished a course
    PLAN_COHORT = "plan_cohort"  # on a Cohort: see, change, place and delete it
    PLAN_FLOWS = "plan_flows"  # on a FlowPlan: see, change and delete it
    SET_RATES = "set_rates"  # on a DailyRate: add, change and delete it
    # On a SendingOrganisation's number: its year; None is the whole installation.
    REPORT_YEAR = "report_year"
    READ_REPORTED = "read_reported"  # on a Conversation: a reported one, and no other
    MODERATE = "moderate"
    SEE_AUDIT = "see_audit"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: an account with its roles, or nobody.

    sending_ids are the sending organisations it is a referent of, host_ids the host organisations it
    speaks for.
    """

    account_id: int | None = None
    email: str = ""
    name: str = ""
    language: str = "en"
    roles: frozenset[Role] = frozenset({Role.VISITOR})
    sending_ids: frozenset[int] = frozenset()
    host_ids: frozenset[int] = frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether it has a role whose sign-in ends after an hour without use."""
        return not STAFF.isdisjoint(self.roles)


VISITOR = Viewer()
Rule = Callable[[Viewer, Any], bool]


def viewer_of(account: Account) -> Viewer:
    """The viewer that an account makes."""
    return Viewer(
        account_id=account.id,
        email=account.email,
        name=account.name,
        language=account.language,
        roles=frozenset({Role.LEARNER, *(Role(grant.role) for grant in account.grants)}),
        sending_ids=_ids(g.sending_id for g in account.grants if g.role == Role.REFERENT),
        host_ids=_ids(g.organisation_id for g in account.grants if g.role == Role.HOST),
    )


def could(viewer: Viewer, action: Action) -> bool:
    """Whether there is anything on which the viewer may do this."""
    return not viewer.roles.isdisjoint(PERMISSIONS[action])


def may(viewer: Viewer, action: Action, thing: object = None) -> bool:
    """Whether the viewer may do this to the thing."""
    rules = PERMISSIONS[action]
    return any(rules[role](viewer, thing) for role in viewer.roles if role in rules)


def require(viewer: Viewer, action: Action, thing: object = None) -> None:
    """Nothing, when the viewer may do this to the thing.

    Raises NotSignedIn for a visitor, whatever the thing; else NotFound, which says of somebody else's
    thing what is said of one that does not exist.
    """
    if viewer.account_id is None:
        raise NotSignedIn
    if not may(viewer, action, thing):
        raise NotFound


def anybody(viewer: Viewer, thing: object) -> bool:
    """Everyone who has the role."""
    return True


def keeps_its_list(viewer: Viewer, host: Organisation) -> bool:
    """The referents of the sending organisation whose list the host comes from."""
    return keeps_list(viewer, host.source)


def keeps_list(viewer: Viewer, source: Source | Upload | None) -> bool:
    """The referents of the sending organisation that owns a list or an upload; None is a new list."""
    if source is None:
        return True
    owner = source.owner_id if isinstance(source, Source) else source.sending_id
    return owner in viewer.sending_ids


def speaks_for(viewer: Viewer, host: Organisation) -> bool:
    """Those who speak for the host."""
    return host.id in viewer.host_ids


def speaks_for_a_verified(viewer: Viewer, host: Organisation) -> bool:
    """Those who speak for the host, once somebody vouches for it."""
    return speaks_for(viewer, host) and host.verification == "verified"


def is_its_person(viewer: Viewer, pin: Pin) -> bool:
    """Who put the pin on the map, and nobody else."""
    return pin.account_id is not None and pin.account_id == viewer.account_id


def is_asked(viewer: Viewer, conversation: Conversation) -> bool:
    """Who is asked, once the question has reached them."""
    pin = conversation.pin
    return pin is not None and conversation.opened is not None and is_its_person(viewer, pin)


def guards(viewer: Viewer, conversation: Conversation) -> bool:
    """The referent of a sender under 18."""
    return conversation.referent_id is not None and conversation.referent_id == viewer.account_id


def is_reported(viewer: Viewer, conversation: Conversation) -> bool:
    """A conversation that somebody in it reported."""
    return conversation.status == ConversationStatus.REPORTED


def refers_for(viewer: Viewer, sending_id: int | None) -> bool:
    """The referents of this sending organisation."""
    return sending_id in viewer.sending_ids


def is_whole(viewer: Viewer, sending_id: int | None) -> bool:
    """For all sending organisations together, and for none of them alone."""
    return sending_id is None


def sends(viewer: Viewer, what: Cohort | FlowPlan) -> bool:
    """The referents of the sending organisation of a cohort or a plan: it is nobody else's business."""
    return what.sending_id in viewer.sending_ids


def sets_own_rates(viewer: Viewer, rate: DailyRate) -> bool:
    """The referents of the sending organisation whose rate it is."""
    return rate.sending_id in viewer.sending_ids


def sets_rates_of_all(viewer: Viewer, rate: DailyRate) -> bool:
    """Whoever runs the installation, for the rates that count for all."""
    return rate.sending_id is None


REFERENT, HOST, MODERATOR, ADMIN = Role.REFERENT, Role.HOST, Role.MODERATOR, Role.ADMINISTRATOR

PERMISSIONS: Mapping[Action, Mapping[Role, Rule]] = {
    Action.USE_ACCOUNT: {Role.LEARNER: anybody},
    Action.USE_DESK: {REFERENT: anybody, MODERATOR: anybody, ADMIN: anybody},
    Action.IMPORT_HOSTS: {REFERENT: keeps_list, ADMIN: anybody},
    Action.ADD_HOST: {REFERENT: anybody, ADMIN: anybody},
    Action.EDIT_HOST: {REFERENT: keeps_its_list, HOST: speaks_for, ADMIN: anybody},
    Action.REMOVE_HOST: {REFERENT: keeps_its_list, HOST: speaks_for, ADMIN: anybody},
    Action.ERASE_HOST: {HOST: speaks_for, MODERATOR: anybody, ADMIN: anybody},
    Action.PUBLISH_HOST: {REFERENT: keeps_its_list, HOST: speaks_for_a_verified, ADMIN: anybody},
    Action.VOUCH_FOR_HOST: {REFERENT: keeps_its_list, ADMIN: anybody},
    Action.INVITE: {REFERENT: refers_for, ADMIN: anybody},
    Action.INVITE_CLASS: {REFERENT: refers_for, MODERATOR: anybody, ADMIN: anybody},
    Action.INVITE_HOST: {REFERENT: keeps_its_list, ADMIN: anybody},
    Action.HANDLE_REPORT: {REFERENT: keeps_its_list, MODERATOR: anybody, ADMIN: anybody},
    Action.EDIT_PIN: {Role.LEARNER: is_its_person},
    # Former participants, and learners who are there now: a moderator reads it before anybody else does.
    Action.CORRECT_FACT: {Role.LEARNER: anybody},
    Action.ANSWER: {Role.LEARNER: is_asked},
    Action.GUARD: {REFERENT: guards},
    Action.SEE_COMPLETION: {REFERENT: refers_for},
    Action.PLAN_COHORT: {REFERENT: sends},
    Action.PLAN_FLOWS: {REFERENT: sends},
    Action.SET_RATES: {REFERENT: sets_own_rates, ADMIN: sets_rates_of_all},
    Action.REPORT_YEAR: {REFERENT: refers_for, ADMIN: is_whole},
    Action.READ_REPORTED: {MODERATOR: is_reported, ADMIN: is_reported},
    Action.MODERATE: {MODERATOR: anybody, ADMIN: anybody},
    Action.SEE_AUDIT: {MODERATOR: anybody, ADMIN: anybody},
    Action.ADMINISTER: {ADMIN: anybody},
}


def _ids(found: Iterable[int | None]) -> frozenset[int]:
    return frozenset(one for one in found if one is not None)
