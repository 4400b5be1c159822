"""From a query string to a search, and from a search to its one canonical query string."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from mapsvc.directory.searches import Box, Filters, Near, Search, Sort
from mapsvc.domain.listings import Kind
from mapsvc.errors import InvalidSearch
from mapsvc.messages import mark as _
from mapsvc.params.cursors import cursor, written
from mapsvc.params.lists import list_rules
from mapsvc.params.places import is_meant, meant_place
from mapsvc.params.values import (
    LATITUDES,
    LONGITUDES,
    Arguments,
    Missing,
    NotKnown,
    box,
    choice,
    day,
    integer,
    number,
    plain,
    several,
    shown,
    text,
)
from mapsvc.places.folding import words
from mapsvc.places.gazetteer import Gazetteer

DEFAULT_RADIUS_KM = 50
DEFAULT_LIMIT = 20
MOST_AGE, MOST_SEATS, MOST_K, MOST_PAGES, MOST_LIMIT = 120, 1000, 1000, 10_000, 100
MOST_PLACE = 2**53  # the largest whole number that every reader of JSON keeps
LEAST_RADIUS_KM, MOST_RADIUS_KM = 0.1, 500
LONGEST_STAY = timedelta(days=366)

PLACE_PARAMETERS = ("where", "place", "lon", "lat", "radius_km", "k", "bbox")
LISTS = ("kind", "field", "sector", "language", "country", "region", "accommodation", "access")
FILTERS = (*LISTS[:6], "from", "to", "age", *LISTS[6:], "seats", "q", "sort")
SEARCH_PARAMETERS = (
    *PLACE_PARAMETERS,
    *FILTERS,
    "limit",
    "page",
    "cursor",
)  # in the order of canonical queries

SORTS = {sort.value: sort for sort in Sort if sort is not Sort.DEFAULT}


class UnknownParameter(InvalidSearch):
    """A parameter that this address does not have."""

    message = _("“%(parameter)s” is not a parameter of this address. It has: %(known)s.")


class StayTooLong(InvalidSearch):
    """A stay that ends before it begins, or lasts more than a year."""

    message = _("From %(first)s to %(last)s cannot be searched: a stay ends after it begins, within a year.")


@dataclass(frozen=True, slots=True)
class Centre:
    """The place that a search is around; label is its name, None for a bare point."""

    lon: float
    lat: float
    label: str | None


@dataclass(frozen=True, slots=True)
class SearchState:
    """A search as a page shows it and its address says it.

    `search` is what the directory is asked. `filters` holds what was given of FILTERS, by the
    names of the query string: lists of keys, and text for the others. `where` is the text typed;
    `place` the gazetteer's id of the place it stands for, None where it is searched as words
    (`where_is_text`) or was not given. `beside` is what the links of its page carry on by name and is no
    part of the search: no file, no feed and nothing that is kept has it.
    """

    search: Search
    centre: Centre | None
    where: str
    where_is_text: bool
    place: int | None
    filters: dict[str, Any]
    beside: dict[str, str] = field(default_factory=dict)

    @property
    def mode(self) -> str:
        """Either "near", around a place, or "view", for what the map shows."""
        return "view" if self.centre is None else "near"

    @property
    def radius_km(self) -> float | None:
        """The radius around the place; None in view, and for the k nearest at any distance."""
        return self.search.near.radius_km if self.search.near else None

    @property
    def k(self) -> int | None:
        """How many of the nearest are asked for, None for all."""
        return self.search.near.k if self.search.near else None

    @property
    def bbox(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north of the box, None without one."""
        found = self.search.box
        return (found.west, found.south, found.east, found.north) if found else None

    @property
    def page(self) -> int:
        """The page of the list, from 1."""
        return self.search.page

    def parameters(self) -> dict[str, Any]:
        """What the canonical query string holds, by name; what is not given is left out."""
        near = self.search.near
        by_point = near is not None and self.place is None
        found = {
            "where": self.where,
            "place": self.place,
            "lon": near.lon if near and by_point else None,
            "lat": near.lat if near and by_point else None,
            "radius_km": self.radius_km,
            "k": self.k,
            "bbox": self.bbox,
            **self.filters,
            "limit": self.search.limit if self.search.limit != DEFAULT_LIMIT else None,
            "page": self.page if self.page > 1 else None,
            "cursor": written(self.search.after) if self.search.after else None,
        }
        return {name: value for name, value in found.items() if value not in (None, "", [], ())}


def search_state(arguments: Arguments, gazetteer: Gazetteer) -> SearchState:
    """The search that a query string asks for; parameters that are not SEARCH_PARAMETERS are ignored.

    A centre is `lon` and `lat`, else `place`, else the place that `where` stands for; text that
    stands for none is searched as words, together with `q`. Around a centre the radius is
    DEFAULT_RADIUS_KM unless `radius_km` or `k` is given. Words without a centre come by relevance.

    Raises a sub-class of InvalidSearch whose values hold `parameter`.
    """
    where = text(arguments, "where")
    centre, place = _centre(arguments, where, gazetteer)
    filters = dict(_filters(arguments))
    where_is_text = bool(where) and centre is None
    asked = words(filters.get("q", "")) + (words(where) if where_is_text else [])
    sides = box(arguments, "bbox")
    sort = SORTS.get(filters.get("sort", ""), Sort.DEFAULT)
    if sort is Sort.DEFAULT and asked and centre is None:
        sort = Sort.RELEVANCE
    near = _near(arguments, centre)
    limit = integer(arguments, "limit", 1, MOST_LIMIT)
    page = integer(arguments, "page", 1, MOST_PAGES)
    search = Search(
        near=near,
        box=Box(*sides) if sides else None,
        filters=_as_filters(filters, asked),
        sort=sort,
        limit=DEFAULT_LIMIT if limit is None else limit,
        page=1 if page is None else page,
        after=cursor(arguments, "cursor"),
    )
    return SearchState(search, centre, where, where_is_text, place, filters)


def refuse_unknown(arguments: Arguments, known: Collection[str]) -> None:
    """Raises UnknownParameter for the first parameter that is not known."""
    for name in arguments:
        if name not in known:
            raise UnknownParameter(parameter=shown(name), known=", ".join(known))


def search_url(state: SearchState, path: str = "/", /, **changes: Any) -> str:
    """The canonical address of a search with some parameters changed.

    A change to None, "" or an empty list takes the parameter away. Any change but of the page
    goes back to page 1, from the beginning. The same search gives the same address, parameters in
    a fixed order.
    """
    found = state.parameters() | changes
    if changes and "page" not in changes:
        found = {name: value for name, value in found.items() if name not in {"page", "cursor"}}
    query = query_string(found | (state.beside if path == "/" else {}))
    return f"{path}?{query}" if query else path


def query_string(parameters: dict[str, Any]) -> str:
    """The canonical query string of parameters by name; names of SEARCH_PARAMETERS come first."""
    order = [*SEARCH_PARAMETERS, *sorted(parameters.keys() - set(SEARCH_PARAMETERS))]
    pairs = [(name, value) for name in order if name in parameters for value in _written(parameters[name])]
    return urlencode(pairs, quote_via=quote, safe=",:")


def _written(value: Any) -> Iterator[str]:
    """The texts of a parameter's value: one for each of a list, one for a tuple of numbers."""
    if isinstance(value, list):
        yield from sorted(str(each) for each in value)
    elif isinstance(value, tuple):
        yield ",".join(plain(each) for each in value)
    elif isinstance(value, float):
        yield plain(value)
    elif value not in (None, ""):
        yield str(value)


def _centre(arguments: Arguments, where: str, gazetteer: Gazetteer) -> tuple[Centre | None, int | None]:
    lon = number(arguments, "lon", *LONGITUDES, "°")
    lat = number(arguments, "lat", *LATITUDES, "°")
    id_ = integer(arguments, "place", 1, MOST_PLACE)
    if lon is not None and lat is not None:
        return Centre(lon, lat, where or None), None
    if lon is not None or lat is not None:
        present, absent = ("lon", "lat") if lat is None else ("lat", "lon")
        raise Missing(parameter=absent, other=present)
    place = None
    if id_ is not None:
        place = gazetteer.place(id_)
        if place is None and not where:
            raise NotKnown(parameter="place", value=id_)
    # A form without JavaScript sends the place chosen before beside the text that was typed since.
    if where and (place is None or not is_meant(place, where, gazetteer)):
        place = meant_place(where, gazetteer)
    return (Centre(place.lon, place.lat, place.name), place.id) if place else (None, None)


def _near(arguments: Arguments, centre: Centre | None) -> Near | None:
    radius_km = number(arguments, "radius_km", LEAST_RADIUS_KM, MOST_RADIUS_KM, "km")
    k = integer(arguments, "k", 1, MOST_K)
    if centre is None:
        return None
    if radius_km is None and k is None:
        radius_km = DEFAULT_RADIUS_KM
    return Near(centre.lon, centre.lat, radius_km, k)


def _filters(arguments: Arguments) -> Iterator[tuple[str, Any]]:
    """The filters that were given, by name, lists as lists and all else as its canonical text."""
    for name, rule in list_rules().items():
        if values := several(arguments, name, rule.takes, rule.read):
            yield name, list(values)
    first, last = day(arguments, "from"), day(arguments, "to")
    if first and last and not first <= last <= first + LONGEST_STAY:
        raise StayTooLong(parameter="to", first=first, last=last)
    found = {
        "from": first and first.isoformat(),
        "to": last and last.isoformat(),
        "age": integer(arguments, "age", 0, MOST_AGE),
        "seats": integer(arguments, "seats", 1, MOST_SEATS),
        "q": text(arguments, "q"),
        "sort": choice(arguments, "sort", SORTS),
    }
    yield from ((name, str(value)) for name, value in found.items() if value not in (None, ""))


def _as_filters(given: dict[str, Any], asked: list[str]) -> Filters:
    lists = {name: tuple(given.get(name, ())) for name in LISTS}
    return Filters(
        kinds=tuple(Kind(value) for value in lists["kind"]),
        fields=lists["field"],
        sectors=lists["sector"],
        languages=lists["language"],
        countries=lists["country"],
        regions=lists["region"],
        first=date.fromisoformat(given["from"]) if "from" in given else None,
        last=date.fromisoformat(given["to"]) if "to" in given else None,
        age=int(given["age"]) if "age" in given else None,
        accommodation=lists["accommodation"],
        access=lists["access"],
        seats=int(given["seats"]) if "seats" in given else None,
        words=tuple(dict.fromkeys(asked)),
    )
