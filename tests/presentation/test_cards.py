from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from werkzeug.datastructures import MultiDict

from mapsvc.directory.answers import Answer, Wider
from mapsvc.domain.base import now
from mapsvc.domain.listings import Listing
from mapsvc.params.searches import SearchState, search_state
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.presentation.cards import details, in_language, item, summary, tags
from mapsvc.presentation.labels import country_label, language_label, value_label
from mapsvc.presentation.results import chosen, facet_options, facet_values, summary_sentence, wider_choice


class Regions:
    """Names that show what was asked for."""

    def name(self, key: str, language: str) -> str:
        return f"{key} ({language})"


REGIONS = Regions()
PIN = {"area": "10kmE4150N2830-FR", "field": "0716", "year": 2024, "confirmed_on": "2026-01-05"}


def state(query: str, gazetteer: Gazetteer) -> SearchState:
    return search_state(MultiDict(parse_qsl(query)), gazetteer)


def listing(**values: Any) -> Listing:
    given: dict[str, Any] = {
        "id": 7,
        "key": "offer:7",
        "site_key": "site:3",
        "kind": "host",
        "slug": "menuiserie-muller",
        "title": "Menuiserie Muller",
        "place": "Strasbourg",
        "country": "FR",
        "region": "FR-67",
        "lon": 7.75,
        "lat": 48.58,
        "precision": "town",
        "confirmed": True,
        "sample": False,
        "facets": {"sector": ["wood"], "language": ["fr", "de"], "accommodation": ["none"]},
        "periods": [],
        "min_age": 16,
        "search_text": "",
        "detail": {"organisation": {"kind": "company"}, "site": {}, "offer": None, "source": None},
        "projection_version": 1,
        "updated": now(),
    }
    return Listing(**(given | values))


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ({"fr": "Bonjour", "en": "Hello", "": "?"}, "fr", "Bonjour"),
        ({"fr": "Bonjour", "en": "Hello", "": "?"}, "fr-BE", "Bonjour"),
        ({"fr": "Bonjour", "en": "Hello", "": "?"}, "de", "Hello"),
        ({"fr": "Bonjour", "": "?"}, "de", "?"),
        ({"it": "Ciao", "fr": "Bonjour"}, "de", "Bonjour"),
        ({"de": "", "fr": "Bonjour"}, "de", "Bonjour"),
        ({}, "de", None),
        (None, "de", None),
    ],
)
def test_a_text_is_shown_in_the_readers_language_or_the_next_best(
    texts: dict[str, str] | None, language: str, expected: str | None
) -> None:
    assert in_language(texts, language) == expected


def test_an_item_says_what_the_list_and_the_map_need() -> None:
    found = item(listing(), distance_m=12.3, offers=2, language="fr", regions=REGIONS)

    assert (found["id"], found["url"], found["distance_m"], found["offers"]) == (
        7,
        "/hosts/menuiserie-muller",
        12.3,
        2,
    )
    assert (found["country_label"], found["region_label"]) == ("France", "FR-67 (fr)")
    assert (found["summary"], found["confirmed_on"]) == ("Entreprise", None)


def test_tags_are_sectors_then_languages_then_help_with_a_bed() -> None:
    assert tags(listing(), "en") == ["Wood and furniture", "French", "German"]
    assert tags(listing(facets={"accommodation": ["helped"], "access": ["wheelchair"]}), "en") == [
        "Help to find accommodation",
        "Wheelchair access",
    ]


def test_a_summary_is_the_offers_and_is_cut_between_words() -> None:
    offer = {"summary": {"en": "Cut,\n plane and " + "sand " * 80}, "title": {"en": "Joinery"}}

    text = summary(listing(detail={"offer": offer}), "en")

    assert text.startswith("Cut, plane and sand")
    assert text.endswith("sand…")
    assert len(text) <= 221
    assert summary(listing(detail={"offer": {"title": {"en": "Joinery"}}}), "en") == "Joinery"
    assert summary(listing(detail={}), "en") == ""


def test_details_add_what_a_popup_shows() -> None:
    offer = {"title": {"fr": "Menuiserie"}, "fields": ["0722"], "confirmed_on": "2026-10-01"}
    detail = {
        "offer": offer,
        "organisation": {"website": "https://example.org"},
        "site": {"address": "1 rue X"},
    }

    found = details(listing(detail=detail), distance_m=None, offers=1, language="fr", regions=REGIONS)

    assert (found["offer_title"], found["confirmed_on"], found["address"]) == (
        "Menuiserie",
        "2026-10-01",
        "1 rue X",
    )
    assert (found["kind_label"], found["distance_m"]) == ("Lieu d’accueil", None)


@pytest.mark.parametrize(
    ("place", "region", "where"),
    [
        ("Strasbourg", "FR-67", "Around Strasbourg, France"),
        ("", "FR-67", "FR-67 (en), France"),
        ("", "", "France"),
    ],
    ids=["square", "region", "country"],
)
def test_a_person_is_said_to_be_in_an_area_and_never_in_a_town(
    place: str, region: str, where: str, speaking: Flask
) -> None:
    person = listing(
        kind="alumni", place=place, region=region, precision="area", detail={"pin": PIN}, facets={}
    )

    with speaking.test_request_context(), force_locale("en"):
        found = item(person, distance_m=None, offers=0, language="en", regions=REGIONS)

    assert found["kind_label"] == "Former participant"
    assert found["stay"] == {
        "area": "10kmE4150N2830-FR",
        "where": where,
        "field": value_label("field", "0716", "en", REGIONS),
        "year": 2024,
    }


def test_codes_have_names_in_the_readers_language() -> None:
    assert [country_label(code, "fr") for code in ("GR", "XK", "??")] == ["Grèce", "Kosovo", "??"]
    assert [language_label(code, "fr") for code in ("de", "zzz")] == ["Allemand", "Zzz"]
    assert value_label("field", "0719", "en", REGIONS) == value_label("field", "071", "en", REGIONS)


def test_options_come_most_frequent_first_and_then_by_label(gazetteer: Gazetteer) -> None:
    facets = {"sector": {"wood": 2, "food": 5, "health": 2}}

    options = facet_options(facets, state("sector=wood", gazetteer), language="en", regions=REGIONS)["sector"]

    assert [(one["value"], one["count"], one["active"]) for one in options] == [
        ("food", 5, False),
        ("health", 2, False),
        ("wood", 2, True),
    ]
    assert [one["url"] for one in options] == [
        "/?sector=food&sector=wood",
        "/?sector=health&sector=wood",
        "/",
    ]


def test_an_active_option_is_offered_even_where_nothing_is_left(gazetteer: Gazetteer) -> None:
    options = facet_options({}, state("sector=wood&region=FR-67", gazetteer), language="en", regions=REGIONS)

    assert [(one["value"], one["count"]) for one in options["sector"]] == [("wood", 0)]
    assert [one["value"] for one in options["region"]] == ["FR-67"]


def test_finer_fields_and_regions_are_offered_once_the_broader_is_chosen(gazetteer: Gazetteer) -> None:
    facets = {"field": {"07": 3, "0715": 3, "10": 1, "1013": 1}, "region": {"FR-67": 1, "IT-CO": 1}}

    def offered(query: str, name: str) -> list[str]:
        options = facet_options(facets, state(query, gazetteer), language="en", regions=REGIONS)
        return [one["value"] for one in options[name]]

    assert (offered("", "field"), offered("", "region")) == (["07", "10"], [])
    assert sorted(offered("field=07", "field")) == ["07", "0715", "10"]
    assert offered("country=FR", "region") == ["FR-67"]


def test_every_count_has_a_label() -> None:
    counts = facet_values({"country": {"IT": 1, "FR": 1}}, language="fr", regions=REGIONS)

    assert [one["label"] for one in counts["country"]] == ["France", "Italie"]


@pytest.fixture
def speaking() -> Flask:
    app = Flask("tests")
    Babel(app)
    return app


def test_each_choice_can_be_taken_back_alone(speaking: Flask, gazetteer: Gazetteer) -> None:
    query = "where=menuiserie&sector=wood&from=2027-03-12&to=2027-03-23&age=16&seats=2&q=bio"
    found = state(query, gazetteer)
    with speaking.test_request_context(), force_locale("en"):
        choices = chosen(found, language="en", regions=REGIONS)

    assert [(one["name"], one["label"]) for one in choices] == [
        ("where", "“menuiserie”"),
        ("sector", "Wood and furniture"),
        ("from", "March 12, 2027 – March 23, 2027"),
        ("age", "Age 16"),
        ("seats", "2 learners"),
        ("q", "“bio”"),
    ]
    assert [one["remove_url"] for one in choices][:3] == [
        "/?" + query.replace("where=menuiserie&", ""),
        "/?" + query.replace("sector=wood&", ""),
        "/?" + query.replace("from=2027-03-12&to=2027-03-23&", ""),
    ]


def test_a_wider_search_is_a_larger_radius_or_as_many_nearest(gazetteer: Gazetteer) -> None:
    found = state("lon=7&lat=48&radius_km=5&bbox=1,2,3,4", gazetteer)

    nearer, farther = wider_choice(Wider(75, 3), found), wider_choice(Wider(2000, 3), found)

    assert nearer == {"radius_km": 75, "total": 3, "url": "/?lon=7&lat=48&radius_km=75"}
    assert farther == {"radius_km": 2000, "total": 3, "url": "/?lon=7&lat=48&k=3"}
    assert wider_choice(None, found) is None


@pytest.mark.parametrize(
    ("query", "total", "sentence"),
    [
        ("", 1, "1 host"),
        ("bbox=1,2,3,4", 2, "2 hosts on this part of the map"),
        ("where=Lyon&radius_km=25", 12, "12 hosts within 25 km of Lyon"),
        ("lon=7&lat=48&radius_km=0.5", 1, "1 host within 0.5 km of the chosen point"),
        ("where=Lyon&k=5", 5, "The 5 hosts nearest to Lyon"),
        ("where=Lyon&k=5", 0, "Nothing found around Lyon"),
    ],
)
def test_the_summary_says_how_many_and_where(
    query: str, total: int, sentence: str, speaking: Flask, gazetteer: Gazetteer
) -> None:
    answer = Answer(total=total, hits=(), page=1, pages=1, facets={})
    with speaking.test_request_context(), force_locale("en"):
        assert summary_sentence(answer, state(query, gazetteer)) == sentence


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "5 results"),
        ("kind=host", "5 hosts"),
        ("kind=alumni&bbox=1,2,3,4", "5 results on this part of the map"),
        ("where=Lyon&radius_km=25", "5 results within 25 km of Lyon"),
        ("where=Lyon&k=5", "The 5 results nearest to Lyon"),
    ],
)
def test_people_are_not_called_hosts(
    query: str, sentence: str, speaking: Flask, gazetteer: Gazetteer
) -> None:
    answer = Answer(total=5, hits=(), page=1, pages=1, facets={"kind": {"host": 3, "alumni": 2}})
    with speaking.test_request_context(), force_locale("en"):
        assert summary_sentence(answer, state(query, gazetteer)) == sentence


def test_a_day_is_sent_as_text() -> None:
    confirmed = listing(detail={"offer": {"confirmed_on": date(2026, 10, 1)}})

    found = item(confirmed, distance_m=None, offers=1, language="en", regions=REGIONS)

    assert found["confirmed_on"] == "2026-10-01"
