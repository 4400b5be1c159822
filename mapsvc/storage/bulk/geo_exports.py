"""Flat rows as geographic files, by geopandas; to be run by `apart`, never on the live database."""

import tempfile
from collections.abc import Mapping, Sequence
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
