"""Files with a name that changes with their content, so that browsers keep them for good."""

from flask import Blueprint, Response, request, send_file

from mapsvc.errors import NotFound
from mapsvc.http import FOR_GOOD, running
from mapsvc.maps.kept import kept_script
from mapsvc.maps.names import MapKind, script_name
from mapsvc.places.basemap import basemap_digest, basemap_path
from mapsvc.places.region_sets import region_sets
from mapsvc.places.towns_to_choose import towns_to_choose
from mapsvc.viewers import open_to_all

bp = Blueprint("files", __name__)


@bp.get("/maps/<name>")
@open_to_all
def map_script(name: str) -> Response:
    """The script of one kind of map, made by Folium."""
    kind = next((kind for kind in MapKind if script_name(kind) == name), None)
    if kind is None:
        raise NotFound
    response = Response(kept_script(kind, running().settings.folder), mimetype="text/javascript")
    response.headers["Cache-Control"] = FOR_GOOD
    return response


@bp.get("/basemap/<digest>.pmtiles")
@open_to_all
def basemap(digest: str) -> Response:
    """The base map; browsers ask for the ranges that they need."""
    if digest != basemap_digest():
        raise NotFound
    response = send_file(basemap_path(), mimetype="application/vnd.pmtiles", conditional=True, etag=digest)
    response.headers["Cache-Control"] = FOR_GOOD
    return response


@bp.get("/towns/<edition>.json")
@open_to_all
def towns(edition: str) -> Response:
    """All towns that a press on a map can choose, whoever asks: where the press was stays in the browser."""
    here = towns_to_choose(running().gazetteer)
    if edition != here.digest:
        raise NotFound
    response = Response(here.body, mimetype="application/json")
    response.headers["Cache-Control"] = FOR_GOOD
    return response


@bp.get("/regions/<set_key>/<outlines>")
@open_to_all
def regions(set_key: str, outlines: str) -> Response:
    """The outlines of one level of a set of regions, as TopoJSON."""
    found = region_sets(running().settings.folder).get(set_key)
    body = found.outlines_named(outlines) if found else None
    if body is None:
        raise NotFound
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = FOR_GOOD
    response.set_etag(outlines)
    response.make_conditional(request)
    return response
