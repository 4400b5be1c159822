"""This is us: who reads the mail of an organisation's own domain may speak for it."""

from urllib.parse import quote

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.catalogues import translate
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Purpose, Role
from mapsvc.domain.web_domains import own_domain
from mapsvc.messages import mark as _
from mapsvc.services.accounts import grant
from mapsvc.services.auditing import note
from mapsvc.services.installations import Installation
from mapsvc.services.keepers import keepers_of, tell
from mapsvc.services.letters import OnItsWay, address, write_letter
from mapsvc.services.mailed_links import mail_link, pending, site_with_page, use
from mapsvc.services.signing_in import SignedIn, account_for, begin
from mapsvc.services.standing import contacts_of, may_claim
from mapsvc.storage.claims import hosts_of

INVITE_PATH = "/desk/hosts/{number}/invite"


def claimable(session: Session, slug: str) -> tuple[Organisation, str | None, bool]:
    """The organisation of a page, its own domain if it has one, and whether anybody can be asked.

    Raises NotFound.
    """
    organisation = site_with_page(session, slug).organisation
    return organisation, own_domain(organisation.website), bool(keepers_of(session, organisation))


def ask_claim(
    session: Session,
    slug: str,
    email: str,
    *,
    text: str = "",
    installation: Installation,
    language: str,
    network: str,
) -> OnItsWay:
    """Mails a link: with an address on the own domain it lets one in, else it asks the keepers. Commits.

    Raises NotFound, InvalidInput, or TooMany.
    """
    site = site_with_page(session, slug)
    if may_claim(site.organisation, address(email)):
        lead = _("Open this link to speak for “%(name)s” from now on:")
    else:
        lead = _("Open this link to ask those who keep “%(name)s” here for an invitation:")
    return mail_link(
        session,
        Purpose.CLAIM,
        site,
        email,
        text=text,
        subject=_("This is us: %(name)s"),
        lead=lead,
        installation=installation,
        language=language,
        network=network,
    )


def look_at_claim(session: Session, secret: str) -> tuple[Organisation, str, bool]:
    """What the link of a mail does: the organisation, the address, whether it lets one in at once.

    Raises PassGone.
    """
    found = pending(session, Purpose.CLAIM, secret)
    return found.organisation, found.email, may_claim(found.organisation, found.email)


def accept_claim(
    session: Session, secret: str, *, browser: str, installation: Installation
) -> SignedIn | None:
    """Lets one speak for an organisation and signs in, or asks its keepers for an invitation. Commits.

    None when they were asked. Those who keep the host, speak for it or are its contacts are told who
    speaks for it now.

    Raises PassGone.
    """
    found = use(session, Purpose.CLAIM, secret)
    organisation = found.organisation
    if not may_claim(organisation, found.email):
        _ask_keepers(session, organisation, found.email, found.text, installation=installation)
        session.commit()
        return None
    others = [one.email for one in hosts_of(session, organisation.id)]
    account_for(session, found.email, language=found.language)
    account = grant(session, found.email, Role.HOST, organisation_id=organisation.id)
    note(session, Viewer(account_id=account.id), "claimed", "host", organisation.id)
    told = dict.fromkeys([*others, *contacts_of(organisation)])
    _tell_others(
        session,
        organisation,
        [email for email in told if email != found.email],
        who=found.email,
        installation=installation,
        language=found.language,
    )
    signed_in = begin(session, account, browser=browser)
    session.commit()
    return signed_in


def _ask_keepers(
    session: Session, organisation: Organisation, email: str, text: str, *, installation: Installation
) -> None:
    tell(
        session,
        keepers_of(session, organisation),
        installation=installation,
        subject=_("“%(name)s” asks to keep its own entry"),
        lead=_(
            "%(email)s writes that they belong to “%(name)s” and asks to keep its entry. We know only that "
            "they read mail at this address. If you know them, invite them here:"
        ),
        quoted=text,
        link=installation.link(INVITE_PATH.format(number=organisation.id) + f"?email={quote(email)}"),
        values={"name": organisation.name, "email": email},
    )
    note(session, Viewer(), "asked_to_claim", "host", organisation.id)


def _tell_others(
    session: Session,
    organisation: Organisation,
    emails: list[str],
    *,
    who: str,
    installation: Installation,
    language: str,
) -> None:
    for email in emails[:5]:
        write_letter(
            session,
            email,
            installation=installation,
            language=language,
            subject=translate(language, _("Somebody speaks for “%(name)s” now"), name=organisation.name),
            paragraphs=[
                translate(
                    language,
                    _("%(email)s, an address on your own domain, can now change the entry of “%(name)s”."),
                    email=who,
                    name=organisation.name,
                ),
                translate(language, _("If that is not right, write to those who run this site:"))
                + f"\n{installation.link('/legal')}",
            ],
        )
