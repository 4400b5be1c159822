"""What a web worker takes into memory before anybody asks."""

import subprocess
import sys

QUESTION = """
import sys
import mapsvc.app
heavy = {"alembic", "authlib", "cryptography", "folium", "geopandas", "pandas", "pygments", "pyogrio"}
heavy |= {"pyarrow", "segno", "typst"}
print(sorted(heavy & sys.modules.keys()))
"""


def test_a_worker_imports_nothing_that_only_set_up_and_other_processes_need() -> None:
    answer = subprocess.run([sys.executable, "-c", QUESTION], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"
