"""The parameters of the doors for machines, as their description gives them; in English alone.

Bounds and closed lists are those by which `mapsvc.params` reads.
"""

from functools import cache
from typing import Any

from mapsvc.api.doors import LANGUAGE_PARAMETER, SUGGESTIONS
from mapsvc.directory.viewport import MAX_ZOOM
from mapsvc.messages import LANGUAGES
from mapsvc.params import searches
from mapsvc.params.cursors import MOST_CURSOR
from mapsvc.params.lists import ListRule, list_rules
from mapsvc.params.values import (
    FIRST_DAY,
    LAST_DAY,
    LATITUDES,
    LONGITUDES,
    MOST_CHARACTERS,
    MOST_VALUES,
)
from mapsvc.places.area_table import LONGEST_KEY
from mapsvc.places.gazetteer import MOST_SUGGESTIONS

Schema = dict[str, Any]
Parameter = dict[str, Any]

LON: Schema = {"type": "number", "minimum": LONGITUDES[0], "maximum": LONGITUDES[1]}
LAT: Schema = {"type": "number", "minimum": LATITUDES[0], "maximum": LATITUDES[1]}
BOX: Schema = {
    "type": "array",
    "prefixItems": [LON, LAT, LON, LAT],
    "items": False,
    "minItems": 4,
    "description": "West, south, east and north in degrees of WGS 84; west above east means across 180°.",
}
_TEXT: Schema = {"type": "string", "maxLength": MOST_CHARACTERS}
_DAY: Schema = {"type": "string", "format": "date"}
_DAYS = f"{FIRST_DAY} to {LAST_DAY}"

_LISTS = {
    "kind": "What a listing stands for.",
    "field": "ISCED-F 2013 code of 2, 3 or 4 digits; a short code stands for all that begin with it.",
    "sector": "Sector of the host.",
    "language": "ISO 639 code of a language that is spoken there.",
    "country": "ISO 3166-1 alpha-2 code of the country; EL and UK are read as GR and GB.",
    "region": "Code of the region, ISO 3166-2 or our own, as `region` of a listing gives it.",
    "accommodation": "What is done about a place to sleep.",
    "access": "What is accessible.",
}


@cache
def parameters() -> dict[str, Parameter]:
    """Every parameter by the name of its component; that of a search is the parameter's own."""
    return _of_places() | _of_listings() | _of_pages() | _of_maps() | _of_single_things()


def _of_places() -> dict[str, Parameter]:
    """Where a search is."""
    return {
        "where": _query("where", _TEXT, "A place as people write it; words, where it names none."),
        "place": _query(
            "place", _whole(1, searches.MOST_PLACE), "The id of a place, as /api/places gives it."
        ),
        "lon": _query("lon", LON, "Longitude of the centre, degrees of WGS 84; together with `lat`."),
        "lat": _query("lat", LAT, "Latitude of the centre, degrees of WGS 84; together with `lon`."),
        "radius_km": _query(
            "radius_km",
            {
                "type": "number",
                "minimum": searches.LEAST_RADIUS_KM,
                "maximum": searches.MOST_RADIUS_KM,
            },
            "How far from the centre, in kilometres. "
            f"{searches.DEFAULT_RADIUS_KM} where neither it nor `k` is given.",
        ),
        "k": _query("k", _whole(1, searches.MOST_K), "How many of the nearest to the centre."),
        "bbox": _query("bbox", BOX, "Inside a box; south is not above north.", style="form", explode=False),
    }


def _of_listings() -> dict[str, Parameter]:
    """What a search asks of each listing."""
    return {
        **{name: _list(name, rule, _LISTS[name]) for name, rule in list_rules().items()},
        "from": _query("from", _DAY, f"First day of the stay, {_DAYS}. Without `to`, that day alone."),
        "to": _query(
            "to",
            _DAY,
            f"Last day of the stay, {_DAYS}, not before `from` and at most "
            f"{searches.LONGEST_STAY.days} days after it.",
        ),
        "age": _query("age", _whole(0, searches.MOST_AGE), "Age of the learner in years."),
        "seats": _query("seats", _whole(1, searches.MOST_SEATS), "How many learners come together."),
        "q": _query("q", _TEXT, "Words; each must begin a word of the listing."),
    }


def _of_pages() -> dict[str, Parameter]:
    """How answers come."""
    return {
        "sort": _query("sort", {"type": "string", "enum": list(searches.SORTS)}, "Order of the answers."),
        "limit": _query(
            "limit",
            _whole(1, searches.MOST_LIMIT) | {"default": searches.DEFAULT_LIMIT},
            "How many answers on a page.",
        ),
        "page": _query("page", _whole(1, searches.MOST_PAGES) | {"default": 1}, "Which page, from 1."),
        "cursor": _query(
            "cursor",
            {"type": "string", "maxLength": MOST_CURSOR},
            "Where to go on: `next_cursor` of the page before, with the same other parameters.",
        ),
        "lang": _query(
            LANGUAGE_PARAMETER,
            {"type": "string", "enum": list(LANGUAGES)},
            "Language of labels and messages; without it, what the client accepts.",
        ),
    }


def _of_maps() -> dict[str, Parameter]:
    """What part of the earth a map shows."""
    return {
        "box": _query("box", BOX, "What the map shows.", style="form", explode=False, required=True),
        "zoom": _query(
            "zoom",
            _whole(0, MAX_ZOOM),
            "Zoom of the map: at 0 the world is one tile of 256 pixels.",
            required=True,
        ),
        "z": _path("z", _whole(0, MAX_ZOOM), "Zoom of the tile."),
        "x": _path("x", _whole(0, 2**MAX_ZOOM - 1), "Column from the west, below 2 to the power of `z`."),
        "y": _path("y", _whole(0, 2**MAX_ZOOM - 1), "Row from the north, below 2 to the power of `z`."),
    }


def _of_single_things() -> dict[str, Parameter]:
    """Which listing, which towns, which area."""
    return {
        "listing_id": _path("listing_id", {"type": "integer", "minimum": 0}, "The `id` of a listing."),
        "area_key": _path(
            "area_key",
            {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
            "The key of an area, as `area` of /api/places gives it.",
        ),
        "name": _query("q", _TEXT, "The name of a town, or how it begins."),
        "suggestions": _query(
            "limit", _whole(1, MOST_SUGGESTIONS) | {"default": SUGGESTIONS}, "How many towns at most."
        ),
    }


def _query(name: str, schema: Schema, description: str, *, required: bool = False, **more: Any) -> Parameter:
    found = {"name": name, "in": "query", "schema": schema, "description": description, **more}
    # A form sends what was left empty.
    return found | ({"required": True} if required else {"allowEmptyValue": True})


def _path(name: str, schema: Schema, description: str) -> Parameter:
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": description}


def _list(name: str, rule: ListRule, description: str) -> Parameter:
    value: Schema = {"type": "string"}
    value |= {"enum": list(rule.keys)} if rule.keys else {"pattern": rule.pattern}
    schema = {"type": "array", "items": value, "maxItems": MOST_VALUES}
    return _query(name, schema, f"{description} Several mean any of them.", style="form", explode=True)


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}
