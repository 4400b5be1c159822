"""The description of the doors for machines, as OpenAPI 3.1; in English alone, as such descriptions are."""

from functools import cache
from typing import Any

from flask import Blueprint, Response, request

from mapsvc import __version__
from mapsvc.api import mvt
from mapsvc.api.doors import fault
from mapsvc.api.parameters import parameters
from mapsvc.api.schemas import ref, schemas
from mapsvc.api.tags import tagged
from mapsvc.errors import MapsvcError
from mapsvc.params.searches import FILTERS, PLACE_PARAMETERS, refuse_unknown
from mapsvc.viewers import open_to_all

VERSION = "3.1.0"
JSON = "application/json"
ORDER = ("sort",)  # what says in which order answers come, not which

bp = Blueprint("openapi", __name__, url_prefix="/api")
bp.register_error_handler(MapsvcError, fault)

Part = dict[str, Any]


@bp.get("/openapi.json")
@open_to_all
def description() -> Response:
    """What can be asked here, for programs that read such descriptions."""
    refuse_unknown(request.args, ())
    return tagged("", document)


@cache
def document() -> Part:
    """The whole description. It refers to nothing outside itself, and is the same for everybody."""
    return {
        "openapi": VERSION,
        "info": {
            "title": "mapsvc",
            "version": __version__,
            "description": (
                "The public directory of hosts for placements abroad: the search of the pages, for programs."
                " It is for reading only. A parameter that cannot be used, and one that does not exist, is"
                " answered with status 400 and a sentence that names it. Texts are plain and hold what"
                " people typed. HEAD is answered wherever GET is."
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [],
        "paths": _paths(),
        "components": {
            "parameters": parameters(),
            "schemas": schemas(),
            "headers": _headers(),
            "responses": _faults(),
        },
    }


def _paths() -> dict[str, Part]:
    filters = [name for name in FILTERS if name not in ORDER]
    return {
        "/api/search": _get(
            "search",
            "One page of a search, with its counts",
            [*PLACE_PARAMETERS, *FILTERS, "limit", "page", "cursor", "lang"],
            {JSON: {"schema": ref("SearchAnswer")}},
        ),
        "/api/viewport": _get(
            "viewport",
            "The sites of a search inside a box of the map, as clusters and pins. Parameters that are"
            " not known are ignored, so that a map can pass on the whole query of its page",
            ["box", "zoom", *PLACE_PARAMETERS, *filters],
            {JSON: {"schema": ref("View")}},
        ),
        "/api/listing/{listing_id}": _get(
            "listing",
            "One listing, with what its popup shows",
            ["listing_id", "lang"],
            {JSON: {"schema": ref("Details")}},
            absent=True,
        ),
        "/api/places": _get(
            "places",
            "Towns whose name begins with, or nearly is, what was typed",
            ["name", "suggestions", "lang"],
            {JSON: {"schema": ref("Places")}},
        ),
        "/api/areas/{area_key}": _get(
            "area",
            "An area in which people are shown instead of their town, as a GeoJSON Feature",
            ["area_key", "lang"],
            {JSON: {"schema": ref("Area")}},
            absent=True,
        ),
        "/api/openapi.json": _get(
            "description", "This description", [], {JSON: {"schema": {"type": "object"}}}
        ),
        "/tiles/{z}/{x}/{y}.mvt": _get(
            "tile",
            "The sites of a search in one tile of the map, as a Mapbox Vector Tile of clusters and pins",
            ["z", "x", "y", *PLACE_PARAMETERS, *filters, "lang"],
            {mvt.MIMETYPE: {"schema": {}}},
            absent=True,
        ),
    }


def _get(id_: str, summary: str, names: list[str], content: Part, *, absent: bool = False) -> Part:
    """A path that can be read; absent tells that what its address names may not be there."""
    faults = ["400", *(["404"] if absent else []), "414", "503"]
    return {
        "get": {
            "operationId": id_,
            "summary": summary,
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in names],
            "responses": {
                "200": {"description": "Found.", "headers": _kept(), "content": content},
                "304": {"description": "As the reader has it already.", "headers": _kept()},
                **{status: {"$ref": f"#/components/responses/{status}"} for status in faults},
            },
        }
    }


def _kept() -> Part:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in _headers()}


def _headers() -> dict[str, Part]:
    return {
        "ETag": {
            "description": "What to send as If-None-Match, to be answered 304 while nothing has changed.",
            "required": True,
            "schema": {"type": "string"},
        },
        "Cache-Control": {
            "description": "How an answer may be kept.",
            "required": True,
            "schema": {"type": "string"},
        },
    }


def _faults() -> dict[str, Part]:
    said = {
        "400": "The question cannot be used; `parameter` names what is wrong with it.",
        "404": "There is no such thing.",
        "414": "The address is too long.",
        "503": "Too many ask just now, or the database does not answer; Retry-After says when to ask again.",
    }
    content = {JSON: {"schema": ref("Error")}}
    return {status: {"description": sentence, "content": content} for status, sentence in said.items()}
