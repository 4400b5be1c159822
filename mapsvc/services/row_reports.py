"""What became of each row of a file: counted, and kept as a file."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mapsvc.catalogues import translate
from mapsvc.domain.csv_safety import neutralise, restore
from mapsvc.domain.sources import Outcome
from mapsvc.intake.mapping import ColumnMapping
from mapsvc.messages import mark as _

HEADINGS = (_("line"), _("outcome"), _("name"), _("column"), _("value"), _("reason"))
NOTE = _("note")
OUTCOMES = {
    Outcome.ADDED: _("added"),
    Outcome.UPDATED: _("updated"),
    Outcome.UNCHANGED: _("unchanged"),
    Outcome.TO_LOCATE: _("to_locate"),
    Outcome.QUARANTINED: _("quarantined"),
    Outcome.SUPPRESSED: _("suppressed"),
}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What became of one row, or what is to be said of it: message is a marked sentence."""

    line: int | None
    outcome: Outcome | None
    name: str = ""
    column: str | None = None
    value: str = ""
    message: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The message in English, with its values."""
        return self.message % self.values if self.values else self.message


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do: counts of rows by outcome, and a line for each row."""

    import_id: int | None
    mapping: ColumnMapping
    organisations: int
    sites: int
    offers: int
    lines: tuple[ReportLine, ...]

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows had which outcome; every outcome is named."""
        counted = Counter(line.outcome for line in self.lines if line.outcome)
        return {outcome: counted[outcome] for outcome in Outcome}

    @property
    def notices(self) -> list[ReportLine]:
        """What is to be said of the file or of rows that is no outcome."""
        return [line for line in self.lines if line.outcome is None]


def write_report(report: Report, file: Path, *, language: str = "en") -> None:
    """Writes a line a row as CSV: line, outcome, name, column, value, reason in a language."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([translate(language, heading) for heading in HEADINGS])
        for line in report.lines:
            cells = (
                line.line or "",
                translate(language, OUTCOMES[line.outcome] if line.outcome else NOTE),
                line.name,
                line.column or "",
                line.value,
                translate(language, line.message, **line.values) if line.message else "",
            )
            writer.writerow([neutralise(str(cell)) for cell in cells])


def kept_rows(file: Path) -> Iterator[tuple[int | None, str, str, str, str, str]]:
    """The rows of a report that was written, in the order of HEADINGS; line is None for the whole file."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened)
        next(rows, None)
        for line, outcome, name, column, value, reason in rows:
            said = (restore(outcome), restore(name), restore(column), restore(value), restore(reason))
            yield int(line) if line else None, *said
