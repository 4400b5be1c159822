"""The travel amounts and country groups of each call, as the files of data/grants have them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

import yaml

from mapsvc.domain.findings import Proof, proof_in
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.resources import resource

FOLDER = "data/grants"


class UnknownCall(MapsvcError):
    """A call year of which no amounts are known."""

    message = _("No amounts are known for the call of %(year)s. Known are the calls of %(known)s.")


@dataclass(frozen=True, slots=True)
class Band:
    """Journeys of from_km up to, and without, until_km one way (None: no end), in whole kilometres.

    standard and green are euro a participant for the round trip; green is None where the guide has no
    amount of its own for green travel.
    """

    from_km: int
    until_km: int | None
    standard: int
    green: int | None

    @property
    def key(self) -> str:
        """How programs know it: "100-499", "8000+"."""
        return f"{self.from_km}+" if self.until_km is None else f"{self.from_km}-{self.until_km - 1}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its bands by distance, nearest first, and the group (1 to 3) of each receiving country.

    groups is by ISO 3166-1 code. source and groups_source say where that stands, taken on `taken`; proof and
    groups_proof where it was found again.
    """

    year: int
    bands: tuple[Band, ...]
    groups: Mapping[str, int]
    source: str
    groups_source: str
    taken: date
    proof: Proof
    groups_proof: Proof

    @property
    def least_km(self) -> int:
        """The distance below which no travel is paid."""
        return self.bands[0].from_km

    def countries_of(self, group: int) -> list[str]:
        """The countries of a group, by code."""
        return sorted(code for code, number in self.groups.items() if number == group)

    @property
    def group_numbers(self) -> list[int]:
        """The groups that there are, in order."""
        return sorted(set(self.groups.values()))

    def group_of(self, country: str) -> int | None:
        """The group of a country, or of the one that it is a part of; None outside all groups."""
        return self.groups.get(_whole_of().get(country, country))


@cache
def calls() -> Mapping[int, Call]:
    """All calls by year, the oldest first. Read-only, kept for the life of the process.

    Raises ValueError where two files have the same call, or bands that are not in order.
    """
    found: dict[int, Call] = {}
    for path in sorted(resource(FOLDER).glob("calls-*.yml")):
        told: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        for year in told["calls"]:
            if year in found:
                raise ValueError(f"{path.name}: the call of {year} is in another file too")
            found[year] = _call(year, told)
    return MappingProxyType(dict(sorted(found.items())))


def call_of(year: int) -> Call:
    """The call of a year. Raises UnknownCall, with the years that are known."""
    known = calls()
    if year not in known:
        raise UnknownCall(year=year, known=", ".join(map(str, known)))
    return known[year]


def call_on(day: date) -> Call:
    """The call that a stay is planned with on a day: that of its year, the last before, or else the first."""
    known = calls()
    return known[max((year for year in known if year <= day.year), default=min(known))]


@cache
def _whole_of() -> Mapping[str, str]:
    """The country of each part that has a code of its own."""
    told: dict[str, Any] = yaml.safe_load(resource(f"{FOLDER}/parts.yml").read_text("utf-8"))
    return MappingProxyType({part: whole for whole, parts in told["parts"].items() for part in parts})


def _call(year: int, told: Mapping[str, Any]) -> Call:
    groups = told["country_groups"]
    return Call(
        year=year,
        bands=_bands(told["bands"]),
        groups=MappingProxyType(
            {code: number for number, codes in groups["groups"].items() for code in codes}
        ),
        source=told["source"].format(year=year),
        groups_source=groups["source"].format(year=year),
        taken=told["date"],
        proof=proof_in(told),
        groups_proof=proof_in(groups),
    )


def _bands(told: list[dict[str, Any]]) -> tuple[Band, ...]:
    starts = [one["from_km"] for one in told]
    if starts != sorted(set(starts)):
        raise ValueError(f"bands begin at {starts}, which is not in order")
    ends = [*starts[1:], None]
    return tuple(
        Band(one["from_km"], end, one["standard"], one["green"]) for one, end in zip(told, ends, strict=True)
    )
