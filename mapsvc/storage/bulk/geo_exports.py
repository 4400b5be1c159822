"""Flat rows as geographic files, by geopandas; to be run by `apart`, never on the live database."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import geopandas

WGS84 = "EPSG:4326"


def as_geojson(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows as an RFC 7946 feature collection of points; empty cells are null."""
    return str(_frame(rows).to_json(drop_id=True, show_bbox=False, ensure_ascii=False)).encode()


def as_geopackage(rows: Sequence[Mapping[str, Any]], *, layer: str) -> bytes:
    """The rows as a GeoPackage with one layer of points in WGS 84."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{layer}.gpkg"
        _frame(rows).to_file(file, layer=layer, driver="GPKG", engine="pyogrio")
        return file.read_bytes()


def _frame(rows: Sequence[Mapping[str, Any]]) -> "geopandas.GeoDataFrame":
    # Seconds and 84 MB: only in the process that is made for it.
    import geopandas  # noqa: PLC0415
    import pandas  # noqa: PLC0415

    columns = list(rows[0]) if rows else ["name"]
    values = {
        name: [row[name] if row[name] != "" else None for row in rows]
        for name in columns
        if name not in {"lon", "lat"}
    }
    # A whole number beside an empty cell would become 16.0.
    numbers = {
        name: pandas.array(listed, dtype="Int64")
        for name, listed in values.items()
        if any(isinstance(value, int) for value in listed)
    }
    points = geopandas.points_from_xy([row["lon"] for row in rows], [row["lat"] for row in rows])
    return geopandas.GeoDataFrame(values | numbers, geometry=points, crs=WGS84)


def as_layers(layers: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """A GeoPackage in WGS 84 with a layer for each name, of points or of straight lines.

    A row of a layer of lines has `line`, (longitude, latitude) from and to; one of points has `lon` and
    `lat`, and is left out where these are None. All rows of a layer have the same columns.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "layers.gpkg"
        for name, rows in layers.items():
            frame = _lines(rows) if rows and "line" in rows[0] else _points(rows)
            frame.to_file(file, layer=name, driver="GPKG", engine="pyogrio")
        return file.read_bytes()


def _points(rows: Sequence[Mapping[str, Any]]) -> "geopandas.GeoDataFrame":
    import geopandas  # noqa: PLC0415 - as below

    names = [name for name in rows[0] if name not in {"lon", "lat"}]
    there = [row for row in rows if row["lon"] is not None and row["lat"] is not None]
    points = geopandas.points_from_xy([row["lon"] for row in there], [row["lat"] for row in there])
    return geopandas.GeoDataFrame(_columns(there, names), geometry=points, crs=WGS84)


def _lines(rows: Sequence[Mapping[str, Any]]) -> "geopandas.GeoDataFrame":
    import geopandas  # noqa: PLC0415 - as below
    import shapely  # noqa: PLC0415 - as below

    names = [name for name in rows[0] if name != "line"]
    lines = [shapely.LineString(row["line"]) for row in rows]
    return geopandas.GeoDataFrame(_columns(rows, names), geometry=lines, crs=WGS84)


def _columns(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """The columns of rows as pandas keeps them: whole numbers and days stay what they are beside a None."""
    import pandas  # noqa: PLC0415 - as below

    made: dict[str, Any] = {}
    for name in names:
        values = [row[name] for row in rows]
        if any(isinstance(value, date) for value in values):
            made[name] = pandas.to_datetime(pandas.Series(values))
        elif any(isinstance(value, int) for value in values):
            made[name] = pandas.array(values, dtype="Int64")
        elif any(isinstance(value, float) for value in values):
            made[name] = pandas.array(values, dtype="Float64")
        else:
            made[name] = pandas.array(values, dtype="string")
    return made
