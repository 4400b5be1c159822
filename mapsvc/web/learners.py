"""Pages of learners: the search and the shortlist."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from mapsvc import i18n
from mapsvc.domain import vocabulary
from mapsvc.domain.numbers import InvalidNumber, parse_integer
from mapsvc.http import running
from mapsvc.maps.names import MapKind
from mapsvc.params.searches import LISTS, SearchState, query_string, search_state, search_url
from mapsvc.presentation.cards import item, offers_at
from mapsvc.presentation.followed import follow_urls
from mapsvc.presentation.grants import with_grants
from mapsvc.presentation.kit_lists import nearest_kit
from mapsvc.presentation.results import ResultPage, result_page
from mapsvc.storage.listings import listings_by_id
from mapsvc.viewers import open_to_all
from mapsvc.web.demand_counting import count_demand
from mapsvc.web.homes import home_form, home_of_reader
from mapsvc.web.page import mailto, map_values

MOST_KEPT = 100  # hosts of a shortlist
VOCABULARIES = {"sector": "sectors", "accommodation": "accommodation", "access": "access"}

bp = Blueprint("learners", __name__)


@bp.get("/")
@open_to_all
def find_hosts() -> str:
    """Hosts near a place, or in view, as a map and as the same list in text."""
    return render_template("learners/find_hosts.html", **_found(), **map_values(MapKind.SEARCH))


@bp.get("/list")
@open_to_all
def list_hosts() -> str:
    """The list alone, as the page shows it: what its script puts in when the search changes."""
    return render_template("learners/_results.html", **_found())


@bp.get("/shortlist")
@open_to_all
def shortlist() -> str:
    """The hosts that a link names, to be talked about and printed; with grants where a home town is given."""
    home, items = home_of_reader(), kept_items(request.args.get("ids", ""))
    ids = ",".join(str(one["id"]) for one in items)
    return render_template(
        "learners/shortlist.html",
        items=with_grants(items, home),
        share=_sharing(items, ids),
        home=home_form(
            home, url_for("learners.shortlist"), [("ids", ids)], url_for("learners.shortlist", ids=ids)
        ),
    )


def _sharing(items: list[dict[str, Any]], ids: str) -> dict[str, str]:
    """The link of a shortlist and a mail with it; neither says where the reader lives."""
    url = url_for("learners.shortlist", ids=ids, _external=True)
    titles = "\n".join(f"- {one['title']} ({one['place']})" for one in items)
    return {
        "url": url,
        "mailto": mailto(subject=gettext("My shortlist of hosts"), body=f"{titles}\n\n{url}"),
    }


def _found() -> dict[str, Any]:
    """What the list shows: results, the filters' words, the kit of a town near the centre, and grants."""
    here, home = running(), home_of_reader()
    state = replace(search_state(request.args, here.gazetteer), beside=home.parameters())
    centre = state.centre
    kit = nearest_kit(here.directory, here.items, lon=centre.lon, lat=centre.lat) if centre else None
    page = results(state)
    count_demand(state, page)
    page = replace(page, items=with_grants(page.items, home))
    searched = replace(state, beside={})
    return {
        "search": state,
        "page": page,
        "choices": choices(),
        "kit": kit,
        "home": home_form(home, "/", parse_qsl(query_string(searched.parameters())), search_url(searched)),
        "follow": follow_urls(searched, language=i18n.language()),  # without the home town
        "embed_url": search_url(searched, "/embed/new", page=None),
    }


def results(state: SearchState) -> ResultPage:
    """The page of results of a search, in the reader's language."""
    here = running()
    return result_page(state, here.directory, here.items, language=i18n.language(), regions=here.regions)


def choices() -> dict[str, Any]:
    """The words that filters offer where the results have none to count."""
    language = i18n.language()
    return {
        name: [
            (key, vocabulary.label(VOCABULARIES[name], key, language))
            for key in vocabulary.keys(VOCABULARIES[name])
        ]
        for name in LISTS
        if name in VOCABULARIES
    }


def kept_items(ids: str) -> list[dict[str, Any]]:
    """The items that a list of ids names, in its order; what is no id, or not public, is left out."""
    here = running()
    wanted: dict[int, None] = {}
    for part in ids.split(",")[:MOST_KEPT]:
        try:
            wanted[parse_integer(part)] = None
        except InvalidNumber:
            continue
    known = [id_ for id_ in wanted if here.directory.visible(id_)]
    with here.public_engine.connect() as connection:
        listings = listings_by_id(connection, known)
    return [
        item(
            listings[id_],
            distance_m=None,
            offers=offers_at(listings[id_], here.directory),
            language=i18n.language(),
            regions=here.regions,
        )
        for id_ in known
        if id_ in listings
    ]
