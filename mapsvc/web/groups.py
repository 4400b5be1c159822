"""Towns in which a whole group finds its seats: an address that can be passed on."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.errors import NotFound
from mapsvc.http import running
from mapsvc.maps.names import MapKind
from mapsvc.params.groups import Asked, group_query, group_search
from mapsvc.planning.cohorts import OpenOffer
from mapsvc.planning.groups import GroupPlace
from mapsvc.planning.widening import GroupSearch, places_for, ways_out
from mapsvc.presentation.desk_tables import group_towns_table
from mapsvc.presentation.groups import days_words, group_towns, map_of, way_words
from mapsvc.presentation.labels import country_label, language_label
from mapsvc.services.offers_to_plan import offers_to_plan
from mapsvc.services.table_files import check_format
from mapsvc.viewers import needs
from mapsvc.web.alumni_forms import fields
from mapsvc.web.page import map_values
from mapsvc.web.placements import kit_near
from mapsvc.web.table_answers import about_here, links, table_answer

NEAREST = 5  # towns that are told where none has all seats

bp = Blueprint("groups", __name__, url_prefix="/desk/groups")


@bp.get("")
@needs(Action.PLAN_COHORT)
def find() -> tuple[str, int]:
    """The form, and the towns for what it asks."""
    here, asked = running(), group_search(request.args)
    offers = offers_to_plan(here.public_engine, now().date(), regions=here.regions)
    found = _found(offers, asked.search) if asked.search else {}
    page = render_template("groups/find.html", **_form(offers, asked), **found)
    return page, 400 if asked.faults else 200


@bp.get("/table.<file_format>")
@needs(Action.PLAN_COHORT)
def table(file_format: str) -> Response:
    """The towns for what is asked, as a file; without a whole question there is none."""
    check_format(file_format, places=True)
    here, asked = running(), group_search(request.args)
    if asked.search is None:
        raise NotFound
    offers = offers_to_plan(here.public_engine, now().date(), regions=here.regions)
    places, _complete = _places(offers, asked.search)
    made = group_towns_table(places, language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


def _places(offers: Sequence[OpenOffer], search: GroupSearch) -> tuple[Sequence[GroupPlace], bool]:
    """The towns, and whether they have all seats; where none has, those that come nearest."""
    places = places_for(offers, search)
    complete = bool(places) and not places[0].missing
    return (places if complete else places[:NEAREST]), complete


def _found(offers: Sequence[OpenOffer], search: GroupSearch) -> dict[str, Any]:
    """What was found: towns, their kits, the map, and what would help where no town has all seats."""
    here, language = running(), i18n.language()
    places, complete = _places(offers, search)
    query = group_query(search)
    by_key = {offer.key: offer for offer in offers}
    towns = group_towns(places, by_key, search, directory=here.directory, language=language)
    ways = [] if complete else ways_out(offers, search)
    values = map_values(MapKind.PLACEMENT)
    return {
        "search": search,
        "files": links(lambda name: url_for("groups.table", file_format=name, **query), places=True),
        "towns": towns,
        "complete": complete,
        "kits": [kit_near(town.lon, town.lat) for town in towns],
        "days": days_words(search.wanted.first, search.wanted.last, language),
        "ways": [
            (
                way_words(way, search, language, here.regions),
                url_for("groups.find", **group_query(way.search)),
            )
            for way in ways
        ],
        "map_script_url": values["map_script_url"],
        "map_config": values["map_config"] | map_of(towns, search),
    }


def _form(offers: Sequence[OpenOffer], asked: Asked) -> dict[str, Any]:
    """The words of the form's lists, what was typed, and what is wrong with it."""
    language, regions = i18n.language(), running().regions
    countries = sorted((country_label(code, language), code) for code in {one.country for one in offers})
    known = {region for one in offers for region in one.regions}
    spoken = {code for one in offers for code, _level in one.languages}
    chosen = set(request.args.getlist("field"))
    trades = chosen | {code for one in offers for code in one.fields}
    listed = [(code, words) for code, words in fields(language) if code in trades]
    return {
        "typed": request.args,
        "chosen_fields": chosen,
        "faults_of": {name: i18n.said(fault.text, fault.values) for name, fault in reversed(asked.faults)},
        "offers": len(offers),
        "fields": sorted(listed, key=lambda one: one[0] not in chosen),  # what is chosen stays in sight
        "countries": countries,
        "regions": sorted((regions.name(region, language), region) for region in known),
        "spoken": sorted((language_label(code, language), code) for code in spoken),
        "years": [now().year, now().year + 1, now().year + 2],
    }
