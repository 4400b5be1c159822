"""A cohort to be placed: its learners, the offers that there are, and what the referent asks for."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

CEFR_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")  # each above the one before


@dataclass(frozen=True, slots=True)
class Spot:
    """A named point: degrees of WGS 84, with the words that readers know it by."""

    name: str
    lon: float
    lat: float


class WishKind(StrEnum):
    """What a wish names."""

    TOWN = "town"  # its key is the number of the gazetteer
    REGION = "region"  # a region's id, of either level
    COUNTRY = "country"  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a learner would like to go; spot is the town's, None for regions and countries."""

    kind: WishKind
    key: str
    name: str
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody to be placed, under a code that only the sending organisation can tell the name of.

    fields are ISCED-F 2013 codes, languages pairs of ISO 639-1 code and CEFR level (None where it is not
    said). age is in whole years on the day of departure, None where it is not said. first and last are
    the first and last day of the stay. wishes come in order of rank. together_with are codes of
    learners of the same cohort. safety_course is None where it is not said.
    """

    code: str
    first: date
    last: date
    fields: tuple[str, ...] = ()
    languages: tuple[tuple[str, str | None], ...] = ()
    age: int | None = None
    wishes: tuple[Wish, ...] = ()
    wheelchair: bool = False
    accommodation: bool = False  # needs a bed, or help with finding one, from the host
    home: Spot | None = None
    safety_course: bool | None = None
    together_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """A public offer of a host, as far as placing needs it.

    key is the listing's, such as "offer:17"; offers of one site share site_key and slug. periods are (first
    day, last day, seats). regions are the ids of the region that it lies in and of the larger ones.
    Languages are those of which one is needed, with the least CEFR level, None where any will do.
    """

    key: str
    site_key: str
    slug: str
    host: str
    title: str
    town: str
    country: str
    lon: float
    lat: float
    regions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    languages: tuple[tuple[str, str | None], ...] = ()
    min_age: int | None = None
    min_days: int | None = None
    max_days: int | None = None
    wheelchair: bool | None = None
    accommodation: bool = False
    periods: tuple[tuple[date, date, int], ...] = ()
    confirmed_on: date | None = None  # when somebody last said that the entry is true


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each soft wish counts, 0 to 10 each."""

    wish: int = 5
    distance: int = 3
    freshness: int = 1
    spread: int = 2


@dataclass(frozen=True, slots=True)
class Demands:
    """What a referent asks of a placing: the hard rules that can be set, and the weights.

    base is the place from which the distance counts, None for none; max_km only counts with a base.
    locks are pairs of a learner's code and an offer's key that the placing has to keep. today is the day
    on which freshness is judged.
    """

    today: date
    base: Spot | None = None
    max_km: float | None = None
    languages: bool = True  # whether the language level is a hard rule
    safety_course: bool = False  # whether the course has to be done
    weights: Weights = Weights()
    locks: tuple[tuple[str, str], ...] = ()
