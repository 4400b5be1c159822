"""Roughly where countries are, enough to see that a point is far outside of one."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

import yaml

from mapsvc.resources import resource

EUROPE = (-32.0, 27.0, 46.0, 72.0)

Box = tuple[float, float, float, float]


@cache
def country_boxes() -> Mapping[str, tuple[Box, ...]]:
    """West, south, east, north of each country of Europe and its distant parts, by ISO code."""
    content: dict[str, list[list[float]]] = yaml.safe_load(
        resource("data/columns/country_boxes.yml").read_text("utf-8")
    )
    return MappingProxyType(
        {code: tuple((w, s, e, n) for w, s, e, n in boxes) for code, boxes in content.items()}
    )


def lies_in(point: tuple[float, float], boxes: Sequence[Box], *, margin: float = 0.0) -> bool:
    """Whether a point (longitude, latitude) lies in one of the boxes, widened by margin degrees."""
    lon, lat = point
    return any(
        west - margin <= lon <= east + margin and south - margin <= lat <= north + margin
        for west, south, east, north in boxes
    )


def boxes_of(country: str | None) -> tuple[Box, ...]:
    """The boxes of a country, those of Europe where the country is not stated or not known here."""
    return country_boxes().get(country or "", (EUROPE,))
