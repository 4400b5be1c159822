"""The public directory as files that people and programs read, and that import reads again."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from mapsvc.domain.base import now
from mapsvc.domain.csv_safety import neutralise
from mapsvc.domain.listings import Kind, Listing
from mapsvc.storage.bulk.apart import apart
from mapsvc.storage.bulk.geo_exports import as_geojson, as_geopackage

FORMATS = ("csv", "xlsx", "geojson", "gpkg")
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
SEPARATOR = "; "  # between the values of one cell
SCHEMES = ("OID", "PIC", "SIRET", "VAT")
SHEET = "hosts"

Row = dict[str, str | float | int | None]


def flat_rows(listings: Iterable[Listing], *, language: str) -> list[Row]:
    """One flat row a listing of a host, in their order, with the columns of COLUMNS, without people and kits.

    Texts are in the language where they have it. Everything comes from the public row, and the
    columns bear the names that import knows.
    """
    hosts = (listing for listing in listings if listing.kind not in {Kind.ALUMNI, Kind.KIT})
    return [{name: value(listing, language) for name, value in COLUMNS.items()} for listing in hosts]


def as_csv(rows: Sequence[Row]) -> bytes:
    """The rows as UTF-8 CSV with a byte order mark, which spreadsheets need, and CRLF.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(
            [neutralise(_cell(value)) if isinstance(value, str) else _cell(value) for value in row.values()]
        )
    return "\ufeff".encode() + out.getvalue().encode()


def as_xlsx(rows: Sequence[Row]) -> bytes:
    """The rows as a workbook with one sheet; every text is a plain string cell, never a formula or a link."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": now()})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 1)
        bold = book.add_format({"bold": True})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, bold)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row.values()):
                if isinstance(value, str):
                    sheet.write_string(line, column, value[:32767])
                elif value is not None:
                    sheet.write_number(line, column, value)
    return out.getvalue()


def export(listings: Iterable[Listing], *, file_format: str, language: str) -> bytes:
    """The listings as a file of one of FORMATS.

    Raises ValueError for any other format.
    """
    rows = flat_rows(listings, language=language)
    if file_format == "csv":
        return as_csv(rows)
    if file_format == "xlsx":
        return as_xlsx(rows)
    if file_format not in FORMATS:
        raise ValueError(file_format)
    if file_format == "geojson":
        return apart(as_geojson, rows)
    return apart(as_geopackage, rows, layer=SHEET)


def write_export(listings: Iterable[Listing], file: Path, *, file_format: str, language: str) -> None:
    """Writes an export to a file, whole or not at all; sites in order of title, place and point.

    That order depends on nothing but what is written, so that another database gives the same file.
    """
    ordered = sorted(listings, key=lambda one: (one.title, one.place, one.lon, one.lat, one.site_key))
    content = export(ordered, file_format=file_format, language=language)
    part = file.with_name(file.name + ".part")
    part.write_bytes(content)
    part.replace(file)


def _cell(value: str | float | int | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(value)


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
    "confirmed_on": _of("offer", "confirmed_on"),
    "sample": lambda listing, language: _yes_no(listing.sample or None),
    "source": lambda listing, language: listing.detail["source"]["name"],
    "licence": lambda listing, language: listing.detail["source"]["licence"],
}
