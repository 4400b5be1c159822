"""Who is told when something is asked about a host: its referents, the moderators, the administrators."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mapsvc.catalogues import translate
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Account, Role
from mapsvc.messages import mark as _
from mapsvc.services.installations import Installation
from mapsvc.services.letters import write_letter
from mapsvc.storage.claims import referents_of
from mapsvc.storage.people import accounts_with_role


def keepers_of(session: Session, organisation: Organisation) -> list[Account]:
    """The referents of a host's list; where it has none, the administrators."""
    referents = referents_of(session, organisation.source.owner_id)
    return referents or accounts_with_role(session, Role.ADMINISTRATOR)


def deciders_of(session: Session, organisation: Organisation) -> list[Account]:
    """The referents of a host's list and the moderators; where there is neither, the administrators."""
    people = [
        *referents_of(session, organisation.source.owner_id),
        *accounts_with_role(session, Role.MODERATOR),
    ]
    return list({one.id: one for one in people}.values()) or accounts_with_role(session, Role.ADMINISTRATOR)


def tell(
    session: Session,
    people: Sequence[Account],
    *,
    installation: Installation,
    subject: str,
    lead: str,
    quoted: str = "",
    link: str,
    values: dict[str, object],
) -> None:
    """Mails the same to each in their language; the caller commits.

    subject and lead are marked sentences with values; quoted is what somebody wrote, as it is.
    """
    for account in people:
        paragraphs = [translate(account.language, lead, **values)]
        if quoted:
            paragraphs.append(translate(account.language, _("They write:")) + f"\n{quoted}")
        write_letter(
            session,
            account.email,
            installation=installation,
            language=account.language,
            subject=translate(account.language, subject, **values),
            paragraphs=[*paragraphs, link],
        )
