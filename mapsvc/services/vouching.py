"""Vouches for a host: who checked what, when, and until when that holds."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.domain import vocabulary
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation, Verification
from mapsvc.domain.people import SendingOrganisation
from mapsvc.domain.reviews import Vouching
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.services.installations import Installation
from mapsvc.services.publishing import publish_sites
from mapsvc.storage.listings import take_turn
from mapsvc.storage.vouchings import no_longer_vouched_for, vouchings_by_organisation, vouchings_of

CHECKS = "checks"  # the vocabulary
USUAL = timedelta(days=365)
LONGEST = timedelta(days=2 * 365 + 1)


def vouched_host(
    session: Session, viewer: Viewer, number: int
) -> tuple[Organisation, Vouching | None, list[Vouching]]:
    """A host, the vouching that counts now, and all there were, the newest first. Raises NotFound."""
    organisation = _host(session, viewer, number)
    current = vouchings_by_organisation(session, [number]).get(number)
    valid = current if current and current.valid_until >= now().date() else None
    return organisation, valid, vouchings_of(session, number)


def issuer_for(
    session: Session, viewer: Viewer, organisation: Organisation, *, installation: Installation
) -> str:
    """In whose name the viewer vouches: the sending organisation that keeps the list, or the operator."""
    owner = organisation.source.owner_id
    if owner in viewer.sending_ids and (sending := session.get(SendingOrganisation, owner)):
        return sending.name
    return installation.operator or installation.name


def vouch(
    session: Session,
    viewer: Viewer,
    number: int,
    *,
    checks: Sequence[str],
    valid_until: date | None = None,
    installation: Installation,
    on: date | None = None,
) -> Vouching:
    """Says that somebody checked a host, which makes it a verified one. Commits.

    checks are keys of the vocabulary "checks", at least one. valid_until is a year from now unless it is
    given, and at most two. What the same issuer said before is replaced. on is the day, today if None.

    Raises NotFound, or InvalidInput.
    """
    take_turn(session)
    organisation = _host(session, viewer, number)
    today = on or now().date()
    until = valid_until or today + USUAL
    known = [key for key in vocabulary.keys(CHECKS) if key in checks]
    if not known or len(known) != len(set(checks)):
        raise InvalidInput(_("Tick what was checked, at least one line."), field="checks")
    if not today < until <= today + LONGEST:
        raise InvalidInput(_("Choose a day after today, within two years."), field="valid_until")
    issuer = issuer_for(session, viewer, organisation, installation=installation)
    for earlier in vouchings_of(session, number):
        if earlier.issuer == issuer and earlier.withdrawn is None:
            earlier.withdrawn = now()
    made = Vouching(
        organisation_id=number,
        account_id=viewer.account_id,
        issuer=issuer,
        checks=known,
        issued=today,
        valid_until=until,
    )
    session.add(made)
    _set(session, organisation, Verification.VERIFIED)
    note(session, viewer, "vouched", "host", number, checks=known, valid_until=until.isoformat())
    session.commit()
    return made


def withdraw(session: Session, viewer: Viewer, number: int) -> None:
    """Takes back every vouching for a host. Commits. Raises NotFound."""
    take_turn(session)
    organisation = _host(session, viewer, number)
    for vouching in vouchings_of(session, number):
        vouching.withdrawn = vouching.withdrawn or now()
    _set(session, organisation, Verification.POTENTIAL)
    note(session, viewer, "withdrew_vouching", "host", number)
    session.commit()


def end_vouchings(session: Session, *, on: date | None = None) -> int:
    """Makes potential hosts again of those for whom nobody vouches any more. Commits. How many there were.

    on is the day, today if None.
    """
    take_turn(session)
    ended = no_longer_vouched_for(session, on=on or now().date())
    for organisation in ended:
        _set(session, organisation, Verification.POTENTIAL)
    session.commit()
    return len(ended)


def _host(session: Session, viewer: Viewer, number: int) -> Organisation:
    organisation = session.get(Organisation, number)
    if organisation is None or organisation.status == HostStatus.REMOVED or organisation.sample:
        raise NotFound
    require(viewer, Action.VOUCH_FOR_HOST, organisation)
    return organisation


def _set(session: Session, organisation: Organisation, verification: Verification) -> None:
    organisation.verification = verification
    publish_sites(session, organisation.sites)
