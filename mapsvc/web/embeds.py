"""A map of a search for other sites, and the page that makes the lines to put it there."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import force_locale, gettext

from mapsvc import i18n
from mapsvc.domain import vocabulary
from mapsvc.errors import InvalidSearch, NotFound
from mapsvc.headers import ANYWHERE, CSP, POLICY
from mapsvc.http import LANGUAGE_NAMES, running
from mapsvc.maps.names import MapKind
from mapsvc.params.embeds import (
    LEAST_HEIGHT,
    LEAST_WIDTH,
    MOST_SIDE,
    EmbedState,
    Size,
    embed_size,
    embed_state,
    read_embed,
)
from mapsvc.params.searches import search_url
from mapsvc.viewers import installation, open_to_all
from mapsvc.web.learners import choices, results
from mapsvc.web.page import map_values

OWN_LANGUAGE = "shown_in"  # of the map; "lang" is that of the page which makes it
BOUNDS = {"least_width": LEAST_WIDTH, "least_height": LEAST_HEIGHT, "most": MOST_SIDE}

bp = Blueprint("embeds", __name__)


@bp.get("/embed")
@open_to_all
def show() -> Response:
    """A search as a map and a list, to stand inside a page of another site; nobody is recognised here."""
    _refuse_where_off()
    state = embed_state(request.args, running().gazetteer)
    page = results(state.search)
    body = render_template(
        "embeds/show.html",
        state=state,
        page=page,
        turned=_pages(state, page.pages),
        **map_values(MapKind.EMBED),
    )
    response = Response(body)
    response.headers.update({"Vary": "Accept-Language", "Cache-Control": "public, no-cache"})
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


@bp.get("/embed/new")
@open_to_all
def new() -> tuple[Response, int]:
    """Chooses what such a map shows and how large it is, shows it, and gives the lines to copy."""
    _refuse_where_off()
    state = read_embed(request.args, running().gazetteer, language=OWN_LANGUAGE)
    state = replace(state, search=replace(state.search, search=replace(state.search.search, page=1)))
    size, refused = _size()
    response = Response(render_template("embeds/new.html", refused=refused, **_made(state, size)))
    response.headers[POLICY] = f"{CSP}; frame-src 'self'"  # for the preview
    return response, 400 if refused else 200


def _refuse_where_off() -> None:
    if not running().settings.embed_ancestors:
        raise NotFound


def _pages(state: EmbedState, pages: int) -> dict[str, str | None]:
    """The addresses of the pages of the list before and after this one; None where there is none."""
    here = state.search.page
    return {
        "previous": state.address(page=min(here - 1, pages)) if here > 1 else None,
        "next": state.address(page=here + 1) if here < pages else None,
    }


def _size() -> tuple[Size, str]:
    """The size that was typed, or the usual one and what is wrong with what was typed."""
    try:
        return embed_size(request.args), ""
    except InvalidSearch:
        bounds = {name: i18n.count(pixels) for name, pixels in BOUNDS.items()}
        return Size(), str(
            gettext(
                "The width goes from %(least_width)s to %(most)s pixels,"
                " the height from %(least_height)s to %(most)s.",
                **bounds,
            )
        )


def _made(state: EmbedState, size: Size) -> dict[str, Any]:
    """What the page shows of a map: the filters, the preview, and the values of the lines to copy."""
    return {
        "state": state,
        "search": state.search,
        "page": results(state.search),
        "choices": choices(),
        "size": size,
        "bounds": BOUNDS,
        "typed": request.args,
        "names": LANGUAGE_NAMES,
        "kinds": [
            (kind, vocabulary.label("kinds", kind, i18n.language())) for kind in vocabulary.keys("kinds")
        ],
        "restricted": _restricted(),
        "preview": state.address(),
        "address": f"{installation().base_url}{state.address()}",
        "frame_title": _title(state),
        "search_address": search_url(state.search, page=None),
    }


def _restricted() -> str:
    """Which sites may show the map, where not all may."""
    allowed = running().settings.embed_ancestors
    if ANYWHERE in allowed:
        return ""
    return str(gettext("The map is shown on these sites only: %(sites)s.", sites=", ".join(allowed)))


def _title(state: EmbedState) -> str:
    """What a screen reader calls the frame, in the language of the map."""
    centre, site = state.search.centre, running().settings.site_name
    with force_locale(state.language or i18n.language()):
        if centre and centre.label:
            title = gettext("Map of hosts around %(place)s, from %(site)s", place=centre.label, site=site)
        else:
            title = gettext("Map of hosts, from %(site)s", site=site)
    return str(title)
