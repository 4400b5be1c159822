"""Asks hosts once a year whether their entry is still true, and takes their answer by one click."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Action, Viewer
from mapsvc.catalogues import translate
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.people import Purpose
from mapsvc.errors import NotFound
from mapsvc.messages import mark as _
from mapsvc.services import passes
from mapsvc.services.auditing import note
from mapsvc.services.installations import Installation
from mapsvc.services.leaving import erase_or_ask
from mapsvc.services.letters import InvalidAddress, address, write_letter
from mapsvc.services.loading import SAMPLES, SEED
from mapsvc.services.mailed_links import pending_of
from mapsvc.services.publishing import publish_sites
from mapsvc.services.revising import known_host
from mapsvc.services.standing import contacts_of, may_erase
from mapsvc.storage.claims import hosts_of
from mapsvc.storage.confirmations import asked_since, unconfirmed
from mapsvc.storage.listings import take_turn

TRUE_FOR = timedelta(days=365)
ASK_AGAIN = timedelta(days=334)  # eleven months
LINK_LASTS = timedelta(days=60)
MOST_A_DAY = 200
MOST_IN_ONE = 20  # hosts in one mail, where one person is the contact of many
FRENCH = frozenset({"FR", "MC"})  # where a mail to a contact whose language nobody said is in French

Reader = tuple[str, str]  # a mail address and its language


@dataclass(frozen=True, slots=True)
class Asked:
    """How many hosts were asked, and how many could not be: without an address, or asked not long ago."""

    asked: int
    without_address: int = 0
    too_soon: int = 0


def ask_yearly(session: Session, *, installation: Installation, at: datetime | None = None) -> Asked:
    """Asks those whose entry nobody confirmed for a year, at most MOST_A_DAY a day. Commits.

    Seed and samples are never asked, nobody twice in eleven months. at is the moment, now if None.
    """
    moment = at or now()
    left = MOST_A_DAY - asked_since(session, moment - timedelta(days=1))
    found: list[tuple[Organisation, Reader]] = []
    stale = unconfirmed(
        session, since=moment - TRUE_FOR, asked_before=moment - ASK_AGAIN, but_of={SEED, SAMPLES}
    )
    for organisation in stale:
        if len(found) >= left:
            break
        if reader := _reader(session, organisation):
            found.append((organisation, reader))
    _mail(session, found, installation=installation, at=moment)
    session.commit()
    return Asked(len(found))


def ask(
    session: Session, viewer: Viewer, organisation_ids: Sequence[int], *, installation: Installation
) -> Asked:
    """Asks these hosts now, whenever they last confirmed; those that were asked lately are left. Commits.

    Raises NotFound where the viewer may not edit one of them.
    """
    moment, found = now(), []
    without = soon = 0
    for number in dict.fromkeys(organisation_ids):
        organisation = known_host(session, viewer, number, Action.INVITE_HOST)
        if organisation.asked and organisation.asked > moment - ASK_AGAIN:
            soon += 1
        elif organisation.status != HostStatus.LISTED or organisation.sample:
            without += 1
        elif reader := _reader(session, organisation):
            found.append((organisation, reader))
        else:
            without += 1
    _mail(session, found, installation=installation, at=moment)
    for organisation, _to in found:
        note(session, viewer, "asked_still_true", "host", organisation.id)
    session.commit()
    return Asked(len(found), without, soon)


def asked_host(session: Session, secret: str) -> Organisation:
    """The host that a mail asks about, without using its link up. Raises PassGone."""
    found = passes.look(session, Purpose.STILL_TRUE, secret)
    return _host_of(session, found.data.get("organisation_id"))


def still_true(session: Session, secret: str) -> Organisation:
    """Takes over that all of a host's entry is still true, and publishes that. Commits. Raises PassGone."""
    take_turn(session)
    used = passes.use(session, Purpose.STILL_TRUE, secret)
    organisation = _host_of(session, used.data.get("organisation_id"))
    _confirm(session, organisation, VISITOR)
    session.commit()
    return organisation


def asked_removal(session: Session, secret: str) -> tuple[Organisation, bool]:
    """The host that a mail asks about, and whether its reader has it erased at once. Raises PassGone."""
    found = pending_of(session, passes.look(session, Purpose.STILL_TRUE, secret))
    return found.organisation, may_erase(found.organisation, found.email)


def remove_asked(session: Session, secret: str, *, installation: Installation) -> bool:
    """Erases the host that a mail asks about, or asks those who decide. Commits.

    Whether it is erased. Raises PassGone.
    """
    take_turn(session)
    found = pending_of(session, passes.use(session, Purpose.STILL_TRUE, secret))
    at_once = erase_or_ask(session, found, installation=installation)
    session.commit()
    return at_once


def confirm(session: Session, viewer: Viewer, number: int) -> None:
    """Says of a host that one keeps that all of its entry is still true. Commits. Raises NotFound."""
    take_turn(session)
    organisation = known_host(session, viewer, number)
    if organisation.status == HostStatus.REMOVED:
        raise NotFound
    _confirm(session, organisation, viewer)
    session.commit()


def _confirm(session: Session, organisation: Organisation, by: Viewer) -> None:
    organisation.confirmed = now()
    for site in organisation.sites:
        for offer in site.offers:
            offer.confirmed_on = organisation.confirmed.date()
    note(session, by, "confirmed", "host", organisation.id)
    publish_sites(session, organisation.sites)


def _host_of(session: Session, number: int | None) -> Organisation:
    organisation = session.get(Organisation, number)
    if organisation is None or organisation.status == HostStatus.REMOVED:
        raise passes.PassGone
    return organisation


def _reader(session: Session, organisation: Organisation) -> Reader | None:
    """Who is asked: who speaks for the host first, else the first contact; None where there is nobody."""
    for account in hosts_of(session, organisation.id):
        return account.email, account.language
    countries = {site.country for site in organisation.sites}
    for contact in contacts_of(organisation):
        try:
            return address(contact), "fr" if countries <= FRENCH else "en"
        except InvalidAddress:
            continue
    return None


def _mail(
    session: Session,
    found: Iterable[tuple[Organisation, Reader]],
    *,
    installation: Installation,
    at: datetime,
) -> None:
    by_reader: dict[Reader, list[Organisation]] = defaultdict(list)
    for organisation, reader in found:
        by_reader[reader].append(organisation)
    for reader, theirs in by_reader.items():
        for first in range(0, len(theirs), MOST_IN_ONE):
            _letter(session, reader, theirs[first : first + MOST_IN_ONE], installation, at)


def _letter(
    session: Session,
    reader: Reader,
    theirs: Sequence[Organisation],
    installation: Installation,
    at: datetime,
) -> None:
    to, language = reader
    lines = []
    for organisation in theirs:
        issued = passes.issue(
            session,
            Purpose.STILL_TRUE,
            installation=installation,
            email=to,
            limited=False,
            lifetime=LINK_LASTS,
            data={"organisation_id": organisation.id, "language": language},
        )
        town = next((site.town for site in organisation.sites if site.town), "")
        lines.append(
            ", ".join(filter(None, (organisation.name, town)))
            + f"\n{installation.link(f'/still-true/{issued.secret}')}"
        )
        organisation.asked = at
    write_letter(
        session,
        to,
        installation=installation,
        language=language,
        subject=translate(language, _("Is your entry still true? %(name)s"), name=theirs[0].name),
        paragraphs=[
            translate(
                language,
                _(
                    "%(site)s shows hosts for learners who want to work abroad for some weeks. Your "
                    "organisation is among them. Is what stands there still true?"
                ),
                site=installation.name,
            ),
            *lines,
            translate(
                language,
                _(
                    "The page shows your entry, with three buttons: still true, correct it, remove us. You "
                    "need no account. The link is good for 60 days. We ask once a year at most."
                ),
            ),
        ],
    )
