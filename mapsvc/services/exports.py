"""The public directory as files that people and programs read, and that import reads again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from mapsvc.catalogues import speaker
from mapsvc.domain.base import now
from mapsvc.domain.flat_tables import About, Cell, Column, ColumnKind, FlatTable
from mapsvc.domain.listings import Kind, Listing
from mapsvc.intake.synonyms import field_named, words_of
from mapsvc.messages import mark as _
from mapsvc.places.basemap import ATTRIBUTION
from mapsvc.services.table_files import write_table
from mapsvc.services.templates import template_columns

SEPARATOR = "; "  # between the values of one cell
SCHEMES = ("OID", "PIC", "SIRET", "VAT")
NAME = "hosts"
LEFT_OUT = frozenset({Kind.ALUMNI, Kind.KIT})
KINDS = {
    **dict.fromkeys(("lon", "lat"), ColumnKind.DECIMAL),
    **dict.fromkeys(("min_days", "max_days", "min_age"), ColumnKind.WHOLE),
    "confirmed_on": ColumnKind.DAY,
}
WIDTHS = {"name": 34, "offer_title": 34, "summary": 50, "missions": 40, "welcome": 40, "conditions": 40}


def hosts_table(
    listings: Iterable[Listing], *, language: str, site: str = "", address: str = "", note: str = ""
) -> FlatTable:
    """One row a listing of a host, in their order, with the columns of COLUMNS, without people and kits.

    Texts are in the language where they have it. Everything comes from the public row; the columns bear
    the names that import knows, and where they are headed in words, import knows these too.
    """
    say = speaker(language)
    return FlatTable(
        name=NAME,
        columns=tuple(_columns(language)),
        rows=_rows(listings, language),
        about=About(
            title=say(_("Hosts")),
            made=now(),
            site=site,
            address=address,
            attribution=" · ".join(ATTRIBUTION),
            licence=say(_("See the columns source and licence of each row.")),
            note=note,
        ),
        language=language,
    )


def write_export(listings: Iterable[Listing], file: Path, *, file_format: str, language: str) -> None:
    """Writes an export to a file, whole or not at all; sites in order of title, place and point.

    That order depends on nothing but what is written, so that another database gives the same file.
    Raises NotFound for a format that there is not, FormatMissing for one that is not installed.
    """
    ordered = sorted(listings, key=lambda one: (one.title, one.place, one.lon, one.lat, one.site_key))
    write_table(hosts_table(ordered, language=language), file, file_format)


def _rows(listings: Iterable[Listing], language: str) -> Iterator[list[Cell]]:
    for listing in listings:
        if listing.kind not in LEFT_OUT:
            yield [value(listing, language) for value in COLUMNS.values()]


def _columns(language: str) -> Iterator[Column]:
    """The columns, headed in words that import reads as the same fields."""
    say = speaker(language)
    headings = {column.field: column.heading for column in template_columns(language)}
    headings |= {scheme.lower(): scheme for scheme in SCHEMES}
    headings |= {"source": say(_("Source")), "licence": say(_("Licence"))}
    for key in COLUMNS:
        heading = headings.get(key) or words_of(field_named(key) or key)[language][0].capitalize()
        yield Column(key, heading, KINDS.get(key, ColumnKind.TEXT), WIDTHS.get(key, 0))


def _day(part: str, name: str) -> Callable[[Listing, str], date | None]:
    def value(listing: Listing, _language: str) -> date | None:
        said = (listing.detail[part] or {}).get(name)
        return date.fromisoformat(said) if said else None

    return value


def _of(part: str, name: str) -> Callable[[Listing, str], Any]:
    """A column that stands in a part of the detail: "organisation", "site" or "offer"."""
    return lambda listing, language: (listing.detail[part] or {}).get(name)


def _joined(part: str, name: str) -> Callable[[Listing, str], str]:
    return lambda listing, language: SEPARATOR.join((listing.detail[part] or {}).get(name) or ())


def _said(part: str, name: str) -> Callable[[Listing, str], str | None]:
    return lambda listing, language: _in_language((listing.detail[part] or {}).get(name) or {}, language)


def _described(listing: Listing) -> Mapping[str, str]:
    """What is said of the offer, or of the host where it has none."""
    offer, organisation = listing.detail["offer"], listing.detail["organisation"]
    return (offer["summary"] if offer else organisation["about"]) or {}


def _listed(part: str, name: str) -> Callable[[Listing, str], str]:
    return lambda listing, language: SEPARATOR.join(
        _in_language((listing.detail[part] or {}).get(name) or {}, language) or ()
    )


def _in_language(texts: Mapping[str, Any], language: str) -> Any:
    """The text in the language, else in English, else in any."""
    for wish in (language, "en", *sorted(texts)):
        if wish in texts:
            return texts[wish]
    return None


def _legal(scheme: str) -> Callable[[Listing, str], str]:
    return lambda listing, language: SEPARATOR.join(
        value for kind, value in listing.detail["organisation"]["legal_ids"] if kind == scheme
    )


def _periods(listing: Listing, language: str) -> str:
    return SEPARATOR.join(f"{first}/{last} x{seats}" for first, last, seats in listing.periods)


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


COLUMNS: dict[str, Callable[[Listing, str], Any]] = {
    "name": lambda listing, language: listing.title,
    "other_names": _joined("organisation", "other_names"),
    "organisation_kind": _of("organisation", "kind"),
    "offer_title": _said("offer", "title"),
    "sectors": lambda listing, language: SEPARATOR.join(
        (listing.detail["offer"] or listing.detail["organisation"])["sectors"]
    ),
    "fields": _joined("offer", "fields"),
    "summary": lambda listing, language: _in_language(_described(listing), language),
    "missions": _listed("offer", "missions"),
    "welcome": _said("offer", "welcome"),
    "address": _of("site", "address"),
    "postcode": _of("site", "postcode"),
    "town": _of("site", "town"),
    "country": lambda listing, language: listing.country,
    "lon": lambda listing, language: listing.lon,
    "lat": lambda listing, language: listing.lat,
    "precision": lambda listing, language: listing.precision,
    "website": _of("organisation", "website"),
    **{scheme.lower(): _legal(scheme) for scheme in SCHEMES},
    "languages": lambda listing, language: SEPARATOR.join(
        f"{code} {level}" if level else code
        for code, level in (listing.detail["offer"] or listing.detail["organisation"])["languages"]
    ),
    "periods": _periods,
    "min_days": _of("offer", "min_days"),
    "max_days": _of("offer", "max_days"),
    "min_age": _of("offer", "min_age"),
    "accommodation": _of("offer", "accommodation"),
    "wheelchair": lambda listing, language: _yes_no((listing.detail["offer"] or {}).get("wheelchair")),
    "programmes": _joined("offer", "programmes"),
    "conditions": _said("offer", "conditions"),
    "confirmed_on": _day("offer", "confirmed_on"),
    "sample": lambda listing, language: _yes_no(listing.sample or None),
    "source": lambda listing, language: listing.detail["source"]["name"],
    "licence": lambda listing, language: listing.detail["source"]["licence"],
}
