"""Accounts and what they were given: roles, a name, a new address, the end."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.catalogues import translate
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Account, Grant, Letter, Pass, Purpose, Role, SendingOrganisation
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import InvalidInput, MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services import passes
from mapsvc.services.alerts import erase_alerts, move_alerts
from mapsvc.services.auditing import note
from mapsvc.services.erasing_pins import erase_pins
from mapsvc.services.forgetting_conversations import forget_conversations_from
from mapsvc.services.installations import Installation
from mapsvc.services.letters import OnItsWay, address, write_letter
from mapsvc.services.signing_in import account_for
from mapsvc.services.tombstones import mark
from mapsvc.storage import people
from mapsvc.storage.alerts import alerts_of
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.listings import take_turn
from mapsvc.storage.pins import pins_of

LONGEST_NAME = 120


class LastAdministrator(MapsvcError):
    """The only administrator would be gone."""

    message = _("You are the only administrator. Make somebody else an administrator first.")


class AddressTaken(InvalidInput):
    """The new address has an account of its own."""

    message = _("This address has an account already. Sign in with it, or choose another address.")


def grant(
    session: Session,
    email: str,
    role: Role,
    *,
    sending: SendingOrganisation | None = None,
    organisation_id: int | None = None,
    by: Viewer | None = None,
) -> Account:
    """Gives an account a role, once, and makes the account where it is missing; the caller commits."""
    account = account_for(session, address(email), language="en")
    sending_id = sending.id if sending else None
    wanted = (role, sending_id, organisation_id)
    if wanted not in {(one.role, one.sending_id, one.organisation_id) for one in account.grants}:
        account.grants.append(
            Grant(
                role=role,
                sending_id=sending_id,
                organisation_id=organisation_id,
                granted_by_id=by.account_id if by else None,
            )
        )
        session.flush()
        note(session, by or Viewer(), "granted", "account", account.id, role=role)
    return account


def sending_organisation(session: Session, name: str) -> SendingOrganisation:
    """The sending organisation of this name, made where it is new; the caller commits.

    Raises InvalidInput for no name, or one that does not fit.
    """
    name = " ".join(name.split())
    if not 1 < len(name) <= LONGEST_NAME:
        raise InvalidInput(_("Give the name of the school, the chamber or the region."), field="organisation")
    one_at_a_time(session, "sending_organisations")
    found = people.sending_organisation_named(session, name)
    if found is None:
        found = SendingOrganisation(name=name)
        session.add(found)
        session.flush()
    return found


def revoke(session: Session, viewer: Viewer, grant_id: int) -> None:
    """Takes a role away again. Commits.

    Raises NotFound for a role that the viewer could not have given, or LastAdministrator.
    """
    found = session.get(Grant, grant_id)
    if found is None:
        raise NotFound
    if found.role == Role.REFERENT:
        require(viewer, Action.INVITE, found.sending_id)
    elif found.role == Role.HOST:
        require(viewer, Action.INVITE_HOST, session.get(Organisation, found.organisation_id))
    else:
        require(viewer, Action.ADMINISTER)
    _keep_an_administrator(session, found.account_id, [found])
    note(session, viewer, "revoked", "account", found.account_id, role=found.role)
    session.delete(found)
    session.commit()


def describe(session: Session, viewer: Viewer, *, name: str, language: str) -> None:
    """Keeps the name and the language that somebody gives of themselves. Commits.

    Raises InvalidInput.
    """
    require(viewer, Action.USE_ACCOUNT)
    if len(name) > LONGEST_NAME:
        raise InvalidInput(_("At most %(limit)s characters can be kept."), field="name", limit=LONGEST_NAME)
    account = own_account(session, viewer)
    account.name, account.language = " ".join(name.split()), language
    session.commit()


def ask_new_address(
    session: Session,
    viewer: Viewer,
    email: str,
    *,
    installation: Installation,
    language: str,
    network: str,
) -> OnItsWay:
    """Mails a link to the new address; until it is used, the old one counts. Commits.

    The mail is the same whether that address has an account or not.

    Raises InvalidAddress, or TooMany.
    """
    require(viewer, Action.USE_ACCOUNT)
    to = address(email)
    issued = passes.issue(
        session,
        Purpose.ADDRESS,
        installation=installation,
        email=to,
        network=network,
        data={"account_id": viewer.account_id},
    )
    link = installation.link(f"/account/address/{issued.secret}")
    write_letter(
        session,
        to,
        installation=installation,
        language=language,
        subject=translate(language, _("Your new address for %(site)s"), site=installation.name),
        paragraphs=[
            translate(language, _("Open this link to use this address from now on:")) + f"\n{link}",
            translate(language, _("It is good for 60 minutes. If you did not ask for it, do nothing.")),
        ],
    )
    session.commit()
    return OnItsWay(to, link)


def take_new_address(session: Session, viewer: Viewer, secret: str) -> str:
    """Makes the address of a used link that of one's account, and of its saved searches. Commits.

    Raises PassGone, NotFound for the link of somebody else, or AddressTaken.
    """
    require(viewer, Action.USE_ACCOUNT)
    used = passes.use(session, Purpose.ADDRESS, secret)
    if used.data.get("account_id") != viewer.account_id:
        raise NotFound
    account = own_account(session, viewer)
    known = people.account_with_email(session, used.email)
    if known is not None and known.id != account.id:
        session.commit()
        raise AddressTaken
    move_alerts(session, account.email, to=used.email)  # they go with the account, at its end too
    account.email = used.email
    note(session, viewer, "changed_address", "account", account.id)
    session.commit()
    return used.email


def delete_account(session: Session, viewer: Viewer) -> None:
    """Ends an account: its roles, sign-ins, pins, questions, corrections, saved searches, passes and
    letters go with it. Commits.

    Raises LastAdministrator.
    """
    require(viewer, Action.USE_ACCOUNT)
    take_turn(session)
    account = own_account(session, viewer)
    _keep_an_administrator(session, account.id, account.grants)
    end_accounts(session, [account], by=viewer)
    session.commit()


def end_accounts(session: Session, accounts: Sequence[Account], *, by: Viewer) -> None:
    """Erases accounts with all that goes with them, and leaves tombstones; the caller
    took its turn and commits. They are at most as many as one chunk.
    """
    emails = [account.email for account in accounts]
    erase_pins(session, pins_of(session, *(account.id for account in accounts)), by=by)
    forget_conversations_from(session, emails)
    erase_alerts(session, alerts_of(session, emails))
    session.execute(delete(Pass).where(Pass.email.in_(emails)))
    session.execute(delete(Letter).where(Letter.to_address.in_(emails)))
    mark(session, Erased.ACCOUNT, [account.id for account in accounts])
    for account in accounts:
        note(session, by, "deleted", "account", account.id)
        session.delete(account)


def own_account(session: Session, viewer: Viewer) -> Account:
    """One's own account. Raises NotFound when it was deleted meanwhile."""
    account = session.get(Account, viewer.account_id)
    if account is None:
        raise NotFound
    return account


def _keep_an_administrator(session: Session, account_id: int, going: list[Grant]) -> None:
    """Raises LastAdministrator when the grants that go are the last of that role."""
    if not any(one.role == Role.ADMINISTRATOR for one in going):
        return
    one_at_a_time(session, "administrators")
    if {one.id for one in people.accounts_with_role(session, Role.ADMINISTRATOR)} <= {account_id}:
        raise LastAdministrator
