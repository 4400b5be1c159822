"""What each region has as a file: the table of the page, for a spreadsheet."""

import csv
import io

from flask_babel import gettext

from mapsvc.domain.csv_safety import neutralise
from mapsvc.presentation.coverages import CoveragePage

COLUMNS = ("id", "region", "country", "value", "share")
DECIMALS = 4  # of a share


def coverage_csv(page: CoveragePage) -> bytes:
    """The table as UTF-8 CSV with a byte order mark, which spreadsheets need, and CRLF.

    One row a region in the order of the page, then what is known to lie in none of them, then the
    total. A number that is not known is an empty cell. share is of the total, 0 to 1.
    """
    lines: list[tuple[str, str, str, int | None]] = [
        (line.id, line.name, line.country, line.value) for line in page.lines
    ]
    lines.append(("", str(gettext("Region not known")), "", page.unknown))
    lines.append(("", str(gettext("Total")), "", page.total))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for *words, value in lines:
        share = "" if value is None else round(value / page.total if page.total else 0.0, DECIMALS)
        writer.writerow([*(neutralise(str(word)) for word in words), "" if value is None else value, share])
    return "\ufeff".encode() + out.getvalue().encode()
