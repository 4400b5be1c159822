"""The maps' scripts are kept as files, and the process that serves them never loads Folium."""

import subprocess
import sys
from pathlib import Path

from mapsvc.maps.kept import FOLDER, keep_scripts, kept_script
from mapsvc.maps.names import MapKind, script_name
from mapsvc.maps.shell import map_script


def test_a_kept_script_is_what_folium_gives(tmp_path: Path) -> None:
    assert kept_script(MapKind.SEARCH, tmp_path) == map_script(MapKind.SEARCH)[1]


def test_keeping_drops_the_scripts_of_older_versions(tmp_path: Path) -> None:
    old = tmp_path / FOLDER / "search-000000000000.js"
    old.parent.mkdir()
    old.write_text("")

    keep_scripts(tmp_path)

    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == {script_name(kind) for kind in MapKind}


def test_a_kept_script_is_not_built_again(tmp_path: Path) -> None:
    keep_scripts(tmp_path)
    path = tmp_path / FOLDER / script_name(MapKind.HOST)
    path.write_text("kept")

    keep_scripts(tmp_path)

    assert kept_script(MapKind.HOST, tmp_path) == "kept"


def test_serving_a_kept_script_loads_no_folium(tmp_path: Path) -> None:
    question = (
        "import sys; from pathlib import Path; from mapsvc.maps.kept import kept_script; "
        "from mapsvc.maps.names import MapKind; kept_script(MapKind.SEARCH, Path(sys.argv[1]));"
        "print(sorted({'folium', 'branca', 'pandas'} & set(sys.modules)))"
    )

    answer = subprocess.run(
        [sys.executable, "-c", question, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "[]"
