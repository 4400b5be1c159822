"""Searches that somebody follows, by mail or as a feed: one canonical query, and back to a search."""

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from mapsvc.directory.searches import Search
from mapsvc.domain.listings import Kind
from mapsvc.errors import InvalidSearch
from mapsvc.messages import mark as _
from mapsvc.params.searches import SearchState, query_string, search_state
from mapsvc.places.gazetteer import Gazetteer

OF_ONE_LOOK = ("sort", "limit", "page", "cursor")  # what makes no other search
KINDS_IN_MAILS = frozenset({Kind.HOST, Kind.OFFER})
KINDS_IN_FEEDS = frozenset(set(Kind) - {Kind.ALUMNI})  # people can take back what they show, a feed cannot


class NoHostsAsked(InvalidSearch):
    """A search to be followed that asks for no host."""

    message = _("Mails tell of hosts alone, and this search asks for none. Take “%(value)s” out of it.")


class PeopleAsked(InvalidSearch):
    """A feed that asks for people alone."""

    message = _("A feed never holds the stays of people. Take “%(value)s” out of “%(parameter)s”.")


class StayOver(InvalidSearch):
    """A search to be followed for a stay that is over."""

    message = _("This search is for a stay that ended on %(value)s. Choose other days.")


def followed_query(state: SearchState) -> str:
    """The canonical query string of a search, the same for each order and page of it; "" for all hosts."""
    kept = {name: value for name, value in state.parameters().items() if name not in OF_ONE_LOOK}
    return query_string(kept)


def search_for_mails(state: SearchState) -> Search:
    """The search for hosts alone, in no order. Raises NoHostsAsked."""
    found = _only(state.search, KINDS_IN_MAILS)
    if found is None:
        raise NoHostsAsked(parameter="kind", value=", ".join(state.filters["kind"]))
    return found


def search_for_feeds(state: SearchState) -> Search:
    """The search without people. Raises PeopleAsked."""
    found = _only(state.search, KINDS_IN_FEEDS)
    if found is None:
        raise PeopleAsked(parameter="kind", value=", ".join(state.filters["kind"]))
    return found


def read_followed(query: str, gazetteer: Gazetteer) -> Search | None:
    """The search of a saved query; None where this version of the program, or its data, reads it no more."""
    try:
        return search_for_mails(search_state(MultiDict(parse_qsl(query)), gazetteer))
    except InvalidSearch:
        return None


def last_day(state: SearchState) -> date | None:
    """The last day of the stay that is searched for, None where no day was given."""
    filters = state.search.filters
    return filters.last or filters.first


def _only(search: Search, kinds: frozenset[Kind]) -> Search | None:
    asked = tuple(kind for kind in search.filters.kinds or Kind if kind in kinds)
    if not asked:
        return None
    return replace(search, filters=replace(search.filters, kinds=asked), page=1, after=None)
