"""Where hosts are looked for and not found: regions by fields, with totals, as a table and as a file."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from mapsvc.domain import vocabulary
from mapsvc.domain.csv_safety import neutralise
from mapsvc.domain.demands import ANY_FIELD
from mapsvc.places.folding import fold
from mapsvc.places.region_sets import RegionSet
from mapsvc.presentation.labels import country_label
from mapsvc.storage.demands import Count

BY_REGION, BY_TOTAL, BY_NONE = "region", "total", "none"  # orders of rows, beside the codes of fields
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheet programs take accents for something else
COLUMNS = ("region_set", "region", "region_name", "country", "field", "field_name", "month", "visitors")


@dataclass(frozen=True, slots=True)
class Row:
    """A region with its visitors by field, in the order of the table's fields; 0 is "none, or too few"."""

    region: str
    label: str
    country: str
    visitors: tuple[int, ...]

    @property
    def total(self) -> int:
        """The sum over all fields."""
        return sum(self.visitors)


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
    *,
    language: str,
    sort: str = BY_TOTAL,
    is_rising: bool = False,
) -> DemandTable:
    """The counts added up over their months.

    sort is BY_REGION, BY_TOTAL, the code of a field or BY_NONE; what is none of them counts as BY_TOTAL.
    Regions that are equal come by name.
    """
    sums: Counter[tuple[str, str]] = Counter()
    for count in counts:
        sums[count.region, count.field] += count.visitors
    codes = sorted({field for _region, field in sums}, key=lambda code: (code == ANY_FIELD, code))
    rows = [
        Row(
            region,
            regions.unit_name(region, language),
            _country(region, regions, language),
            tuple(sums[region, code] for code in codes),
        )
        for region in {region for region, _field in sums}
    ]
    rows.sort(key=lambda row: (fold(row.label), row.region), reverse=sort == BY_REGION and not is_rising)
    code = ANY_FIELD if sort == BY_NONE else sort
    if code in codes:
        place = codes.index(code)
        rows.sort(key=lambda row: row.visitors[place] if is_rising else -row.visitors[place])
    elif sort != BY_REGION:
        sort = BY_TOTAL
        rows.sort(key=lambda row: row.total if is_rising else -row.total)
    return DemandTable(
        fields=tuple((code, field_label(code, language)) for code in codes),
        rows=tuple(rows),
        totals=tuple(sum(row.visitors[place] for row in rows) for place in range(len(codes))),
        sort=sort,
        is_rising=is_rising,
    )


def field_label(code: str, language: str) -> str:
    """The words for a broad field, or for searches that named none."""
    if code == ANY_FIELD:
        return str(gettext("No field chosen"))
    return vocabulary.label(vocabulary.FIELDS, code, language)


def as_csv(counts: Iterable[Count], regions: RegionSet, *, language: str) -> bytes:
    """The counts by month, as UTF-8 CSV that spreadsheet programs open without harm."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in counts:
        names = (regions.unit_name(one.region, language), _country(one.region, regions, language))
        texts = (regions.key, one.region, *names, one.field, field_label(one.field, language))
        writer.writerow([*map(neutralise, texts), _month(one.month), one.visitors])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _country(region: str, regions: RegionSet, language: str) -> str:
    unit = regions.unit(region)
    return country_label(unit.country, language) if unit else ""


def _month(month: date) -> str:
    return f"{month:%Y-%m}"
