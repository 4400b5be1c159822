"""Asking a former participant: nothing reaches anybody before the mailed link is used."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.asking import Conversation, ConversationStatus, Message, Side
from mapsvc.domain.base import now
from mapsvc.domain.consents import ConsentKind
from mapsvc.domain.people import Account, Pass, Purpose, Role
from mapsvc.domain.question_values import QuestionDraft
from mapsvc.errors import InvalidInput, MapsvcError, NotFound, TooMany
from mapsvc.messages import mark as _
from mapsvc.services import passes
from mapsvc.services.conversations import first_message, language_of, write_to
from mapsvc.services.installations import Installation
from mapsvc.services.letters import OnItsWay, address, write_check
from mapsvc.services.secrets import keyed_digest
from mapsvc.storage import conversations as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.people import account_with_email, count_passes

ADULT, YOUNGEST, OLDEST = 18, 13, 120
GOOD_FOR = timedelta(days=6)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST_PER_SENDER = 5  # in a day
MOST_PER_ALUMNUS = 5  # that reach one in a week
MOST_PER_NETWORK = 20  # in a day
LONGEST_SLUG = 30


class TooYoungToAsk(MapsvcError):
    """Somebody too young to agree to anything here."""

    message = _(
        "You can ask from the age of 13. Ask your teacher to find out for you. We kept nothing of what you "
        "typed."
    )


class NotTaken(MapsvcError):
    """Somebody who does not take this question; why is not said."""

    message = _("This person takes no questions just now.")


class AskedEnough(TooMany):
    """Somebody asked as much as one may in a day."""

    message = _("You can ask 5 people in a day. You can ask again from %(when)s on.")


class FullWeek(TooMany):
    """A former participant was asked as much as one may be in a week."""

    message = _("This person was asked 5 times this week. You can ask from %(when)s on.")


def ask(
    session: Session,
    slug: str,
    draft: QuestionDraft,
    email: str,
    *,
    age: int | None,
    referent: str,
    installation: Installation,
    language: str,
    network: str,
) -> OnItsWay:
    """Mails a link that sends a question; until it is used, the draft waits in its pass. Commits.

    referent is the address of the referent of a sender under 18, and not looked at for others. Whether it
    is one is not told, neither here nor later. The age is not kept.

    Raises TooYoungToAsk before anything else, NotFound, InvalidInput, or TooMany.
    """
    guarded = _is_minor(age)
    to = address(email)
    if guarded and not referent.strip():
        raise InvalidInput(
            _("Give the address of your referent. They read your question first."), field="referent"
        )
    through = address(referent, field="referent") if guarded else ""
    if through == to:
        raise InvalidInput(_("Your referent is somebody else than you."), field="referent")
    pin = _to_ask(session, slug)
    _refuse_too_many(session, pin, installation, email=to, network=network)
    issued = passes.issue(
        session,
        Purpose.QUESTION,
        installation=installation,
        email=to,
        network=network,
        lifetime=GOOD_FOR,
        data={"pin_id": pin.id, "draft": draft.kept(), "referent": through, "language": language},
    )
    link = installation.link(f"/questions/confirm/{issued.secret}")
    write_check(
        session,
        to,
        link,
        installation=installation,
        language=language,
        subject=_("Confirm your question"),
        asked=_("Somebody typed this address to ask a question on %(site)s. Was it you? Open this link:"),
        good_for=_("It is good for 6 days. Until you use it, nobody gets the question."),
    )
    session.commit()
    return OnItsWay(to, link)


def name_to_ask(session: Session, slug: str) -> str:
    """The name that the pin of a page shows. Raises NotFound where its person takes no questions."""
    return _to_ask(session, slug).display_name


def look_at_question(session: Session, secret: str) -> QuestionDraft:
    """What the link of a mail sends. Raises PassGone."""
    return QuestionDraft.of(passes.look(session, Purpose.QUESTION, secret).data["draft"])


def confirm_question(session: Session, secret: str, *, installation: Installation) -> bool:
    """Sends the question of a mailed link: to who is asked, or for a sender under 18 to their referent.

    True for a sender under 18. Where no referent has the address that was named, the question goes
    nowhere, and nothing tells so: whether somebody has an account here is nobody's to find out. Commits.

    Raises PassGone, NotTaken, or TooMany.
    """
    used = passes.look(session, Purpose.QUESTION, secret)
    draft, guarded = QuestionDraft.of(used.data["draft"]), bool(used.data["referent"])
    pin = session.get(Pin, used.data["pin_id"])
    digest = keyed_digest(installation.key, "sender", used.email)
    if pin is None or not takes_questions(pin) or stored.is_blocked(session, pin.account_id, digest):
        raise NotTaken
    one_at_a_time(session, f"questions:{digest}")
    times = stored.confirmed_by(session, used.email, since=now() - DAY)
    refuse_full(times, MOST_PER_SENDER, DAY, AskedEnough)
    refuse_full_week(session, pin)
    referent = _referent(session, used.data["referent"], pin) if guarded else None
    used = passes.use(session, Purpose.QUESTION, secret)
    if not guarded or referent is not None:
        _open(session, used, pin, draft, digest=digest, referent=referent, installation=installation)
    used.data = {}
    session.commit()
    return guarded


def takes_questions(pin: Pin) -> bool:
    """Whether the person of a pin can be asked: a public pin of somebody who wants to be."""
    public = pin.status == PinStatus.PUBLISHED and pin.agrees_to(ConsentKind.PIN)
    live = public and pin.shown_until >= now().date()
    return live and pin.may_be_asked and pin.account_id is not None and not pin.sample


def reach(session: Session, conversation: Conversation, *, installation: Installation) -> None:
    """Brings a question to who is asked; the caller has checked the limits, and commits."""
    conversation.status, conversation.opened = ConversationStatus.OPEN, now()
    language = language_of(conversation, Side.ALUMNUS)
    write_to(
        session,
        conversation,
        Side.ALUMNUS,
        installation=installation,
        subject=_("%(name)s asks you about your stay"),
        lead=_("%(name)s saw your stay on the map and asks you something. You need not answer."),
        quoted=first_message(conversation, language),
    )


def refuse_full_week(session: Session, pin: Pin) -> None:
    """Raises FullWeek where the person of a pin was asked enough; nobody else counts meanwhile."""
    if pin.account_id is not None:
        one_at_a_time(session, f"asked:{pin.account_id}")
        times = stored.reached(session, pin.account_id, since=now() - WEEK)
        refuse_full(times, MOST_PER_ALUMNUS, WEEK, FullWeek)


def refuse_full(times: list[datetime], most: int, period: timedelta, fault: type[TooMany]) -> None:
    """Raises the fault, which says when to try again, where `most` of the times lie in a period."""
    if len(times) >= most:
        free = times[-most] + period
        raise fault(retry_after=max(free - now(), timedelta(seconds=1)), when=f"{free:%Y-%m-%d %H:%M} UTC")


def _to_ask(session: Session, slug: str) -> Pin:
    pin = stored.pin_with_slug(session, slug[:LONGEST_SLUG])
    if pin is None or not takes_questions(pin):
        raise NotFound
    return pin


def _is_minor(age: int | None) -> bool:
    if age is None or not 0 <= age <= OLDEST:
        raise InvalidInput(_("Please say how old you are."), field="age")
    if age < YOUNGEST:
        raise TooYoungToAsk
    return age < ADULT


def _referent(session: Session, email: str, pin: Pin) -> Account | None:
    """The referent with this address; who is asked cannot watch over who asks."""
    account = account_with_email(session, email)
    if account is None or account.id == pin.account_id:
        return None
    return account if any(grant.role == Role.REFERENT for grant in account.grants) else None


def _open(
    session: Session,
    used: Pass,
    pin: Pin,
    draft: QuestionDraft,
    *,
    digest: str,
    referent: Account | None,
    installation: Installation,
) -> None:
    conversation = Conversation(
        pin=pin,
        sender_email=used.email,
        sender_digest=digest,
        first_name=draft.first_name,
        language=str(used.data.get("language") or "en"),
        status=ConversationStatus.WITH_REFERENT,
        guarded=referent is not None,
        referent=referent,
        trade=draft.trade,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        questions=list(draft.questions),
        messages=[Message(side=Side.SENDER, text=draft.words)],
    )
    session.add(conversation)
    session.flush()
    if referent is None:
        reach(session, conversation, installation=installation)
        return
    write_to(
        session,
        conversation,
        Side.REFERENT,
        installation=installation,
        subject=_("%(name)s wants to ask a former participant"),
        lead=_(
            "%(name)s named you as referent and asks %(alumnus)s. Nobody gets this before you pass it on."
        ),
        quoted=first_message(conversation, referent.language),
    )


def _refuse_too_many(
    session: Session, pin: Pin, installation: Installation, *, email: str, network: str
) -> None:
    """Raises TooMany, for known and unknown addresses alike."""
    hashed, at = keyed_digest(installation.key, "network", network), now()
    one_at_a_time(session, f"questions:{hashed}")
    if count_passes(session, at - DAY, network=hashed, purpose=Purpose.QUESTION) >= MOST_PER_NETWORK:
        raise TooMany(retry_after=DAY)
    refuse_full(stored.asked_by(session, email, since=at - DAY), MOST_PER_SENDER, DAY, AskedEnough)
    refuse_full_week(session, pin)
