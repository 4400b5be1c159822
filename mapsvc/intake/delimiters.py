"""Finds out which sign stands between the cells of a text table."""

import csv
import re
from collections import Counter
from collections.abc import Sequence

from mapsvc.intake.headers import Naming
from mapsvc.intake.synonyms import field_named

DELIMITERS = (",", ";", "\t", "|", ":")

_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_HEADER_ROWS, _HEADER_CELLS = 20, 200
# Times and web addresses are full of colons.
_DOUBT = {":": 0.1}


def declared_delimiter(first_line: str) -> str | None:
    """The sign that a first line such as "sep=;" declares; None where it is no such line."""
    found = _SEP_LINE.fullmatch(first_line.rstrip("\r\n"))
    return found.group(1) if found else None


def guess_delimiter(lines: Sequence[str], *, named: Naming = field_named) -> str:
    """The sign that splits most lines into the same number of cells, the better the more headings are known.

    lines are the first physical lines of the file. A comma where none splits anything: the table
    then has one column. named says which headings are known; those of lists of hosts by default.
    """
    scores = {sign: _score(lines, sign, named) for sign in DELIMITERS}
    best = max(scores, key=lambda sign: scores[sign])
    return best if scores[best] > 0 else ","


def _score(lines: Sequence[str], sign: str, named: Naming) -> float:
    try:
        rows = [row for row in csv.reader(lines, delimiter=sign) if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0.0
    widths = [len(row) for row in rows]
    # Title lines are one cell wide; they say nothing against a sign.
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0.0
    width, alike = max(counted.items(), key=lambda pair: (pair[1] * pair[1] * (pair[0] - 1), pair[0]))
    share = alike / len(widths)
    head = [row[:_HEADER_CELLS] for row in rows[:_HEADER_ROWS]]
    known = max(sum(1 for cell in row if cell and named(cell)) for row in head)
    return share * share * (width - 1) * (1 + known) * _DOUBT.get(sign, 1.0)
