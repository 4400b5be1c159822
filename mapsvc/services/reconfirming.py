"""Asks people once a year whether their pin is still true, and erases what nobody confirms."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR
from mapsvc.catalogues import translate
from mapsvc.domain.alumni import KEPT_FOR, SHOWN_FOR, Pin
from mapsvc.domain.base import now
from mapsvc.domain.people import Purpose
from mapsvc.messages import mark as _
from mapsvc.services import passes
from mapsvc.services.erasing_pins import erase_pins
from mapsvc.services.installations import Installation
from mapsvc.services.letters import write_letter
from mapsvc.services.own_pins import confirm
from mapsvc.storage.listings import take_turn
from mapsvc.storage.pins import pins_confirmed_before, pins_ending

FIRST, LAST = timedelta(days=30), timedelta(days=7)  # before a pin is no longer shown
ONE_CYCLE = timedelta(days=60)
LINK_LASTS = FIRST + KEPT_FOR
MOST_AT_ONCE = 500


def ask_about_pins(session: Session, *, installation: Installation, at: datetime | None = None) -> int:
    """Mails those whose pin ends within 30 days, and once more within 7; how many. Commits.

    at is the moment, now if None.
    """
    moment = at or now()
    ended = moment.date() - SHOWN_FOR
    found: dict[int, Pin] = {}
    for ahead, patience in ((FIRST, ONE_CYCLE), (LAST, LAST)):
        for pin in pins_ending(
            session,
            confirmed_after=ended,
            confirmed_until=ended + ahead,
            asked_before=moment - patience,
            limit=MOST_AT_ONCE,
        ):
            found[pin.id] = pin
    for pin in found.values():
        _mail(session, pin, installation=installation, at=moment)
    session.commit()
    return len(found)


def asked_pin(session: Session, secret: str) -> Pin:
    """The pin that a mail asks about, without using its link up. Raises PassGone."""
    return _of(session, passes.look(session, Purpose.PIN_STILL_TRUE, secret).data.get("pin_id"))


def pin_still_true(session: Session, secret: str) -> Pin:
    """Takes over that a pin is still true: it is shown for another year. Commits. Raises PassGone."""
    take_turn(session)
    pin = _of(session, passes.use(session, Purpose.PIN_STILL_TRUE, secret).data.get("pin_id"))
    confirm(session, pin, by=VISITOR)
    session.commit()
    return pin


def withdraw_asked_pin(session: Session, secret: str) -> None:
    """Erases the pin that a mail asks about. Commits. Raises PassGone."""
    take_turn(session)
    pin = _of(session, passes.use(session, Purpose.PIN_STILL_TRUE, secret).data.get("pin_id"))
    erase_pins(session, [pin], by=VISITOR)
    session.commit()


def erase_lapsed(session: Session, *, at: datetime | None = None) -> int:
    """Erases the pins that nobody confirmed for a year and 90 days; how many. Commits."""
    take_turn(session)
    day = (at or now()).date() - SHOWN_FOR - KEPT_FOR
    erased = erase_pins(session, pins_confirmed_before(session, day), by=VISITOR)
    session.commit()
    return erased


def _of(session: Session, pin_id: int | None) -> Pin:
    pin = session.get(Pin, pin_id) if pin_id else None
    if pin is None:
        raise passes.PassGone
    return pin


def _mail(session: Session, pin: Pin, *, installation: Installation, at: datetime) -> None:
    if pin.account is None:
        return
    language = pin.account.language
    issued = passes.issue(
        session,
        Purpose.PIN_STILL_TRUE,
        installation=installation,
        email=pin.account.email,
        limited=False,
        lifetime=LINK_LASTS,
        data={"pin_id": pin.id},
    )
    pin.asked = at
    write_letter(
        session,
        pin.account.email,
        installation=installation,
        language=language,
        subject=translate(language, _("Is your stay on the map still right?")),
        paragraphs=[
            translate(
                language,
                _("You told about a stay abroad on %(site)s. It is shown until %(day)s. Open this link:"),
                site=installation.name,
                day=pin.shown_until.isoformat(),
            )
            + f"\n{installation.link(f'/alumni/still-true/{issued.secret}')}",
            translate(
                language,
                _(
                    "The page has two buttons: still right, or take it off. If you do nothing, it is hidden "
                    "after that day, and erased 90 days later."
                ),
            ),
        ],
    )
