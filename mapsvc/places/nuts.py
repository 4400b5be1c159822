"""Reads the official GeoJSON of the statistical regions of the European Union, as GISCO gives it out.

Source: Regulation (EC) No 1059/2003 (NUTS); Eurostat GISCO, files NUTS_RG_<scale>_<year>_4326.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from mapsvc.domain.strict_json import InvalidJson, load_json
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _

MAX_BYTES = 40_000_000  # of a file: reading takes some thirteen times that, as memory
MAX_FEATURES = 5_000
LEVELS = range(4)
COUNTRY_LETTERS = 2
ISO_CODES = {"EL": "GR", "UK": "GB"}  # where NUTS has a code of its own
CODE = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
DEGREES = frozenset({"4326", "CRS84", "4258"})  # reference systems in degrees, alike to a metre
CRS_CODE = re.compile(r"([0-9A-Z]+)$", re.IGNORECASE)
YEAR = re.compile(r"NUTS_[A-Z]{2}_\d{2}M_((?:19|20)\d{2})", re.IGNORECASE)
GLOBE = np.array([180.0, 90.0])
FACES = ("Polygon", "MultiPolygon")
LONGEST_SHOWN = 60


class InvalidNuts(MapsvcError):
    """A file that is not the official GeoJSON of NUTS regions, or a region in it that cannot be used."""


class BrokenOutline(InvalidNuts):
    """An outline of which no area is left."""

    message = _("The outline of %(id)s in %(file)s has no area.")


class UnknownEdition(InvalidNuts):
    """Nothing says which edition a file is of."""

    message = _("%(file)s does not say of which year it is. Say it with --year, such as --year 2024.")


@dataclass(frozen=True, slots=True)
class NutsRegion:
    """A region as its file has it: its code, level (0 to 3), country (ISO), name and outline.

    mended tells that the outline crossed itself and was made valid.
    """

    id: str
    level: int
    country: str
    name: str
    outline: BaseGeometry
    mended: bool


@dataclass(frozen=True, slots=True)
class NutsFile:
    """The regions of a file in its order, none twice, and the year of its edition."""

    name: str
    year: int
    regions: tuple[NutsRegion, ...]


def read_nuts(path: Path, *, year: int | None = None) -> NutsFile:
    """The regions of a GeoJSON file of GISCO; year overrules what the file says of its edition.

    Raises InvalidNuts when it is something else, too large, not in degrees, or names a region
    twice; BrokenOutline; UnknownEdition; OSError.
    """
    if path.stat().st_size > MAX_BYTES:
        raise InvalidNuts(
            _("%(file)s has more than %(limit)s MB. Take a smaller scale, such as 60M or 20M."),
            file=path.name,
            limit=MAX_BYTES // 1_000_000,
        )
    try:
        content = load_json(path.read_bytes())
    except InvalidJson as fault:
        raise _not_regions(path) from fault
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not 0 < len(features) <= MAX_FEATURES:
        raise _not_regions(path)
    _check_crs(content, path)
    edition = year or _year(content, path)
    found: dict[str, NutsRegion] = {}
    for number, feature in enumerate(features, start=1):
        region = _region(feature, number, path.name)
        if region.id in found:
            raise InvalidNuts(_("%(file)s has %(id)s twice."), file=path.name, id=region.id)
        found[region.id] = region
    return NutsFile(path.name, edition, tuple(found.values()))


def _not_regions(path: Path) -> InvalidNuts:
    return InvalidNuts(
        _("%(file)s is not a GeoJSON file of regions. Take a file NUTS_RG_..._4326.geojson of GISCO."),
        file=path.name,
    )


def _check_crs(content: dict[str, Any], path: Path) -> None:
    """Refuses metres; a file that names no reference system is in degrees, as RFC 7946 says."""
    crs = content.get("crs")
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name")) if isinstance(properties, dict) else ""
    code = CRS_CODE.search(name)
    if code is None or code[1].upper() not in DEGREES:
        raise InvalidNuts(
            _("%(file)s is in the reference system %(crs)s. Take the file whose name has 4326."),
            file=path.name,
            crs=name[:LONGEST_SHOWN] or "?",
        )


def _year(content: dict[str, Any], path: Path) -> int:
    for told in (path.name, content.get("name")):
        if isinstance(told, str) and (found := YEAR.search(told)):
            return int(found[1])
    raise UnknownEdition(file=path.name)


def _region(feature: object, number: int, file: str) -> NutsRegion:
    """One feature; number counts from 1, for what has no code to be named by."""
    told = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(told, dict):
        raise _lacking("properties", number, file)
    code: str = _told(told, "NUTS_ID", str, number, file)
    level: int = _told(told, "LEVL_CODE", int, number, file)
    country: str = _told(told, "CNTR_CODE", str, number, file)
    name: str = _told(told, "NAME_LATN" if told.get("NAME_LATN") else "NUTS_NAME", str, number, file)
    fits = CODE.fullmatch(code) and level in LEVELS and len(code) == COUNTRY_LETTERS + level
    if not fits or code[:COUNTRY_LETTERS] != country:
        raise InvalidNuts(
            _("%(file)s: “%(id)s” is not a NUTS code of level %(level)s of “%(country)s”."),
            file=file,
            id=code[:LONGEST_SHOWN],
            level=level,
            country=country[:LONGEST_SHOWN],
        )
    outline, mended = _outline(feature.get("geometry"), code, file)
    return NutsRegion(code, level, ISO_CODES.get(country, country), name.strip(), outline, mended)


def _told(properties: dict[str, Any], key: str, kind: type, number: int, file: str) -> Any:
    """A property of a feature, which must be of a kind; text must not be empty, nor a truth a number."""
    value = properties.get(key)
    if not isinstance(value, kind) or isinstance(value, bool) or value == "":
        raise _lacking(key, number, file)
    return value


def _lacking(key: str, number: int, file: str) -> InvalidNuts:
    return InvalidNuts(
        _("%(file)s: feature %(number)s has no %(key)s. Is it the official file of NUTS regions?"),
        file=file,
        number=number,
        key=key,
    )


def _outline(geometry: object, code: str, file: str) -> tuple[BaseGeometry, bool]:
    """The area of a region in two dimensions, made valid where it crosses itself, and whether it was."""
    if isinstance(geometry, dict) and geometry.get("type") not in FACES:
        raise InvalidNuts(
            _("%(file)s holds borders or labels, not areas. Take the file whose name has NUTS_RG."), file=file
        )
    try:
        outline = shapely.force_2d(shapely.from_geojson(orjson.dumps(geometry)))
    except (shapely.errors.GEOSException, orjson.JSONEncodeError):
        raise BrokenOutline(
            _("The outline of %(id)s in %(file)s is not closed, or not made of numbers."), id=code, file=file
        ) from None
    if outline is None or outline.is_empty:
        raise BrokenOutline(id=code, file=file)
    if not (np.abs(shapely.get_coordinates(outline)) <= GLOBE).all():
        raise InvalidNuts(
            _("%(file)s: %(id)s is not in degrees. Take the file whose name has 4326."), file=file, id=code
        )
    if outline.is_valid:
        return outline, False
    mended = areas([outline])
    if mended.is_empty:
        raise BrokenOutline(id=code, file=file)
    return mended, True


def areas(outlines: Sequence[BaseGeometry]) -> BaseGeometry:
    """The area of some outlines together, without the lines and points that mending may leave."""
    whole = shapely.union_all(shapely.make_valid(np.array(outlines, dtype=object)))
    faces = [part for part in shapely.get_parts(shapely.get_parts(whole)) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(faces) if len(faces) != 1 else faces[0]
