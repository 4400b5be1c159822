"""The base map that ships with the program: one PMTiles file of land, water, borders and names."""

import hashlib
from pathlib import Path

from mapsvc.resources import resource

ATTRIBUTION = ("Natural Earth", "GeoNames")
FIRST_ZOOM = 0
LAST_ZOOM = 7  # of the tiles; clients draw it larger beyond
COMFORTABLE_ZOOM = 11  # up to which zoom that still looks right
HEADER_BYTES = 16_384  # a PMTiles file starts with its header and the lengths of all tiles


def basemap_path() -> Path:
    """Where the PMTiles file is.

    Raises FileNotFoundError when it was left out of the installation.
    """
    return resource("data/basemap/basemap.pmtiles")


def basemap_digest(path: Path | None = None) -> str:
    """A short name for this edition of the map, for addresses that are cached for good.

    Made from the size of the file and its first bytes, which hold the length of every tile, so
    that it costs no more than opening the file.
    """
    file = path or basemap_path()
    with file.open("rb") as opened:
        told = opened.read(HEADER_BYTES)
    return hashlib.sha256(b"%d:%b" % (file.stat().st_size, told)).hexdigest()[:12]
