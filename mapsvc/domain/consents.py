"""What people agree to about themselves: the words that they are asked, by version, and a record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant
from mapsvc.messages import mark as _


class ConsentKind(StrEnum):
    """What somebody agrees to."""

    PIN = "pin"
    SURNAME = "surname"
    HOST_NAME = "host_name"


class Channel(StrEnum):
    """How somebody said it."""

    FORM = "form"  # signed in, on their own page
    MAIL = "mail"  # on a form, and confirmed by the link that was mailed to them
    SAMPLE = "sample"  # nobody: a made-up person


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The words of a tick, and their version; other words are another version."""

    version: str
    words: str


CONSENT_TEXTS: Mapping[ConsentKind, ConsentText] = MappingProxyType(
    {
        ConsentKind.PIN: ConsentText(
            "1",
            _(
                "Show what I wrote here on the public map, for the area around the town and never closer. "
                "I can take it back at any time, and then it is erased."
            ),
        ),
        ConsentKind.SURNAME: ConsentText(
            "1", _("Show my surname too. Then people who search for my full name can find this.")
        ),
        ConsentKind.HOST_NAME: ConsentText(
            "1", _("Name the host. This shows where I worked, so it says more than the area does.")
        ),
    }
)


class Consent(Base):
    """That somebody agreed to something about a pin, to which words, in which language, when and how."""

    __tablename__ = "consents"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    pin_id: Mapped[int] = mapped_column(ForeignKey("pins.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    text_version: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(5))
    given: Mapped[datetime] = mapped_column(Instant)
    channel: Mapped[str] = mapped_column(String(10))
    withdrawn: Mapped[datetime | None] = mapped_column(Instant)
