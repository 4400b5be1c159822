"""The map of a search as vector tiles, for programs that draw it themselves."""

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from mapsvc.api import mvt
from mapsvc.api.doors import fault, refuse_misspelt
from mapsvc.api.tags import tagged_bytes
from mapsvc.directory.viewport import MAX_ZOOM
from mapsvc.errors import MapsvcError
from mapsvc.http import running
from mapsvc.params.searches import SEARCH_PARAMETERS, query_string, search_state
from mapsvc.params.values import NotAWholeNumber, integer, shown
from mapsvc.viewers import open_to_all

bp = Blueprint("tiles", __name__, url_prefix="/tiles")
bp.register_error_handler(MapsvcError, fault)


@bp.get("/<z>/<x>/<y>.mvt")
@open_to_all
def tile(z: str, x: str, y: str) -> Response:
    """The sites of a search in one tile, as clusters and pins; a site is in one tile of each zoom.

    All of a search can be asked that says which sites are meant. Its order, page and limit mean
    nothing here. A parameter that is misspelt is refused, as addresses of tiles are made by programs.
    """
    refuse_misspelt(SEARCH_PARAMETERS)
    zoom = _number("z", z, MAX_ZOOM)
    column, row = (_number(name, written, 2**zoom - 1) for name, written in (("x", x), ("y", y)))
    state = search_state(request.args, running().gazetteer)
    key = query_string(state.parameters() | dict.fromkeys(("sort", "page", "limit", "cursor")))
    return tagged_bytes(
        key,
        mvt.MIMETYPE,
        lambda: mvt.tile(running().directory.tile(state.search, zoom, column, row), zoom, column, row),
    )


def _number(name: str, written: str, most: int) -> int:
    """A number of the path, from 0 to most, in its one way of writing: a tile has one address."""
    found = integer(MultiDict({name: written}), name, 0, most)
    if found is None or str(found) != written:
        raise NotAWholeNumber(parameter=name, value=shown(written))
    return found
