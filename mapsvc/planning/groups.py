"""Where a group finds its seats: so many in some trades, in the same weeks, all near one base."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from mapsvc.planning.cohorts import OpenOffer, Spot
from mapsvc.planning.distances import near_spots
from mapsvc.planning.eligibility import age_fits, fields_match, length_fits
from mapsvc.planning.seats import Seats

MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a group needs.

    seats are shared out over fields (ISCED-F codes) as evenly as can be, the first having one more; without
    fields any will do. first and last are the days of the stay, within_km the most from the base. country
    is ISO 3166-1 alpha-2, None for any; age is the youngest's, None where it is not to count.
    """

    seats: int
    fields: tuple[str, ...]
    first: date
    last: date
    within_km: float = 10.0
    country: str | None = None
    age: int | None = None
    wheelchair: bool = False
    accommodation: bool = False

    @property
    def shares(self) -> tuple[tuple[str, int], ...]:
        """Each field with its seats; the field is empty where any will do."""
        fields = self.fields or ("",)
        each, more = divmod(self.seats, len(fields))
        return tuple((field, each + (number < more)) for number, field in enumerate(fields))


@dataclass(frozen=True, slots=True)
class GroupSeats:
    """Seats of one offer for one field, and how far that is from the base."""

    offer: str
    field: str
    seats: int
    km: float


@dataclass(frozen=True, slots=True)
class GroupPlace:
    """A base with the seats assigned there, nearest first.

    total is how many seats of these fields there are within the distance, and farthest_km where the farthest
    of the assigned is. missing tells of each field how many seats are not found; nothing in a complete place.
    """

    base: Spot
    country: str
    assigned: tuple[GroupSeats, ...]
    total: int
    farthest_km: float
    missing: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Choice:
    """An offer near a base: how many seats, for which places in Wanted.shares, and how far."""

    offer: OpenOffer
    seats: int
    fields: frozenset[int]
    km: float


def find_groups(
    offers: Sequence[OpenOffer],
    wanted: Wanted,
    *,
    bases: Sequence[tuple[Spot, str]] = (),
    most: int = MOST_PLACES,
) -> list[GroupPlace]:
    """The bases near which a whole group finds its seats: those with the least kilometres in all first.

    bases are points with their country; without any, they are the middles of the towns of those offers that
    will do. At each the nearest seats are taken that suit together. Of bases with the same seats only the
    best is told. Where no base has all seats, those that have most of them are told, with what is missing.
    """
    able = _able(offers, wanted)
    spots = list(bases) or _towns([offer for offer, _seats, _fields in able])
    if not able or not spots:
        return []
    near = near_spots([spot for spot, _country in spots], [offer for offer, _s, _f in able], wanted.within_km)
    choices: list[list[_Choice]] = [[] for _spot in spots]
    for base, number, km in zip(*(side.tolist() for side in near), strict=True):
        offer, seats, fields = able[number]
        choices[base].append(_Choice(offer, seats, fields, km))
    found = [
        _place(spot, country, sorted(there, key=lambda one: (one.km, one.offer.key)), wanted)
        for (spot, country), there in zip(spots, choices, strict=True)
        if there
    ]
    complete = [place for place in found if not place.missing]
    return _different(sorted(complete or found, key=_rank))[:most]


def _able(offers: Sequence[OpenOffer], wanted: Wanted) -> list[tuple[OpenOffer, int, frozenset[int]]]:
    """The offers that a member of the group could have, with their seats and fields."""
    days = (wanted.last - wanted.first).days + 1
    ordered = sorted(offers, key=lambda offer: offer.key)
    seats = Seats(ordered).of_stay((wanted.first, wanted.last)).tolist()
    found = []
    for offer, count in zip(ordered, seats, strict=True):
        fits = (
            count > 0
            and wanted.country in {None, offer.country}
            and length_fits(days, offer.min_days, offer.max_days)
            and (wanted.age is None or age_fits(wanted.age, offer.min_age))
            and (offer.wheelchair is True or not wanted.wheelchair)
            and (offer.accommodation or not wanted.accommodation)
        )
        fields = [fields_match((field,) if field else (), offer.fields) for field, _seats in wanted.shares]
        if fits and any(fields):
            found.append((offer, count, frozenset(np.flatnonzero(fields).tolist())))
    return found


def _towns(offers: Sequence[OpenOffer]) -> list[tuple[Spot, str]]:
    """The middle of the offers of each town, by country and name."""
    towns: dict[tuple[str, str], list[OpenOffer]] = {}
    for offer in offers:
        towns.setdefault((offer.country, offer.town), []).append(offer)
    return [
        (
            Spot(
                town,
                sum(offer.lon for offer in there) / len(there),
                sum(offer.lat for offer in there) / len(there),
            ),
            country,
        )
        for (country, town), there in sorted(towns.items())
    ]


def _place(base: Spot, country: str, choices: Sequence[_Choice], wanted: Wanted) -> GroupPlace:
    """A base with the seats that suit together.

    Sets of seats that can be given to fields together form a matroid, in which taking the nearest that still
    fits, others changing their field for it, gives the least kilometres in all, and the least farthest.
    Source: Edmonds and Fulkerson, "Transversals and matroid partition", 1965, doi:10.6028/jres.069B.016.
    """
    left = [seats for _field, seats in wanted.shares]
    given: dict[tuple[int, int], int] = {}  # choice and field, with the seats
    for number, choice in enumerate(choices):
        for _seat in range(min(choice.seats, sum(left))):
            if not _give(number, choices, left, given, set()):
                break
        if not any(left):
            break
    assigned = [
        GroupSeats(choices[number].offer.key, wanted.shares[field][0], seats, round(choices[number].km, 3))
        for (number, field), seats in sorted(given.items())
        if seats
    ]
    return GroupPlace(
        base=base,
        country=country,
        assigned=tuple(assigned),
        total=sum(choice.seats for choice in choices),
        farthest_km=max((seats.km for seats in assigned), default=0.0),
        missing=tuple(
            (field, count) for (field, _seats), count in zip(wanted.shares, left, strict=True) if count
        ),
    )


def _give(
    number: int,
    choices: Sequence[_Choice],
    left: list[int],
    given: dict[tuple[int, int], int],
    seen: set[int],
) -> bool:
    """Gives one more seat of a choice to a field, others changing theirs for it; whether that is possible."""
    for field in sorted(choices[number].fields - seen):
        seen.add(field)
        freed = left[field] > 0
        if freed:
            left[field] -= 1
        else:
            for other in [one for (one, theirs), seats in given.items() if theirs == field and seats]:
                if _give(other, choices, left, given, seen):
                    given[other, field] -= 1
                    freed = True
                    break
        if freed:
            given[number, field] = given.get((number, field), 0) + 1
            return True
    return False


def _rank(place: GroupPlace) -> tuple[int, float, float, str, str]:
    seats = sum(one.seats for one in place.assigned)
    km = sum(one.seats * one.km for one in place.assigned)
    return -seats, km, place.farthest_km, place.country, place.base.name


def _different(places: Sequence[GroupPlace]) -> list[GroupPlace]:
    """The places without those that have the same seats as one before."""
    kept: Mapping[frozenset[tuple[str, int]], GroupPlace] = {
        frozenset((one.offer, one.seats) for one in place.assigned): place for place in reversed(places)
    }
    chosen = {id(place) for place in kept.values()}
    return [place for place in places if id(place) in chosen]
