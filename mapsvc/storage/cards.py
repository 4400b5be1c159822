"""What lists show of the public rows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine

from mapsvc.storage.dialects import cards as spelling


class CardRow(NamedTuple):
    """The columns of a `Listing` that lists show."""

    id: int
    kind: str
    slug: str
    title: str
    place: str
    country: str
    region: str
    lon: float
    lat: float
    precision: str
    sample: bool
    facets: dict[str, list[str]]
    detail: dict[str, Any]


def card_rows(engine: Engine, ids: Sequence[int]) -> list[CardRow]:
    """The rows with these ids in any order; an id that is gone is left out."""
    return list(map(CardRow._make, spelling.read(engine, ids, CardRow._fields, json_columns=2)))
