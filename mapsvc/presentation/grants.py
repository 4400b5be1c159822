"""What travel to a host is paid, as cards and pages show it in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import format_decimal, gettext

from mapsvc import i18n
from mapsvc.domain.grant_calls import Band, Call
from mapsvc.domain.listings import Kind
from mapsvc.params.homes import HomeAsked
from mapsvc.planning.grants import travel_grant
from mapsvc.presentation.cards import Item
from mapsvc.presentation.labels import country_label


@dataclass(frozen=True, slots=True)
class GrantView:
    """What a journey is paid, in words: `km` with one decimal, `band` such as "500 to 1,999 km".

    band is "" below the least distance, where nothing is paid. green is "" where the call has no amount of
    its own for green travel. group is the number of the country group, None for a country outside the
    programme.
    """

    km: str
    band: str
    standard: str
    green: str
    group: int | None
    call: int
    source: str
    least_km: int


def grant_view(home: HomeAsked, *, lon: float, lat: float, country: str) -> GrantView | None:
    """What travel from the home town to a point is paid; None where no home town is known."""
    if home.spot is None:
        return None
    found = travel_grant(home.call, home=(home.spot.lon, home.spot.lat), host=(lon, lat))
    return GrantView(
        km=str(format_decimal(found.shown_km, "#,##0.0")),
        band=band_words(found.band) if found.band else "",
        standard=euro(found.standard),
        green="" if found.green is None else euro(found.green),
        group=home.call.group_of(country),
        call=home.call.year,
        source=home.call.source,
        least_km=home.call.least_km,
    )


def with_grants(items: Iterable[Item], home: HomeAsked) -> list[Item]:
    """The items in their order, each host's with its `grant`; all as they are where no home is known."""
    if home.spot is None:
        return list(items)
    return [item | {"grant": _grant_of(item, home)} for item in items]


def band_words(band: Band) -> str:
    """The kilometres of a band."""
    if band.until_km is None:
        return str(gettext("%(from)s\u00a0km and more", **{"from": i18n.count(band.from_km)}))
    ends = {"from": i18n.count(band.from_km), "to": i18n.count(band.until_km - 1)}
    return str(gettext("%(from)s to %(to)s\u00a0km", **ends))


def euro(amount: float) -> str:
    """An amount of euro as the reader writes it, with cents where there are any."""
    digits = "#,##0" if amount == int(amount) else "#,##0.00"
    return str(gettext("€%(amount)s", amount=format_decimal(amount, digits)))


def call_table(call: Call) -> list[tuple[str, str, str]]:
    """The bands of a call as rows: kilometres, standard and green amount, "" where there is none."""
    return [
        (band_words(one), euro(one.standard), "" if one.green is None else euro(one.green))
        for one in call.bands
    ]


def group_rows(call: Call) -> list[tuple[int, str]]:
    """The country groups of a call: number, and the names of the countries in order."""
    language = i18n.language()
    return [
        (number, ", ".join(sorted(country_label(code, language) for code in call.countries_of(number))))
        for number in call.group_numbers
    ]


def _grant_of(item: Item, home: HomeAsked) -> GrantView | None:
    if item["kind"] != Kind.HOST or item["lon"] is None:
        return None
    return grant_view(home, lon=item["lon"], lat=item["lat"], country=item["country"])
