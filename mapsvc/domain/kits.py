"""A settling-in kit as the map shows it: its town, and what its page is called and about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class MapKit:
    """What the public row of a kit is made of; lon and lat are the middle of its town, in WGS 84 degrees.

    title and summary are by language; languages are ISO 639-1 codes of what is spoken there.
    """

    slug: str
    name: str
    country: str
    region: str
    lon: float
    lat: float
    languages: tuple[str, ...]
    title: Mapping[str, str]
    summary: Mapping[str, str]
    written_on: date
