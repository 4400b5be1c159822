"""What takes long to build and is then only copied: built once for all processes of a test run."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from mapsvc.places.gazetteer import Gazetteer

DATABASE = "mapsvc.sqlite"


def built_once(shared: Path, name: str, build: Callable[[Path], None]) -> Path:
    """The folder of that name in shared, filled by the process that comes first; others wait for it."""
    folder, building = shared / name, shared / f"{name}.building"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            building.mkdir(exist_ok=True)
            build(building)
            building.rename(folder)
    return folder


def environment_of(folder: Path) -> dict[str, str]:
    """The environment of a `mapsvc` command that works on the installation in folder alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAPSVC_")}
    return kept | {"MAPSVC_INSTANCE": str(folder)}


def prepare(folder: Path) -> None:
    """Has `mapsvc prepare` make an installation: tables, gazetteer, seed and samples."""
    done = subprocess.run(
        [sys.executable, "-m", "mapsvc", "prepare"],
        env=environment_of(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def copy(prepared: Path, folder: Path) -> None:
    """Copies a prepared installation into an empty folder."""
    lend(Gazetteer(prepared / "gazetteer.sqlite"), folder)
    left = shutil.ignore_patterns("gazetteer.sqlite*")
    shutil.copytree(prepared, folder, ignore=left, dirs_exist_ok=True)


def lend(gazetteer: Gazetteer, folder: Path) -> None:
    """Puts a built gazetteer into an instance folder, so that none is built anew."""
    place = folder / gazetteer.path.name
    if not place.exists():
        os.link(gazetteer.path, place)
