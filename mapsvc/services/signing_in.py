"""Signing in by a mailed link or code, and out again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require, viewer_of
from mapsvc.catalogues import translate
from mapsvc.domain.base import now
from mapsvc.domain.people import Account, Pass, Purpose, SignIn
from mapsvc.errors import NotFound
from mapsvc.messages import mark as _
from mapsvc.services import passes
from mapsvc.services.installations import Installation
from mapsvc.services.letters import address, write_letter
from mapsvc.services.secrets import digest, new_secret, spelt, typed
from mapsvc.storage import people

LONGEST = timedelta(hours=12)  # that a sign-in lasts
IDLE = timedelta(minutes=60)  # without use, for roles that see other people's data
SEEN_EVERY = timedelta(minutes=1)  # so often is it written down that a sign-in is in use
LONGEST_BROWSER = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """A mail that is on its way: the secret of the asking browser, and the link in the mail."""

    email: str
    asker: str
    link: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new sign-in: the secret for its cookie, and who it is."""

    secret: str
    viewer: Viewer


def ask(session: Session, email: str, *, installation: Installation, language: str, network: str) -> Asked:
    """Mails a link and a code, whether the address is known or not: what is done is the same. Commits.

    Raises InvalidAddress, or TooMany.
    """
    to, asker = address(email), new_secret()
    issued = passes.issue(
        session,
        Purpose.SIGN_IN,
        installation=installation,
        email=to,
        network=network,
        asker=asker,
        data={"language": language},
    )
    link = installation.link(f"/sign-in/{issued.secret}")
    write_letter(
        session,
        to,
        installation=installation,
        language=language,
        subject=translate(language, _("Your link for %(site)s"), site=installation.name),
        paragraphs=[
            translate(language, _("Open this link to sign in:")) + f"\n{link}",
            translate(language, _("Or type this code where you asked for the mail:"))
            + f"\n{spelt(issued.code)}",
            translate(language, _("Both are good for 60 minutes, and for one time.")),
            translate(
                language,
                _("You did not ask for this? Then do nothing. Nobody can sign in without this mail."),
            ),
        ],
    )
    session.commit()
    return Asked(to, asker, link)


def by_link(session: Session, secret: str, *, browser: str) -> SignedIn:
    """Signs in whoever holds the link of a mail; makes their account the first time. Commits.

    Raises PassGone.
    """
    return _sign_in(session, passes.use(session, Purpose.SIGN_IN, secret), browser)


def by_code(session: Session, code: str, *, asker: str, installation: Installation, browser: str) -> SignedIn:
    """Signs in the browser that asked, by the code of the mail. Commits.

    Raises WrongCode.
    """
    used = passes.use_code(session, typed(code), asker=asker, installation=installation)
    return _sign_in(session, used, browser)


def by_provider(session: Session, email: str, *, language: str, browser: str) -> SignedIn:
    """Signs in whoever a trusted provider says holds an address that it has checked. Commits.

    Raises InvalidAddress.
    """
    signed_in = begin(session, account_for(session, address(email), language=language), browser=browser)
    session.commit()
    return signed_in


def account_for(session: Session, email: str, *, language: str) -> Account:
    """The account of an address that was just proven, made where it is new."""
    account = people.account_with_email(session, email)
    if account is None:
        account = Account(email=email, language=language, grants=[])
        session.add(account)
        session.flush()
    return account


def begin(session: Session, account: Account, *, browser: str) -> SignedIn:
    """A new sign-in of an account, with a secret of its own; the caller commits."""
    secret = new_secret()
    session.add(SignIn(digest=digest(secret), account_id=account.id, browser=browser[:LONGEST_BROWSER]))
    session.flush()
    return SignedIn(secret, viewer_of(account))


def known(session: Session, secret: str) -> tuple[SignIn, Viewer] | None:
    """The sign-in of a cookie's secret and who it is; None when it ended or was not used for too long."""
    found = people.sign_in_with_digest(session, digest(secret))
    if found is None or now() - found.created > LONGEST:
        return None
    viewer = viewer_of(found.account)
    if viewer.is_staff and now() - found.seen > IDLE:
        return None
    return found, viewer


def needs_mark(sign_in: SignIn) -> bool:
    """Whether it is time to write down that a sign-in is in use."""
    return now() - sign_in.seen >= SEEN_EVERY


def mark_seen(session: Session, id_: int, *, at: datetime | None = None) -> None:
    """Writes down that a sign-in is in use. Commits."""
    found = session.get(SignIn, id_)
    if found is not None:
        found.seen = at or now()
        session.commit()


def sign_out(session: Session, secret: str) -> None:
    """Ends the sign-in of a cookie's secret; none is no fault. Commits."""
    found = people.sign_in_with_digest(session, digest(secret))
    if found is not None:
        session.delete(found)
    session.commit()


def end(session: Session, viewer: Viewer, id_: int) -> None:
    """Ends one of one's own sign-ins. Commits.

    Raises NotFound for anybody else's.
    """
    require(viewer, Action.USE_ACCOUNT)
    found = session.get(SignIn, id_)
    if found is None or found.account_id != viewer.account_id:
        raise NotFound
    session.delete(found)
    session.commit()


def _sign_in(session: Session, used: Pass, browser: str) -> SignedIn:
    account = account_for(session, used.email, language=str(used.data.get("language") or "en"))
    signed_in = begin(session, account, browser=browser)
    session.commit()
    return signed_in
