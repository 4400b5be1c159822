"""Turns the rows of a table into hosts, each located as well as its row allows."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from mapsvc.errors import UnreadableFile
from mapsvc.intake.addresses import Address, clean_town, split_address, split_prefix
from mapsvc.intake.host_cells import LONGEST_NAME, RowCells, said_once
from mapsvc.intake.legal_ids import LegalNumber
from mapsvc.intake.mapping import ColumnMapping
from mapsvc.intake.names import Spoken
from mapsvc.intake.periods import Period
from mapsvc.intake.positions import Positions, mark_shared, place_spots
from mapsvc.intake.spots import read_spots
from mapsvc.intake.tables import Notice, RowFault, Table
from mapsvc.intake.values import record_type, sectors_of_kind
from mapsvc.messages import mark as _

ADDRESS, TOWN = "address", "town"

Point = tuple[float, float]


class LocatedPlace(Protocol):
    """A town as the gazetteer gives it; its point in WGS 84 degrees."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def country(self) -> str: ...  # noqa: D102
    @property
    def lon(self) -> float: ...  # noqa: D102
    @property
    def lat(self) -> float: ...  # noqa: D102


class Locator(Protocol):
    """What finds a town by its name: the gazetteer."""

    def locate(self, town: str, *, country: str | None, postcode: str | None = None) -> LocatedPlace | None:
        """The town of that name, None when there is none or several are meant."""


@dataclass(frozen=True, slots=True)
class HostRow:
    """What one row says of a host.

    position is longitude and latitude in WGS 84, to seven decimals; precision is "address" or
    "town", None where the row is still to be located, position then being None too. place_id is
    the gazetteer's where it was located by its town. legal_ids are (scheme, number), languages
    (ISO 639-1, CEFR level or None), periods (first day, last day, seats). kind_text is
    the list's own words for the kind, None where they say no more than its label. fields are ISCED-F
    codes, title the offer's, sectors and programmes keys of the vocabularies. contact_* and
    private, the columns that nobody knows or that are personal, are never published. confirmed_on
    is the day of the offer's last confirmation; sample tells a host that is made up.
    """

    line: int
    name: str
    other_names: tuple[str, ...]
    organisation_kind: str | None
    kind_text: str | None
    legal_ids: tuple[LegalNumber, ...]
    external_id: str | None
    website: str | None
    summary: str | None
    title: str | None
    missions: tuple[str, ...]
    fields: tuple[str, ...]
    sectors: tuple[str, ...]
    address: str | None
    postcode: str | None
    town: str | None
    country: str | None
    position: Point | None
    precision: str | None
    place_id: int | None
    languages: tuple[Spoken, ...]
    min_age: int | None
    seats: int | None
    periods: tuple[Period, ...]
    min_days: int | None
    max_days: int | None
    accommodation: str | None
    wheelchair: bool | None
    programmes: tuple[str, ...]
    welcome: str | None
    conditions: str | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    private: dict[str, str]
    confirmed_on: date | None = None
    sample: bool = False


def read_hosts(
    table: Table, mapping: ColumnMapping, *, crs: int | None, gazetteer: Locator
) -> tuple[list[HostRow], list[RowFault], list[Notice]]:
    """The hosts of a table in the order of their rows, the rows that are quarantined, and what is to be said.

    Each row that could be split is either a host or a fault, never both; table.faulty and
    table.notices are not repeated. crs is the EPSG code declared for the file, None where it
    was not. gazetteer locates the rows without a point.

    Raises UnreadableFile when no column holds the name.
    """
    if "name" not in mapping.columns:
        raise UnreadableFile(
            _("No column holds the name of the host (missing: name). The columns are: %(columns)s."),
            columns=", ".join(table.columns) or "–",
        )
    return _Reading(table, mapping, gazetteer).read(crs)


class _Reading:
    """One pass over a table."""

    def __init__(self, table: Table, mapping: ColumnMapping, gazetteer: Locator) -> None:
        self.table = table
        self.mapping = mapping
        self.gazetteer = gazetteer
        self.notices: list[Notice] = []
        self.located: dict[tuple[str, str | None, str | None], LocatedPlace | None] = {}
        places = {column: place for place, column in enumerate(table.columns)}
        self.cells = [RowCells(row, places, mapping) for row in table.rows]
        self.kept_columns = [(c, places[c]) for c in table.columns if c not in mapping.mapped()]

    def read(self, crs: int | None) -> tuple[list[HostRow], list[RowFault], list[Notice]]:
        addresses = {cells.row.line: self._address(cells) for cells in self.cells}
        countries = {line: address.country for line, address in addresses.items()}
        positions = place_spots(read_spots(self.table, self.mapping, crs=crs, countries=countries))
        names = {cells.row.line: cells.line_of_text("name") or "" for cells in self.cells}
        mark_shared(positions, names=names, addresses={line: a.street for line, a in addresses.items()})
        hosts: list[HostRow] = []
        faults: list[RowFault] = []
        for cells in self.cells:
            line = cells.row.line
            fault = self._fault(cells, names[line]) or positions.faults.get(line)
            if fault is not None:
                faults.append(fault)
                continue
            hosts.append(self._host(cells, names[line], addresses[line], positions))
            self.notices.extend(cells.notices)
        gone = {fault.line for fault in faults}
        said = [*positions.notices, *self.notices]
        left = [notice for notice in said if notice.line is None or notice.line not in gone]
        return hosts, faults, said_once(left)

    def _fault(self, cells: RowCells, name: str) -> RowFault | None:
        column = self.mapping.columns["name"][0]
        if not name:
            return RowFault(cells.row.line, column, "", _("The name is missing."))
        if len(name) > LONGEST_NAME:
            message = _("The name is longer than %(limit)s characters.")
            return RowFault(cells.row.line, column, name[:80], message, {"limit": LONGEST_NAME})
        for type_column, cell in cells.all_of("record_type"):
            if (kind := record_type(cell)) != "host":
                return _wrong_type(cells.row.line, type_column, cell, kind)
        return None

    def _address(self, cells: RowCells) -> Address:
        """The address of a row from its columns, those that are missing taken out of one string."""
        street = cells.line_of_text("address", between=", ")
        number = cells.line_of_text("house_number")
        town, country = cells.line_of_text("town"), cells.country()
        postcode = cells.postcode()
        if postcode:
            postcode, prefix_country = split_prefix(postcode)
            country = country or prefix_country
        if street and not (postcode and town):
            split = split_address(street)
            if not town or not split.town:
                street = split.street
                postcode, town = postcode or split.postcode, town or split.town
            country = country or split.country
        if number and street and number not in street.split():
            street = f"{number} {street}" if country in _NUMBER_FIRST else f"{street} {number}"
        return Address(street, postcode, town, country)

    def _host(self, cells: RowCells, name: str, address: Address, positions: Positions) -> HostRow:
        line = cells.row.line
        position, place_id = positions.points.get(line), None
        precision = None if position is None else TOWN if line in positions.rounded else ADDRESS
        if cells.precision() == TOWN and position is not None:
            precision = TOWN
        country = address.country
        if position is None and address.town and (place := self._locate(address, line)):
            position, place_id, precision = (round(place.lon, 7), round(place.lat, 7)), place.id, TOWN
            country = country or place.country
        kind = cells.kind()
        fields, sectors = cells.trades()
        seats = cells.seats()
        min_days, max_days = cells.days()
        return HostRow(
            line=line,
            name=name,
            other_names=tuple(other for other in cells.items("other_names") if other != name),
            organisation_kind=kind,
            kind_text=cells.kind_text(),
            legal_ids=cells.legal_ids(country),
            external_id=cells.line_of_text("external_id"),
            website=cells.website(),
            summary=cells.text("summary", between="\n\n"),
            title=cells.line_of_text("title"),
            missions=cells.items("missions"),
            fields=fields,
            sectors=sectors or (sectors_of_kind(kind) if kind else ()),
            address=address.street,
            postcode=address.postcode,
            town=address.town,
            country=country,
            position=position,
            precision=precision,
            place_id=place_id,
            languages=cells.languages(),
            min_age=cells.min_age(),
            seats=seats,
            periods=cells.periods(seats or 1),
            min_days=min_days,
            max_days=max_days,
            accommodation=cells.accommodation(),
            wheelchair=cells.wheelchair(),
            programmes=cells.programmes(),
            welcome=cells.text("welcome", between="\n"),
            conditions=cells.text("conditions", between="\n"),
            contact_name=cells.line_of_text("contact_name"),
            contact_email=cells.email(),
            contact_phone=cells.line_of_text("contact_phone", between=", "),
            confirmed_on=cells.confirmed_on(),
            sample=cells.sample(),
            private=self._private(cells),
        )

    def _private(self, cells: RowCells) -> dict[str, str]:
        kept = {column: cell for column, place in self.kept_columns if (cell := cells.row.cells[place])}
        return {**kept, **cells.private}

    def _locate(self, address: Address, line: int) -> LocatedPlace | None:
        """The town of an address, asked once for each; said where no country was stated."""
        town = clean_town(address.town or "")
        asked = (town, address.country, address.postcode)
        if asked not in self.located:
            place = self.gazetteer.locate(town, country=address.country, postcode=address.postcode)
            self.located[asked] = place
            if place is not None and address.country is None:
                message = _("No country is stated; “%(value)s” was taken for %(name)s (%(country)s).")
                values = {"value": town, "name": place.name, "country": place.country}
                self.notices.append(Notice(line, None, town, message, values))
        return self.located[asked]


# Countries that write the number before the street.
_NUMBER_FIRST = frozenset({"FR", "GB", "IE", "LU", "MC", "MT"})


def _wrong_type(line: int, column: str, cell: str, kind: str | None) -> RowFault:
    if kind is None:
        message = _("“%(value)s” is not in host|alumni|kit; this import takes hosts only.")
    else:
        message = _("“%(value)s” is no host; this import takes hosts only.")
    return RowFault(line, column, cell, message, {"value": cell[:80]})
