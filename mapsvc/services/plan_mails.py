"""Reminders of a plan by mail: an address is confirmed first, told once a week at most, and let go."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from mapsvc.catalogues import translate
from mapsvc.content.stays import DatedStep
from mapsvc.content.timelines import Timeline
from mapsvc.content.words import said_in
from mapsvc.domain.base import now
from mapsvc.domain.days import spelt
from mapsvc.domain.people import Pass, Purpose
from mapsvc.domain.plans import HostPlan, PlanMail
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.messages import mark as _
from mapsvc.services import passes
from mapsvc.services.installations import Installation
from mapsvc.services.letters import OnItsWay, address, write_check, write_letter
from mapsvc.services.plan_links import number_in, plan_token, stop_token
from mapsvc.services.planning import open_plan, steps_of_plan
from mapsvc.services.tombstones import mark
from mapsvc.storage import plans as stored
from mapsvc.storage.dialects.locks import one_at_a_time

GOOD_FOR = timedelta(days=6)
WEEK = timedelta(days=7)
MOST_ADDRESSES = 5  # of a plan

Timelines = Mapping[str, Timeline]


def ask_for_mails(
    session: Session, token: str, email: str, *, installation: Installation, network: str
) -> OnItsWay:
    """Mails a link that begins the reminders of a plan; until it is used, the address is on no plan. Commits.

    Raises NotFound, InvalidInput, or TooMany.
    """
    plan, to = open_plan(session, token, installation=installation), address(email)
    if len(plan.mails) >= MOST_ADDRESSES:
        raise InvalidInput(
            _("At most %(limit)s addresses can be reminded."), field="email", limit=MOST_ADDRESSES
        )
    issued = passes.issue(
        session,
        Purpose.PLAN_MAIL,
        installation=installation,
        email=to,
        network=network,
        lifetime=GOOD_FOR,
        data={"plan_id": plan.id},
    )
    link = installation.link(f"/plan-mails/{issued.secret}")
    write_check(
        session,
        to,
        link,
        installation=installation,
        language=plan.language,
        subject=_("Reminders for a stay: is this address right?"),
        asked=_(
            "Somebody typed this address on %(site)s, to be reminded of the steps of a stay. "
            "Was it you? Open this link:"
        ),
        good_for=_("It is good for 6 days. Until you use it, we send nothing more."),
    )
    session.commit()
    return OnItsWay(to, link)


def look_at_mails(session: Session, secret: str) -> str:
    """The address that the link of a mail confirms, without using it up. Raises PassGone."""
    return _waiting(session, passes.look(session, Purpose.PLAN_MAIL, secret))[1]


def begin_mails(session: Session, secret: str, *, installation: Installation) -> str:
    """Begins the reminders of a mailed link; what the address of the plan holds. Commits.

    Raises PassGone, also where the plan has gone since.
    """
    plan, email = _waiting(session, passes.use(session, Purpose.PLAN_MAIL, secret))
    one_at_a_time(session, f"plan:{plan.id}")
    session.refresh(plan, ["mails"])
    if email not in {one.email for one in plan.mails} and len(plan.mails) < MOST_ADDRESSES:
        plan.mails.append(PlanMail(email=email))
    session.commit()
    return plan_token(plan, installation)


def stop_mails(session: Session, token: str, mail_id: int, *, installation: Installation) -> None:
    """Takes an address off a plan, for whoever has its address. Commits. Raises NotFound."""
    plan = open_plan(session, token, installation=installation)
    erase_mails(session, [_of(plan, mail_id)])
    session.commit()


def mail_to_stop(session: Session, token: str, *, installation: Installation) -> PlanMail:
    """The address that the link at the end of a reminder takes off. Raises NotFound."""
    number = number_in(token, "stop", installation)
    found = session.get(PlanMail, number) if number else None
    if found is None:
        raise NotFound
    return found


def stop_by_link(session: Session, token: str, *, installation: Installation) -> None:
    """Takes an address off its plan, by the link in a reminder. Commits. Raises NotFound."""
    erase_mails(session, [mail_to_stop(session, token, installation=installation)])
    session.commit()


def erase_mails(session: Session, mails: Sequence[PlanMail]) -> None:
    """Erases addresses of plans for good; what stays is their numbers in tombstones. The caller commits."""
    mark(session, Erased.PLAN_MAIL, [one.id for one in mails])
    for one in mails:
        stored.forget_links_of_plans(session, [one.plan_id], [one.email])
        session.delete(one)
    session.flush()


def remind_of_steps(
    session: Session, timelines: Timelines, *, installation: Installation, today: date | None = None
) -> int:
    """Mails what is to be done in the next seven days, to each address once a week at most. Commits.

    Returns how many mails were written. A step is told once. What is done is not told, and without a step
    there is no mail.
    """
    one_at_a_time(session, "plan mails")
    day, written = today or now().date(), 0
    for mail in stored.mails_to_write(session, reminded_until=day - WEEK):
        timeline = timelines.get(mail.plan.timeline)
        steps = _due(mail, timeline, day) if timeline else []
        if steps:
            _write(session, mail, steps, installation=installation)
            mail.reminded_on = day
            written += 1
    session.commit()
    return written


def _due(mail: PlanMail, timeline: Timeline, day: date) -> list[DatedStep]:
    """The steps that come within a week, and those that came since the last mail had an end."""
    plan = mail.plan
    first = mail.reminded_on + WEEK + timedelta(days=1) if mail.reminded_on else day
    steps = [one for one in steps_of_plan(plan, timeline) if first <= one.day <= day + WEEK]
    return [one for one in steps if one.step.key not in plan.done]


def _write(
    session: Session, mail: PlanMail, steps: Sequence[DatedStep], *, installation: Installation
) -> None:
    plan, say = mail.plan, mail.plan.language
    lines = [f"- {spelt(one.day, 'EEEE d MMMM', say)}: {said_in(one.step.title, say)}" for one in steps]
    plan_link = installation.link(f"/plans/{plan_token(plan, installation)}")
    stop_link = installation.link(f"/plan-mails/stop/{stop_token(mail, installation)}")
    write_letter(
        session,
        mail.email,
        installation=installation,
        language=say,
        subject=translate(say, _("Your guest from abroad: what to do this week")),
        paragraphs=[
            translate(
                say,
                _("The stay is from %(arrival)s to %(departure)s. These steps come next:"),
                arrival=spelt(plan.arrival, "d MMMM y", say),
                departure=spelt(plan.departure, "d MMMM y", say),
            ),
            "\n".join(lines),
            translate(say, _("What to do, and the papers for it, are in your plan:")) + f"\n{plan_link}",
            translate(say, _("No more mails like this? Open this link:")) + f"\n{stop_link}",
        ],
    )


def _waiting(session: Session, held: Pass) -> tuple[HostPlan, str]:
    plan = session.get(HostPlan, held.data.get("plan_id") or 0)
    if plan is None:
        raise passes.PassGone
    return plan, held.email


def _of(plan: HostPlan, mail_id: int) -> PlanMail:
    found = next((one for one in plan.mails if one.id == mail_id), None)
    if found is None:
        raise NotFound
    return found
