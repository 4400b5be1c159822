"""The sample hosts and the seed directory are plausible, complete, and speak two languages."""

import gzip
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import shapely
import yaml
from pyproj import Geod

from mapsvc.domain import vocabulary
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.resources import resource

WGS84 = Geod(ellps="WGS84")
SPOKEN = {
    "AT": {"de"}, "BE": {"nl", "fr"}, "CZ": {"cs"}, "DE": {"de"}, "DK": {"da"}, "EE": {"et"}, "ES": {"es"},
    "FI": {"fi"}, "FR": {"fr"}, "GR": {"el"}, "HR": {"hr"}, "IE": {"en"}, "IT": {"it"}, "LT": {"lt"},
    "LU": {"lb"}, "LV": {"lv"}, "NL": {"nl"}, "PL": {"pl"}, "PT": {"pt"}, "SE": {"sv"}, "SI": {"sl"},
    "SK": {"sk"},
}  # fmt: skip
MISTYPED_FRENCH = re.compile(r"(?<!\u00a0)[:;?](?=\s|$)|['!]")
MISTYPED_ENGLISH = re.compile(r"\s[:;?,.]|['!]")


def read(name: str) -> Any:
    return yaml.safe_load(resource(name).read_text("utf-8"))


def texts(value: Any, language: str) -> Iterator[str]:
    """Every text in one language anywhere in a read file."""
    if isinstance(value, dict):
        own = value.get(language) if {"en", "fr"} <= value.keys() else None
        if isinstance(own, str | list):
            yield from [own] if isinstance(own, str) else own
        for inner in value.values():
            yield from texts(inner, language)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, language)


PROGRAMMES: dict[str, Any] = read("data/samples/programmes.yml")
FILES = sorted(resource("data/samples/hosts").glob("*.yml"))
HOSTS: list[dict[str, Any]] = [host for file in FILES for host in yaml.safe_load(file.read_text("utf-8"))]
OFFERS = [(host, offer) for host in HOSTS for offer in host["offers"]]
SEED: list[dict[str, Any]] = read("data/seed/hosts.yml")


def test_there_are_two_hundred_sample_hosts_in_at_least_fourteen_countries() -> None:
    assert len(HOSTS) == 200
    assert len({host["id"] for host in HOSTS}) == 200
    assert len({host["name"] for host in HOSTS}) == 200
    assert len({host["country"] for host in HOSTS}) >= 14
    assert all(
        host["country"] == file.stem for file in FILES for host in yaml.safe_load(file.read_text("utf-8"))
    )


def test_at_least_eighty_programmes_are_offered() -> None:
    offered = {offer["template"] for _, offer in OFFERS}

    assert offered <= PROGRAMMES.keys()
    assert len(offered) >= 80


def test_no_programme_is_offered_twice_in_a_country() -> None:
    counted = Counter((host["country"], offer["template"]) for host, offer in OFFERS)

    assert [pair for pair, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_long_text_is_written_twice(language: str) -> None:
    written = Counter(
        text
        for text in itertools.chain(texts(PROGRAMMES, language), texts(HOSTS, language))
        if len(text) > 60
    )

    assert [text for text, times in written.items() if times > 1] == []


def test_every_programme_has_its_texts_in_both_languages() -> None:
    wanted = {"title", "summary", "missions", "profiles", "welcome", "effects_host", "effects_visitor"}
    for name, programme in PROGRAMMES.items():
        for key in wanted | (programme.keys() & {"conditions"}):
            assert programme[key].keys() == {"en", "fr"}, (name, key)
            assert all(programme[key].values()), (name, key)
        missions = programme["missions"]
        assert 2 <= len(missions["en"]) == len(missions["fr"]) <= 5, name
        assert len(programme["profiles"]["en"]) == len(programme["profiles"]["fr"]), name


def test_the_typography_of_both_languages_is_right() -> None:
    everything = [PROGRAMMES, HOSTS]

    assert [text for text in texts(everything, "fr") if MISTYPED_FRENCH.search(text)] == []
    assert [text for text in texts(everything, "en") if MISTYPED_ENGLISH.search(text)] == []


def test_all_keys_are_known_to_the_vocabulary() -> None:
    used = {
        "sectors": {
            key for thing in [*HOSTS, *PROGRAMMES.values(), *SEED] for key in thing.get("sectors", ())
        },
        "fields": {code for programme in PROGRAMMES.values() for code in programme["fields"]},
        "organisation_kinds": {host["kind"] for host in [*HOSTS, *SEED]},
        "accommodation": {offer["accommodation"] for _, offer in OFFERS},
        "programmes": {key for _, offer in OFFERS for key in offer["programmes"]},
        "cefr": {level for thing in itertools.chain(*OFFERS) for level in thing["languages"].values()},
    }

    unknown = {name: keys.difference(vocabulary.keys(name)) for name, keys in used.items()}

    assert not any(unknown.values()), unknown


def test_every_sector_has_a_sample() -> None:
    offered = {key for _, offer in OFFERS for key in PROGRAMMES[offer["template"]]["sectors"]}

    assert offered == set(vocabulary.keys("sectors"))


def test_a_host_speaks_a_language_of_its_country_and_every_language_it_asks_for() -> None:
    for host, offer in OFFERS:
        assert host["languages"].keys() & SPOKEN[host["country"]], host["id"]
        assert offer["languages"], host["id"]
        for language, level in offer["languages"].items():
            assert level <= host["languages"].get(language, ""), (host["id"], language)


def test_the_days_and_periods_of_an_offer_are_in_order_and_fit() -> None:
    for host, offer in OFFERS:
        periods = offer["periods"]
        lengths = [(period["to"] - period["from"]).days + 1 for period in periods]
        assert 1 <= offer["min_days"] <= min(lengths), host["id"]
        assert offer["min_days"] <= offer["max_days"] <= max(lengths), host["id"]
        assert all(before["to"] < after["from"] for before, after in itertools.pairwise(periods)), host["id"]
        assert all(period["seats"] > 0 for period in periods), host["id"]
        assert all(date(2027, 1, 1) <= p["from"] and p["to"] <= date(2028, 6, 30) for p in periods), host[
            "id"
        ]
        assert offer["minimum_age"] in {16, 17, 18}, host["id"]


def test_long_programmes_are_offered_only_where_the_stay_may_be_long() -> None:
    wrong = [
        host["id"]
        for host, offer in OFFERS
        if ("erasmus_pro" in offer["programmes"]) != (offer["max_days"] >= 90)
    ]

    assert wrong == []


def test_the_solidarity_corps_is_offered_to_adults_alone() -> None:
    young = [
        host["id"]
        for host in HOSTS
        for offer in host["offers"]
        if "solidarity_corps" in offer["programmes"] and offer["minimum_age"] < 18
    ]

    assert young == []


def test_every_sample_host_stands_within_fifteen_kilometres_of_its_town(gazetteer: Gazetteer) -> None:
    for host in HOSTS:
        town = gazetteer.locate(host["town"], country=host["country"])
        assert town is not None, host["town"]
        away_m = WGS84.inv(host["lon"], host["lat"], town.lon, town.lat)[2]
        assert away_m <= 15_000, (host["id"], round(away_m))


def test_every_sample_host_stands_on_land_of_its_country() -> None:
    features = json.loads(gzip.decompress(resource("data/regions/regions.geojson.gz").read_bytes()))[
        "features"
    ]
    outlines = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    tree = shapely.STRtree(outlines)

    astray = [
        host["id"]
        for host in HOSTS
        if host["country"]
        not in {
            features[index]["properties"]["country"]
            for index in tree.query(shapely.Point(host["lon"], host["lat"]), predicate="within").tolist()
        }
    ]

    assert astray == []


def test_no_sample_is_shipped_with_a_website_or_a_contact() -> None:
    source = "".join(file.read_text("utf-8") for file in [*FILES, resource("data/samples/programmes.yml")])

    assert re.findall(r"https?://|www\.|@|\+\d{2}", source) == []


def test_the_seed_directory_holds_sixteen_partners_three_of_them_to_locate() -> None:
    to_locate = {entry["name"] for entry in SEED if "town" not in entry}

    assert len({entry["id"] for entry in SEED}) == 16
    assert to_locate == {
        "Association Ar Roc’h",
        "Mes Petits IMP",
        "Mediterráneo Erasmus International Center",
    }
    assert all(entry["source"] for entry in SEED)


def test_every_town_of_the_seed_directory_is_found(gazetteer: Gazetteer) -> None:
    missing = [
        entry["name"]
        for entry in SEED
        if "town" in entry and gazetteer.locate(entry["town"], country=entry["country"]) is None
    ]

    assert missing == []
