"""Reads a table of stays as a referent types or pastes it: from where, to where, how many, in which year."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mapsvc.domain.csv_safety import restore
from mapsvc.domain.flow_plans import FIRST_YEAR, LAST_YEAR, MOST_DAYS, MOST_ROWS, MOST_STAYS
from mapsvc.domain.mobility_rules import activities
from mapsvc.domain.numbers import InvalidNumber, parse_integer
from mapsvc.errors import InvalidInput
from mapsvc.intake.cells import clean
from mapsvc.intake.limits import BROWSER
from mapsvc.intake.readers import read_table
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.planning.flows import Flow, FlowKind

ORDER = ("origin", "destination", "number", "year", "kind", "days", "activity")  # of columns without headings
NEEDED = ("origin", "destination", "number")
SIGNS = ("\t", ";", "|", ",")
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods")
# Folded headings and words of the languages in which templates are offered.
HEADINGS: Mapping[str, frozenset[str]] = {
    "origin": frozenset(
        {
            "from",
            "where from",
            "origin",
            "from region",
            "from country",
            "home region",
            "home country",
            "sending region",
        }
        | {"sending country", "de", "depart", "origine", "region d origine", "pays d origine"}
        | {"pays de depart", "region de depart", "von", "aus", "herkunft", "herkunftsland", "desde", "origen"}
        | {"da", "partenza", "z", "skad"}
    ),
    "destination": frozenset(
        {
            "to",
            "where to",
            "destination",
            "host country",
            "host region",
            "receiving country",
            "receiving region",
            "vers",
        }
        | {
            "a",
            "arrivee",
            "pays d accueil",
            "region d accueil",
            "pays de destination",
            "region de destination",
        }
        | {"nach", "ziel", "zielland", "a donde", "destino", "hacia", "destinazione", "verso", "do", "dokad"}
        | {"to region", "to country"}
    ),
    "number": frozenset(
        {
            "number",
            "stays",
            "count",
            "learners",
            "participants",
            "nombre",
            "sejours",
            "apprenants",
            "mobilites",
        }
        | {
            "anzahl",
            "lernende",
            "teilnehmende",
            "numero",
            "estancias",
            "participantes",
            "numero di soggiorni",
        }
        | {
            "soggiorni",
            "partecipanti",
            "liczba",
            "nb",
            "n",
            "how many",
            "number of stays",
            "nombre de sejours",
        }
    ),
    "year": frozenset({"year", "annee", "jahr", "ano", "anno", "rok", "an", "school year"}),
    "kind": frozenset(
        {"kind", "type", "status", "state", "statut", "etat", "art", "estado", "stato", "genre"}
    ),
    "days": frozenset(
        {"days", "days abroad", "number of days", "jours", "nombre de jours", "jours a l etranger", "tage"}
        | {"anzahl tage", "dias", "giorni", "dni"}
    ),
    "activity": frozenset({"activity", "activite", "aktivitat", "actividad", "attivita", "dzialanie"}),
}
DAY_WORDS = HEADINGS["days"] | {"day", "jour", "tag", "dia", "giorno"}
KINDS: Mapping[FlowKind, tuple[str, ...]] = {
    FlowKind.PLANNED: ("plan", "prev", "geplant", "previst", "pianific", "announc", "annonc", "zaplan"),
    FlowKind.REALISED: ("reali", "done", "fait", "effectu", "durchgef", "hech", "fatt", "actual", "zreal"),
}


@dataclass(frozen=True, slots=True)
class FlowFault:
    """What cannot be used of a row: its line, counted from 1, and why, as a marked sentence."""

    line: int
    message: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlowTable:
    """The stays that were read, in their order, and what could not be."""

    flows: tuple[Flow, ...]
    faults: tuple[FlowFault, ...]


Read = Callable[[str], str | None]
Row = tuple[int, Sequence[str]]


def read_typed(text: str, *, place: Read, year: int, kind: FlowKind = FlowKind.PLANNED) -> FlowTable:
    """The stays of a text, one a line, its cells separated by tabs, semicolons, bars or commas.

    A first line of headings says what the columns are; without one they are ORDER. place reads a country
    or region, year and kind stand for those that a row does not say. Nothing is lost: what cannot be read
    is a fault. Raises InvalidInput beyond MOST_ROWS.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    sign = _sign([line for _number, line in lines])
    rows = [(number, _split(line, sign)) for number, line in lines]
    return _table(rows, place=place, year=year, kind=kind)


def read_file(path: Path, *, place: Read, year: int, kind: FlowKind = FlowKind.PLANNED) -> FlowTable:
    """The same of a file of one of SUFFIXES, which has headings.

    Raises UnreadableFile, or InvalidInput beyond MOST_ROWS.
    """
    table = read_table(path, limits=BROWSER)
    rows: list[Row] = [(1, table.columns), *((row.line, row.cells) for row in table.rows)]
    found = _table(rows, place=place, year=year, kind=kind)
    broken = tuple(FlowFault(fault.line, fault.message, fault.values) for fault in table.faulty)
    return FlowTable(found.flows, tuple(sorted((*found.faults, *broken), key=lambda one: one.line)))


def _table(rows: Sequence[Row], *, place: Read, year: int, kind: FlowKind) -> FlowTable:
    if len(rows) > MOST_ROWS + 1:
        raise InvalidInput(
            _("There are %(count)s rows; at most %(most)s can be kept."),
            field="rows",
            count=len(rows),
            most=MOST_ROWS,
        )
    columns = _columns(rows[0][1]) if rows else {}
    flows: list[Flow] = []
    faults: list[FlowFault] = []
    for line, cells in rows[1:] if columns else rows:
        told = _told(cells, columns or {name: at for at, name in enumerate(ORDER)})
        read = _flow(line, told, place=place, year=year, kind=kind)
        if isinstance(read, FlowFault):
            faults.append(read)
        else:
            flows.append(read)
    return FlowTable(tuple(flows), tuple(faults))


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Which column is which by their headings; none where the cells are no headings."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = next((name for name, words in HEADINGS.items() if fold(cell) in words), None)
        if name and name not in found:
            found[name] = at
    return found if all(name in found for name in NEEDED) else {}


def _told(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    told = {name: clean(restore(cells[at])) for name, at in columns.items() if at < len(cells)}
    return {name: told.get(name, "") for name in ORDER}


def _flow(line: int, told: Mapping[str, str], *, place: Read, year: int, kind: FlowKind) -> Flow | FlowFault:
    ends = {}
    for name in ("origin", "destination"):
        key = place(told[name])
        if key is None:
            if not told[name]:
                return FlowFault(line, _("It needs where from, where to, and how many."))
            return FlowFault(
                line,
                _(
                    "“%(value)s” is no country or region that is known, or several have this name. "
                    "Then add its country."
                ),
                {"value": told[name][:80]},
            )
        ends[name] = key
    number, of_year = _number(told["number"]), _year(told["year"]) if told["year"] else year
    if number is None or not 1 <= number <= MOST_STAYS:
        return FlowFault(
            line,
            _("“%(value)s” is no number of stays: it needs a whole number from 1 to %(most)s."),
            {"value": told["number"][:80], "most": MOST_STAYS},
        )
    if of_year is None or not FIRST_YEAR <= of_year <= LAST_YEAR:
        return FlowFault(
            line,
            _("“%(value)s” is no year: it needs one from %(first)s to %(last)s."),
            {"value": told["year"][:80], "first": FIRST_YEAR, "last": LAST_YEAR},
        )
    of_kind = _kind(told["kind"]) if told["kind"] else kind
    if of_kind is None:
        return FlowFault(
            line, _("“%(value)s” is neither planned nor realised."), {"value": told["kind"][:80]}
        )
    return _detailed(line, told, Flow(of_kind, ends["origin"], ends["destination"], number, of_year))


def _detailed(line: int, told: Mapping[str, str], flow: Flow) -> Flow | FlowFault:
    """The stays with the activity and the days that the row says."""
    days = _days(told["days"]) if told["days"] else None
    if told["days"] and (days is None or not 1 <= days <= MOST_DAYS):
        return FlowFault(
            line,
            _("“%(value)s” is no number of days: it needs a whole number from 1 to %(most)s."),
            {"value": told["days"][:80], "most": MOST_DAYS},
        )
    activity = _activity(told["activity"]) if told["activity"] else None
    if told["activity"] and activity is None:
        return FlowFault(
            line,
            _("“%(value)s” is no activity that is known. Write one of these: %(known)s."),
            {"value": told["activity"][:80], "known": ", ".join(activities())},
        )
    return replace(flow, activity=activity, days=days)


def _activity(text: str) -> str | None:
    """The activity that a text names by key or by name, or else the only one that its words mean."""
    plain, known = fold(text), activities()
    for key, one in known.items():
        if plain in {fold(key), *map(fold, one.names.values())}:
            return key
    meant = [
        key
        for key, one in known.items()
        if any(word.startswith(begun) for word in plain.split() for begun in one.words)
    ]
    return meant[0] if len(meant) == 1 else None


def _number(text: str) -> int | None:
    """A whole number, also as spreadsheets write it: 18, 18.0, 1 200."""
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    head, _point, tail = plain.partition(".")
    try:
        return parse_integer(plain if tail.strip("0") else head)
    except InvalidNumber:
        return None


def _days(text: str) -> int | None:
    """A whole number, also with its word behind: 26 days."""
    head, _space, word = text.rpartition(" ")
    return _number(head if fold(word) in DAY_WORDS else text)


def _year(text: str) -> int | None:
    """A year; of a school year such as 2026/27 or 2026-2027 the first."""
    return _number(text.replace("-", "/").partition("/")[0])


def _kind(text: str) -> FlowKind | None:
    plain = fold(text)
    return next(
        (kind for kind, words in KINDS.items() if any(plain.startswith(word) for word in words)), None
    )


def _sign(lines: Iterable[str]) -> str:
    """The sign that stands in most lines at least twice; the first of equals."""
    lines = list(lines)
    return max(SIGNS, key=lambda sign: sum(line.count(sign) >= len(NEEDED) - 1 for line in lines))


def _split(line: str, sign: str) -> list[str]:
    return next(csv.reader([line], delimiter=sign), [])
