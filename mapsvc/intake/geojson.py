"""Reads GeoJSON (RFC 7946), strictly: points of finite numbers, longitude first."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mapsvc.domain.strict_json import InvalidJson, load_json
from mapsvc.errors import UnreadableFile
from mapsvc.intake.cells import clean
from mapsvc.intake.limits import Limits, refuse_too_many, refuse_too_wide
from mapsvc.intake.tables import Notice, RawRow, RowFault, Table
from mapsvc.messages import mark as _

WGS84 = 4326

_GEOMETRIES = frozenset(
    {
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    }
)
_CRS_NAME = re.compile(r"(?:urn:ogc:def:crs:)?(?:EPSG|OGC):(?:[0-9.]*:)?([0-9A-Z]+)", re.IGNORECASE)
_ORDINATES = (2, 3)


class _RefusedError(Exception):
    """Why a geometry is not taken; the message is a marked sentence."""

    def __init__(self, message: str, value: object = "") -> None:
        self.message = message
        self.value = str(value)[:80]
        super().__init__(message)


def read_geojson(path: Path, *, limits: Limits) -> Table:
    """The features of the file: their properties as columns, their points as points.

    A Feature or a bare geometry is read as a collection of one. The line of a row is the number
    of its feature. Features without a point are faults; without any geometry they have no point.

    Raises UnreadableFile when the file is not strict JSON or not GeoJSON, or has more features or
    properties than the limits allow.
    """
    try:
        content = load_json(path.read_bytes())
    except InvalidJson as error:
        raise UnreadableFile(error.text, **error.values) from error
    features = _features(content)
    refuse_too_many(len(features), limits)
    if not features:
        raise UnreadableFile(_("The file has no feature (empty file)."))
    columns = _columns(features)
    refuse_too_wide(len(columns), len(features), limits)
    table = Table(columns=tuple(columns), rows=[], crs=_crs(content))
    for number, feature in enumerate(features, start=1):
        _add(table, number, feature, columns)
    return table


def _features(content: Any) -> list[Any]:
    if not isinstance(content, dict):
        raise UnreadableFile(_("This is JSON but not GeoJSON: a FeatureCollection is expected."))
    kind = content.get("type")
    if kind == "FeatureCollection" and isinstance(content.get("features"), list):
        features: list[Any] = content["features"]
        return features
    if kind == "Feature":
        return [content]
    if kind in _GEOMETRIES:
        return [{"type": "Feature", "properties": {}, "geometry": content}]
    raise UnreadableFile(_("This is JSON but not GeoJSON: a FeatureCollection is expected."))


def _properties(feature: Any) -> Mapping[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _columns(features: list[Any]) -> list[str]:
    """The names of all properties in the order in which they first appear, then the features' own id."""
    names: dict[str, None] = {}
    for feature in features:
        names.update(dict.fromkeys(_properties(feature)))
    if "id" not in names and any(isinstance(feature, dict) and "id" in feature for feature in features):
        names["id"] = None
    return list(names)


def _crs(content: dict[str, Any]) -> int | None:
    """The code of the old "crs" member; WGS 84, the only system of RFC 7946, where there is none."""
    crs = content.get("crs")
    if crs is None:
        return WGS84
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    found = _CRS_NAME.fullmatch(str(name))
    if found is None:
        raise UnreadableFile(
            _("The reference system “%(crs)s” of the file is not known."), crs=str(name)[:80]
        )
    code = found.group(1)
    return int(code) if code.isdigit() else WGS84


def _add(table: Table, number: int, feature: Any, columns: list[str]) -> None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        table.faulty.append(RowFault(number, None, "", _("This is not a GeoJSON feature.")))
        return
    try:
        point = _point(feature.get("geometry"))
    except _RefusedError as refused:
        table.faulty.append(RowFault(number, "geometry", refused.value, refused.message))
        return
    if len(feature["geometry"]["coordinates"] if point else ()) > _ORDINATES[-1]:
        message = _("The point has more than three numbers; those after the height were dropped.")
        table.notices.append(Notice(number, "geometry", "", message))
    properties = {"id": feature.get("id"), **_properties(feature)}
    table.rows.append(RawRow(number, tuple(_text(properties.get(name)) for name in columns), point))


def _point(geometry: Any) -> tuple[float, float] | None:
    if geometry is None:
        return None
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        kind = geometry.get("type") if isinstance(geometry, dict) else geometry
        raise _RefusedError(_("A point is expected here (Point expected)."), kind)
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or not coordinates:
        raise _RefusedError(_("The point has no coordinates (empty point)."))
    if any(isinstance(number, bool) or not isinstance(number, (int, float)) for number in coordinates):
        raise _RefusedError(_("The coordinates of a point must be numbers (numbers expected)."), coordinates)
    if len(coordinates) < _ORDINATES[0]:
        raise _RefusedError(
            _("The point has only one number; longitude and latitude are expected."), coordinates
        )
    return float(coordinates[0]), float(coordinates[1])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value):
        return clean("; ".join(str(item) for item in value))
    return clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
