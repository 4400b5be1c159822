"""How large a file may be, and what reading costs."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mapsvc.errors import UnreadableFile
from mapsvc.intake.limits import COMMAND_LINE
from mapsvc.intake.readers import read_table
from tests.intake.make import a_file, csv_of

HEADER = "name,type,lat,lon,email\n"
ROW = "A,host,48.58,7.75,a@example.org\n"

# Prints megabytes beyond those of a process that has read a small file.
MEASURE = """
import resource, sys
from pathlib import Path
from mapsvc.errors import UnreadableFile
from mapsvc.intake.hosts import read_hosts
from mapsvc.intake.mapping import guess_mapping
from mapsvc.intake.readers import read_table

class NoTowns:
    def locate(self, town, *, country, postcode=None):
        return None

def used(path):
    try:
        table = read_table(path)
        hosts, faults, notices = read_hosts(table, guess_mapping(table), crs=None, gazetteer=NoTowns())
        return f"{len(hosts)} hosts"
    except UnreadableFile as error:
        return str(error)

used(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
answer = used(Path(sys.argv[2]))
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(answer, grown, sep="|")
"""


def measured(folder: Path, text: str) -> tuple[str, float]:
    small = a_file(folder, HEADER + ROW, "small.csv")
    large = a_file(folder, text, "large.csv")
    command = [sys.executable, "-c", MEASURE, small, large]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer, megabytes = done.stdout.strip().split("|")
    return answer, float(megabytes)


def test_two_million_rows_are_refused_in_little_memory(tmp_path: Path) -> None:
    answer, megabytes = measured(tmp_path, HEADER + ROW * 2_000_000)

    assert "more than 200000 rows" in answer
    assert megabytes < 200


def test_twenty_thousand_rows_are_read_in_little_memory(tmp_path: Path) -> None:
    header = (
        "Nom;Type de structure;Adresse;Pays;lat;lon;Secteur;Langues;Disponible du;Site internet;Email;Notes"
    )
    rows = [
        f"Entreprise {n};SARL;{n} rue des Lilas, {35000 + n % 900} Rennes;France;48.{n:05}1;-1.{n:05}2;"
        f"Bois, Santé;français (B2), anglais;01/03/2027;www.e{n}.example;e{n}@e.example;note {n}"
        for n in range(20_000)
    ]

    answer, megabytes = measured(tmp_path, "\n".join([header, *rows]))

    assert answer == "20000 hosts"
    assert megabytes < 200


def test_the_cap_counts_rows_not_lines(tmp_path: Path) -> None:
    path = a_file(tmp_path, csv_of([[f'"Host\n{n}"', 48.5, 7.5] for n in range(20)]))

    assert len(read_table(path, limits=replace(COMMAND_LINE, rows=20)).rows) == 20
    with pytest.raises(UnreadableFile, match="more than 19 rows"):
        read_table(path, limits=replace(COMMAND_LINE, rows=19))


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "hosts.geojson"
    with path.open("wb") as file:
        file.truncate(COMMAND_LINE.bytes + 1)

    with pytest.raises(UnreadableFile, match="larger than 100 MB"):
        read_table(path)
