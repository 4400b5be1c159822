"""Small NUTS files, right and wrong: four squares of one degree in two countries that stand side by side."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely

SQUARES = {"EL301": (0, 0), "EL302": (1, 0), "UKC11": (2, 0), "UKC12": (3, 0)}
TOLD = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}


def square(west: float, south: float, side: float = 1.0) -> dict[str, Any]:
    return dict(json.loads(shapely.to_geojson(shapely.box(west, south, west + side, south + side))))


def feature(code: str, geometry: object, **other: object) -> dict[str, Any]:
    properties = {
        "NUTS_ID": code,
        "LEVL_CODE": len(code) - 2,
        "CNTR_CODE": code[:2],
        "NAME_LATN": f"Name {code}",
        "NUTS_NAME": code,
    }
    return {"type": "Feature", "properties": properties | other, "geometry": geometry}


def level(number: int) -> list[dict[str, Any]]:
    """The regions of one level: the squares, or those of one code taken together."""
    parts: dict[str, list[shapely.Geometry]] = {}
    for code, corner in SQUARES.items():
        parts.setdefault(code[: 2 + number], []).append(shapely.box(*corner, corner[0] + 1, corner[1] + 1))
    return [
        feature(code, json.loads(shapely.to_geojson(shapely.union_all(of)))) for code, of in parts.items()
    ]


def write_nuts(
    folder: Path,
    features: Iterable[object],
    *,
    file: str = "NUTS_RG_60M_2030_4326.geojson",
    **members: object,
) -> Path:
    """A file of these features; members are added, or take the place of the usual ones."""
    path = folder / file
    content = {"type": "FeatureCollection", "crs": TOLD, "features": list(features)} | members
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
