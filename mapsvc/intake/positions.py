"""Turns coordinates as written into places on the Earth, and judges how exact they are."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from mapsvc.errors import MapsvcError
from mapsvc.intake.countries import boxes_of, country_boxes, lies_in
from mapsvc.intake.spots import Spot, Spots
from mapsvc.intake.tables import Notice, RowFault
from mapsvc.messages import mark as _
from mapsvc.places.crs import WGS84, guess_grids, lies_in_area, to_wgs84
from mapsvc.places.folding import fold

DECIMALS = 7
SHARED_BY = 5

_ROUNDED = 2
_MARGIN = 0.5
_NEAR = 0.3
_LON, _LAT = 180.0, 90.0
_NOT_DEGREES = 1000.0

Point = tuple[float, float]


@dataclass(slots=True)
class Positions:
    """Where the rows are, by line: longitude and latitude of WGS 84 to seven decimals.

    rounded holds the lines of points that are too coarse to be an address.
    """

    points: dict[int, Point] = field(default_factory=dict)
    rounded: set[int] = field(default_factory=set)
    faults: dict[int, RowFault] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


def place_spots(spots: Spots) -> Positions:
    """The position of each spot, those at 0, 0 left out.

    Metres without a system are faults that name the systems which would fit. Latitude and
    longitude are exchanged where all rows prove it: the stated country holds none of the
    points as written and all of them exchanged. A single row of which this is true is a fault;
    without a country it is only said.
    """
    found = Positions(faults=dict(spots.faults), notices=list(spots.notices))
    for crs, group in _by_crs(spots, found).items():
        _refuse_metres(group, crs, found)
        left = [spot for spot in group if spot.line not in found.faults]
        _swap_if_proven(left, crs, found)
        for spot in left:
            _place(spot, crs, found)
    _mark_rounded(spots, found)
    return found


def mark_shared(found: Positions, *, names: dict[int, str], addresses: dict[int, str | None]) -> None:
    """Marks as rounded the points at which at least SHARED_BY rows of different names stand.

    Rows that all give one and the same address do share a house, and are left alone.
    """
    lines_at: dict[Point, list[int]] = defaultdict(list)
    for line, point in found.points.items():
        lines_at[point].append(line)
    for lines in lines_at.values():
        different = {fold(names.get(line, "")) for line in lines}
        houses = {fold(addresses.get(line) or "") for line in lines}
        if len(different) >= SHARED_BY and (len(houses) > 1 or houses == {""}):
            found.rounded.update(lines)
            message = _("%(count)s rows of different names share this point; it is taken for the town's.")
            found.notices.append(Notice(min(lines), None, "", message, {"count": len(lines)}))


def _by_crs(spots: Spots, found: Positions) -> dict[int | None, list[Spot]]:
    groups: dict[int | None, list[Spot]] = defaultdict(list)
    for spot in spots.by_line.values():
        if spot.x.number == 0 and spot.y.number == 0:
            message = _("0, 0 is no place of a host; the row is located by its town.")
            found.notices.append(Notice(spot.line, spot.column, spot.written, message))
        else:
            groups[None if spot.crs == WGS84 else spot.crs].append(spot)
    return groups


def _refuse_metres(group: Sequence[Spot], crs: int | None, found: Positions) -> None:
    """Degrees cannot be this large: says which reference systems would make sense of them."""
    if crs is not None:
        return
    metres = [spot for spot in group if max(map(abs, spot.point)) >= _NOT_DEGREES]
    if not metres:
        return
    together = _guess(metres[:: max(1, len(metres) // 100)])
    for spot in metres:
        guesses = together or _guess([spot])
        message = (
            _(
                "This looks like projected metres (%(guess)s), not degrees. "
                "Say which reference system it is, for the file or in a column EPSG."
            )
            if guesses
            else _("This looks like projected metres, not degrees, of a reference system that is not known.")
        )
        values = {"guess": "EPSG:" + "/".join(map(str, guesses))} if guesses else {}
        found.faults[spot.line] = RowFault(spot.line, spot.column, spot.written, message, values)


def _guess(metres: Sequence[Spot]) -> list[int]:
    countries = {spot.country for spot in metres}
    boxes = boxes_of(countries.pop()) if len(countries) == 1 else boxes_of(None)
    return guess_grids([spot.point for spot in metres], boxes=boxes) or guess_grids(
        [(spot.y.number, spot.x.number) for spot in metres], boxes=boxes
    )


def _swap_if_proven(group: Sequence[Spot], crs: int | None, found: Positions) -> None:
    judged = [
        spot
        for spot in group
        if crs is not None or spot.country in country_boxes() or abs(spot.y.number) > _LAT
    ]
    if not judged or any(_fits(spot, crs, swapped=False) for spot in group):
        return
    if all(_fits(spot, crs, swapped=True) for spot in group):
        for spot in group:
            spot.swap()
        first = group[0]
        message = _(
            "Latitude and longitude were exchanged: all rows of the file have them the wrong way round."
        )
        found.notices.append(Notice(first.line, first.column, first.written, message))


def _fits(spot: Spot, crs: int | None, *, swapped: bool) -> bool:
    """Whether a spot lies where it is expected: in its country, else in Europe; in the area of its system."""
    point = (spot.y.number, spot.x.number) if swapped else spot.point
    if crs is not None:
        try:
            point = to_wgs84(crs, point)
        except MapsvcError:
            return False
        if not lies_in_area(crs, point, margin=_MARGIN):
            return False
        return spot.country not in country_boxes() or lies_in(point, boxes_of(spot.country), margin=_NEAR)
    return lies_in(point, boxes_of(spot.country), margin=_NEAR)


def _place(spot: Spot, crs: int | None, found: Positions) -> None:
    fault = _fault_of(spot, crs)
    if fault is not None:
        message, values = fault
        found.faults[spot.line] = RowFault(spot.line, spot.column, spot.written, message, values)
        return
    lon, lat = spot.point if crs is None else to_wgs84(crs, spot.point)
    found.points[spot.line] = (round(lon, DECIMALS) + 0.0, round(lat, DECIMALS) + 0.0)
    _say_far(spot, crs, (lon, lat), found)


def _fault_of(spot: Spot, crs: int | None) -> tuple[str, dict[str, object]] | None:
    if crs is not None:
        try:
            point = to_wgs84(crs, spot.point)
        except MapsvcError as error:
            return error.text, dict(error.values)
        if not lies_in_area(crs, point, margin=_MARGIN):
            return _("The point lies outside of the area of EPSG:%(crs)s."), {"crs": crs}
        return None
    known = spot.country in country_boxes()
    outside = abs(spot.x.number) > _LON or abs(spot.y.number) > _LAT
    if (outside or known) and not _fits(spot, None, swapped=False) and _fits(spot, None, swapped=True):
        return _("Latitude and longitude look swapped in this row."), {}
    if outside or not all(map(math.isfinite, spot.point)):
        return _("There is no such place: latitude goes from -90 to 90, longitude from -180 to 180."), {}
    return None


def _say_far(spot: Spot, crs: int | None, point: Point, found: Positions) -> None:
    if spot.country in country_boxes():
        if not lies_in(point, boxes_of(spot.country), margin=_MARGIN):
            message = _("The point lies far outside of its country (%(country)s).")
            values = {"country": spot.country}
            found.notices.append(Notice(spot.line, spot.column, spot.written, message, values))
    elif crs is None and not _fits(spot, None, swapped=False) and _fits(spot, None, swapped=True):
        message = _(
            "Latitude and longitude may be swapped (swapped?): exchanged, the point would lie in Europe."
        )
        found.notices.append(Notice(spot.line, spot.column, spot.written, message))


def _mark_rounded(spots: Spots, found: Positions) -> None:
    """Two decimals of a degree are a kilometre: the middle of a town, not a door."""
    degrees = [
        spot for spot in spots.by_line.values() if spot.crs in {None, WGS84} and spot.line in found.points
    ]
    for axis in ("x", "y"):
        decimals = [_decimals(spot, axis) for spot in degrees]
        if decimals and max(decimals) <= _ROUNDED:
            found.rounded.update(spot.line for spot in degrees)
    for spot in degrees:
        # Both: one of the two may end in zeros by chance.
        if max(_decimals(spot, "x"), _decimals(spot, "y")) <= _ROUNDED:
            found.rounded.add(spot.line)


def _decimals(spot: Spot, axis: str) -> int:
    decimals = spot.x.decimals if axis == "x" else spot.y.decimals
    return DECIMALS if decimals is None else decimals
