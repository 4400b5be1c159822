"""Writes mails into the outbox, in the transaction that is their reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from mapsvc.catalogues import translate
from mapsvc.domain.people import Letter
from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _
from mapsvc.services.installations import Installation

LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A mail that is on its way: to whom, and the link in it."""

    email: str
    link: str


class InvalidAddress(InvalidInput):
    """A text that is no mail address."""

    message = _("“%(value)s” is not a mail address. It looks like this: name@example.org")


def address(text: str, *, field: str = "email") -> str:
    """The mail address that a person typed, in the one spelling that we keep: small letters.

    Raises InvalidAddress.
    """
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise InvalidAddress(field=field, value=text.strip()[:100]) from None
    # A domain in other letters is kept as the post knows it, so that it looks like no other.
    return str(found.ascii_email).lower()


def write_letter(
    session: Session,
    to: str,
    *,
    installation: Installation,
    language: str,
    subject: str,
    paragraphs: Sequence[str],
) -> Letter:
    """Puts a mail into the outbox; the caller commits.

    subject and paragraphs are in the language already. Who sends it is said at the end.
    """
    sender = installation.operator or installation.name
    foot = translate(
        language, _("This mail comes from %(sender)s: %(url)s"), sender=sender, url=installation.base_url
    )
    letter = Letter(
        to_address=to,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        body="\n\n".join([*paragraphs, f"-- \n{foot}"]) + "\n",
        headers={"Content-Language": language, "Auto-Submitted": "auto-generated"},
    )
    session.add(letter)
    return letter


def write_check(
    session: Session,
    to: str,
    link: str,
    *,
    installation: Installation,
    language: str,
    subject: str,
    asked: str,
    good_for: str,
) -> None:
    """Asks whether an address is right: a mail with a link, and nothing that was typed, as its reader may be
    somebody else than who typed it. The caller commits.

    subject, asked (with %(site)s) and good_for are marked sentences.
    """
    write_letter(
        session,
        to,
        installation=installation,
        language=language,
        subject=translate(language, subject),
        paragraphs=[
            translate(language, asked, site=installation.name) + f"\n{link}",
            translate(language, good_for),
            translate(language, _("You did not ask for this? Then do nothing, and nothing happens.")),
        ],
    )
