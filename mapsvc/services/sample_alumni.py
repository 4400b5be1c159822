"""The made-up stays of people that a new installation starts with, beside its sample hosts."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR
from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.consents import Channel, ConsentKind
from mapsvc.domain.pin_values import PinDraft
from mapsvc.domain.shown_areas import Areas, kept_area
from mapsvc.services.erasing_pins import erase_pins
from mapsvc.services.pinning import agree, area_of
from mapsvc.services.publishing import publish_pins
from mapsvc.storage.pins import sample_pins

Entry = Mapping[str, Any]  # as data/samples/README.md says


def bring_sample_alumni(session: Session, entries: Iterable[Entry], *, areas: Areas) -> int:
    """Makes these the only sample alumni, and shows them; the caller took its turn and commits.

    They belong to no account and wait for no moderator. Returns how many there are. Raises InvalidInput
    for a value that nobody could hand in, and NoArea for a town in which nobody can be shown.
    """
    erase_sample_alumni(session)
    pins = [_sample_pin(entry, areas) for entry in entries]
    session.add_all(pins)
    publish_pins(session, pins)
    return len(pins)


def erase_sample_alumni(session: Session) -> int:
    """Erases every sample alumnus; the caller took its turn and commits. Returns how many there were."""
    return erase_pins(session, sample_pins(session), by=VISITOR)


def _sample_pin(entry: Entry, areas: Areas) -> Pin:
    agreed = [
        ConsentKind.PIN,
        *(kind for kind in (ConsentKind.SURNAME, ConsentKind.HOST_NAME) if kind in entry),
    ]
    draft = PinDraft.of({**entry, "may_be_asked": "ask_about" in entry, "consents": agreed})
    pin = Pin(
        slug=f"sample-{entry['id']}",
        status=PinStatus.PUBLISHED,
        area=kept_area(area_of(draft, areas)),
        confirmed_on=entry["last_confirmed"],
        sample=True,
        **draft.facts(),
        **draft.words(),
    )
    agree(pin, draft, language=entry["written_in"], channel=Channel.SAMPLE)
    return pin
