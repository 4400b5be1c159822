"""People who put a stay on the map, as far as a test needs them."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer, viewer_of
from mapsvc.domain.alumni import Pin, PinSubmission
from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Account
from mapsvc.domain.pin_values import PinDraft
from mapsvc.services.pinning import ask_pin, confirm_pin
from tests.services.mailing import ASKED, secret
from tests.services.moderators import decide, moderator

COMO, CERNOBBIO, LILLE = 3178229, 3178949, 2998324  # GeoNames ids


@dataclass(frozen=True)
class Area:
    """A made-up area."""

    key: str
    label: str
    country: str
    region: str | None
    lon: float
    lat: float


AROUND_COMO = Area("10kmE4250N2520-IT", "Como", "IT", "IT-CO", 9.1, 45.8)
AROUND_LILLE = Area("10kmE3800N3070-FR", "Lille", "FR", "FR-59", 3.05, 50.6)


class Two:
    """Knows two areas, one of which has two towns."""

    TOWNS = MappingProxyType({COMO: AROUND_COMO, CERNOBBIO: AROUND_COMO, LILLE: AROUND_LILLE})

    def area_of(self, place_id: int) -> Area | None:
        return self.TOWNS.get(place_id)


TWO = Two()
BY_FORM: dict[str, Any] = {"areas": TWO, "language": "en"}
ANA = "ana@example.org"
SAID: dict[str, Any] = {
    "place_id": COMO,
    "field": "0716",
    "year": 2024,
    "length": 6,
    "length_unit": "weeks",
    "from_country": "FR",
    "languages": ["it", "en"],
    "display_name": "Ana",
    "story": "The bakery opens at four.",
    "consents": ["pin"],
}
FULL_CONSENT = {
    "surname": "Quirke",
    "host_name": "Forno Bianchi",
    "consents": ["pin", "surname", "host_name"],
}


def draft(**said: Any) -> PinDraft:
    return PinDraft.of(SAID | said)


def asked(session: Session, email: str = ANA, *, network: str = "192.0.2.1", **said: Any) -> str:
    """The secret of the link that was mailed."""
    ask_pin(session, draft(**said), email, age=20, areas=TWO, **{**ASKED, "network": network})
    return secret(session)


def confirmed(session: Session, email: str = ANA, **said: Any) -> Pin:
    """A pin that waits for a moderator."""
    pin, _signed_in = confirm_pin(session, asked(session, email, **said), browser="a test")
    return pin


def published(session: Session, email: str = ANA, **said: Any) -> Pin:
    """A pin that everybody sees."""
    pin = confirmed(session, email, **said)
    decide(session, moderator(session), waiting(session, pin))
    return pin


def waiting(session: Session, pin: Pin) -> PinSubmission:
    """The words of a pin that were handed in last."""
    query = select(PinSubmission).where(PinSubmission.pin_id == pin.id)
    return session.scalars(query.order_by(PinSubmission.id.desc())).first()  # type: ignore[return-value]


def person(session: Session, email: str = ANA) -> Viewer:
    return viewer_of(session.scalars(select(Account).where(Account.email == email)).one())


def rows(session: Session) -> list[Listing]:
    return list(session.scalars(select(Listing).order_by(Listing.id)))
