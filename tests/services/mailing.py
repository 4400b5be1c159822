"""What the verbs that mail need, and what stands in the outbox."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.people import Letter
from mapsvc.services.installations import Installation
from tests.letters import link_in

HERE = Installation("the map", "https://map.example.org", "a key", "The operator")
ASKED = {"installation": HERE, "language": "en", "network": "192.0.2.1"}


def letters(session: Session) -> list[Letter]:
    return list(session.scalars(select(Letter).order_by(Letter.id)))


def secret(session: Session) -> str:
    """The secret of the link in the last mail."""
    return link_in(letters(session)[-1].body).rpartition("/")[2]
