from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from mapsvc.directory.searches import Box, Near, Sort
from mapsvc.domain.listings import Kind
from mapsvc.errors import InvalidSearch
from mapsvc.params.searches import (
    SEARCH_PARAMETERS,
    SearchState,
    StayTooLong,
    UnknownParameter,
    refuse_unknown,
    search_state,
    search_url,
)
from mapsvc.params.values import (
    GivenTwice,
    Missing,
    NotABox,
    NotADay,
    NotANumber,
    NotKnown,
    OutOfBounds,
    TooLong,
)
from mapsvc.places.gazetteer import Gazetteer

LYON = 2996944


def arguments(query: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(query, keep_blank_values=True))


def state(query: str, gazetteer: Gazetteer) -> SearchState:
    return search_state(arguments(query), gazetteer)


def test_nothing_given_is_the_whole_directory_in_view(gazetteer: Gazetteer) -> None:
    found = state("", gazetteer)

    assert (found.mode, found.search.near, found.search.box, found.search.limit, found.page) == (
        "view",
        None,
        None,
        20,
        1,
    )
    assert search_url(found) == "/"


def test_every_parameter_is_read(gazetteer: Gazetteer) -> None:
    found = state(
        "lon=7.75&lat=48.58&radius_km=25.5&k=12&kind=kit&kind=host&field=07&sector=wood&language=FR&country=uk"
        "&region=LV-~latgale&from=2027-03-12&to=2027-03-23&age=16&accommodation=provided&access=wheelchair"
        "&seats=2&q=Scierie+%C3%A0+Colmar&sort=name&limit=5&page=3",
        gazetteer,
    )

    search, filters = found.search, found.search.filters
    assert search.near == Near(7.75, 48.58, 25.5, 12)
    assert (search.sort, search.limit, search.page) == (Sort.NAME, 5, 3)
    assert filters.kinds == (Kind.HOST, Kind.KIT)
    assert (filters.fields, filters.sectors, filters.languages) == (("07",), ("wood",), ("fr",))
    assert (filters.countries, filters.regions) == (("GB",), ("LV-~latgale",))
    assert (filters.first, filters.last) == (date(2027, 3, 12), date(2027, 3, 23))
    assert (filters.age, filters.seats, filters.accommodation, filters.access) == (
        16,
        2,
        ("provided",),
        ("wheelchair",),
    )
    assert filters.words == ("scierie", "a", "colmar")


@pytest.mark.parametrize(
    ("query", "fault", "parameter"),
    [
        ("lon=7&lat=nan", NotANumber, "lat"),
        ("lon=7&lat=1e400", NotANumber, "lat"),
        ("lon=7&lat=٤٨.٥٨", NotANumber, "lat"),
        ("lon=7&lat=48,58", NotANumber, "lat"),
        ("lon=7&lat=91", OutOfBounds, "lat"),
        ("lon=-180.5&lat=0", OutOfBounds, "lon"),
        ("lon=7", Missing, "lat"),
        ("lat=7", Missing, "lon"),
        ("lon=7&lat=8&lat=9", GivenTwice, "lat"),
        ("lon=7&lat=8&radius_km=0", OutOfBounds, "radius_km"),
        ("lon=7&lat=8&radius_km=0.09", OutOfBounds, "radius_km"),
        ("lon=7&lat=8&radius_km=500.1", OutOfBounds, "radius_km"),
        ("lon=7&lat=8&radius_km=-1", OutOfBounds, "radius_km"),
        ("lon=7&lat=8&k=0", OutOfBounds, "k"),
        ("lon=7&lat=8&k=1001", OutOfBounds, "k"),
        ("limit=0", OutOfBounds, "limit"),
        ("limit=101", OutOfBounds, "limit"),
        ("limit=2.5", InvalidSearch, "limit"),
        ("page=0", OutOfBounds, "page"),
        ("page=10001", OutOfBounds, "page"),
        ("page=99999999999999999999", OutOfBounds, "page"),
        ("bbox=1,2,3", NotABox, "bbox"),
        ("bbox=10,50,0,40", NotABox, "bbox"),
        ("bbox=1,2,3,x", NotANumber, "bbox"),
        ("bbox=1,2,3,91", OutOfBounds, "bbox"),
        ("kind=boat", NotKnown, "kind"),
        ("field=7", NotKnown, "field"),
        ("field=07%25", NotKnown, "field"),
        ("sector=piracy", NotKnown, "sector"),
        ("country=F1", NotKnown, "country"),
        ("from=2027-02-30", NotADay, "from"),
        ("from=12.03.2027", NotADay, "from"),
        ("from=1999-01-01", NotADay, "from"),
        ("from=2027-03-12&to=2027-03-11", StayTooLong, "to"),
        ("from=2027-03-12&to=2029-03-11", StayTooLong, "to"),
        ("age=121", OutOfBounds, "age"),
        ("seats=0", OutOfBounds, "seats"),
        ("sort=random", NotKnown, "sort"),
        ("place=999999999999", NotKnown, "place"),
        ("place=x", InvalidSearch, "place"),
        ("q=" + "a" * 201, TooLong, "q"),
        ("where=" + "a" * 201, TooLong, "where"),
        ("&".join(f"region=FR-{number}" for number in range(41)), GivenTwice, "region"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_parameter(
    query: str, fault: type[InvalidSearch], parameter: str, gazetteer: Gazetteer
) -> None:
    with pytest.raises(fault) as raised:
        state(query, gazetteer)

    assert raised.value.values["parameter"] == parameter
    assert parameter in str(raised.value)


def test_a_bound_is_named_with_its_unit(gazetteer: Gazetteer) -> None:
    with pytest.raises(OutOfBounds, match="maximum 500 km"):
        state("lon=7&lat=8&radius_km=1e9", gazetteer)


@pytest.mark.parametrize("query", ["country=ß", "country=ﬁ", "language=\u212al"])
def test_a_code_is_judged_as_it_is_written(query: str, gazetteer: Gazetteer) -> None:
    """In other cases these letters are ASCII: SS, FI and kl."""
    with pytest.raises(NotKnown):
        state(query, gazetteer)


@pytest.mark.parametrize("name", ["age", "lon", "kind", "from", "place", "bbox"])
def test_a_space_is_a_value_where_no_text_is_asked_for(name: str, gazetteer: Gazetteer) -> None:
    with pytest.raises(InvalidSearch) as raised:
        state(f"{name}=+", gazetteer)

    assert raised.value.values["parameter"] == name


def test_a_text_is_measured_as_it_is_sent(gazetteer: Gazetteer) -> None:
    with pytest.raises(TooLong):
        state("q=" + "+" * 201, gazetteer)


def test_empty_values_are_not_given(gazetteer: Gazetteer) -> None:
    assert state("where=&lon=&lat=&radius_km=&kind=&from=&age=&q=+&page=&bbox=", gazetteer) == state(
        "", gazetteer
    )


def test_a_box_may_go_over_the_antimeridian(gazetteer: Gazetteer) -> None:
    assert state("bbox=170,-20,-170,20", gazetteer).search.box == Box(170, -20, -170, 20)


def test_a_place_is_a_centre_by_its_id_or_its_name(gazetteer: Gazetteer) -> None:
    by_id, by_name = state(f"place={LYON}", gazetteer), state("where=Lyon", gazetteer)

    assert by_id.centre == by_name.centre
    assert by_name.centre is not None
    assert (by_name.centre.label, by_name.place, by_name.radius_km) == ("Lyon", LYON, 50)


def test_text_that_is_no_place_is_searched_as_words_by_relevance(gazetteer: Gazetteer) -> None:
    found = state("where=Boulangerie&q=pain", gazetteer)

    assert (found.mode, found.where_is_text) == ("view", True)
    assert found.search.filters.words == ("pain", "boulangerie")
    assert found.search.sort is Sort.RELEVANCE


@pytest.mark.parametrize("typed", ["bois", "Sport", "hospital", "école"])
def test_a_word_for_a_trade_is_not_taken_for_a_village(typed: str, gazetteer: Gazetteer) -> None:
    assert state(f"where={typed}", gazetteer).where_is_text


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Cologne", "Köln"),
        ("stras", "Strasbourg"),
        ("Como, Italy", "Como"),
        ("St Etienne", "Saint-Étienne"),
        ("Berlinn", "Berlin"),
    ],
)
def test_a_town_is_understood_as_people_type_it(typed: str, name: str, gazetteer: Gazetteer) -> None:
    centre = state(f"where={typed}", gazetteer).centre

    assert centre is not None
    assert centre.label == name


def test_text_typed_since_wins_over_the_place_chosen_before(gazetteer: Gazetteer) -> None:
    centre = state(f"where=Berlin&place={LYON}", gazetteer).centre

    assert centre is not None
    assert centre.label == "Berlin"


def test_a_place_chosen_for_its_text_is_kept(gazetteer: Gazetteer) -> None:
    assert state(f"where=lyon+fr&place={LYON}", gazetteer).place == LYON


def test_pages_ignore_what_they_do_not_know_and_doors_refuse_it(gazetteer: Gazetteer) -> None:
    assert state("utm_source=x", gazetteer) == state("", gazetteer)
    with pytest.raises(UnknownParameter, match="utm_source"):
        refuse_unknown(arguments("lon=1&utm_source=x"), SEARCH_PARAMETERS)


def test_an_address_is_the_same_for_the_same_search(gazetteer: Gazetteer) -> None:
    one = state("sector=wood&lat=48.58&lon=7.750&sector=food&age=16", gazetteer)
    other = state(
        "age=16&lon=7.75&radius_km=50.0&sector=food&sector=wood&sector=wood&lat=48.58&page=1&limit=20",
        gazetteer,
    )

    assert (
        search_url(one)
        == search_url(other)
        == "/?lon=7.75&lat=48.58&radius_km=50&sector=food&sector=wood&age=16"
    )


def test_a_change_goes_back_to_the_first_page(gazetteer: Gazetteer) -> None:
    found = state("sector=wood&page=4", gazetteer)

    assert search_url(found, page=5) == "/?sector=wood&page=5"
    assert search_url(found, sector=[]) == "/"
    assert search_url(found, "/list", age=17) == "/list?sector=wood&age=17"


def test_addresses_are_plain_ascii_that_browsers_leave_alone(gazetteer: Gazetteer) -> None:
    url = search_url(state("q=a%26b%3Dc+%C3%A9%25%22%3C", gazetteer))

    assert url == iri_to_uri(url)
    assert url.isascii()


LONGITUDES = st.floats(-180, 180)


@settings(deadline=None)
@given(
    values=st.fixed_dictionaries(
        {},
        optional={
            "lon": st.floats(-180, 180).map(str),
            "lat": st.floats(-90, 90).map(str),
            "radius_km": st.floats(0.1, 500).map(str),
            "k": st.integers(1, 1000).map(str),
            "bbox": st.tuples(
                st.floats(-180, 180), st.floats(-90, 0), st.floats(-180, 180), st.floats(0, 90)
            ).map(lambda sides: ",".join(map(str, sides))),
            "sector": st.sampled_from(("wood", "food")),
            "from": st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(str),
            "q": st.text(max_size=40),
            "page": st.integers(1, 100).map(str),
        },
    )
)
def test_an_address_read_again_is_the_same_search(values: dict[str, Any], gazetteer: Gazetteer) -> None:
    if ("lon" in values) != ("lat" in values):
        return
    once = search_state(MultiDict(values), gazetteer)

    again = state(urlsplit(search_url(once)).query, gazetteer)

    assert again == once
    assert search_url(again) == search_url(once)


@settings(deadline=None)
@given(values=st.dictionaries(st.sampled_from(SEARCH_PARAMETERS), st.text(max_size=30), max_size=4))
def test_any_text_is_read_or_refused_by_name(values: dict[str, str], gazetteer: Gazetteer) -> None:
    refused = ""
    try:
        found = search_state(MultiDict(values), gazetteer)
    except InvalidSearch as fault:
        refused = str(fault.values["parameter"])
        found = search_state(MultiDict(), gazetteer)

    assert refused in {"", "lon", "lat", *values}
    assert state(urlsplit(search_url(found)).query, gazetteer).search == found.search
