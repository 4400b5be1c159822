"""Puts NUTS files into an installation: files of one edition, level by level or at once, make one set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from mapsvc.messages import mark as _
from mapsvc.places import region_files
from mapsvc.places.nuts import COUNTRY_LETTERS, InvalidNuts, NutsFile, NutsRegion, areas, read_nuts
from mapsvc.places.region_files import NutsSet
from mapsvc.places.region_units import COUNTRIES, Unit, names_of_country


@dataclass(frozen=True, slots=True)
class Imported:
    """An edition as it stands after an import, the levels that were there before and were replaced,
    and the codes of regions whose outlines were mended.
    """

    held: NutsSet
    replaced: tuple[int, ...]
    mended: tuple[str, ...]


def import_nuts(folder: Path, paths: Sequence[Path], *, year: int | None = None) -> list[Imported]:
    """Reads files of GISCO into the instance folder, and tells of each edition, the oldest first.

    A level that is given replaces the one that was there; other levels of its edition stay. Where
    no file has countries, these are dissolved from the largest regions. Nothing is changed when any
    file cannot be used.

    Raises InvalidNuts, of a file or when a region's larger one is missing, and OSError.
    """
    files = sorted((read_nuts(path, year=year) for path in paths), key=lambda file: file.year)
    editions = {edition: list(group) for edition, group in groupby(files, key=lambda file: file.year)}
    with region_files.turn(folder):
        merged = [_merged(folder, edition, given) for edition, given in editions.items()]
        return [
            Imported(
                region_files.write(folder, one.year, one.units, one.outlines, dissolved=one.dissolved),
                one.replaced,
                one.mended,
            )
            for one in merged
        ]


@dataclass(frozen=True, slots=True)
class _Edition:
    """An edition about to be written."""

    year: int
    units: list[Unit]
    outlines: dict[str, BaseGeometry]
    dissolved: tuple[int, ...]
    replaced: tuple[int, ...]
    mended: tuple[str, ...]


def _merged(folder: Path, year: int, files: Sequence[NutsFile]) -> _Edition:
    """What an edition is after the import: its files over what is there, with countries always."""
    given: dict[str, NutsRegion] = {}
    for file in files:
        for region in file.regions:
            if region.id in given:
                raise InvalidNuts(_("%(file)s has %(id)s twice."), file=file.name, id=region.id)
            given[region.id] = region
    levels = {region.level for region in given.values()}
    there = _standing(folder, year)
    kept = {key: region for key, region in there.items() if region.level not in levels}
    regions = kept | given
    dissolved: tuple[int, ...] = ()
    if not any(region.level == COUNTRIES for region in regions.values()):
        regions |= _countries(regions)
        dissolved = (COUNTRIES,)
    return _Edition(
        year,
        _units(regions),
        {region.id: region.outline for region in regions.values()},
        dissolved,
        tuple(sorted({region.level for region in there.values()} & levels)),
        tuple(sorted(region.id for region in given.values() if region.mended)),
    )


def _standing(folder: Path, year: int) -> dict[str, NutsRegion]:
    """The regions of an edition that were imported before, without what was dissolved here."""
    held = region_files.read(region_files.path_of(folder, year))
    if held is None:
        return {}
    levels = {unit.level for unit in held.units}.difference(held.dissolved)
    outlines = {key: outline for level in levels for key, outline in held.level(level).items()}
    return {
        unit.id: NutsRegion(unit.id, unit.level, unit.country, unit.name, outlines[unit.id], mended=False)
        for unit in held.units
        if unit.id in outlines
    }


def _countries(regions: Mapping[str, NutsRegion]) -> dict[str, NutsRegion]:
    """Countries, each the largest regions of its own taken together."""
    coarsest = min(region.level for region in regions.values())
    parts: dict[str, list[NutsRegion]] = {}
    for region in regions.values():
        if region.level == coarsest:
            parts.setdefault(region.id[:COUNTRY_LETTERS], []).append(region)
    return {
        code: NutsRegion(
            code,
            COUNTRIES,
            of[0].country,
            names_of_country(of[0].country)["en"],
            areas([region.outline for region in of]),
            mended=False,
        )
        for code, of in parts.items()
    }


def _units(regions: Mapping[str, NutsRegion]) -> list[Unit]:
    """The regions as units, each part of the one whose code its own begins with, a level above.

    Raises InvalidNuts when that one is missing.
    """
    levels = sorted({region.level for region in regions.values()})
    above = dict(zip(levels[1:], levels, strict=False))
    units = []
    for region in regions.values():
        parent = None
        if region.level in above:
            parent = region.id[: COUNTRY_LETTERS + above[region.level]]
            if parent not in regions:
                raise InvalidNuts(
                    _("%(id)s is part of %(parent)s, which is missing. Import files of one edition."),
                    id=region.id,
                    parent=parent,
                )
        units.append(Unit(region.id, region.name, region.country, region.level, parent))
    return units
