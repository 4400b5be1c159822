"""The sample alumni are plausible, many-voiced, and hold nothing that a moderator would refuse."""

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
import yaml

from mapsvc.domain import vocabulary
from mapsvc.domain.pin_values import flags_of
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.resources import resource

FILES = sorted(resource("data/samples/alumni").glob("*.yml"))
ALUMNI: list[dict[str, Any]] = [
    {"country": file.stem, **one} for file in FILES for one in yaml.safe_load(file.read_text("utf-8"))
]
WORDS = ("display_name", "surname", "host_name", "story")
RUN = 8  # words in a row that no two stories have in common
MISTYPED = re.compile(r"['\"!]|\s\s|\s[.,]")
MISTYPED_FRENCH = re.compile(r"(?<!\u00a0)[:;?](?=\s|$)")
MISTYPED_ELSE = re.compile(r"\s[:;?]|\u00a0")


def stories(*, french: bool) -> list[str]:
    return [one["story"] for one in ALUMNI if (one["written_in"] == "fr") == french]


def test_there_are_eighty_sample_alumni_in_many_towns_countries_trades_and_languages() -> None:
    assert len(ALUMNI) == 80
    assert len({one["id"] for one in ALUMNI}) == 80
    assert len({one["place_id"] for one in ALUMNI}) >= 20
    assert len({one["country"] for one in ALUMNI}) >= 12
    assert len({one["from_country"] for one in ALUMNI}) >= 12
    assert len({one["field"] for one in ALUMNI}) >= 20
    assert len({one["written_in"] for one in ALUMNI}) >= 6


def test_every_town_is_the_one_that_the_gazetteer_finds_by_its_name(gazetteer: Gazetteer) -> None:
    for one in ALUMNI:
        place = gazetteer.locate(one["town"], country=one["country"])
        assert place is not None, one["id"]
        assert (place.id, place.country) == (one["place_id"], one["country"]), one["id"]


def test_every_town_has_an_area_and_in_some_there_are_several_people(gazetteer: Gazetteer) -> None:
    areas = [gazetteer.area_of(one["place_id"]) for one in ALUMNI]
    keys = Counter(area.key for area in areas if area is not None)

    assert sum(keys.values()) == 80
    assert len(keys) >= 15
    assert max(keys.values()) >= 4


@pytest.mark.parametrize("one", ALUMNI, ids=[one["id"] for one in ALUMNI])
def test_a_story_is_within_its_limits_and_nothing_in_it_is_flagged(one: dict[str, Any]) -> None:
    assert 150 <= len(one["story"]) <= 700
    assert flags_of({name: one.get(name, "") for name in WORDS}) == []
    assert re.findall(r"https?://|www\.|@|\d{4}", one["story"]) == []


def test_no_two_stories_are_alike() -> None:
    runs = Counter(
        run
        for one in ALUMNI
        for words in [re.findall(r"\w+", one["story"].casefold())]
        for run in {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
    )

    assert [run for run, times in runs.items() if times > 1] == []


def test_the_typography_of_stories_is_right() -> None:
    assert [one["id"] for one in ALUMNI if MISTYPED.search(one["story"])] == []
    assert [text for text in stories(french=True) if MISTYPED_FRENCH.search(text)] == []
    assert [text for text in stories(french=False) if MISTYPED_ELSE.search(text)] == []


def test_who_tells_a_story_speaks_its_language() -> None:
    assert [one["id"] for one in ALUMNI if one["written_in"] not in one["languages"]] == []


def test_stays_are_of_other_countries_and_of_years_that_are_over() -> None:
    for one in ALUMNI:
        assert one["from_country"] != one["country"], one["id"]
        assert 2019 <= one["year"] <= 2025, one["id"]
        assert isinstance(one["last_confirmed"], date), one["id"]


def test_topics_and_fields_are_known_and_most_may_be_asked() -> None:
    asked = [one for one in ALUMNI if "ask_about" in one]

    assert {topic for one in asked for topic in one["ask_about"]} == set(vocabulary.keys("ask_topics"))
    assert {one["field"] for one in ALUMNI} <= set(vocabulary.keys(vocabulary.FIELDS))
    assert 40 < len(asked) < 80


def test_a_host_that_is_named_is_a_sample_host_of_the_same_town() -> None:
    hosts = {
        (host["town"], host["name"])
        for file in resource("data/samples/hosts").glob("*.yml")
        for host in yaml.safe_load(file.read_text("utf-8"))
    }
    named = {(one["town"], one["host_name"]) for one in ALUMNI if "host_name" in one}

    assert named
    assert named <= hosts


def test_a_sample_says_no_town_in_its_address() -> None:
    towns = {word for one in ALUMNI for word in re.findall(r"\w{4,}", one["town"].casefold())}

    assert [one["id"] for one in ALUMNI if towns & set(one["id"].split("-"))] == []
    assert max(len(one["id"]) for one in ALUMNI) <= 23
