"""Asking to be removed, or for a correction, without an account: confirmed by mail."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR
from mapsvc.access.projections import site_key
from mapsvc.domain.people import Purpose
from mapsvc.domain.reviews import Report
from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.services.erasing import erase
from mapsvc.services.installations import Installation
from mapsvc.services.keepers import deciders_of, tell
from mapsvc.services.letters import OnItsWay, address
from mapsvc.services.mailed_links import Pending, joined, mail_link, pending, site_with_page, use
from mapsvc.services.passes import PassGone
from mapsvc.services.standing import may_erase
from mapsvc.storage.listings import take_turn

REMOVAL, CORRECTION = "removal", "correction"  # reasons of reports


def ask_removal(
    session: Session,
    slug: str,
    email: str,
    *,
    text: str = "",
    installation: Installation,
    language: str,
    network: str,
) -> OnItsWay:
    """Mails a link that erases the host, or that asks for it where the address proves nothing. Commits.

    Raises NotFound, InvalidInput, or TooMany.
    """
    site = site_with_page(session, slug)
    if may_erase(site.organisation, address(email)):
        lead = _("Open this link to erase “%(name)s” from this site, and to keep it out:")
    else:
        lead = _("Open this link to ask that “%(name)s” is removed from this site:")
    return mail_link(
        session,
        Purpose.REMOVAL,
        site,
        email,
        text=text,
        subject=_("Remove us: %(name)s"),
        lead=lead,
        installation=installation,
        language=language,
        network=network,
    )


def ask_correction(
    session: Session,
    slug: str,
    email: str,
    *,
    parts: Sequence[str],
    text: str,
    installation: Installation,
    language: str,
    network: str,
) -> OnItsWay:
    """Mails a link that hands a correction in. Commits.

    parts are the words for what is wrong, as they were ticked.

    Raises NotFound, InvalidInput, or TooMany.
    """
    site = site_with_page(session, slug)
    if not text.strip():
        raise InvalidInput(_("Write what should be changed."), field="text")
    return mail_link(
        session,
        Purpose.CORRECTION,
        site,
        email,
        text=joined(parts, text),
        subject=_("Correct this: %(name)s"),
        lead=_("Open this link to send your correction of “%(name)s”:"),
        installation=installation,
        language=language,
        network=network,
    )


def look_at_removal(session: Session, secret: str) -> tuple[Pending, bool]:
    """What the link of a mail does, and whether it erases at once. Raises PassGone."""
    found = pending(session, Purpose.REMOVAL, secret)
    return found, may_erase(found.organisation, found.email)


def confirm_removal(session: Session, secret: str, *, installation: Installation) -> bool:
    """Erases the host at once where the address proves enough, else asks those who decide. Commits.

    Whether it is erased. Raises PassGone.
    """
    take_turn(session)
    at_once = erase_or_ask(session, use(session, Purpose.REMOVAL, secret), installation=installation)
    session.commit()
    return at_once


def erase_or_ask(session: Session, found: Pending, *, installation: Installation) -> bool:
    """Erases a host whose removal was confirmed by mail, or asks those who decide; the caller commits.

    Whether it is erased. Raises PassGone where those cannot be asked, as no site is left.
    """
    at_once = may_erase(found.organisation, found.email)
    if at_once:
        erase(session, found.organisation, key=installation.key, by=VISITOR)
    else:
        _report(
            session,
            found,
            REMOVAL,
            subject=_("“%(name)s” asks to be removed"),
            lead=_(
                "%(email)s asks that “%(name)s” is removed. The address proves nothing: please find out "
                "whether they may ask for it. Then remove the entry, or say no."
            ),
            installation=installation,
        )
    return at_once


def look_at_correction(session: Session, secret: str) -> Pending:
    """What the link of a mail hands in. Raises PassGone."""
    return pending(session, Purpose.CORRECTION, secret)


def confirm_correction(session: Session, secret: str, *, installation: Installation) -> None:
    """Hands a correction to those who keep the host. Commits.

    Raises PassGone, also where no site is left that it could be about.
    """
    _report(
        session,
        use(session, Purpose.CORRECTION, secret),
        CORRECTION,
        subject=_("A correction of “%(name)s”"),
        lead=_("%(email)s says that something in the entry of “%(name)s” is not right."),
        installation=installation,
    )
    session.commit()


def _report(
    session: Session, found: Pending, reason: str, *, subject: str, lead: str, installation: Installation
) -> None:
    organisation = found.organisation
    named = [one for one in organisation.sites if one.slug == found.slug]
    site = next(iter(named or organisation.sites), None)
    if site is None:  # its keepers took away its last site meanwhile: nothing of it is shown any more
        raise PassGone
    report = Report(
        key=site_key(site),
        slug=site.slug,
        title=organisation.name,
        reason=reason,
        text=found.text,
        email=found.email,
        language=found.language,
        network_digest=found.network_digest,
    )
    session.add(report)
    session.flush()
    note(session, VISITOR, f"asked_{reason}", "host", organisation.id)
    tell(
        session,
        deciders_of(session, organisation),
        installation=installation,
        subject=subject,
        lead=lead,
        quoted=found.text,
        link=installation.link(f"/review/reports/{report.id}"),
        values={"name": organisation.name, "email": found.email},
    )
