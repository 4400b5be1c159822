"""People who keep lists of hosts, and hosts that they keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer, viewer_of
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role
from mapsvc.domain.sheets import Part
from mapsvc.domain.steps import Step, version_of
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services import accounts, keeping

COMO_STEP = {"town": "Como", "country": "IT"}
WHERE, WHAT = Step(Part.WHERE, 1), Step(Part.WHAT, 1, 1)


@dataclass(frozen=True)
class Keeper:
    """Somebody who keeps hosts, and what the verbs need beside."""

    session: Session
    viewer: Viewer
    gazetteer: Gazetteer
    regions: Regions

    def add(self, name: str = "Falegnameria Rossi", **said: Any) -> int:
        return keeping.add_host(self.session, self.viewer, {"name": name, **said})

    def state(self, number: int) -> dict[str, Any]:
        return keeping.sheet(self.session, self.viewer, number).state

    def change(
        self, number: int, step: Step, said: Mapping[str, Any], *, version: str | None = None
    ) -> keeping.Saved:
        return keeping.change(
            self.session,
            self.viewer,
            number,
            step,
            said,
            version=version or version_of(self.state(number), step),
            gazetteer=self.gazetteer,
            regions=self.regions,
        )

    def add_in_como(self, name: str = "Falegnameria Rossi") -> int:
        """A host with a site in Como and one offer, off the map still."""
        number = self.add(name)
        self.change(number, WHERE, COMO_STEP)
        self.change(number, WHAT, {"title": {"en": "Workshop"}})
        return number


def referent(session: Session, email: str = "ada@school.example", of: str = "A school") -> Viewer:
    sending = accounts.sending_organisation(session, of)
    account = accounts.grant(session, email, Role.REFERENT, sending=sending)
    session.commit()
    return viewer_of(account)


def speaker(session: Session, number: int, email: str = "boss@rossi.example") -> Viewer:
    account = accounts.grant(session, email, Role.HOST, organisation_id=number)
    session.commit()
    return viewer_of(account)


def administrator(session: Session, email: str = "root@site.example") -> Viewer:
    account = accounts.grant(session, email, Role.ADMINISTRATOR)
    session.commit()
    return viewer_of(account)


def host(session: Session, number: int) -> Organisation:
    found = session.get(Organisation, number)
    assert found is not None
    return found


def listed(session: Session) -> list[str]:
    """The titles on the public map."""
    return list(session.scalars(select(Listing.title).order_by(Listing.id)))
