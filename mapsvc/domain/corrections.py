"""Corrections of facts: what readers say who looked at a source, and what is laid over the files since."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from sqlalchemy import Boolean, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.base import Base, Json
from mapsvc.domain.listings import PUBLIC_SCHEMA
from mapsvc.domain.people import Account
from mapsvc.domain.submissions import Submission, SubmissionKind

LONGEST_TITLE = 70


def correction_path(kit: str, part: str, fact: str) -> str:
    """The path of the page on which a fact of a kit is corrected."""
    return f"/corrections/{kit}/{part}/{fact}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What moderators accepted about one fact; without a day, nothing yet.

    checked_on is when somebody last looked at its source, worded_on when somebody last found other words
    there. words are these, plain text by language; where one is missing, its readers see the old sentence
    and what another language says now. source is (name, address), where it is another since.
    """

    checked_on: date | None = None
    worded_on: date | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    source: tuple[str, str] | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """What `kept` gave."""
        days = {
            name: date.fromisoformat(kept[name]) if kept.get(name) else None
            for name in ("checked_on", "worded_on")
        }
        source = kept.get("source")
        return cls(**days, words=dict(kept.get("words") or {}), source=tuple(source) if source else None)

    def kept(self) -> dict[str, Any]:
        """The same as JSON keeps it."""
        return {
            "checked_on": self.checked_on.isoformat() if self.checked_on else None,
            "worded_on": self.worded_on.isoformat() if self.worded_on else None,
            "words": dict(self.words),
            "source": list(self.source) if self.source else None,
        }

    def after(self, claim: "FactSubmission") -> "Accepted":
        """What counts once a claim is accepted too."""
        looked = max(claim.looked_on, self.checked_on or claim.looked_on)
        if not claim.words:
            return replace(self, checked_on=looked)
        others = self.words if claim.follows else {}
        source = (claim.source_name, claim.source_url)
        return Accepted(looked, claim.looked_on, {**others, claim.language: claim.words}, source)


class Correction(Base):
    """What is accepted about one fact, which public pages read; it does not say whose it was.

    `part` is the folder of the file, such as "kits/como", and `fact` the key in it.
    """

    __tablename__ = "corrections"
    __table_args__ = {"schema": PUBLIC_SCHEMA}  # noqa: RUF012

    part: Mapped[str] = mapped_column(String(80), primary_key=True)
    fact: Mapped[str] = mapped_column(String(80), primary_key=True)
    accepted: Mapped[dict[str, Any]] = mapped_column(Json)  # as Accepted.kept gives it


class FactSubmission(Submission):
    """What a reader says of a fact; `proposed` and `before` are as Accepted.kept gives them.

    kit is that on whose page they read it, sentence what they read, in language. words are "" where they
    found it still right; follows says that they put into their language what another says already.
    """

    __tablename__ = "fact_submissions"
    kind = SubmissionKind.FACTS

    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    kit: Mapped[str] = mapped_column(String(50))
    part: Mapped[str] = mapped_column(String(80))
    fact: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(5))
    sentence: Mapped[str] = mapped_column(Text)
    looked_on: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Text, default="")
    source_name: Mapped[str] = mapped_column(Text, default="")
    source_url: Mapped[str] = mapped_column(Text, default="")
    follows: Mapped[bool] = mapped_column(Boolean, default=False)
    note: Mapped[str] = mapped_column(Text, default="")

    account: Mapped[Account | None] = relationship(lazy="joined", foreign_keys=[account_id])

    @property
    def title(self) -> str:
        """The beginning of the sentence that it is about."""
        return textwrap.shorten(self.sentence, LONGEST_TITLE, placeholder=" …")

    @property
    def link(self) -> str:
        """The page that asks whether the fact is still right."""
        return correction_path(self.kit, self.part, self.fact)

    @property
    def author(self) -> Account | None:
        """Who looked."""
        return self.account
