"""A placing as files for spreadsheets and maps: CSV, XLSX, GeoJSON, GeoPackage."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import orjson
import xlsxwriter

from mapsvc.catalogues import speaker
from mapsvc.domain.flat_tables import LINE, About, Column, ColumnKind, FlatTable
from mapsvc.messages import mark as _
from mapsvc.planning.outcomes import Part
from mapsvc.planning.results import Result, Stay
from mapsvc.presentation.placement_tables import (
    EVERYBODY,
    LEFT,
    PLACED,
    REASONS,
    Asked,
    Cell,
    Heading,
    Row,
    all_rows,
    columns,
    left_rows,
    placed_rows,
    settings_rows,
)
from mapsvc.presentation.placement_words import printable
from mapsvc.storage.bulk.apart import apart
from mapsvc.storage.bulk.geo_exports import as_geopackage as as_layers

LONGEST_CELL = 32_767  # letters, in a workbook
NARROW, WIDE, WIDEST = 11, 24, 48  # widths of columns, in letters
LONG_TEXTS = {"fields", "wishes", "why", "reasons", "changes", "moves", "page"}
KINDS = {
    **dict.fromkeys(("first", "last"), ColumnKind.DAY),
    **dict.fromkeys(("days", "age", "wish", "score"), ColumnKind.WHOLE),
    **dict.fromkeys((f"points_{part}" for part in Part), ColumnKind.WHOLE),
    **dict.fromkeys(("base_km", "home_km", "lon", "lat"), ColumnKind.DECIMAL),
}
TEXTS = {"host", "offer", "town", "home", "languages", "country"}


def everybody_table(result: Result, asked: Asked, *, made: datetime) -> FlatTable:
    """Everybody as a flat table, in order of code, with the columns of EVERYBODY."""
    return _table("everybody", EVERYBODY, all_rows(result, asked), asked, _about(result, made))


def placed_table(result: Result, asked: Asked, *, made: datetime) -> FlatTable:
    """Who has a host as a table of places, with the columns of PLACED."""
    return _table("placements", PLACED, placed_rows(result, asked), asked, _about(result, made))


def as_xlsx(result: Result, asked: Asked, *, made: datetime) -> bytes:
    """A workbook of three sheets: who goes where, who is left over and why, what was asked for.

    Days are days, numbers are numbers, and every text is a plain string cell, never a formula or a
    link. The head of a table stays in sight. made is in UTC.
    """
    say, out = speaker(asked.language), io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        # A workbook knows no zones.
        book.set_properties({"created": made.replace(tzinfo=None), "title": printable(result.cohort)[:200]})
        formats = _Formats(book)
        placed = columns(PLACED, asked.language)
        _sheet(book, say(_("Placements")), placed, placed_rows(result, asked), formats)
        left = columns(LEFT, asked.language)
        _sheet(book, say(_("Left over")), left, left_rows(result, asked), formats)
        _settings(book.add_worksheet(say(_("Settings"))), result, asked.language, formats)
    return out.getvalue()


def as_geojson(result: Result, asked: Asked) -> bytes:
    """A FeatureCollection (RFC 7946): a point at the host a stay, and a line to it from base or home."""
    rows = {str(row["code"]): row for row in placed_rows(result, asked)}
    features = []
    for stay in result.stays():
        row = rows[printable(stay.learner.code)]
        said: Row = {"shape": "host", **{key: row[key] for key in row if key not in {"lon", "lat"}}}
        host = [stay.offer.lon, stay.offer.lat]
        features.append(_feature("Point", host, said))
        if stay.start is not None:
            line = [[stay.start.lon, stay.start.lat], host]
            features.append(_feature("LineString", line, {"shape": "line", **_line_words(stay)}))
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def as_geopackage(result: Result, asked: Asked, *, made: datetime) -> bytes:
    """A GeoPackage with a layer of points, `placements`, and one of lines, `lines`, in WGS 84."""
    points = placed_table(result, asked, made=made)
    lines = [
        (
            *_line_words(stay).values(),
            *(stay.start.lon, stay.start.lat, stay.offer.lon, stay.offer.lat),
        )
        for stay in result.stays()
        if stay.start is not None
    ]
    texts = tuple(Column(key, key) for key in ("code", "from", "to", "town"))
    ends = tuple(Column(key, key, ColumnKind.DECIMAL) for key in LINE)
    drawn = FlatTable("lines", (*texts, *ends), lines, points.about, asked.language)
    return apart(as_layers, [points, drawn] if lines else [points])


def _table(name: str, keys: Iterable[str], rows: Sequence[Row], asked: Asked, about: About) -> FlatTable:
    headings = {key: PLACED.get(key) or REASONS.get(key) or key for key in keys}
    return FlatTable(
        name=name,
        columns=tuple(
            Column(one.key, one.heading, KINDS.get(one.key, ColumnKind.TEXT))
            for one in columns(headings, asked.language)
        ),
        rows=[tuple(row[key] for key in headings) for row in rows],
        about=about,
        language=asked.language,
    )


def _about(result: Result, made: datetime) -> About:
    return About(printable(result.cohort), made, note=printable(result.scenario))


def _line_words(stay: Stay) -> dict[str, Cell]:
    return {
        "code": printable(stay.learner.code),
        "from": printable(stay.start.name) if stay.start else None,
        "to": printable(stay.offer.host),
        "town": printable(stay.offer.town),
    }


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Cell]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


class _Formats:
    """How cells of a workbook look."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.text = book.add_format({"valign": "top", "text_wrap": True})
        self.day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self.number = book.add_format({"valign": "top"})


def _sheet(book: Any, name: str, heads: Sequence[Heading], rows: Sequence[Row], formats: _Formats) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column, head in enumerate(heads):
        wide = WIDEST if head.key in LONG_TEXTS else WIDE if head.key in TEXTS else NARROW
        sheet.set_column(column, column, wide)
        sheet.write_string(0, column, head.heading, formats.head)
    for line, row in enumerate(rows, start=1):
        for column, head in enumerate(heads):
            _write(sheet, line, column, row[head.key], formats)


def _settings(sheet: Any, result: Result, language: str, formats: _Formats) -> None:
    say = speaker(language)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, WIDEST)
    sheet.set_column(1, 1, WIDEST)
    sheet.write_string(0, 0, say(_("Setting")), formats.head)
    sheet.write_string(0, 1, say(_("Value")), formats.head)
    for line, (words, value) in enumerate(settings_rows(result, language), start=1):
        _write(sheet, line, 0, words, formats)
        _write(sheet, line, 1, value, formats)


def _write(sheet: Any, line: int, column: int, value: Cell, formats: _Formats) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(line, column, value[:LONGEST_CELL], formats.text)
    elif isinstance(value, date):
        sheet.write_datetime(line, column, value, formats.day)
    else:
        sheet.write_number(line, column, value, formats.number)
