"""Invitations to take a role: mailed by those who may give it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Action, Viewer, may, require, viewer_of
from mapsvc.catalogues import translate
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Account, Pass, Purpose, Role, SendingOrganisation
from mapsvc.errors import NotFound
from mapsvc.messages import mark as _
from mapsvc.services import passes
from mapsvc.services.accounts import grant, sending_organisation
from mapsvc.services.auditing import note
from mapsvc.services.installations import Installation
from mapsvc.services.letters import OnItsWay, address, write_letter
from mapsvc.services.signing_in import SignedIn, account_for, begin
from mapsvc.storage import people

INVITED_FOR = timedelta(days=14)
ROLE_WORDS = {
    Role.REFERENT: _("referent of %(organisation)s"),
    Role.HOST: _("host for %(organisation)s"),
    Role.PROFESSIONAL: _("professional"),
    Role.MODERATOR: _("moderator"),
    Role.ADMINISTRATOR: _("administrator"),
}
INVITABLE = (Role.REFERENT, Role.MODERATOR, Role.PROFESSIONAL, Role.ADMINISTRATOR)


def invite(
    session: Session,
    viewer: Viewer,
    email: str,
    role: Role,
    *,
    organisation: str = "",
    installation: Installation,
    language: str,
) -> OnItsWay:
    """Mails an invitation to take a role; nothing is given before its link is used. Commits.

    organisation names the sending organisation of a referent. A referent invites referents of an
    organisation of theirs; an administrator invites anybody.

    Raises NotFound for a role that the viewer may not give, InvalidInput, or TooMany.
    """
    to, sending = address(email), None
    if role not in INVITABLE:
        raise NotFound
    if role == Role.REFERENT:
        known = people.sending_organisation_named(session, " ".join(organisation.split()))
        require(viewer, Action.INVITE, known.id if known else None)
        sending = known or sending_organisation(session, organisation)
    else:
        require(viewer, Action.ADMINISTER)
    return _invite(
        session,
        viewer,
        to,
        role,
        named=sending.name if sending else "",
        data={"sending_id": sending.id if sending else None},
        installation=installation,
        language=language,
    )


def invite_host(
    session: Session,
    viewer: Viewer,
    email: str,
    organisation: Organisation,
    *,
    installation: Installation,
    language: str,
) -> OnItsWay:
    """Mails an invitation to speak for a host organisation. Commits.

    Raises NotFound where the viewer does not keep that host's list, InvalidInput, or TooMany.
    """
    require(viewer, Action.INVITE_HOST, organisation)
    return _invite(
        session,
        viewer,
        address(email),
        Role.HOST,
        named=organisation.name,
        data={"organisation_id": organisation.id},
        installation=installation,
        language=language,
    )


def invitation(session: Session, secret: str) -> Pass:
    """What an invitation offers, without using it up.

    Raises PassGone, also where who invited may not give the role any more, or is gone.
    """
    found = passes.look(session, Purpose.INVITATION, secret)
    _inviter(session, found)
    return found


def accept(session: Session, secret: str, *, browser: str) -> SignedIn:
    """Takes the role of an invitation, and signs in who holds its link. Commits.

    Raises PassGone, also where who invited may not give the role any more, or what it was for is gone.
    """
    used = passes.use(session, Purpose.INVITATION, secret)
    by, sending, host = _inviter(session, used), _sending_of(session, used), _host_of(session, used)
    role = Role(used.data["role"])
    account_for(session, used.email, language=str(used.data.get("language") or "en"))
    account = grant(
        session, used.email, role, sending=sending, organisation_id=host.id if host else None, by=by
    )
    signed_in = begin(session, account, browser=browser)
    session.commit()
    return signed_in


def _inviter(session: Session, found: Pass) -> Viewer:
    """Who invited, where they may still give what they offered. Raises PassGone."""
    account = session.get(Account, found.data["by"])
    by = viewer_of(account) if account else VISITOR
    role = Role(found.data["role"])
    if role == Role.REFERENT:
        sending = _sending_of(session, found)
        allowed = sending is not None and may(by, Action.INVITE, sending.id)
    elif role == Role.HOST:
        host = _host_of(session, found)
        allowed = host is not None and may(by, Action.INVITE_HOST, host)
    else:
        allowed = may(by, Action.ADMINISTER)
    if not allowed:
        raise passes.PassGone
    return by


def _sending_of(session: Session, found: Pass) -> SendingOrganisation | None:
    number = found.data.get("sending_id")
    return session.get(SendingOrganisation, number) if number else None


def _host_of(session: Session, found: Pass) -> Organisation | None:
    number = found.data.get("organisation_id")
    return session.get(Organisation, number) if number else None


def _invite(
    session: Session,
    viewer: Viewer,
    to: str,
    role: Role,
    *,
    named: str,
    data: dict[str, int | None],
    installation: Installation,
    language: str,
) -> OnItsWay:
    issued = passes.issue(
        session,
        Purpose.INVITATION,
        installation=installation,
        email=to,
        lifetime=INVITED_FOR,
        data={
            **{name: value for name, value in data.items() if value is not None},
            "role": role,
            "by": viewer.account_id,
            "language": language,
            "named": named,
        },
    )
    link = installation.link(f"/invitation/{issued.secret}")
    what = translate(language, ROLE_WORDS[role], organisation=named)
    write_letter(
        session,
        to,
        installation=installation,
        language=language,
        subject=translate(language, _("Invitation to %(site)s"), site=installation.name),
        paragraphs=[
            translate(
                language,
                _("%(who)s invites you to %(site)s as %(what)s."),
                who=viewer.name or viewer.email,
                site=installation.name,
                what=what,
            ),
            translate(language, _("Open this link to accept:")) + f"\n{link}",
            translate(language, _("It is good for 14 days, and for one time. You need no password.")),
        ],
    )
    note(session, viewer, "invited", "account", role=role)
    session.commit()
    return OnItsWay(to, link)
