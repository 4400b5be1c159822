"""Hosts that stand close together and bear nearly one name."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from pyproj import Geod
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cdist

from mapsvc.domain.listings import Precision
from mapsvc.storage.desk import LocatedHost

NEAR_M = 100.0
ALIKE = 88.0  # of 100: the share of letters that two names must have in common, words in any order
ALIKE_IN_ONE_LIST = 94.0  # a list that names a host twice differs by a letter
CELL_DEGREES = 0.001  # of latitude, 111 m; cells of longitude grow with the latitude
AHEAD = ((0, 0), (1, 0), (-1, 1), (0, 1), (1, 1))  # with these steps each two touching cells meet once
# Say how a company is owned, not which one it is; lists leave them out as they like.
LEGAL_FORMS = frozenset(
    (
        *("ab", "ag", "aps", "as", "asbl", "bv", "bvba", "co", "doo", "ehf", "eurl", "ev", "gbr"),
        *("ggmbh", "gmbh", "kft", "kg", "lda", "llc", "ltd", "mbh", "nv", "ohg", "oy", "plc"),
        *("sa", "sarl", "sas", "scop", "sl", "snc", "sp", "spa", "srl", "sro", "ug", "uab"),
        *("vzw", "zoo"),
    )
)
ELLIPSOID = Geod(ellps="WGS84")
NUMBER = re.compile(r"\d+")

Pair = tuple[LocatedHost, LocatedHost, float, float]


def alike_neighbours(hosts: Sequence[LocatedHost]) -> Iterator[Pair]:
    """Pairs of hosts within NEAR_M metres and nearly of one name, with metres and likeness of 100.

    The one that came earlier stands first; a pair of organisations with several sites may come more
    than once. Names that differ by a number are two. Two of one list must be more alike.
    """
    names = [_compared(host.folded_name) for host in hosts]
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, host in enumerate(hosts):
        cells[_cell(host.lon, host.lat)].append(place)
    for (column, line), members in cells.items():
        others = [
            place for across, up in AHEAD for place in cells.get((column + across, line + up), ())
        ]  # members come first
        if len(others) > 1:
            for one, other, likeness in _alike(names, members, others):
                if pair := _pair(hosts[one], hosts[other], likeness):
                    yield pair


def _compared(folded_name: str) -> str:
    """The words of a name in order of the alphabet, without legal forms where anything else is left."""
    words = sorted(folded_name.split())
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)


def _alike(
    names: Sequence[str], members: Sequence[int], others: Sequence[int]
) -> Iterator[tuple[int, int, float]]:
    likeness = cdist(
        [names[place] for place in members],
        [names[place] for place in others],
        scorer=ratio,
        score_cutoff=ALIKE,
        dtype=np.float32,
    )
    for row, column in np.argwhere(likeness):
        if column > row:
            yield members[row], others[column], float(likeness[row, column])


def _pair(one: LocatedHost, other: LocatedHost, likeness: float) -> Pair | None:
    first, second = sorted((one, other), key=lambda host: host.id)
    if first.id == second.id or not _plausible(first, second, likeness):
        return None
    metres = float(ELLIPSOID.inv(first.lon, first.lat, second.lon, second.lat)[2])
    return (first, second, metres, likeness) if metres <= NEAR_M else None


def _plausible(one: LocatedHost, other: LocatedHost, likeness: float) -> bool:
    numbers, others = (set(NUMBER.findall(host.folded_name)) for host in (one, other))
    if numbers and others and numbers != others:
        return False
    if one.source_id != other.source_id:
        return True
    doors = one.precision == other.precision == Precision.ADDRESS
    return likeness >= (ALIKE if doors else ALIKE_IN_ONE_LIST)


def _cell(lon: float, lat: float) -> tuple[int, int]:
    # Four times as wide as high: enough for a circle of NEAR_M up to 75 degrees of latitude.
    return int(lon // (4 * CELL_DEGREES)), int(lat // CELL_DEGREES)
