"""Files that grow without end are refused before they grow."""

import io
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from mapsvc.errors import UnreadableFile
from mapsvc.intake.limits import BROWSER, COMMAND_LINE
from mapsvc.intake.readers import read_table
from tests.intake import bombs
from tests.intake.make import a_file

LARGEST_GROWTH_MB = 50

# Reads the files whose names come in, each after a small one of its kind, and prints for each what
# was said, the seconds, and the megabytes by which its peak grew. Linux counts the peak of this
# program alone; what getrusage gives would include the parent's memory.
MEASURE = """
import json, sys, time
from pathlib import Path
from mapsvc.errors import UnreadableFile
from mapsvc.intake.limits import BROWSER
from mapsvc.intake.readers import read_table

def answer(path):
    try:
        return f"ACCEPTED: {len(read_table(Path(path), limits=BROWSER).rows)} rows"
    except UnreadableFile as error:
        return str(error)

def peak_mb():
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024

small, files = json.load(sys.stdin)
before = [answer(path) for path in small]
assert all(said.startswith("ACCEPTED") for said in before), before
said = {}
for path in files:
    begun, peak = time.perf_counter(), peak_mb()
    said[path] = [answer(path), time.perf_counter() - begun, peak_mb() - peak]
json.dump(said, sys.stdout)
"""

Figures = tuple[str, float, float]
SMALL = {
    "small.xlsx": bombs.packed(bombs.XLSX),
    "small.kml": b"<kml><Placemark><name>A</name></Placemark></kml>",
    "small.kmz": bombs.packed({"doc.kml": "<kml><Placemark><name>A</name></Placemark></kml>"}),
    "small.gpx": b'<gpx><wpt lat="48" lon="7"/></gpx>',
    "small.csv": b"name\nA\n",
    "small.geojson": b'{"type":"Feature","geometry":null,"properties":{"name":"A"}}',
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Figures]:
    """Of each bomb: what was said, seconds, megabytes. All are read in one process, one after the other."""
    folder = tmp_path_factory.mktemp("bombs")
    small = [str(a_file(folder, content, name)) for name, content in SMALL.items()]
    files: dict[str, str] = {}
    for number, (title, (name, make, _reason)) in enumerate(bombs.BOMBS.items()):
        (folder / str(number)).mkdir()
        files[str(a_file(folder / str(number), make(), name))] = title
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input=json.dumps([small, list(files)]),
        capture_output=True,
        text=True,
        check=True,
    )
    return {files[path]: tuple(figures) for path, figures in json.loads(done.stdout).items()}


@pytest.mark.parametrize("title", bombs.BOMBS)
def test_a_bomb_is_refused_with_its_reason_in_little_memory(title: str, measured: dict[str, Figures]) -> None:
    said, seconds, megabytes = measured[title]

    print(f"{title}: {seconds:.2f} s, {megabytes:.0f} MB")  # noqa: T201 - shown by -rP
    assert not said.startswith("ACCEPTED")
    assert bombs.BOMBS[title][2] in said
    assert megabytes < LARGEST_GROWTH_MB


@cache
def honest(rows: int) -> bytes:
    """A list that repeats itself as lists do."""
    lines = (
        f'<row r="{n}"><c r="A{n}"><v>{n % 7}</v></c><c r="B{n}" s="3"/></row>' for n in range(2, rows + 2)
    )
    return bombs.xlsx("".join(lines))


def test_a_list_that_repeats_itself_is_no_bomb(tmp_path: Path) -> None:
    path = a_file(tmp_path, honest(20_000), "hosts.xlsx")

    assert len(read_table(path, limits=BROWSER).rows) == 20_000


def test_cells_that_are_only_coloured_do_not_count(tmp_path: Path) -> None:
    far = '<row r="2"><c r="A2"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="4"/></row>'

    table = read_table(a_file(tmp_path, bombs.xlsx(far), "hosts.xlsx"), limits=BROWSER)

    assert [row.cells for row in table.rows] == [("1",)]


def test_what_was_not_looked_at_is_not_read(tmp_path: Path) -> None:
    """A sheet that hides under the name of a picture is left out of the copy that is read."""
    relations = bombs.XLSX["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", "media/sheet.png")
    parts = {
        "xl/_rels/workbook.xml.rels": relations,
        "xl/media/sheet.png": bombs.XLSX["xl/worksheets/sheet1.xml"],
    }

    with pytest.raises(UnreadableFile):
        read_table(a_file(tmp_path, bombs.packed(bombs.XLSX, **parts), "hosts.xlsx"))


def test_what_goes_on_behind_its_stated_end_is_not_read(tmp_path: Path) -> None:
    sheet = bombs.XLSX["xl/worksheets/sheet1.xml"]
    content = bombs.lying(bombs.XLSX, "xl/worksheets/sheet1.xml", sheet, megabytes=100)

    table = read_table(a_file(tmp_path, content, "hosts.xlsx"), limits=BROWSER)

    assert [row.cells for row in table.rows] == [("A",)]


@pytest.mark.parametrize("name", ["../doc.kml", "/doc.kml", "a/../../doc.kml", "..\\doc.kml", "C:\\doc.kml"])
def test_names_that_lead_elsewhere_are_refused(name: str, tmp_path: Path) -> None:
    path = a_file(tmp_path, bombs.packed({name: "<kml/>"}), "hosts.kmz")

    with pytest.raises(UnreadableFile, match="leads elsewhere"):
        read_table(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", "<kml/>")
        archive.writestr("doc.kml", "<kml><Placemark/></kml>")

    with pytest.raises(UnreadableFile, match="two files of the same name"):
        read_table(a_file(tmp_path, out.getvalue(), "hosts.kmz"))


def test_the_command_line_refuses_200_000_entries_too(tmp_path: Path) -> None:
    path = a_file(tmp_path, bombs.many_entries(200_000), "hosts.zip")

    with pytest.raises(UnreadableFile, match="more than 2000 files"):
        read_table(path, limits=COMMAND_LINE)
