"""What is asked under /api: it answers GET and HEAD, in JSON, to this site's own pages and to programs."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from mapsvc import i18n
from mapsvc.api.tags import tagged
from mapsvc.directory.answers import Cluster, View
from mapsvc.directory.directory import LARGEST_ID
from mapsvc.directory.searches import Box
from mapsvc.directory.viewport import MAX_ZOOM
from mapsvc.errors import MapsvcError, NotFound
from mapsvc.http import running, status_of
from mapsvc.messages import LANGUAGES
from mapsvc.params.cursors import written
from mapsvc.params.searches import (
    SEARCH_PARAMETERS,
    Centre,
    SearchState,
    query_string,
    refuse_unknown,
    search_state,
)
from mapsvc.params.values import Missing, box, choice, integer, text
from mapsvc.places.gazetteer import MOST_SUGGESTIONS, Suggestion
from mapsvc.presentation.areas import Feature, area_feature
from mapsvc.presentation.cards import details, listing_with_id, offers_at
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.results import facet_values, summary_sentence, wider_choice
from mapsvc.viewers import open_to_all

SUGGESTIONS = 8
LANGUAGE_PARAMETER = "lang"

bp = Blueprint("api", __name__, url_prefix="/api")


@bp.get("/search")
@open_to_all
def search() -> Response:
    """One page of a search, with its counts. A parameter that is misspelt is refused, not ignored."""
    refuse_misspelt(SEARCH_PARAMETERS)
    state = _state()
    return tagged(query_string(state.parameters()), lambda: _found(state))


@bp.get("/viewport")
@open_to_all
def viewport() -> Response:
    """The sites of a search inside a box of the map, as clusters and pins.

    The map passes on its page's whole query, so what is unknown in it is ignored, as by the page.
    """
    state = _state()
    sides, zoom = box(request.args, "box"), integer(request.args, "zoom", 0, MAX_ZOOM)
    if sides is None or zoom is None:
        absent, present = ("box", "zoom") if sides is None else ("zoom", "box")
        raise Missing(parameter=absent, other=present)
    key = query_string(
        state.parameters() | {"box": sides, "zoom": zoom} | dict.fromkeys(("page", "limit", "cursor"))
    )
    return tagged(
        key, lambda: _seen(running().directory.viewport(state.search, Box(*sides), zoom)), by_language=False
    )


@bp.get(f"/listing/<int(max={LARGEST_ID}):listing_id>")
@open_to_all
def listing(listing_id: int) -> Response:
    """One listing, with what its popup shows."""
    refuse_misspelt(())
    return tagged(str(listing_id), lambda: _details(listing_id))


@bp.get("/places")
@open_to_all
def places() -> Response:
    """Towns whose name begins with, or nearly is, what was typed."""
    refuse_misspelt(("q", "limit"))
    typed = text(request.args, "q")
    limit = integer(request.args, "limit", 1, MOST_SUGGESTIONS) or SUGGESTIONS
    key = query_string({"q": typed, "limit": limit})
    return tagged(
        key, lambda: {"items": [_place(one) for one in running().gazetteer.suggest(typed, limit=limit)]}
    )


@bp.get("/areas/<area_key>")
@open_to_all
def area(area_key: str) -> Response:
    """The outline of an area in which people are shown, as GeoJSON."""
    refuse_misspelt(())
    return tagged(area_key, lambda: _area(area_key), by_language=False)


def refuse_misspelt(known: tuple[str, ...]) -> None:
    """Refuses a parameter that a door does not have, and a language that the program does not speak."""
    refuse_unknown(request.args, (*known, LANGUAGE_PARAMETER))
    choice(request.args, LANGUAGE_PARAMETER, LANGUAGES)


@bp.errorhandler(MapsvcError)
def fault(error: MapsvcError) -> tuple[Response, int]:
    """What is wrong with a question, and with which of its parameters."""
    told = {"message": i18n.spoken(error)}
    if parameter := error.values.get("parameter"):
        told["parameter"] = str(parameter)
    return jsonify(error=told), status_of(error)


def _state() -> SearchState:
    return search_state(request.args, running().gazetteer)


def _found(state: SearchState) -> dict[str, Any]:
    here, language = running(), i18n.language()
    answer = here.directory.search(state.search)
    wider = wider_choice(answer.wider, state)
    return {
        "total": answer.total,
        "mode": state.mode,
        "centre": _centre(state.centre) if state.centre else None,
        "radius_km": state.radius_km,
        "k": state.k,
        "bbox": state.bbox,
        "page": answer.page,
        "pages": answer.pages,
        "next_cursor": written(answer.next) if answer.next else None,
        "items": here.items.of(answer.hits, language=language),
        "facets": facet_values(answer.facets, language=language, regions=here.regions),
        "wider": wider,
        "summary": summary_sentence(answer, state),
    }


def _centre(centre: Centre) -> dict[str, Any]:
    return {"lon": centre.lon, "lat": centre.lat, "label": centre.label}


def _seen(view: View) -> dict[str, Any]:
    return {
        "total": view.total,
        "clusters": [_cluster(one) for one in view.clusters],
        "pins": [one._asdict() for one in view.pins],
    }


def _cluster(cluster: Cluster) -> dict[str, Any]:
    kinds = {str(kind): number for kind, number in cluster.kinds.items()}  # orjson takes no enum as a key
    return cluster._asdict() | {"kinds": kinds}


def _details(listing_id: int) -> dict[str, Any]:
    here = running()
    found = listing_with_id(listing_id, here.directory, here.public_engine)
    if found is None:
        raise NotFound
    return details(
        found,
        distance_m=None,
        offers=offers_at(found, here.directory),
        language=i18n.language(),
        regions=here.regions,
    )


def _area(key: str) -> Feature:
    here = running()
    found = here.gazetteer.area(key)
    if found is None:
        raise NotFound
    return area_feature(found, here.regions)


def _place(suggestion: Suggestion) -> dict[str, Any]:
    place = suggestion.place
    shown_in = running().gazetteer.area_of(place.id)
    return {
        "id": place.id,
        "name": place.name,
        "matched": suggestion.matched,
        "context": suggestion.context.removesuffix(place.country).rstrip(", "),  # its label says it
        "country": place.country,
        "country_label": country_label(place.country, i18n.language()),
        "lon": place.lon,
        "lat": place.lat,
        "population": place.population,
        "area": shown_in.key if shown_in else None,
    }
