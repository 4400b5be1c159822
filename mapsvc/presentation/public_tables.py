"""What public pages list, as flat tables: kits, areas of former participants, regions, gaps."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import format_decimal, gettext

from mapsvc.domain.base import now
from mapsvc.domain.flat_tables import About, Cell, Column, ColumnKind, FlatTable
from mapsvc.presentation.cards import Item
from mapsvc.presentation.coverages import CoveragePage
from mapsvc.presentation.gaps import GapsView, MissingHosts
from mapsvc.services.gaps import Missing

DECIMALS = 4  # of a share
TENTHS = 1  # of a kilometre
WIDE = 34
LONG = 60


def flat(
    name: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], **about: Any
) -> FlatTable:
    """A table headed in the reader's language; about is as `About` has it."""
    language = about.pop("language")
    return FlatTable(name, tuple(columns), rows, About(title, now(), **about), language)


def point_columns() -> tuple[Column, Column]:
    """The columns that make a table one of places."""
    return (
        Column("lon", gettext("Longitude"), ColumnKind.DECIMAL),
        Column("lat", gettext("Latitude"), ColumnKind.DECIMAL),
    )


def kits_table(kits: Iterable[Item], **about: Any) -> FlatTable:
    """The kits in their order; site and address of about make their addresses whole."""
    columns = (
        Column("town", gettext("Town")),
        Column("country", gettext("Country code"), width=10),
        Column("country_name", gettext("Country")),
        Column("region", gettext("Region")),
        Column("title", gettext("Title"), width=WIDE),
        Column("summary", gettext("Summary"), width=LONG),
        Column("page", gettext("Page"), width=WIDE),
        *point_columns(),
    )
    rows = [
        (
            *(kit["place"], kit["country"], kit["country_label"], kit["region_label"], kit["title"]),
            *(kit["summary"], about["address"] + kit["url"], kit["lon"], kit["lat"]),
        )
        for kit in kits
    ]
    return flat("kits", gettext("Settling-in kits"), columns, rows, attribution="GeoNames", **about)


def areas_table(stays: Iterable[Item], **about: Any) -> FlatTable:
    """The areas in which stays of former participants are shown, by country and name, with how many.

    An area is what the map shows of where; a row says nothing of any of them but how many they are.
    """
    columns = (
        Column("area", gettext("Area"), width=WIDE),
        Column("country", gettext("Country code"), width=10),
        Column("country_name", gettext("Country")),
        Column("stays", gettext("Stays of former participants"), ColumnKind.WHOLE),
        Column("samples", gettext("Of these made up as samples"), ColumnKind.WHOLE),
        *point_columns(),
    )
    counts: Counter[tuple[Any, ...]] = Counter()
    samples: Counter[tuple[Any, ...]] = Counter()
    for one in stays:
        area = (one["place"], one["country"], one["country_label"], one["lon"], one["lat"])
        counts[area] += 1
        samples[area] += one["sample"]
    rows = [
        (*area[:3], counts[area], samples[area], *area[3:])
        for area in sorted(counts, key=lambda area: (area[1], area[0], area[3], area[4]))
    ]
    title = gettext("Areas with former participants")
    return flat("areas", title, columns, rows, attribution="GeoNames", **about)


def coverage_table(page: CoveragePage, **about: Any) -> FlatTable:
    """What each region has, in the order of the page, then what is known to lie in none, then the total.

    A number that is not known is None. share is of the total, 0 to 1.
    """
    lines: list[tuple[str, str, str, int | None]] = [
        (line.id, line.name, line.country, line.value) for line in page.lines
    ]
    lines.append(("", gettext("Region not known"), "", page.unknown))
    lines.append(("", gettext("Total"), "", page.total))
    columns = (
        Column("id", gettext("Code"), width=10),
        Column("region", gettext("Region"), width=WIDE),
        Column("country", gettext("Country")),
        Column("value", page.what_label, ColumnKind.WHOLE),
        Column("share", gettext("Share of the total"), ColumnKind.DECIMAL),
    )
    return flat(
        "coverage", page.what_label, columns, [(*one, _share(one[3], page.total)) for one in lines], **about
    )


def _share(value: int | None, total: int) -> float | None:
    if value is None:
        return None
    return round(value / total, DECIMALS) if total else 0.0


def missing_title(what: Missing, km: float) -> str:
    """What a list of hosts to look after is called."""
    if what is Missing.SEATS:
        return str(gettext("Hosts without seats in the coming 12 months"))
    if what is Missing.STALE:
        return str(gettext("Hosts that nobody confirmed for a year"))
    return str(gettext("Hosts farther than %(km)s km from any kit", km=format_decimal(km)))


def missing_table(found: MissingHosts, title: str, **about: Any) -> FlatTable:
    """A list of hosts to look after, in its order."""
    columns = (
        Column("host", gettext("Host"), width=WIDE),
        Column("town", gettext("Town")),
        Column("country", gettext("Country")),
        Column("last_seat", gettext("Last seats until"), ColumnKind.DAY),
        Column("known", gettext("Last confirmed or listed"), ColumnKind.DAY),
        Column("kit", gettext("Nearest kit")),
        Column("kit_km", gettext("Distance to the kit in km"), ColumnKind.DECIMAL),
        Column("page", gettext("Page"), width=WIDE),
        *point_columns(),
    )
    rows = [
        (
            *(host.name.title, host.name.place, host.country, host.last_seat, host.known, host.kit),
            None if host.km is None else round(host.km, TENTHS),
            *(about["address"] + host.url, host.name.lon, host.name.lat),
        )
        for host in found.hosts
    ]
    return flat(str(found.what), title, columns, rows, **about)


def matrix_table(view: GapsView, **about: Any) -> FlatTable:
    """Fields by regions, a row a field, a column a region; then all hosts, each once."""
    columns = (
        Column("code", gettext("Code"), width=10),
        Column("field", gettext("Field"), width=WIDE),
        Column("all", gettext("All"), ColumnKind.WHOLE),
        *(Column(one.id, one.name, ColumnKind.WHOLE) for one in view.columns),
    )
    rows: list[Sequence[Cell]] = [
        (row.code, row.name, row.hosts, *(cell.count for cell in row.cells)) for row in view.rows
    ]
    rows.append(("", gettext("All hosts, each once"), view.hosts, *(one.hosts for one in view.columns)))
    return flat("fields-by-region", gettext("Hosts by field and region"), columns, rows, **about)
