"""What KML and GPX have in common: named values and one point each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html.parser import HTMLParser

from mapsvc.domain.numbers import InvalidNumber, parse_number
from mapsvc.errors import UnreadableFile
from mapsvc.intake.cells import clean
from mapsvc.intake.limits import Limits, refuse_too_many, refuse_too_wide
from mapsvc.intake.tables import RawRow, RowFault, Table
from mapsvc.messages import mark as _
from mapsvc.places.crs import WGS84

LONGEST_TEXT = 20_000
NOT_A_POINT = _("A point is expected here (Point expected).")
EMPTY_POINT = _("The point has no coordinates (empty point).")

_SHOWN = 80
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol"})
_UNSEEN = frozenset({"script", "style", "head", "title"})


@dataclass(frozen=True, slots=True)
class Waypoint:
    """One place of a file: its values by name, and where it is.

    position is longitude and latitude as they are written, None where the file has none; refused
    is the reason, a marked sentence, when what it has is no point.
    """

    values: dict[str, str]
    position: tuple[str, str] | None = None
    refused: str | None = None
    kind: str = ""


def table_of(waypoints: Iterable[Waypoint], *, limits: Limits) -> Table:
    """The places as rows of WGS 84, their values as columns in the order in which these first appear.

    The line of a row is the number of its place. Raises UnreadableFile when there is none, or
    more than the limits allow.
    """
    columns: dict[str, int] = {}
    kept: list[tuple[int, dict[str, str], tuple[float, float] | None]] = []
    table = Table(columns=(), rows=[], crs=WGS84)
    number = 0
    for number, waypoint in enumerate(waypoints, start=1):
        refuse_too_many(number, limits)
        for name in waypoint.values:
            columns.setdefault(name, len(columns))
        refuse_too_wide(len(columns), number, limits)
        fault, point = _located(number, waypoint)
        if fault is not None:
            table.faulty.append(fault)
        else:
            kept.append((number, waypoint.values, point))
    if not number:
        raise UnreadableFile(_("The file has no feature (empty file)."))
    table.columns = tuple(columns)
    for line, values, point in kept:
        table.rows.append(RawRow(line, tuple(values.get(name, "") for name in columns), point))
    return table


def put(values: dict[str, str], name: str, text: str, *, read: Callable[[str], str] = clean) -> None:
    """Adds a value; a name that is there already gets both, on lines of their own."""
    name, text = clean(name)[:_SHOWN], read(text[:LONGEST_TEXT])
    if name and text and text not in values.get(name, ""):
        values[name] = f"{values[name]}\n{text}"[:LONGEST_TEXT] if name in values else text


def plain_text(text: str) -> str:
    """What a reader sees of a text that may be HTML: without tags, scripts and styles, lines kept."""
    if "<" not in text and "&" not in text:
        return clean(text)
    seen = _Seen()
    seen.feed(text[:LONGEST_TEXT])
    seen.close()
    lines = (line.strip() for line in "".join(seen.pieces).splitlines())
    return clean("\n".join(line for line in lines if line))


def _located(number: int, waypoint: Waypoint) -> tuple[RowFault | None, tuple[float, float] | None]:
    if waypoint.refused is not None:
        return RowFault(number, "geometry", waypoint.kind, waypoint.refused), None
    if waypoint.position is None:
        return None, None
    try:
        lon, lat = map(parse_number, waypoint.position)
    except InvalidNumber as error:
        written = ",".join(waypoint.position)[:_SHOWN]
        return RowFault(number, "geometry", written, error.text, error.values), None
    return None, (lon, lat)


class _Seen(HTMLParser):
    """Collects the text between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins a line where the tag does, and stops listening where nothing is shown."""
        self.unseen += tag in _UNSEEN
        self.pieces.append("\n" if tag in _BREAKS else " " if tag in {"td", "th"} else "")

    def handle_endtag(self, tag: str) -> None:
        """Ends a line, or listens again."""
        if tag in _UNSEEN and self.unseen:
            self.unseen -= 1
        self.pieces.append("\n" if tag in _BREAKS else "")

    def handle_data(self, data: str) -> None:
        """Takes what is shown."""
        if not self.unseen:
            self.pieces.append(data)
