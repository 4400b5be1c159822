"""What a list says of a host, before it is compared with what the directory holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

Texts = Mapping[str, str]  # by language; "" where the list does not say which
TextLists = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class OfferDraft:
    """What a list says of one offer; the names are the columns of `mapsvc.domain.hosts.Offer`."""

    title: Texts = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    summary: Texts = field(default_factory=dict)
    missions: TextLists = field(default_factory=dict)
    profiles: TextLists = field(default_factory=dict)
    welcome: Texts = field(default_factory=dict)
    min_days: int | None = None
    max_days: int | None = None
    periods: tuple[tuple[date, date, int], ...] = ()
    languages: tuple[tuple[str, str | None], ...] = ()
    min_age: int | None = None
    accommodation: str | None = None
    wheelchair: bool | None = None
    programmes: tuple[str, ...] = ()
    documents: TextLists = field(default_factory=dict)
    conditions: Texts = field(default_factory=dict)
    effects_host: Texts = field(default_factory=dict)
    effects_visitor: Texts = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    written_on: date | None = None
    written_by: str | None = None
    confirmed_on: date | None = None

    def columns(self) -> dict[str, Any]:
        """The values as the columns of an offer keep them: lists, plain dictionaries, ISO dates in JSON."""
        values = {one.name: stored(getattr(self, one.name)) for one in fields(self)}
        values["periods"] = [
            [first.isoformat(), last.isoformat(), seats] for first, last, seats in self.periods
        ]
        return values

    @property
    def describes_the_host(self) -> bool:
        """Whether it says what a host is (title, summary, sectors, contact), not what can be done there."""
        return self == OfferDraft(
            title=self.title, summary=self.summary, sectors=self.sectors, contact=self.contact
        )


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """What a list says of one site; lon and lat are degrees of WGS 84, None where it is to be located.

    `lines` are the lines of the file that it was made from; `private` holds one dictionary a line.
    """

    lines: tuple[int, ...] = ()
    address: str | None = None
    postcode: str | None = None
    town: str | None = None
    country: str | None = None
    region: str | None = None
    lon: float | None = None
    lat: float | None = None
    precision: str | None = None
    place_id: int | None = None
    external_ids: tuple[str, ...] = ()
    private: tuple[Mapping[str, str], ...] = ()
    offers: tuple[OfferDraft, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The values as the columns of a site keep them, without its lines and offers."""
        left_out = {"lines", "offers", "private"}
        values = {
            one.name: stored(getattr(self, one.name)) for one in fields(self) if one.name not in left_out
        }
        return values | {"private": {"rows": [dict(row) for row in self.private if row]}}


@dataclass(frozen=True, slots=True)
class OrganisationDraft:
    """What a list says of one organisation and its sites."""

    name: str
    sites: tuple[SiteDraft, ...]
    other_names: tuple[str, ...] = ()
    kind: str | None = None
    legal_ids: tuple[tuple[str, str], ...] = ()
    sectors: tuple[str, ...] = ()
    website: str | None = None
    about: Texts = field(default_factory=dict)
    languages: tuple[tuple[str, str | None], ...] = ()
    sample: bool = False

    def columns(self) -> dict[str, Any]:
        """The values as the columns of an organisation keep them, without its sites and legal ids."""
        left_out = {"sites", "legal_ids"}
        return {one.name: stored(getattr(self, one.name)) for one in fields(self) if one.name not in left_out}


def stored(value: Any) -> Any:
    """A value as JSON columns give it back: tuples as lists, mappings as plain dictionaries."""
    if isinstance(value, tuple | list):
        return [stored(item) for item in value]
    if isinstance(value, Mapping):
        return {key: stored(item) for key, item in sorted(value.items())}
    return value
