"""Outlines of regions packed for the browser: TopoJSON, in which neighbours share each border.

Source: Bostock and Metcalf, "The TopoJSON Format Specification" 1.0 (2012),
https://github.com/topojson/topojson-specification. Corners lie on a grid, arcs tell steps on it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

PER_DEGREE = 1_000  # corners lie on thousandths of a degree
LEAST_RING = 3  # corners of a ring that is not flat
MOST_CORNERS = 60_000  # of all rings: about 150 kB on its way
TOLERANCES = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12)  # degrees, the first that is enough
Corner = tuple[int, int]
Ring = list[Corner]


def packed(ids: Sequence[str], outlines: Sequence[BaseGeometry]) -> bytes:
    """A coverage of polygons in degrees of WGS 84 as TopoJSON, whose one object is "regions".

    Its geometries have the ids in the given order. The coverage is simplified as a whole where it
    has more than MOST_CORNERS corners, by the least of TOLERANCES that is enough, and then put on
    the grid: a corner is at most half a grid step beside where it was, and borders that two
    regions share stay shared. Rings that the grid makes flat are left out, but never a whole region.
    """
    polygons = [_rings_of(outline) for outline in simplified(outlines)]
    turns = _turns(ring for faces in polygons for rings in faces for ring in rings)
    arcs: dict[tuple[Corner, ...], int] = {}
    geometries = [
        {
            "type": "MultiPolygon",
            "id": key,
            "arcs": [[_arcs_of(ring, turns, arcs) for ring in rings] for rings in faces],
        }
        for key, faces in zip(ids, polygons, strict=True)
    ]
    return orjson.dumps(
        {
            "type": "Topology",
            "transform": {"scale": [1 / PER_DEGREE] * 2, "translate": [0, 0]},
            "objects": {"regions": {"type": "GeometryCollection", "geometries": geometries}},
            "arcs": [_steps(arc) for arc in arcs],
        }
    )


def simplified(outlines: Sequence[BaseGeometry]) -> NDArray[np.object_]:
    """The outlines, simplified as one coverage until they have at most MOST_CORNERS corners.

    One that would vanish stays as it is.
    """
    given = np.array(outlines, dtype=object)
    fewer = given
    for tolerance in TOLERANCES:
        if tolerance:
            fewer = shapely.coverage_simplify(given, tolerance)
        if shapely.get_num_coordinates(fewer).sum() <= MOST_CORNERS:
            break
    return np.where(shapely.is_empty(fewer), given, fewer)


def _rings_of(outline: BaseGeometry) -> list[list[Ring]]:
    """The polygons of an outline, each its outer ring and its holes, on the grid and not closed."""
    found = []
    for face in shapely.get_parts(outline):
        outer, *holes = map(_on_grid, (face.exterior, *face.interiors))
        if len(outer) >= LEAST_RING:
            found.append([outer, *(hole for hole in holes if len(hole) >= LEAST_RING)])
    return found or [[_speck(outline)]]


def _on_grid(ring: BaseGeometry) -> Ring:
    """The corners of a ring on the grid, those left out that do not differ from the one before."""
    whole = np.rint(shapely.get_coordinates(ring) * PER_DEGREE).astype(int)
    kept = whole[1:][(np.diff(whole, axis=0) != 0).any(axis=1)]
    return [(x, y) for x, y in kept.tolist()]


def _speck(outline: BaseGeometry) -> Ring:
    """The least ring of the grid at a region that is smaller than a grid step."""
    x, y = (round(part * PER_DEGREE) for part in shapely.get_coordinates(shapely.centroid(outline))[0])
    return [(x, y), (x + 1, y), (x, y + 1)]


def _turns(rings: Iterator[Ring]) -> set[Corner]:
    """The corners at which rings part or meet: passed between more than one pair of neighbours."""
    pairs: dict[Corner, frozenset[Corner]] = {}
    found = set()
    for ring in rings:
        for before, corner, after in zip([ring[-1], *ring], ring, [*ring[1:], ring[0]], strict=False):
            pair = frozenset((before, after))
            if pairs.setdefault(corner, pair) != pair:
                found.add(corner)
    return found


def _arcs_of(ring: Ring, turns: set[Corner], arcs: dict[tuple[Corner, ...], int]) -> list[int]:
    """The numbers of the arcs that make up a ring; new ones are added. ~number is one backwards."""
    cuts = [place for place, corner in enumerate(ring) if corner in turns]
    first = cuts[0] if cuts else ring.index(min(ring))
    turned = ring[first:] + ring[: first + 1]
    ends = [place - first for place in cuts[1:]] + [len(ring)]
    starts = [0, *ends[:-1]]
    return [_number(tuple(turned[start : end + 1]), arcs) for start, end in zip(starts, ends, strict=True)]


def _number(arc: tuple[Corner, ...], arcs: dict[tuple[Corner, ...], int]) -> int:
    backwards = arc[::-1]
    if backwards in arcs:
        return ~arcs[backwards]
    return arcs.setdefault(arc, len(arcs))


def _steps(arc: Sequence[Corner]) -> list[list[int]]:
    """The first corner of an arc, then each as the step from the one before."""
    corners = np.array(arc)
    return [arc[0], *np.diff(corners, axis=0).tolist()]
