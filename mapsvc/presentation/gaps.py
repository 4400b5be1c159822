"""The page of gaps in the reader's words: the matrix with its links, lists of hosts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import numpy as np
from flask_babel import format_decimal, gettext
from sqlalchemy import Engine

from mapsvc.directory.directory import Directory
from mapsvc.domain import vocabulary
from mapsvc.params.gaps import LONGEST_CODE, GapsQuery, narrower
from mapsvc.places.folding import fold
from mapsvc.places.region_sets import RegionSet, Unit
from mapsvc.planning.gaps import NOWHERE
from mapsvc.presentation.labels import country_label
from mapsvc.services import gaps
from mapsvc.services.gaps import Found, Missing, Table
from mapsvc.storage.known_days import HostName, host_names

PATH = "/coverage/gaps"
SHIPPED = "shipped"  # the regions that the search knows
MOST_FILTERED = 40  # regions that a search takes at once
MOST_ROWS = 20_000  # of a file
METRES = 1000.0


@dataclass(frozen=True, slots=True)
class Column:
    """A region of the matrix: its id, its name, where a press leads, how many fields nobody there has."""

    id: str
    name: str
    url: str
    hosts: int
    holes: int


@dataclass(frozen=True, slots=True)
class Cell:
    """How many hosts, 0 for none, as a text too, and the search that finds them ("" where there is none)."""

    count: int
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the matrix: its words, where a press leads, its cells and how many hosts have it."""

    code: str
    name: str
    url: str
    cells: Sequence[Cell]
    hosts: int


@dataclass(frozen=True, slots=True)
class GapsView:
    """The matrix as the page shows it."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    hosts: int
    holes: int
    outside: int

    @property
    def cells(self) -> int:
        """How many cells could be holes: those of fields, without the last row."""
        return (len(self.rows) - 1) * len(self.columns)


@dataclass(frozen=True, slots=True)
class MissingHost:
    """A host with which something is missing; days and km are None where they are not known."""

    name: HostName
    url: str
    country: str
    known: date
    last_seat: date | None
    kit: str
    km: float | None


@dataclass(frozen=True, slots=True)
class MissingHosts:
    """Some hosts of a list, and how many it has."""

    what: Missing
    hosts: Sequence[MissingHost]
    total: int


def gaps_view(directory: Directory, engine: Engine, query: GapsQuery, *, language: str) -> GapsView:
    """The matrix that a query asks for, its regions in the order asked for."""
    codes = narrower(query.field)
    found = gaps.table(
        directory,
        engine,
        regions=query.regions,
        within=query.unit,
        level=query.level,
        codes=codes,
        field=query.field,
    )
    order = _order(found, query.order, query.regions, language)
    shown = [found.units[place] for place in order]
    named = [(code, vocabulary.label(vocabulary.FIELDS, code, language)) for code in codes]
    rest = gettext("Field not said more exactly") if query.field else gettext("Field not said")
    searches = [_search(unit, query.regions) for unit in shown]
    counts = found.matrix.counts[:, order].tolist()
    rows = [
        Row(
            code,
            name,
            _down(code, query),
            list(_cells(line, code, searches)),
            int(total),
        )
        for (code, name), line, total in zip([*named, ("", rest)], counts, found.matrix.by_field, strict=True)
    ]
    holes = found.matrix.holes
    columns = [
        Column(
            unit.id,
            query.regions.unit_name(unit.id, language),
            query.address(PATH, unit=unit) if query.regions.children(unit.id) else url,
            int(found.matrix.by_region[place]),
            int(holes[place]),
        )
        for unit, place, url in zip(shown, order, searches, strict=True)
    ]
    return GapsView(columns, rows, found.matrix.total, int(holes.sum()), found.outside)


def missing_hosts(
    directory: Directory,
    engine: Engine,
    what: Missing,
    query: GapsQuery,
    *,
    today: date,
    language: str,
    offset: int = 0,
    limit: int = MOST_ROWS,
) -> MissingHosts:
    """The hosts of a list from the offset, at most limit of them."""
    found = gaps.missing(
        directory,
        engine,
        what,
        regions=query.regions,
        within=query.unit,
        field=query.field,
        km=query.km,
        today=today,
        sort=query.sort,
        offset=offset,
        limit=limit,
    )
    listing = found.known.sites.listing
    with engine.connect() as connection:
        names = host_names(connection, [int(listing[site]) for site in found.sites])
    return MissingHosts(what, list(_hosts(found, names, language)), found.total)


def ancestors(query: GapsQuery, language: str) -> list[tuple[str, str]]:
    """The units that the one looked at is part of, the country first: names and addresses."""
    if query.unit is None:
        return []
    keys = [key for key in query.regions.ancestors(query.unit.id) if key != query.unit.id]
    units = [query.regions.unit(key) for key in reversed(keys)]
    return [
        (query.regions.unit_name(unit.id, language), query.address(PATH, unit=unit, level=unit.level + 1))
        for unit in units
        if unit is not None
    ]


def countries(regions: RegionSet, language: str) -> list[tuple[str, str]]:
    """The countries of a set by name: ids and names."""
    units = regions.units(regions.levels[0])
    named = [(unit.id, regions.unit_name(unit.id, language)) for unit in units]
    return sorted(named, key=lambda pair: fold(pair[1]))


def fields(language: str) -> list[tuple[str, str]]:
    """The broad fields and, below each, its narrow ones: codes and words."""
    known = [code for code in vocabulary.keys(vocabulary.FIELDS) if len(code) <= LONGEST_CODE]
    return [(code, vocabulary.label(vocabulary.FIELDS, code, language)) for code in known]


def _order(found: Table, order: str, regions: RegionSet, language: str) -> list[int]:
    """The places of regions as they are shown; equal ones by name."""
    names = [fold(regions.unit_name(unit.id, language)) for unit in found.units]
    keys = {"hosts": -found.matrix.by_region, "holes": -found.matrix.holes}
    first = keys.get(order, np.zeros(len(names), dtype=np.int64))
    return sorted(range(len(names)), key=lambda place: (int(first[place]), names[place]))


def _cells(line: Sequence[int], code: str, searches: Sequence[str]) -> Iterator[Cell]:
    """The cells of a field, "" for what is none of the fields; a cell without hosts of a field says so."""
    hole = Cell(0, gettext("none") if code else "0", "")
    for count, url in zip(line, searches, strict=True):
        yield Cell(count, format_decimal(count), _with_field(url, code)) if count else hole


def _down(code: str, query: GapsQuery) -> str:
    """Where a press on a field leads: to its narrower ones."""
    return query.address(PATH, field=code) if code and len(code) <= LONGEST_CODE else ""


def _search(unit: Unit, regions: RegionSet) -> str:
    """The search for the hosts of a region, where the search knows it; else ""."""
    if regions.key != SHIPPED:
        return ""
    if unit.parent is None:
        return "/?" + urlencode({"kind": "host", "country": unit.country})
    finest = list(_finest(unit, regions))
    if len(finest) > MOST_FILTERED:
        return ""
    given = [("kind", "host"), ("country", unit.country), *(("region", key) for key in finest)]
    return "/?" + urlencode(given)


def _finest(unit: Unit, regions: RegionSet) -> Iterator[str]:
    children = regions.children(unit.id)
    if not children:
        yield unit.id
    for child in children:
        yield from _finest(child, regions)


def _with_field(url: str, code: str) -> str:
    return f"{url}&{urlencode({'field': code})}" if url and code else ""


def _hosts(found: Found, names: dict[int, HostName], language: str) -> Iterator[MissingHost]:
    known = found.known
    for site in found.sites:
        name = names.get(int(known.sites.listing[site]))
        if name is None:  # gone a moment ago
            continue
        kit, last = int(known.kit[site]), int(known.last_seat[site])
        yield MissingHost(
            name=name,
            url=f"/hosts/{name.slug}",
            country=country_label(name.country, language) if name.country else "",
            known=date.fromordinal(int(known.sites.known[site])),
            last_seat=date.fromordinal(last) if last else None,
            kit=known.kits.names[kit] if kit != NOWHERE else "",
            km=float(known.kit_m[site]) / METRES if kit != NOWHERE else None,
        )
