"""What grants are made of, as flat tables: travel amounts of a call, daily rates, an estimate."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext

from mapsvc.domain.daily_rates import DailyRate
from mapsvc.domain.flat_tables import Column, ColumnKind, FlatTable
from mapsvc.domain.grant_calls import Call
from mapsvc.domain.mobility_rules import rules_of
from mapsvc.planning.estimates import Estimate
from mapsvc.presentation.placement_words import printable
from mapsvc.presentation.public_tables import TENTHS, WIDE, flat
from mapsvc.presentation.rules import name_of

CENTS = 100  # a euro


def amounts_table(call: Call, **about: Any) -> FlatTable:
    """A row a band of distance, nearest first; to_km is its last kilometre, None for the farthest.

    standard and green are euro a participant, there and back; green is None where the call has none.
    """
    columns = (
        Column("call", gettext("Call"), ColumnKind.WHOLE),
        Column("from_km", gettext("From kilometre"), ColumnKind.WHOLE),
        Column("to_km", gettext("To kilometre"), ColumnKind.WHOLE),
        Column("standard", gettext("There and back, euro"), ColumnKind.WHOLE),
        Column("green", gettext("With green travel, euro"), ColumnKind.WHOLE),
    )
    rows = [
        (
            *(call.year, one.from_km, None if one.until_km is None else one.until_km - 1),
            *(one.standard, one.green),
        )
        for one in call.bands
    ]
    title = gettext("Amounts of the call of %(year)s", year=call.year)
    return flat(f"travel-amounts-{call.year}", title, columns, rows, attribution=call.source, **about)


def rates_table(rates: Iterable[DailyRate], names: Mapping[int, str], **about: Any) -> FlatTable:
    """A row a daily rate, in their order; names are those of the sending organisations."""
    columns = (
        Column("activity", gettext("Activity"), width=WIDE),
        Column("call", gettext("Call"), ColumnKind.WHOLE),
        Column("group", gettext("Country group"), ColumnKind.WHOLE),
        Column("from_day", gettext("From day"), ColumnKind.WHOLE),
        Column("to_day", gettext("To day"), ColumnKind.WHOLE),
        Column("euro", gettext("Euro a day"), ColumnKind.DECIMAL),
        Column("whose", gettext("Whose"), width=WIDE),
        Column("source", gettext("Where it stands"), width=WIDE),
        Column("example", gettext("Example")),
    )
    rows = [
        (
            name_of(rules_of(one.call_year).activities[one.activity]),
            *(one.call_year, one.country_group, one.first_day, one.last_day, one.cents / CENTS),
            gettext("All schools here") if one.sending_id is None else names.get(one.sending_id, ""),
            *(one.source, gettext("yes") if one.example else ""),
        )
        for one in rates
    ]
    return flat("daily-rates", gettext("Daily rates"), columns, rows, **about)


def estimate_table(number: int, found: Iterable[Estimate], **about: Any) -> FlatTable:
    """A row a stay, in their order, in euro; km and travel are None where no home is known.

    days_without_rate counts the days of which no rate is known.
    """
    columns = (
        Column("code", gettext("Learner")),
        Column("host", gettext("Host"), width=WIDE),
        Column("town", gettext("Town")),
        Column("km", gettext("Kilometres"), ColumnKind.DECIMAL),
        Column("travel", gettext("Travel"), ColumnKind.DECIMAL),
        Column("group", gettext("Country group"), ColumnKind.WHOLE),
        Column("days", gettext("Days"), ColumnKind.WHOLE),
        Column("daily", gettext("Daily amounts"), ColumnKind.DECIMAL),
        Column("days_without_rate", gettext("Days without a known rate"), ColumnKind.WHOLE),
        Column("total", gettext("Total"), ColumnKind.DECIMAL),
    )
    rows = [
        (
            *map(printable, (one.stay.learner.code, one.stay.offer.host, one.stay.offer.town)),
            round(one.travel.shown_km, TENTHS) if one.travel else None,
            one.travel_euro if one.travel else None,
            *(one.group, one.stay.days, one.daily.cents / CENTS),
            *(sum(gap.last_day - gap.first_day + 1 for gap in one.daily.lacking), one.cents / CENTS),
        )
        for one in found
    ]
    return flat(f"estimate-{number}", gettext("Estimate of the grants"), columns, rows, **about)
