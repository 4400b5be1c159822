"""Builds the gazetteer's SQLite file from the shipped list of places."""

import csv
import fcntl
import gzip
import hashlib
import math
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mapsvc.errors import Misconfigured
from mapsvc.messages import mark as _
from mapsvc.places.area_table import AREA_FILES, AREA_SCHEMA, fill_areas
from mapsvc.places.folding import fold
from mapsvc.places.gazetteer_ranking import OTHER, OTHER_TAIL, OWN, OWN_TAIL, prefix_score
from mapsvc.places.quarters import Spot, towns_of_quarters

FILE_NAME = "gazetteer.sqlite"
# Raised whenever the tables or the ranking change, so that older files are built anew.
LAYOUT = 5

# Prefixes shared by more names than this have their best places listed beforehand.
CROWDED = 300
LISTED = 24
LONGEST_LISTED = 10

CELLS_PER_DEGREE = 4
CELLS_ROUND = 360 * CELLS_PER_DEGREE

# Other names are findable by their inner words only where that serves many people.
TAILS_OF_OTHERS_FROM = 5_000
CONNECTING = frozenset(
    {"a", "aan", "al", "am", "an", "au", "aux", "b", "bei", "bij", "d", "da", "das", "de", "degli", "dei"}
    | {"del", "della", "delle", "den", "der", "des", "di", "do", "dos", "du", "e", "el", "en", "et", "i"}
    | {"im", "in", "l", "la", "las", "le", "les", "lo", "los", "na", "nad", "o", "ob", "of", "on", "op"}
    | {"os", "pe", "pod", "s", "sous", "sub", "sull", "sulla", "sur", "t", "te", "ten", "the", "und"}
    | {"van", "ved", "von", "vor", "y", "zu", "zum"}
)

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE place (
    id INTEGER PRIMARY KEY, name TEXT, country TEXT, region TEXT, near TEXT,
    lon REAL, lat REAL, population INTEGER, cell INTEGER, part_of INTEGER
);
CREATE TABLE name (
    id INTEGER PRIMARY KEY, key TEXT, kind INTEGER, place INTEGER, shown TEXT,
    country TEXT, score REAL, length INTEGER, backwards TEXT
);
CREATE TABLE listed (country TEXT, prefix TEXT, place INTEGER, name INTEGER, kind INTEGER, score REAL);
CREATE TABLE area (key TEXT, country TEXT, region TEXT, by_code INTEGER);
CREATE TABLE province (country TEXT, digits TEXT, region TEXT, PRIMARY KEY (country, digits)) WITHOUT ROWID;
"""

INDEXES = """
CREATE INDEX place_cell ON place (cell);
CREATE INDEX name_key ON name (key, score, place, kind);
CREATE INDEX name_in_country ON name (country, key, score, place, kind);
CREATE INDEX name_forwards ON name (length, key) WHERE kind < 2;
CREATE INDEX name_backwards ON name (length, backwards) WHERE kind < 2;
CREATE INDEX listed_prefix ON listed (prefix, country);
CREATE INDEX area_key ON area (key);
"""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Name:
    key: str
    kind: int
    place: int
    shown: str
    country: str
    score: float


def cell_of(lon: float, lat: float) -> int:
    """The number of the quarter-degree square that holds a point; neighbours to the east are next."""
    column = math.floor((lon + 180) * CELLS_PER_DEGREE)
    return math.floor((lat + 90) * CELLS_PER_DEGREE) * CELLS_ROUND + column


def up_to_date_file(
    folder: Path, source: Path, *, areas: Path | None = None, progress: Progress | None = None
) -> Path:
    """The path of a gazetteer file in folder that is built from source, building it if need be.

    source is the folder that holds places.csv.gz and its yml files, areas that of the areas in which
    people of these places are shown, None for a file that knows no areas. Several processes may
    ask at once: one builds, the others wait, and readers of an older file are not
    disturbed. progress is told the part done, from 0 to 1, only while building.

    Raises Misconfigured when source or areas is incomplete or folder cannot be written.
    """
    path = folder / FILE_NAME
    try:
        stamp = _stamp(source, areas)
        if _stamp_in(path) == stamp:
            return path
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{FILE_NAME}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _stamp_in(path) != stamp:
                _build(path, source, areas, stamp, progress or (lambda _part: None))
    except OSError as error:
        raise Misconfigured(
            _("The list of places cannot be prepared: %(reason)s."), reason=error.strerror or str(error)
        ) from error
    return path


def _stamp(source: Path, areas: Path | None) -> str:
    digest = hashlib.sha256(str(LAYOUT).encode())
    files = [source / name for name in ("places.csv.gz", "countries.yml", "regions.yml", "provinces.yml")]
    for file in files + ([areas / name for name in AREA_FILES] if areas else []):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _stamp_in(path: Path) -> str | None:
    """The stamp of a finished file; None when there is none or it cannot be read."""
    if not path.exists():
        return None
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            row = connection.execute("SELECT value FROM meta WHERE key = 'stamp'").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        return None
    return str(row[0]) if row else None


def _build(path: Path, source: Path, areas: Path | None, stamp: str, progress: Progress) -> None:
    # The lock is held, so one fixed name is enough; a killed build's rest is overwritten.
    fresh = path.with_suffix(".building")
    fresh.unlink(missing_ok=True)
    connection = sqlite3.connect(fresh)
    try:
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA + AREA_SCHEMA
        )
        places = _read_places(source)
        progress(0.1)
        connection.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _place_rows(places))
        names = sorted(
            (name for place in places for name in _names_of(place)),
            key=lambda name: (-name.score, name.place),
        )
        progress(0.4)
        connection.executemany("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _name_rows(names))
        progress(0.6)
        for part, rows in _listed_rows(names):
            connection.executemany("INSERT INTO listed VALUES (?, ?, ?, ?, ?, ?)", rows)
            progress(0.6 + 0.25 * part)
        connection.executemany("INSERT INTO area VALUES (?, ?, ?, ?)", _area_rows(source))
        connection.executemany("INSERT INTO province VALUES (?, ?, ?)", _province_rows(source))
        if areas:
            fill_areas(connection, areas)
        connection.executescript(INDEXES)
        connection.execute("INSERT INTO meta VALUES ('stamp', ?)", (stamp,))
        connection.commit()
    finally:
        connection.close()
    with fresh.open("rb") as written:
        os.fsync(written.fileno())
    fresh.replace(path)
    progress(1.0)


def _read_places(source: Path) -> list[dict[str, str]]:
    with gzip.open(source / "places.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _place_rows(places: list[dict[str, str]]) -> Iterator[tuple[object, ...]]:
    spots = [
        Spot(int(row["id"]), row["country"], float(row["lon"]), float(row["lat"]), int(row["population"]))
        for row in places
    ]
    towns = towns_of_quarters(spots)
    for row, spot in zip(places, spots, strict=True):
        named = (row["name"], row["country"], row["region"] or None, row["near"] or None)
        where = (spot.lon, spot.lat, spot.population, cell_of(spot.lon, spot.lat))
        yield (spot.id, *named, *where, towns.get(spot.id))


def _names_of(place: dict[str, str]) -> Iterator[_Name]:
    """All ways to type a place: its names and their ends from each inner word on."""
    population = int(place["population"])
    typed: dict[str, _Name] = {}
    own = (place["name"], OWN, OWN_TAIL, 0)
    others = ((name, OTHER, OTHER_TAIL, TAILS_OF_OTHERS_FROM) for name in place["others"].split("|") if name)
    for shown, whole, tail, tails_from in (own, *others):
        folded = fold(shown)
        inner = _tails(folded) if population >= tails_from else ()
        for key, kind in ((folded, whole), *((key, tail) for key in inner)):
            score = prefix_score(kind, population)
            # A tail may equal another name of the place: the better kind stands.
            if key and (key not in typed or kind < typed[key].kind):
                typed[key] = _Name(key, kind, int(place["id"]), shown, place["country"], score)
    yield from typed.values()


def _tails(key: str) -> Iterator[str]:
    parts = key.split()
    for start in range(1, len(parts)):
        if parts[start] not in CONNECTING and not parts[start].isdigit():
            yield " ".join(parts[start:])


def _name_rows(names: list[_Name]) -> Iterator[tuple[object, ...]]:
    for number, name in enumerate(names, 1):
        backwards = name.key[::-1] if name.kind < OWN_TAIL else None
        details = (name.shown, name.country, name.score, len(name.key), backwards)
        yield (number, name.key, name.kind, name.place, *details)


def _listed_rows(names: list[_Name]) -> Iterator[tuple[float, list[tuple[object, ...]]]]:
    """The best places of each crowded prefix, in all countries ("") and in each one.

    names are in order of score, best first. Yields the part done with each prefix length.
    """
    numbered = list(enumerate(names, 1))
    for length in range(1, LONGEST_LISTED + 1):
        numbered = [(number, name) for number, name in numbered if len(name.key) >= length]
        crowds: Counter[tuple[str, str]] = Counter()
        for _number, name in numbered:
            crowds["", name.key[:length]] += 1
            crowds[name.country, name.key[:length]] += 1
        best: dict[tuple[str, str], dict[int, tuple[object, ...]]] = {
            crowd: {} for crowd, count in crowds.items() if count > CROWDED
        }
        crowded = {prefix for country, prefix in best if not country}
        numbered = [(number, name) for number, name in numbered if name.key[:length] in crowded]
        for number, name in numbered:
            for country in ("", name.country):
                listed = best.get((country, name.key[:length]))
                if listed is not None and len(listed) < LISTED and name.place not in listed:
                    prefix = name.key[:length]
                    listed[name.place] = (country, prefix, name.place, number, name.kind, name.score)
        yield length / LONGEST_LISTED, [row for listed in best.values() for row in listed.values()]


def _yaml(source: Path, name: str) -> Any:
    return yaml.safe_load((source / name).read_text(encoding="utf-8"))


def _area_rows(source: Path) -> set[tuple[str, str, str | None, int]]:
    """What may follow a town's name: countries by name or code, regions, provinces."""
    rows: set[tuple[str, str, str | None, int]] = set()
    for country, names in _yaml(source, "countries.yml").items():
        rows.add((fold(country), country, None, 1))
        rows.update((fold(name), country, None, 0) for name in names)
    rows.update({("uk", "GB", None, 1), ("el", "GR", None, 1)})
    regions = _yaml(source, "regions.yml")
    for country, named in regions["names"].items():
        rows.update((fold(region), country, region, 0) for region in named.values())
    for country, aliases in regions["aliases"].items():
        for region, names in aliases.items():
            rows.update((fold(name), country, region, 0) for name in names)
    for country, provinces in _yaml(source, "provinces.yml").items():
        for name, code in provinces.values():
            rows.add((fold(name), country, regions["names"][country][code], 0))
    return rows


def _province_rows(source: Path) -> Iterator[tuple[str, str, str]]:
    names = _yaml(source, "regions.yml")["names"]
    for country, provinces in _yaml(source, "provinces.yml").items():
        for digits, (_name, code) in provinces.items():
            yield country, digits, names[country][code]
