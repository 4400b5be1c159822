"""Sites without a point: put in a town, many at once, or at a point of the map."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.numbers import InvalidNumber, parse_number
from mapsvc.errors import InvalidInput
from mapsvc.http import running
from mapsvc.maps.names import MapKind
from mapsvc.presentation.labels import country_label
from mapsvc.services import locating
from mapsvc.storage.desk import Unplaced
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.desk_fields import number_asked, numbers, one_page
from mapsvc.web.page import map_values

Page = str | Response | tuple[str, int]

bp = Blueprint("locating", __name__, url_prefix="/to-locate")


@bp.app_template_filter("country_name")
def country_name(code: str) -> str:
    """The name of a country in the reader's language."""
    return country_label(code, i18n.language())


@bp.get("/")
@needs(Action.USE_DESK)
def towns() -> str:
    """Sites without a point, by the town that their list names."""
    return _towns()


@bp.post("/")
@needs(Action.USE_DESK)
def place_in_town() -> Page:
    """Puts sites in a town: one of those that were offered, or one that was typed."""
    sites = numbers("site")
    try:
        return _done(_placed_in_town(sites))
    except InvalidInput as fault:
        return _towns(fault=i18n.spoken(fault), at=sites[0]), 422


@bp.get("/<int:number>")
@needs(Action.USE_DESK)
def site(number: int) -> str:
    """One site, with a search and a map."""
    return _site(number)


@bp.post("/<int:number>")
@needs(Action.USE_DESK)
def place(number: int) -> Page:
    """Puts one site in a town, or at a point."""
    try:
        lon, lat = (_degrees(name) for name in ("lon", "lat"))
        if lon is None and lat is None:
            return _done(_placed_in_town([number]))
        with acting() as opened:
            done = locating.place(
                opened,
                viewer(),
                number,
                lon=lon,
                lat=lat,
                gazetteer=running().gazetteer,
                regions=running().regions,
            )
        return _done(done)
    except InvalidInput as fault:
        return _site(number, fault=fault), 422


@bp.post("/off/<int:number>")
@needs(Action.USE_DESK)
def take_off(number: int) -> Response:
    """Takes what was placed with one press off the map again."""
    with acting() as opened:
        locating.take_off(opened, viewer(), number)
    flash(gettext("Taken off the map again."))
    return redirect(url_for("desk.locating.towns"), 303)


def _placed_in_town(sites: list[int]) -> int:
    here, asks = running(), viewer()
    with acting() as opened:
        country = locating.site_to_place(opened, asks, sites[0]).country
        typed = " ".join(request.form.get("town", "").split())
        chosen = request.form.get("place", "")
        if chosen:
            town = numbers("place")[0]
        elif typed:
            town = locating.town_named(here.gazetteer, typed, country=country)
        else:
            raise InvalidInput(locating.NO_POINT, field="town")
        return locating.place_in_town(
            opened, asks, sites, town, gazetteer=here.gazetteer, regions=here.regions
        )


def _done(number: int) -> Response:
    return redirect(url_for("desk.locating.towns", placed=number), 303)


def _degrees(name: str) -> float | None:
    """Degrees as somebody types them or the map gives them. Raises InvalidInput for what is no number."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        return parse_number(text.replace(",", "."))
    except InvalidNumber as fault:
        raise InvalidInput(locating.NO_POINT, field=name) from fault


def _towns(*, fault: str = "", at: int | None = None) -> str:
    asks, gazetteer = viewer(), running().gazetteer
    with looking() as opened:
        found = locating.sites_to_locate(opened, asks)
        placed = locating.placed_before(opened, asks, number_asked("placed"))
    shown, page, pages = one_page(found)
    return render_template(
        "desk/to_locate.html",
        towns=[(town, locating.guesses(gazetteer, town)) for town in shown],
        total=sum(len(town.sites) for town in found),
        placed=placed,
        placed_number=number_asked("placed"),
        page=page,
        pages=pages,
        fault=fault,
        at=at,
        typed=request.form.get("town", ""),
    )


def _site(number: int, *, fault: InvalidInput | None = None) -> str:
    with looking() as opened:
        found = locating.site_to_place(opened, viewer(), number)
    said = Unplaced(
        found.id, found.address, found.postcode, found.town, found.country, found.organisation.name
    )
    guesses = locating.guesses(
        running().gazetteer, locating.UnplacedTown(found.town or "", found.country, (said,))
    )
    near = guesses[0].place if guesses else None
    return render_template(
        "desk/place.html",
        site=found,
        guesses=guesses,
        fault=i18n.spoken(fault) if fault else "",
        pin={"lon": found.lon, "lat": found.lat, "precision": found.precision},
        view=None if near is None else {"lon": near.lon, "lat": near.lat},
        typed=request.form,
        **map_values(MapKind.HOST),
    )
