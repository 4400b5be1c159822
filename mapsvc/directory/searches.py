"""What can be asked of the directory: where, under which conditions, in which order."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mapsvc.domain.listings import Kind


class Sort(StrEnum):
    """The orders in which answers can come; what an order needs and does not find, it leaves out."""

    DISTANCE = "distance"  # nearest first, then by id; without a centre as DEFAULT
    RELEVANCE = "relevance"  # words met in the title, the town, the text; then by distance, else by name
    NAME = "name"  # by the first 50 characters of the folded title, then by id
    DEFAULT = "default"  # around a place by distance; in view confirmed first, then by name


@dataclass(frozen=True, slots=True)
class Near:
    """Around a place: within radius_km of it, the k nearest to it, or both; neither sets no bound.

    lon and lat are degrees of WGS 84. Distances are geodesics on its ellipsoid, and a point at
    exactly radius_km is inside.
    """

    lon: float
    lat: float
    radius_km: float | None = None
    k: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A box in degrees of WGS 84, its edges included; west > east means across the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    @property
    def crosses_antimeridian(self) -> bool:
        """Whether the box goes from west over 180° to east."""
        return self.west > self.east


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that one listing must meet together; what a listing does not say, it does not meet.

    Several values of one name mean any of them, and different names mean all of them. A field
    code is met by every code that begins with it. `words` are folded (`mapsvc.places.folding`);
    each must begin a word of the listing. `age` is met by a listing whose minimum age it reaches.

    `first` and `last` are the days of a stay, one alone meaning that single day: in every ISO week
    that the stay touches, its working days (Monday to Friday) must lie inside one period with at
    least `seats` seats (None means 1); a stay without a working day is judged by its own days.
    `seats` without days is met by any period that is not over.
    """

    kinds: tuple[Kind, ...] = ()
    fields: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    age: int | None = None
    accommodation: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    seats: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an order: that of the last hit of a page, by what orders it.

    `title` is what orders by name (`storage.records.name_of`); `metres` and `words` (the class of the
    match) are 0 where the order does not look at them.
    """

    listing_id: int
    metres: float = 0.0
    words: int = 0
    confirmed: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """A question to the directory; `near` and `box` together mean both, neither the whole directory.

    `limit` (1 or more) is the number of answers on a page, `page` counts from 1. With a cursor
    `after`, pages count from behind it: what comes or goes before it moves nothing.
    """

    near: Near | None = None
    box: Box | None = None
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.DEFAULT
    limit: int = 20
    page: int = 1
    after: Cursor | None = None
