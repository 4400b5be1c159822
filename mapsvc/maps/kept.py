"""Keeps the maps' scripts as files, so that no web process has to load Folium."""

import subprocess
import sys
from pathlib import Path

from mapsvc.maps.names import MapKind, script_name

FOLDER = "maps"
BUILD_WITHIN_S = 120  # Folium takes 2 s on a quiet machine


def keep_scripts(instance: Path) -> None:
    """Builds the scripts that the instance folder lacks, in a process of its own, and drops older ones.

    Folium brings 84 MB and seconds of loading; the process takes both away when it ends. Call
    it before serving, so that the first visitor does not wait. It is safe to call from several
    processes at once: a file appears whole or not at all.

    Raises subprocess.CalledProcessError when the scripts cannot be built.
    """
    folder = instance / FOLDER
    wanted = {script_name(kind) for kind in MapKind}
    if all((folder / name).is_file() for name in wanted):
        return
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-m", "mapsvc.maps", str(folder)], check=True, timeout=BUILD_WITHIN_S
    )
    for old in folder.glob("*.js"):
        if old.name not in wanted:
            old.unlink(missing_ok=True)


def kept_script(kind: MapKind, instance: Path) -> str:
    """The script of one kind of map, from the instance folder, built there when it is missing."""
    path = instance / FOLDER / script_name(kind)
    if not path.is_file():
        keep_scripts(instance)
    return path.read_text(encoding="utf-8")
