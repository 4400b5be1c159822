"""Daily rates and estimates in the reader's words."""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter
from flask_babel import format_decimal, gettext

from mapsvc.domain.csv_safety import neutralise
from mapsvc.domain.daily_rates import DailyRate
from mapsvc.domain.mobility_rules import rules_of
from mapsvc.params.estimates import PlanAsked
from mapsvc.planning.estimates import Estimate, Lack, lacks, total
from mapsvc.presentation.grants import band_words, euro
from mapsvc.presentation.rules import name_of


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate as the desk lists it; own is whether the viewer may change it."""

    number: int
    owner: str
    call: int
    activity: str
    group: int
    days: str
    euro: str
    source: str
    example: bool
    own: bool


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """A stay as an estimate lists it; `lacking` says for which days there is no rate, "" for none."""

    code: str
    host: str
    town: str
    km: str
    band: str
    travel: str
    group: str
    days: int
    daily: str
    lacking: str
    total: str


@dataclass(frozen=True, slots=True)
class EstimateView:
    """An estimate: its rows, sums, the rates that it lacks, and whether examples or unknown homes count."""

    rows: list[EstimateRow]
    travel: str
    daily: str
    total: str
    lacking: list[str]
    examples: bool
    homeless: list[str]


def rate_rows(
    rates: Sequence[DailyRate], names: Mapping[int, str], owners: Collection[int | None]
) -> list[RateRow]:
    """The rates in their order, each with its owner's name."""
    return [
        RateRow(
            number=one.id,
            owner=gettext("All schools here") if one.sending_id is None else names.get(one.sending_id, ""),
            call=one.call_year,
            activity=name_of(rules_of(one.call_year).activities[one.activity]),
            group=one.country_group,
            days=gettext("%(first)s to %(last)s", first=one.first_day, last=one.last_day),
            euro=euro(one.cents / 100),
            source=one.source,
            example=one.example,
            own=one.sending_id in owners,
        )
        for one in rates
    ]


def estimate_view(found: Sequence[Estimate], asked: PlanAsked) -> EstimateView:
    """An estimate in words."""
    return EstimateView(
        rows=[_row(one) for one in found],
        travel=euro(total(found, lambda one: one.travel_euro)),
        daily=euro(total(found, lambda one: one.daily.cents) / 100),
        total=euro(total(found) / 100),
        lacking=[_rate_lacking(one, asked) for one in lacks(found)],
        examples=any(one.daily.examples for one in found),
        homeless=[one.stay.learner.code for one in found if one.travel is None],
    )


def estimate_xlsx(found: Sequence[Estimate], asked: PlanAsked) -> bytes:
    """The same as a workbook of one sheet, its amounts as numbers, every text a plain string cell."""
    view, out = estimate_view(found, asked), io.BytesIO()
    heads = [
        *(
            gettext("Learner"),
            gettext("Host"),
            gettext("Town"),
            gettext("Kilometres"),
            gettext("Distance band"),
        ),
        *(gettext("Travel"), gettext("Country group"), gettext("Days"), gettext("Daily amounts")),
        *(gettext("Lacking"), gettext("Total")),
    ]
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(gettext("Estimate"))
        bold = book.add_format({"bold": True})
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for line, (row, one) in enumerate(zip(view.rows, found, strict=True), start=1):
            for column, cell in enumerate(_cells(row, one)):
                if isinstance(cell, str):
                    sheet.write_string(line, column, neutralise(cell))
                else:
                    sheet.write_number(line, column, cell)
        end = len(found) + 1
        sheet.write_string(end, 0, gettext("Total"), bold)
        sheet.write_number(end, 5, total(found, lambda one: one.travel_euro))
        sheet.write_number(end, 8, total(found, lambda one: one.daily.cents) / 100)
        sheet.write_number(end, 10, total(found) / 100)
        notes = [*view.lacking, gettext("Source: %(name)s", name=asked.call.source)]
        if view.examples:
            notes.insert(0, gettext("Some daily rates are examples, not those of your national agency."))
        for line, said in enumerate(notes, start=end + 2):
            sheet.write_string(line, 0, said)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(heads) - 1, 16)
    return out.getvalue()


def _cells(row: EstimateRow, one: Estimate) -> tuple[str | float, ...]:
    km: str | float = one.travel.shown_km if one.travel else ""
    sums = (
        one.travel_euro,
        one.group or "",
        one.stay.days,
        one.daily.cents / 100,
        row.lacking,
        one.cents / 100,
    )
    return row.code, row.host, row.town, km, row.band, *sums


def _row(one: Estimate) -> EstimateRow:
    band = one.travel.band if one.travel else None
    days = [
        gettext("%(first)s to %(last)s", first=gap.first_day, last=gap.last_day) for gap in one.daily.lacking
    ]
    return EstimateRow(
        code=one.stay.learner.code,
        host=one.stay.offer.host,
        town=one.stay.offer.town,
        km=format_decimal(one.travel.shown_km, "#,##0.0") if one.travel else "",
        band=band_words(band) if band else "",
        travel=euro(one.travel_euro) if one.travel else "",
        group=str(one.group or ""),
        days=one.stay.days,
        daily=euro(one.daily.cents / 100),
        lacking=", ".join(days),
        total=euro(one.cents / 100),
    )


def _rate_lacking(one: Lack, asked: PlanAsked) -> str:
    if one.group is None:
        return str(gettext("A host is in a country without a group in this call: ask your national agency."))
    said = gettext(
        "No rate is known for %(activity)s in country group %(group)s, days %(first)s to %(last)s.",
        activity=name_of(asked.activity),
        group=one.group,
        first=one.first_day,
        last=one.last_day,
    )
    return str(said)
