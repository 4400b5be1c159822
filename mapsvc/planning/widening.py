"""What would give a group its seats where it finds none: the smallest step of each kind that helps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from mapsvc.planning.cohorts import OpenOffer
from mapsvc.planning.groups import GroupPlace, Wanted, find_groups

DISTANCES_KM = (15, 20, 30, 50, 75, 100)
WEEKS = (1, -1, 2, -2, 3, -3, 4, -4)
ENOUGH = 4  # ways that are told


@dataclass(frozen=True, slots=True)
class GroupSearch:
    """What a group needs, and where it may be: the region and the language of the host, "" for any."""

    wanted: Wanted
    region: str = ""
    language: str = ""


class Step(StrEnum):
    """What can be let go, in the order in which it is tried."""

    DISTANCE = "distance"
    WEEKS = "weeks"
    LANGUAGE = "language"
    REGION = "region"
    COUNTRY = "country"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class Way:
    """A search that finds the seats, what is different in it, and in how many towns."""

    step: Step
    search: GroupSearch
    towns: int


def places_for(offers: Sequence[OpenOffer], search: GroupSearch) -> list[GroupPlace]:
    """The places of a group, as find_groups tells them, among hosts of the region and language."""
    fitting = [
        offer
        for offer in offers
        if (not search.region or search.region in offer.regions)
        and (not search.language or search.language in {code for code, _level in offer.languages})
    ]
    return find_groups(fitting, search.wanted)


def ways_out(offers: Sequence[OpenOffer], search: GroupSearch) -> list[Way]:
    """For each kind of step the smallest one with which a town has all seats; at most ENOUGH."""
    found: list[Way] = []
    for step in Step:
        for wider in _wider(step, search):
            towns = sum(not place.missing for place in places_for(offers, wider))
            if towns:
                found.append(Way(step, wider, towns))
                break
        if len(found) == ENOUGH:
            break
    return found


def _wider(step: Step, search: GroupSearch) -> Iterator[GroupSearch]:
    """The searches with one step more, the smallest first."""
    wanted = search.wanted
    if step is Step.DISTANCE:
        yield from (_with(search, within_km=km) for km in DISTANCES_KM if km > wanted.within_km)
    elif step is Step.WEEKS:
        for weeks in WEEKS:
            by = timedelta(weeks=weeks)
            yield _with(search, first=wanted.first + by, last=wanted.last + by)
    elif step is Step.LANGUAGE and search.language:
        yield replace(search, language="")
    elif step is Step.REGION and search.region:
        yield replace(search, region="")
    elif step is Step.COUNTRY and wanted.country:
        yield replace(_with(search, country=None), region="")
    elif step is Step.FIELDS and wanted.fields:
        yield _with(search, fields=())


def _with(search: GroupSearch, **changed: object) -> GroupSearch:
    return replace(search, wanted=replace(search.wanted, **changed))  # type: ignore[arg-type]
