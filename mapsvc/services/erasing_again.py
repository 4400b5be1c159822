"""Erases from a restored database what was erased since its backup, by the same verbs that erased it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR
from mapsvc.domain.alerts import Alert
from mapsvc.domain.alumni import Pin
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Cohort, CohortLearner, Scenario
from mapsvc.domain.consents import Consent
from mapsvc.domain.course_progress import Certificate, CompletionConsent, CourseProgress
from mapsvc.domain.daily_rates import DailyRate
from mapsvc.domain.feedback import Feedback
from mapsvc.domain.flow_plans import FlowPlan
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.people import Account
from mapsvc.domain.plans import HostPlan, PlanMail
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.services.accounts import end_accounts
from mapsvc.services.alerts import erase_alerts
from mapsvc.services.cohort_learners import erase_learners
from mapsvc.services.cohorts import erase_cohorts
from mapsvc.services.daily_rates import erase_rates
from mapsvc.services.erasing import erase_these
from mapsvc.services.erasing_pins import erase_pins, take_back
from mapsvc.services.feedback import erase_texts
from mapsvc.services.flow_plans import erase_flow_plans
from mapsvc.services.following_courses import erase_completion_consents, erase_progress
from mapsvc.services.plan_mails import erase_mails
from mapsvc.services.planning import erase_plans
from mapsvc.services.preparing import no_longer_valid
from mapsvc.services.publishing import publish_sites
from mapsvc.services.removing import drop
from mapsvc.services.scenarios import erase_scenarios
from mapsvc.storage.listings import chunks
from mapsvc.storage.tombstones import Grave, add_tombstones, without_tombstone

Noun = TypeVar(
    "Noun",
    Account,
    Alert,
    Certificate,
    Cohort,
    CohortLearner,
    CompletionConsent,
    Consent,
    CourseProgress,
    DailyRate,
    Feedback,
    FlowPlan,
    HostPlan,
    Organisation,
    Pin,
    PlanMail,
    Scenario,
)
Verb = Callable[[Session, Sequence[int], str], int]


class UnknownErasure(MapsvcError):
    """Something was erased that this version of the program cannot erase."""

    message = _(
        "Something was erased that this version of mapsvc does not know: %(noun)s. "
        "Restore with the version that wrote the backup, or a newer one. Nothing was changed."
    )


def refuse_unknown(graves: Sequence[Grave]) -> None:
    """Nothing, where each of these can be erased again. Raises UnknownErasure."""
    for noun in sorted({grave.noun for grave in graves}):
        if noun not in VERBS:
            raise UnknownErasure(noun=noun)


def erase_again(session: Session, graves: Sequence[Grave], *, key: str) -> int:
    """Erases what has a tombstone, and keeps the tombstones; the caller commits. How many rows were there.

    key is the installation's.
    """
    refuse_unknown(graves)
    erased = 0
    for noun, verb in VERBS.items():
        ids = sorted(grave.row_id for grave in graves if grave.noun == noun)
        new = set(without_tombstone(session, noun, ids))
        add_tombstones(session, [one for one in graves if one.noun == noun and one.row_id in new])
        for some in chunks(ids):
            erased += verb(session, some, key)
            session.flush()
            session.expunge_all()
    return erased


def _accounts(session: Session, ids: Sequence[int], key: str) -> int:
    found = _there(session, Account, ids)
    end_accounts(session, found, by=VISITOR)
    return len(found)


def _hosts(session: Session, ids: Sequence[int], key: str) -> int:
    found = _there(session, Organisation, ids)
    if found:
        erase_these(session, found, key=key, by=VISITOR)
    return len(found)


def _dropped_hosts(session: Session, ids: Sequence[int], key: str) -> int:
    found = _there(session, Organisation, ids)
    for organisation in found:
        organisation.status, organisation.updated = HostStatus.REMOVED, now()
    publish_sites(session, [site for organisation in found for site in organisation.sites])
    drop(session, found)
    return len(found)


def _pins(session: Session, ids: Sequence[int], key: str) -> int:
    return erase_pins(session, _there(session, Pin, ids), by=VISITOR)


def _consents(session: Session, ids: Sequence[int], key: str) -> int:
    return take_back(session, _there(session, Consent, ids))


def _plans(session: Session, ids: Sequence[int], key: str) -> int:
    found = _there(session, HostPlan, ids)
    erase_plans(session, found)
    return len(found)


def _plan_mails(session: Session, ids: Sequence[int], key: str) -> int:
    found = _there(session, PlanMail, ids)
    erase_mails(session, found)
    return len(found)


def _progress(session: Session, ids: Sequence[int], key: str) -> int:
    return erase_progress(session, _there(session, CourseProgress, ids))


def _completions(session: Session, ids: Sequence[int], key: str) -> int:
    return erase_completion_consents(session, _there(session, CompletionConsent, ids))


def _certificates(session: Session, ids: Sequence[int], key: str) -> int:
    found = [one for one in _there(session, Certificate, ids) if one.revoked is None]
    for one in found:
        one.revoked = now()
    no_longer_valid(session, found)
    return len(found)


def _flow_plans(session: Session, ids: Sequence[int], key: str) -> int:
    found = _there(session, FlowPlan, ids)
    erase_flow_plans(session, found)
    return len(found)


def _daily_rates(session: Session, ids: Sequence[int], key: str) -> int:
    found = _there(session, DailyRate, ids)
    erase_rates(session, found)
    return len(found)


def _alerts(session: Session, ids: Sequence[int], key: str) -> int:
    found = _there(session, Alert, ids)
    erase_alerts(session, found)
    return len(found)


def _feedback_texts(session: Session, ids: Sequence[int], key: str) -> int:
    return erase_texts(session, _there(session, Feedback, ids))


def _cohorts(session: Session, ids: Sequence[int], key: str) -> int:
    found = _there(session, Cohort, ids)
    erase_cohorts(session, found)
    return len(found)


def _cohort_learners(session: Session, ids: Sequence[int], key: str) -> int:
    return erase_learners(session, _there(session, CohortLearner, ids))


def _scenarios(session: Session, ids: Sequence[int], key: str) -> int:
    found = _there(session, Scenario, ids)
    erase_scenarios(session, found)
    return len(found)


def _there(session: Session, noun: type[Noun], ids: Sequence[int]) -> list[Noun]:
    """Those of the rows that are there, in order; as many are asked for as one statement takes."""
    return list(session.scalars(select(noun).where(noun.id.in_(ids)).order_by(noun.id)).unique())


# Whoever adds a noun to Erased adds its verb: until then, a restore is refused that would need it.
VERBS: Mapping[Erased, Verb] = {
    Erased.ACCOUNT: _accounts,
    Erased.HOST: _hosts,
    Erased.DROPPED_HOST: _dropped_hosts,
    Erased.PIN: _pins,
    Erased.CONSENT: _consents,
    Erased.PLAN: _plans,
    Erased.PLAN_MAIL: _plan_mails,
    Erased.PROGRESS: _progress,
    Erased.COMPLETION: _completions,
    Erased.CERTIFICATE: _certificates,
    Erased.FLOW_PLAN: _flow_plans,
    Erased.DAILY_RATE: _daily_rates,
    Erased.ALERT: _alerts,
    Erased.FEEDBACK_TEXT: _feedback_texts,
    Erased.COHORT: _cohorts,
    Erased.COHORT_LEARNER: _cohort_learners,
    Erased.SCENARIO: _scenarios,
}
