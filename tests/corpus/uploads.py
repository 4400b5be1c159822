"""What each upload row of the corpus comes to that is about the content of a file.

A check gets give(file name, content), which hands a file in as somebody does in the browser and
gives the error that this person reads, or None where the file is accepted.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mapsvc.errors import MapsvcError
from mapsvc.intake.hosts import read_hosts
from mapsvc.intake.limits import BROWSER
from mapsvc.intake.mapping import guess_mapping
from mapsvc.intake.readers import read_table
from tests.intake import bombs
from tests.intake.make import NoTowns

Give = Callable[[str, bytes], str | None]
Row = dict[str, Any]
Check = Callable[[Row, Give], None]

NO_PHOTOS = "there are no photos yet: nothing takes a picture"
ON_THE_WIRE = "it is about the request, not about what the file holds"
NOT_APPLICABLE = {"UPL-017": NO_PHOTOS}
ELSEWHERE = {"UPL-018": ON_THE_WIRE, "UPL-020": ON_THE_WIRE, "UPL-021": ON_THE_WIRE}


def give_to_reader(folder: Path) -> Give:
    """A give() that reads a file as far as its hosts, with the limits of the browser, and stores nothing."""

    def give(file_name: str, content: bytes) -> str | None:
        # The name stays a value; only its ending decides, as for an upload.
        path = folder / f"upload{Path(file_name).suffix[:20]}"
        path.write_bytes(content)
        try:
            table = read_table(path, limits=BROWSER)
            read_hosts(table, guess_mapping(table), crs=None, gazetteer=NoTowns())
        except MapsvcError as error:
            return str(error)
        return None

    return give


def refused(pattern: str, file_name: str, make: Callable[[Row], bytes] | None = None) -> Check:
    """The file is refused in words that match; by default it holds the input of the row."""

    def check(row: Row, give: Give) -> None:
        said = give(file_name, make(row) if make else str(row["input"]).encode())

        assert said is not None, f"{row['id']} was accepted"
        assert re.search(pattern, said), said
        assert "root:" not in said

    return check


def refused_as_named(pattern: str) -> Check:
    """The row gives the file's name and its content."""

    def check(row: Row, give: Give) -> None:
        refused(pattern, text_of(row["input"]["filename"]), lambda row: row["input"]["content"].encode())(
            row, give
        )

    return check


def text_of(given: Any) -> str:
    """A text of the corpus, which writes long ones as what they repeat."""
    if isinstance(given, str):
        return given
    if "$concat" in given:
        return "".join(map(text_of, given["$concat"]))
    piece, times = given["$repeat"]
    return str(piece) * int(times)


UPLOADS: dict[str, Check] = {
    "UPL-001": refused("DTD refused", "x.gpx"),
    "UPL-002": refused("DTD refused", "x.kml"),
    "UPL-004": refused("no feature", "x.kml"),
    "UPL-005": refused("unpacked size is over 50 MB", "x.kmz", lambda row: bombs.zeros("doc.kml", 1024)),
    "UPL-008": refused("link to another file", "x.zip", lambda row: bombs.a_link("l", "/etc/passwd")),
    "UPL-009": refused(
        "This is an archive", "x.zip", lambda row: bombs.nested(row["input"]["zip_nested_depth"])
    ),
    # 200,000 entries weigh 18 MB, so that the size of the file speaks first where it is asked first.
    "UPL-010": refused(
        "too many files|larger than 10 MB",
        "x.zip",
        lambda row: bombs.many_entries(row["input"]["zip_entries"]),
    ),
    "UPL-011": refused_as_named("type not allowed"),
    "UPL-013": refused_as_named("only a header|name"),
    "UPL-014": refused_as_named("only a header"),
    "UPL-015": refused_as_named("type not allowed"),
    "UPL-022": refused_as_named("only a header"),
}

# Reads one file as the browser's import does, and prints what was said and the megabytes of its peak.
_MEASURE = """
import sys
from pathlib import Path
from tests.corpus.uploads import give_to_reader

def peak_mb():
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024

folder, name = Path(sys.argv[1]), sys.argv[2]
give = give_to_reader(folder)
give("small.kml", b"<kml><Placemark><name>A</name></Placemark></kml>")
before = peak_mb()
said = give(name, (folder / "given").open("rb").read())
print(peak_mb() - before, said)
"""


def megabytes_of(folder: Path, file_name: str, content: bytes) -> tuple[float, str]:
    """By how many megabytes reading a file makes a process of its own grow, and what it says."""
    (folder / "given").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, folder, file_name],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    megabytes, _space, said = done.stdout.strip().partition(" ")
    return float(megabytes), said
