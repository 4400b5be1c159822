"""Saved searches that mail new hosts: asked for, confirmed by mail, paused, stopped, erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qsl

from sqlalchemy.orm import Session

from mapsvc.domain.alerts import (
    KEPT_FOR,
    LONGEST_QUERY,
    LONGEST_TITLE,
    MOST_OF_ONE,
    Alert,
    AlertEvent,
    AlertState,
    after,
)
from mapsvc.domain.base import now
from mapsvc.domain.people import Pass, Purpose
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import InvalidInput, MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services import passes
from mapsvc.services.alert_links import number_in, stop_path
from mapsvc.services.installations import Installation
from mapsvc.services.letters import OnItsWay, address, write_check
from mapsvc.services.tombstones import mark
from mapsvc.storage import alerts as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.listings import last_change

GOOD_FOR = timedelta(hours=24)
UNSUBSCRIBE = "List-Unsubscribe"


class TooManyAlerts(MapsvcError):
    """An address that has as many saved searches as one may have."""

    message = _(
        "This address has %(limit)s saved searches already. Stop one of them first: each of its mails has a "
        "link for that."
    )


@dataclass(frozen=True, slots=True)
class Saved:
    """A search to be saved: its canonical query, what it is called, and the last day of its stay if any."""

    query: str
    title: str
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the link of a mail would begin."""

    email: str
    saved: Saved


def ask_for_alert(
    session: Session, saved: Saved, email: str, *, installation: Installation, language: str, network: str
) -> OnItsWay:
    """Mails a link that begins an alert; until it is used, the address is on no list. Commits.

    The mail says nothing that the asker typed, and is the same for an address that has the alert.

    Raises InvalidInput, or TooMany.
    """
    to = address(email)
    if len(saved.query) > LONGEST_QUERY:
        raise InvalidInput(_("This search is too long to be saved. Take some filters away."))
    issued = passes.issue(
        session,
        Purpose.ALERT,
        installation=installation,
        email=to,
        network=network,
        lifetime=GOOD_FOR,
        data={
            "query": saved.query,
            "title": saved.title[:LONGEST_TITLE],
            "last_day": saved.last_day.isoformat() if saved.last_day else None,
            "language": language,
        },
    )
    link = installation.link(f"/alerts/confirm/{issued.secret}")
    write_check(
        session,
        to,
        link,
        installation=installation,
        language=language,
        subject=_("News of hosts by mail: is this address right?"),
        asked=_(
            "Somebody typed this address on %(site)s, to be told by mail of new hosts for a search. "
            "Was it you? Open this link:"
        ),
        good_for=_("It is good for 24 hours. Until you use it, we send nothing more."),
    )
    session.commit()
    return OnItsWay(to, link)


def look_at_alert(session: Session, secret: str) -> Waiting:
    """What the link of a mail would begin, without using it up. Raises PassGone."""
    return _waiting(passes.look(session, Purpose.ALERT, secret))


def begin_alert(session: Session, secret: str) -> Alert:
    """Begins an alert by a mailed link: what is public now is not mailed, what comes is. Commits.

    Where the address has this alert already, it goes on for another year.

    Raises PassGone, or TooManyAlerts, which leaves the link as it is.
    """
    held = passes.use(session, Purpose.ALERT, secret)
    waiting, language = _waiting(held), str(held.data.get("language") or "en")
    one_at_a_time(session, f"alerts:{waiting.email}")
    known = stored.alert_for(session, waiting.email, waiting.saved.query)
    if known is not None:
        _go_on(known)
        known.language, known.title = language, waiting.saved.title
    else:
        known = _made(session, waiting, language)
    session.commit()
    return known


def alert_of(session: Session, token: str, *, installation: Installation) -> Alert:
    """The alert of an address. Raises NotFound for one that is not ours, or of an alert that ended."""
    found = session.get(Alert, number_in(token, installation))
    if found is None:
        raise NotFound
    return found


def pause_alert(session: Session, token: str, *, installation: Installation) -> None:
    """Mails nothing until the alert goes on; a mail that waits is not sent. Commits. Raises NotFound."""
    alert = _changing(session, token, installation)
    alert.state = after(AlertState(alert.state), AlertEvent.PAUSE)
    _take_back_letters(session, alert, installation, sent_too=False)
    session.commit()


def resume_alert(session: Session, token: str, *, installation: Installation) -> None:
    """Goes on, for a year from now; what came meanwhile is in the next mail. Commits. Raises NotFound."""
    _go_on(_changing(session, token, installation))
    session.commit()


def stop_alert(session: Session, token: str, *, installation: Installation) -> bool:
    """Ends an alert for good; a mail that waits is not sent. Commits. Whether it was there.

    Twice is no fault: mail programs may ask again. Raises NotFound for an address that is not ours.
    """
    number = number_in(token, installation)
    one_at_a_time(session, f"alert:{number}")
    found = session.get(Alert, number)
    if found is not None:
        erase_alerts(session, [found], installation=installation)
    session.commit()
    return found is not None


def end_old_alerts(session: Session, *, installation: Installation, today: date | None = None) -> int:
    """Ends the alerts whose year, or whose stay, is over; how many. Commits."""
    gone = stored.alerts_over(session, today or now().date())
    erase_alerts(session, gone, installation=installation, event=AlertEvent.EXPIRE)
    session.commit()
    return len(gone)


def erase_alerts(
    session: Session,
    alerts: Sequence[Alert],
    *,
    installation: Installation | None = None,
    event: AlertEvent = AlertEvent.STOP,
) -> None:
    """Erases alerts for good; what stays is their numbers in tombstones. The caller commits.

    Without an installation their letters are left: where all letters to their addresses go anyway.
    """
    ended = [one for one in alerts if after(AlertState(one.state), event) is AlertState.ENDED]
    mark(session, Erased.ALERT, [one.id for one in ended])
    stored.forget_told(session, [one.id for one in ended])
    for one in ended:
        stored.forget_alert_links(session, one.email, one.query)
        if installation is not None:
            _take_back_letters(session, one, installation, sent_too=True)
        session.delete(one)
    session.flush()


def move_alerts(session: Session, email: str, *, to: str) -> None:
    """Has the alerts of an address mail to another one of the same person; the caller commits.

    What is mailed there already is erased.
    """
    if email == to:
        return
    one_at_a_time(session, f"alerts:{to}")
    moving = stored.alerts_of(session, [email])
    there = {one.query for one in stored.alerts_of(session, [to])}
    erase_alerts(session, [one for one in moving if one.query in there])
    for one in moving:
        if one.query not in there:
            one.email = to
    session.flush()


def _made(session: Session, waiting: Waiting, language: str) -> Alert:
    if len(stored.alerts_of(session, [waiting.email])) >= MOST_OF_ONE:
        raise TooManyAlerts(limit=MOST_OF_ONE)
    year = now().date() + KEPT_FOR
    made = Alert(
        email=waiting.email,
        language=language,
        query=waiting.saved.query,
        title=waiting.saved.title,
        state=after(AlertState.ASKED, AlertEvent.CONFIRM),
        change=last_change(session.connection()),
        newest_site=stored.newest_site(session),
        ends_on=min(year, waiting.saved.last_day or year),
    )
    session.add(made)
    session.flush()
    return made


def _go_on(alert: Alert) -> None:
    alert.state = after(AlertState(alert.state), AlertEvent.RESUME)
    if alert.ends_on >= alert.confirmed.date() + KEPT_FOR:  # no stay ends it earlier
        alert.confirmed = now()
        year = alert.confirmed.date() + KEPT_FOR
        alert.ends_on = min(year, _last_day(alert.query) or year)


def _last_day(query: str) -> date | None:
    """The last day of the stay that a canonical query is for, None where it names no day."""
    said = dict(parse_qsl(query))
    day = said.get("to") or said.get("from")
    return date.fromisoformat(day) if day else None


def _changing(session: Session, token: str, installation: Installation) -> Alert:
    """The alert of an address, of which nobody else changes anything meanwhile."""
    one_at_a_time(session, f"alert:{number_in(token, installation)}")
    return alert_of(session, token, installation=installation)


def _take_back_letters(session: Session, alert: Alert, installation: Installation, *, sent_too: bool) -> None:
    """Takes the mails of an alert out of the outbox: those that wait, and with sent_too all others."""
    ours = stop_path(alert, installation)
    for letter in stored.letters_to(session, alert.email):
        if ours in letter.headers.get(UNSUBSCRIBE, "") and (sent_too or letter.sent is None):
            session.delete(letter)


def _waiting(held: Pass) -> Waiting:
    data = held.data
    day = date.fromisoformat(str(data["last_day"])) if data.get("last_day") else None
    return Waiting(held.email, Saved(str(data.get("query") or ""), str(data.get("title") or ""), day))
