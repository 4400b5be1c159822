"""Which clock a town has: the nearest time zone of its country, as the time zone database lists them."""

import re
from functools import cache
from importlib import resources

from pyproj import Geod

POSITION = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")  # ISO 6709
WGS84 = Geod(ellps="WGS84")


def zone_near(country: str, lon: float, lat: float) -> str | None:
    """The zone of a country whose town is nearest, such as "Europe/Rome"; None where it has none.

    Source: zone.tab of the time zone database, from PyPI tzdata.
    """
    zones = _zones().get(country, ())
    nearest = min(zones, key=lambda zone: WGS84.inv(lon, lat, zone[1], zone[2])[2], default=None)
    return nearest[0] if nearest else None


@cache
def _zones() -> dict[str, list[tuple[str, float, float]]]:
    """The zones of each country: (name, longitude, latitude)."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    text = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, where, name, *_comment = line.split("\t")
            if match := POSITION.fullmatch(where):
                lat, lon = _degrees(*match.groups()[:4]), _degrees(*match.groups()[4:])
                found.setdefault(country, []).append((name, lon, lat))
    return found


def _degrees(sign: str, degrees: str, minutes: str, seconds: str | None) -> float:
    size = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
    return -size if sign == "-" else size
