"""A file of made-up hosts, shaped like the lists that people send; the same every time."""

import csv
import gzip
import random
from pathlib import Path

from mapsvc.resources import resource

SMALLEST_TOWN = 5_000
COUNTRIES = ("FR", "IT", "DE", "ES", "BE", "NL", "PL", "PT", "LT", "CZ", "AT", "GR")
TRADES = ("Carpentry", "Bakery", "Garage", "Clinic", "Nursery", "Print shop", "Farm", "Hotel", "Foundry")
SECTORS = ("wood", "food", "automotive", "health", "social", "printing_media", "agriculture", "hospitality")
COLUMNS = (
    *("name", "sector", "street", "town", "country", "latitude", "longitude"),
    *("email", "website", "description"),
)
# One row in so many has no coordinates, and is placed by its town.
WITHOUT_COORDINATES = 10
AROUND_DEGREES = 0.05


def write_hosts(path: Path, number: int) -> None:
    """Writes so many rows as CSV: every name once, in 12 countries, a tenth without coordinates."""
    chance = random.Random(20_000)  # noqa: S311
    towns = _towns()
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for row in range(number):
            table.writerow(_host(chance, row, chance.choice(towns)))


def _towns() -> list[dict[str, str]]:
    with gzip.open(
        str(resource("data/gazetteer/places.csv.gz")), "rt", encoding="utf-8", newline=""
    ) as lines:
        return [
            row
            for row in csv.DictReader(lines)
            if row["country"] in COUNTRIES and int(row["population"]) >= SMALLEST_TOWN
        ]


def _host(chance: random.Random, row: int, town: dict[str, str]) -> list[str]:
    trade = chance.choice(TRADES)
    name = f"{trade} {town['name']} {row:05}"
    point = [
        f"{float(town[axis]) + chance.uniform(-AROUND_DEGREES, AROUND_DEGREES):.6f}"
        for axis in ("lat", "lon")
    ]
    if not row % WITHOUT_COORDINATES:
        point = ["", ""]
    return [
        *(name, chance.choice(SECTORS), f"{chance.randint(1, 200)} High Street"),
        *(town["name"], town["country"], *point),
        *(f"contact{row}@example.org", f"https://example.org/{row}"),
        f"{trade} that takes learners for two to six weeks, number {row} of a made-up list.",
    ]
