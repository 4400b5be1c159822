"""Links by which somebody without an account confirms by mail what they asked about a host."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.catalogues import translate
from mapsvc.domain.hosts import Organisation, Site
from mapsvc.domain.people import Pass, Purpose
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.messages import mark as _
from mapsvc.services import passes
from mapsvc.services.installations import Installation
from mapsvc.services.letters import OnItsWay, address, write_letter
from mapsvc.storage.claims import site_of_page

GOOD_FOR = timedelta(hours=24)  # a firm reads its mail the next morning
LONGEST_TEXT = 2000
PATHS = {Purpose.CLAIM: "claims", Purpose.REMOVAL: "removals", Purpose.CORRECTION: "corrections"}


@dataclass(frozen=True, slots=True)
class Pending:
    """What a link of a mail would do: for which organisation, asked from which address, with what words."""

    organisation: Organisation
    email: str
    text: str
    slug: str
    language: str
    network_digest: str | None


def site_with_page(session: Session, slug: str) -> Site:
    """The site whose page has this slug. Raises NotFound for what is not public, and for samples."""
    found = site_of_page(session, slug)
    if found is None:
        raise NotFound
    return found


def mail_link(
    session: Session,
    purpose: Purpose,
    site: Site,
    email: str,
    *,
    text: str,
    subject: str,
    lead: str,
    installation: Installation,
    language: str,
    network: str,
) -> OnItsWay:
    """Mails a link that confirms; nothing is done before it is used. Commits.

    subject and lead are marked sentences with %(name)s.

    Raises InvalidInput, or TooMany.
    """
    to, organisation = address(email), site.organisation
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(_("At most %(limit)s characters can be kept."), field="text", limit=LONGEST_TEXT)
    issued = passes.issue(
        session,
        purpose,
        installation=installation,
        email=to,
        network=network,
        lifetime=GOOD_FOR,
        data={
            "organisation_id": organisation.id,
            "slug": site.slug,
            "text": text,
            "language": language,
        },
    )
    link = installation.link(f"/{PATHS[purpose]}/{issued.secret}")
    write_letter(
        session,
        to,
        installation=installation,
        language=language,
        subject=translate(language, subject, name=organisation.name),
        paragraphs=[
            translate(language, lead, name=organisation.name) + f"\n{link}",
            translate(language, _("It is good for 24 hours, and for one time.")),
            translate(language, _("You did not ask for this? Then do nothing, and nothing happens.")),
        ],
    )
    session.commit()
    return OnItsWay(to, link)


def pending(session: Session, purpose: Purpose, secret: str) -> Pending:
    """What a link would do, without doing it. Raises PassGone, also where its host is gone."""
    return pending_of(session, passes.look(session, purpose, secret))


def use(session: Session, purpose: Purpose, secret: str) -> Pending:
    """What a link does, used up by this; the caller commits. Raises PassGone."""
    return pending_of(session, passes.use(session, purpose, secret))


def joined(parts: Sequence[str], text: str) -> str:
    """What somebody ticked and what they wrote, as one text."""
    return "\n\n".join(filter(None, (", ".join(parts), text.strip())))


def pending_of(session: Session, found: Pass) -> Pending:
    """What a pass of such a link is about. Raises PassGone where its host is gone."""
    data: dict[str, Any] = found.data
    organisation = session.get(Organisation, data.get("organisation_id"))
    if organisation is None:
        raise passes.PassGone
    return Pending(
        organisation,
        found.email,
        str(data.get("text") or ""),
        str(data.get("slug") or ""),
        str(data.get("language") or "en"),
        found.network_digest,
    )
