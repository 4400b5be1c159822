"""Makes files to be read, and reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mapsvc.intake.hosts import HostRow, LocatedPlace, Locator, read_hosts
from mapsvc.intake.mapping import ColumnMapping, guess_mapping
from mapsvc.intake.readers import read_table
from mapsvc.intake.tables import Notice, RowFault, Table


class NoTowns:
    """A gazetteer of no towns: rows without a point stay to be located."""

    def locate(self, town: str, *, country: str | None, postcode: str | None = None) -> LocatedPlace | None:
        return None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that came of reading a file."""

    table: Table
    mapping: ColumnMapping
    hosts: list[HostRow]
    faults: list[RowFault]
    notices: list[Notice]

    @property
    def messages(self) -> list[str]:
        """All notices in English."""
        said = [*self.table.notices, *self.notices]
        return [notice.message % notice.values for notice in said]

    @property
    def reasons(self) -> list[str]:
        """Why rows were quarantined, in English."""
        return [fault.message % fault.values for fault in [*self.table.faulty, *self.faults]]


def a_file(folder: Path, content: str | bytes, name: str = "hosts.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, *, crs: int | None = None, gazetteer: Locator | None = None) -> Reading:
    table = read_table(path)
    mapping = guess_mapping(table)
    hosts, faults, notices = read_hosts(table, mapping, crs=crs, gazetteer=gazetteer or NoTowns())
    return Reading(table, mapping, hosts, faults, notices)


def csv_of(rows: Sequence[Sequence[object]], *, header: str = "name,lat,lon") -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"
