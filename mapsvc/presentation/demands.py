"""Where hosts are looked for and not found: regions by fields, with totals, as a table and as a file."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext

from mapsvc.domain import vocabulary
from mapsvc.domain.demands import ANY_FIELD
from mapsvc.domain.flat_tables import Column, ColumnKind, FlatTable
from mapsvc.places.folding import fold
from mapsvc.places.region_sets import RegionSet
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.public_tables import flat
from mapsvc.storage.demands import Count

# Orders of rows, beside the codes of fields.
BY_REGION, BY_TOTAL, BY_NONE, BY_SEATS, BY_SHARE = "region", "total", "none", "seats", "per_seat"

Seats = Callable[[str], int | None]  # of a region, by its id; None where its hosts do not tell


@dataclass(frozen=True, slots=True)
class Row:
    """A region with its visitors by field, in the order of the table's fields; 0 is "none, or too few".

    seats is None where the region has hosts of which none says when it has seats.
    """

    region: str
    label: str
    country: str
    visitors: tuple[int, ...]
    seats: int | None

    @property
    def total(self) -> int:
        """The sum over all fields."""
        return sum(self.visitors)

    @property
    def per_seat(self) -> float | None:
        """Visitors for each seat, to a tenth; without a seat as if there were one. None where not known."""
        return None if self.seats is None else round(self.total / max(self.seats, 1), 1)


@dataclass(frozen=True, slots=True)
class DemandTable:
    """Fields as (code, label), the field "" last; rows in the order asked for; totals by field."""

    fields: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    totals: tuple[int, ...]
    sort: str
    is_rising: bool

    @property
    def total(self) -> int:
        """The sum over all regions and fields."""
        return sum(self.totals)

    @property
    def seats(self) -> int:
        """The seats in all regions of the table together."""
        return sum(row.seats or 0 for row in self.rows)

    @property
    def most(self) -> tuple[Row, str, int] | None:
        """The region, the label of the field and the visitors of the largest count; None without any."""
        found = (
            (row, label, count)
            for row in self.rows
            for (_code, label), count in zip(self.fields, row.visitors, strict=True)
        )
        return max(found, key=lambda one: (one[2], one[0].label), default=None)


def demand_table(
    counts: Iterable[Count],
    regions: RegionSet,
    seats: Seats,
    *,
    level: int,
    language: str,
    sort: str = BY_TOTAL,
    is_rising: bool = False,
) -> DemandTable:
    """The counts added up over their months, beside the seats of each region.

    Regions are those of a level of the set, the sums of their parts: what is too little to be shown of a
    part is not in them. sort is one of the orders above or the code of a field; what is none of them
    counts as BY_TOTAL. Regions that are equal come by name, those whose seats are not known last.
    """
    sums: Counter[tuple[str, str]] = Counter()
    for count in counts:
        sums[regions.within(count.region, level) or count.region, count.field] += count.visitors
    codes = sorted({field for _region, field in sums}, key=lambda code: (code == ANY_FIELD, code))
    rows = [
        Row(
            region,
            regions.unit_name(region, language),
            country_of(region, regions, language),
            tuple(sums[region, code] for code in codes),
            seats(region),
        )
        for region in {region for region, _field in sums}
    ]
    known = {BY_REGION, BY_SEATS, BY_SHARE, *(code or BY_NONE for code in codes)}
    sort = sort if sort in known else BY_TOTAL
    totals = tuple(sum(row.visitors[place] for row in rows) for place in range(len(codes)))
    return DemandTable(
        fields=tuple((code, field_label(code, language)) for code in codes),
        rows=tuple(_ordered(rows, codes, sort, is_rising=is_rising)),
        totals=totals,
        sort=sort,
        is_rising=is_rising,
    )


def _ordered(rows: list[Row], codes: list[str], sort: str, *, is_rising: bool) -> list[Row]:
    by_name = sorted(rows, key=lambda row: (fold(row.label), row.region))
    if sort == BY_REGION:
        return by_name if is_rising else by_name[::-1]

    def value(row: Row) -> float | None:
        if sort in {BY_SEATS, BY_SHARE}:
            return row.seats if sort == BY_SEATS else row.per_seat
        return row.total if sort == BY_TOTAL else row.visitors[codes.index("" if sort == BY_NONE else sort)]

    sign = 1 if is_rising else -1
    return sorted(by_name, key=lambda row: (value(row) is None, sign * (value(row) or 0)))


def field_label(code: str, language: str) -> str:
    """The words for a broad field, or for searches that named none."""
    if code == ANY_FIELD:
        return str(gettext("No field chosen"))
    return vocabulary.label(vocabulary.FIELDS, code, language)


def months_table(counts: Iterable[Count], regions: RegionSet, **about: Any) -> FlatTable:
    """The counts by month, as a flat table; about has its language and what the file says of the site."""
    language = about["language"]
    columns = (
        Column("region_set", gettext("Set of regions")),
        Column("region", gettext("Region code")),
        Column("region_name", gettext("Region"), width=34),
        Column("country", gettext("Country")),
        Column("field", gettext("Field code")),
        Column("field_name", gettext("Field"), width=34),
        Column("month", gettext("Month")),
        Column("visitors", gettext("Visitors"), ColumnKind.WHOLE),
    )
    rows = [
        (
            *(regions.key, one.region, regions.unit_name(one.region, language)),
            *(country_of(one.region, regions, language), one.field, field_label(one.field, language)),
            *(_month(one.month), one.visitors),
        )
        for one in counts
    ]
    title = gettext("Where hosts are looked for and not found")
    return flat("searches-that-found-few-hosts", title, columns, rows, **about)


def country_of(region: str, regions: RegionSet, language: str) -> str:
    """The country of a region, "" where the region is not known any more."""
    unit = regions.unit(region)
    return country_label(unit.country, language) if unit else ""


def _month(month: date) -> str:
    return f"{month:%Y-%m}"
