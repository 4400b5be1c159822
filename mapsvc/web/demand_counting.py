"""Which searches of the page count as unmet demand."""

from flask import request

from mapsvc.domain.demand_visitors import Sought, broad_fields, is_counted
from mapsvc.domain.demands import FEW
from mapsvc.domain.listings import Kind
from mapsvc.http import running
from mapsvc.params.searches import SearchState
from mapsvc.presentation.results import ResultPage
from mapsvc.viewers import network

LONGEST_AGENT = 500  # letters of the name of a browser: so what waits in memory is bounded in bytes too


def count_demand(state: SearchState, page: ResultPage) -> None:
    """Has a search counted that found fewer than FEW hosts around a place; in memory, nothing is written.

    The hosts count, not the stays and kits beside them. A search that shows no hosts, or only those on a
    part of the map, does not count, nor does a further page of one.
    """
    waiting, centre = running().demand, state.centre
    if waiting is None or centre is None or state.bbox or state.page > 1 or state.search.after:
        return
    kinds = state.search.filters.kinds
    if (kinds and Kind.HOST not in kinds) or hosts_found(page) >= FEW:
        return
    if not is_counted(request.method, lambda name: request.headers.get(name, "")):
        return
    town = running().gazetteer.place(state.place) if state.place is not None else None
    waiting.add(
        Sought(
            address=network(),
            agent=request.headers.get("User-Agent", "")[:LONGEST_AGENT],
            lon=centre.lon,
            lat=centre.lat,
            country=town.country if town else None,
            fields=broad_fields(state.search.filters.fields),
        )
    )


def hosts_found(page: ResultPage) -> int:
    """The sites of hosts that meet the search, whatever other kinds are chosen."""
    return next((int(one["count"]) for one in page.facets["kind"] if one["value"] == Kind.HOST), 0)
