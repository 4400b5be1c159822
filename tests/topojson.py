"""Reads TopoJSON as its specification says, to compare what browsers draw with what was imported."""

import json
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

Position = tuple[float, float]


def regions_of(packed: bytes) -> dict[str, BaseGeometry]:
    """The multipolygons of the object "regions" by id, in degrees, in the order of the file."""
    topology = json.loads(packed)
    arcs = arcs_of(topology)
    return {
        one["id"]: shapely.MultiPolygon(
            [
                shapely.Polygon(ring_of(rings[0], arcs), [ring_of(hole, arcs) for hole in rings[1:]])
                for rings in one["arcs"]
            ]
        )
        for one in topology["objects"]["regions"]["geometries"]
    }


def arcs_of(topology: dict[str, Any]) -> list[list[Position]]:
    """The points of each arc."""
    (x_scale, y_scale), (x_first, y_first) = (topology["transform"][key] for key in ("scale", "translate"))
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * x_scale + x_first, y * y_scale + y_first))
        found.append(points)
    return found


def ring_of(numbers: list[int], arcs: list[list[Position]]) -> list[Position]:
    """A ring of arcs, each beginning where the one before ended; ~number is one backwards."""
    found: list[Position] = []
    for number in numbers:
        arc = arcs[~number][::-1] if number < 0 else arcs[number]
        assert not found or found[-1] == arc[0], "arcs do not meet"
        found += arc[1:] if found else arc
    assert found[0] == found[-1], "a ring is not closed"
    return found
