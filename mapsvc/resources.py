"""Finds the files that ship with the program: templates, static files, data."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """The path of a shipped folder or file, such as "data/basemap.pmtiles".

    An installed wheel carries the folders inside the package; a checkout has them beside it.

    Raises FileNotFoundError when neither place has it.
    """
    for root in (PACKAGE, PACKAGE.parent):
        if (path := root / name).exists():
            return path
    raise FileNotFoundError(name)
