"""Keeps spreadsheet programs from running the cells of a CSV file, and takes that protection off again."""

import re

# What makes a spreadsheet program read a cell as a formula. Apostrophes before it are counted in,
# so that a text which has its own apostrophe there comes back with it.
_RISKY = re.compile(r"'*[=+\-@\t\r]")
_PROTECTED = re.compile(r"''*[=+\-@\t\r]")


def neutralise(cell: str) -> str:
    """The cell as a CSV export writes it: with an apostrophe before = + - @, a tab or a return.

    A cell that begins with apostrophes and then one of these gets one more. Any other cell is
    unchanged. restore() is the exact inverse.
    """
    return f"'{cell}" if _RISKY.match(cell) else cell


def restore(cell: str) -> str:
    """The cell that neutralise() was given: its apostrophe taken off, and no other.

    "'s Heeren Loo" keeps its own, because no = + - @, tab or return follows it.
    """
    return cell[1:] if _PROTECTED.match(cell) else cell
