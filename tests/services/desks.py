"""Referents of two schools with a list each, and an administrator, as they sit at their desks."""

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer, viewer_of
from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.domain.people import Role
from mapsvc.domain.sources import Source
from mapsvc.services import accounts
from tests import make
from tests.publish import publish


def referent(session: Session, school: str = "Lycée Voltaire") -> Viewer:
    """The referent of a school."""
    sending = accounts.sending_organisation(session, school)
    account = accounts.grant(
        session, f"{sending.id}@example.org", Role.REFERENT, sending=sending, organisation_id=None
    )
    session.commit()
    return viewer_of(account)


def administrator(session: Session) -> Viewer:
    """An administrator."""
    account = accounts.grant(
        session, "admin@example.org", Role.ADMINISTRATOR, sending=None, organisation_id=None
    )
    session.commit()
    return viewer_of(account)


def list_of(session: Session, viewer: Viewer | None, name: str = "a list") -> Source:
    """A list that belongs to a viewer's school; None leaves it to the operator."""
    source = make.source(session, name)
    source.owner_id = min(viewer.sending_ids) if viewer else None
    session.commit()
    return source


def hosts_of(
    session: Session, viewer: Viewer | None, *drafts: OrganisationDraft, name: str = "a list"
) -> None:
    """Puts hosts into a list of a viewer's."""
    list_of(session, viewer, name)
    publish(session, *drafts, source=name)
