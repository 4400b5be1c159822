"""Finds the files that ship with the program: templates, static files, data."""

import hashlib
from functools import cache
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


@cache
def static_digest() -> str:
    """Twelve hexadecimal digits that change when any static file does, for addresses cached for good.

    The files are read once a process.
    """
    digest = hashlib.sha256()
    folder = resource("static")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        body = path.read_bytes()
        digest.update(b"%b %d " % (path.relative_to(folder).as_posix().encode(), len(body)))
        digest.update(body)
    return digest.hexdigest()[:12]
