"""A person's stay as readers see it, from its public row, in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from mapsvc.access.projections import PublicRow
from mapsvc.domain import vocabulary
from mapsvc.domain.alumni import LengthUnit
from mapsvc.domain.listings import Listing
from mapsvc.presentation.areas import around
from mapsvc.presentation.labels import RegionNames, country_label, language_label, value_label


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in words: its name, where, its facts as pairs of label and text, what it tells.

    where never says more than the area, whose key is `area`. Texts are plain and may hold anything a
    person typed.
    """

    name: str
    where: str
    area: str
    facts: list[tuple[str, str]]
    story: str
    ask_about: list[str]
    may_be_asked: bool
    sample: bool
    lon: float
    lat: float


def stay(row: PublicRow | Listing, *, language: str, regions: RegionNames) -> Stay:
    """A stay in the reader's language; needs Flask's context."""
    public = row if isinstance(row, Mapping) else _as_row(row)
    said: Mapping[str, Any] = public["detail"]["pin"]
    region = regions.name(public["region"], language) if public["region"] else ""
    where = around(public["place"], public["region"], public["country"], language=language, regions=regions)
    country = country_label(public["country"], language)
    facts = [
        (gettext("Where"), ", ".join(dict.fromkeys(filter(None, (where, region, country))))),
        (gettext("Field"), value_label("field", said["field"], language, regions)),
        (gettext("Year"), str(said["year"])),
        (gettext("How long"), how_long(said["length"], said["length_unit"])),
        (gettext("Came from"), country_label(said["from_country"], language)),
        (gettext("Languages"), ", ".join(language_label(code, language) for code in said["languages"])),
        (gettext("Host"), said["host_name"] or ""),
    ]
    return Stay(
        name=said["name"],
        where=where,
        area=said["area"],
        facts=[(label, text) for label, text in facts if text],
        story=said["story"],
        ask_about=[vocabulary.label("ask_topics", one, language) for one in said["ask_about"]],
        may_be_asked=said["may_be_asked"],
        sample=bool(public["sample"]),
        lon=public["lon"],
        lat=public["lat"],
    )


def how_long(length: int, unit: str) -> str:
    """The length of a stay in words."""
    if unit == LengthUnit.WEEKS:
        return str(ngettext("%(num)s week", "%(num)s weeks", length))
    return str(ngettext("%(num)s month", "%(num)s months", length))


def _as_row(listing: Listing) -> PublicRow:
    return {
        name: getattr(listing, name)
        for name in ("detail", "place", "region", "country", "sample", "lon", "lat")
    }
