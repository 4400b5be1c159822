"""Builds the maps' scripts into a folder: `python -m mapsvc.maps FOLDER`."""

import os
import sys
from pathlib import Path

from mapsvc.maps.names import MapKind
from mapsvc.maps.shell import map_script


def build(folder: Path) -> None:
    """Writes the script of each kind of map under its name, whole or not at all."""
    for kind in MapKind:
        name, body = map_script(kind)
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_text(body, encoding="utf-8")
        draft.replace(folder / name)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
