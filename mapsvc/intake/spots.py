"""Reads the coordinates of each row as written, before anybody judges them."""

from dataclasses import dataclass

from mapsvc.domain.numbers import InvalidNumber
from mapsvc.errors import MapsvcError
from mapsvc.intake.coordinates import Ordinate, read_ordinate, split_pair, writes_commas
from mapsvc.intake.countries import boxes_of, lies_in
from mapsvc.intake.mapping import ColumnMapping
from mapsvc.intake.synonyms import loose_words
from mapsvc.intake.tables import Notice, RawRow, RowFault, Table
from mapsvc.messages import mark as _
from mapsvc.places.crs import WGS84, parse_epsg


@dataclass(slots=True)
class Spot:
    """The coordinates of one row: x and y as written, and the system they are in (None: not said)."""

    line: int
    x: Ordinate
    y: Ordinate
    crs: int | None
    column: str
    written: str
    country: str | None = None

    def swap(self) -> None:
        """Takes the first number for the second."""
        self.x, self.y = self.y, self.x

    @property
    def point(self) -> tuple[float, float]:
        """X and y."""
        return self.x.number, self.y.number


@dataclass(slots=True)
class Spots:
    """What reading the coordinates of a table gave, by line."""

    by_line: dict[int, Spot]
    faults: dict[int, RowFault]
    notices: list[Notice]


def read_spots(
    table: Table, mapping: ColumnMapping, *, crs: int | None, countries: dict[int, str | None]
) -> Spots:
    """The coordinates of all rows that have some: the geometry, else one column of pairs, else two columns.

    crs is the system declared for the file; a column with an EPSG code is stronger, the system
    that the file itself states is weaker. Faults name the column and the value.
    """
    reader = _Reader(table, mapping, crs)
    for row in table.rows:
        try:
            spot = reader.spot(row)
        except _UnreadableError as unreadable:
            reader.found.faults[row.line] = unreadable.fault
            continue
        if spot is not None:
            spot.country = countries.get(row.line)
            reader.found.by_line[row.line] = spot
    reader.order_pairs()
    return reader.found


class _UnreadableError(Exception):
    def __init__(self, fault: RowFault) -> None:
        self.fault = fault
        super().__init__(fault.message)


class _Reader:
    """Reads row by row, with what was learnt from the whole columns."""

    def __init__(self, table: Table, mapping: ColumnMapping, crs: int | None) -> None:
        self.table = table
        self.crs = crs
        self.found = Spots({}, {}, [])
        self.places: dict[str, int] = {
            field: table.columns.index(mapping.columns[field][0])
            for field in ("lat", "lon", "latlon", "epsg")
            if field in mapping.columns
        }
        self.commas: dict[str, bool] = {
            field: writes_commas(table.values(table.columns[self.places[field]]))
            for field in ("lat", "lon")
            if field in self.places
        }
        self.pairs: list[Spot] = []
        self._say_commas()

    def _say_commas(self) -> None:
        for field, comma in self.commas.items():
            if comma:
                column = self.table.columns[self.places[field]]
                first = next(row for row in self.table.rows if row.cells[self.places[field]])
                message = _("The decimal comma of this column was read as a point.")
                value = first.cells[self.places[field]]
                self.found.notices.append(Notice(first.line, column, value, message))

    def spot(self, row: RawRow) -> Spot | None:
        crs = self._row_crs(row)
        if row.point is not None:
            x, y = row.point
            said = crs or self.table.crs
            return Spot(row.line, _exact(x), _exact(y), said, "geometry", f"{x:.10g} {y:.10g}")
        if "latlon" in self.places and (text := row.cells[self.places["latlon"]]):
            return self._pair(row, text, crs)
        if "lat" in self.places and "lon" in self.places:
            return self._two(row, crs)
        return None

    def _row_crs(self, row: RawRow) -> int | None:
        if "epsg" not in self.places or not (text := row.cells[self.places["epsg"]]):
            return self.crs
        if "wgs" in text.lower():
            return WGS84
        try:
            return parse_epsg(text)
        except MapsvcError as error:
            column = self.table.columns[self.places["epsg"]]
            raise _UnreadableError(RowFault(row.line, column, text, error.text, error.values)) from None

    def _two(self, row: RawRow, crs: int | None) -> Spot | None:
        lat, lon = row.cells[self.places["lat"]], row.cells[self.places["lon"]]
        if not lat and not lon:
            return None
        if not lat or not lon:
            column = self.table.columns[self.places["lon" if lat else "lat"]]
            message = _("Only one of the two coordinates is given.")
            raise _UnreadableError(RowFault(row.line, column, "", message))
        y = self._ordinate(row, "lat", lat)
        x = self._ordinate(row, "lon", lon)
        spot = Spot(row.line, x, y, crs, self.table.columns[self.places["lat"]], f"{lat} {lon}")
        return self._by_letters(spot)

    def _by_letters(self, spot: Spot) -> Spot:
        """N, S, E and W say which number is which, whatever the heading says."""
        if "lon" in (spot.y.axis,) or "lat" in (spot.x.axis,):
            if spot.y.axis == spot.x.axis:
                message = _("Both coordinates are of the same axis.")
                raise _UnreadableError(RowFault(spot.line, spot.column, spot.written, message))
            spot.swap()
            message = _("Latitude and longitude stood in each other's column; N, S, E and W were followed.")
            self.found.notices.append(Notice(spot.line, spot.column, spot.written, message))
        return spot

    def _ordinate(self, row: RawRow, field: str, text: str) -> Ordinate:
        column = self.table.columns[self.places[field]]
        try:
            return read_ordinate(text, comma=self.commas.get(field, False))
        except InvalidNumber as error:
            message, values = error.text, dict(error.values)
            if not self.commas.get(field, True) and _reads_with_comma(text):
                message = _("“%(value)s” has a decimal comma in a column that has decimal points elsewhere.")
            raise _UnreadableError(RowFault(row.line, column, text, message, values)) from None

    def _pair(self, row: RawRow, text: str, crs: int | None) -> Spot:
        column = self.table.columns[self.places["latlon"]]
        pair = split_pair(text)
        if pair is None:
            message = _("Two coordinates are expected here, such as “48.58, 7.75”.")
            raise _UnreadableError(RowFault(row.line, column, text, message))
        try:
            first, second = read_ordinate(pair[0], comma=True), read_ordinate(pair[1], comma=True)
        except InvalidNumber as error:
            raise _UnreadableError(RowFault(row.line, column, text, error.text, error.values)) from None
        spot = Spot(row.line, second, first, crs, column, text)
        if pair[2] == "lon" or first.axis == "lon" or second.axis == "lat":
            spot.swap()
        elif first.axis is None and second.axis is None:
            self.pairs.append(spot)
        return spot

    def order_pairs(self) -> None:
        """Decides for the whole column which number is the latitude; said where the heading errs."""
        if not self.pairs:
            return
        named = [word[:3] for word in loose_words(self.pairs[0].column)]
        named = ["lon" if word == "lng" else word for word in named if word in {"lat", "lon", "lng"}]
        lon_first = named[:1] == ["lon"]
        as_named = sum(_expected(spot, swapped=lon_first) for spot in self.pairs)
        otherwise = sum(_expected(spot, swapped=not lon_first) for spot in self.pairs)
        if as_named == 0 and otherwise == len(self.pairs):
            lon_first = not lon_first
            message = (
                _("The numbers of this column were read as longitude, latitude.")
                if lon_first
                else _("The numbers of this column were read as latitude, longitude.")
            )
            self.found.notices.append(Notice(None, self.pairs[0].column, self.pairs[0].written, message))
        if lon_first:
            for spot in self.pairs:
                spot.swap()


def _expected(spot: Spot, *, swapped: bool) -> bool:
    x, y = spot.point
    return lies_in((y, x) if swapped else (x, y), boxes_of(spot.country), margin=0.3)


def _reads_with_comma(text: str) -> bool:
    try:
        read_ordinate(text, comma=True)
    except InvalidNumber:
        return False
    return True


def _exact(number: float) -> Ordinate:
    """A number of a geometry, whose digits are those that spell it."""
    text = repr(number)
    return Ordinate(number, len(text.partition(".")[2]) if "e" not in text and not number.is_integer() else 0)
