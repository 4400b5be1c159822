"""Plain pages: what this is, how to use it, and whether it is up."""

from flask import Blueprint, Response, jsonify, render_template, url_for

from mapsvc import i18n
from mapsvc.http import running
from mapsvc.params.homes import call_years
from mapsvc.places.region_sets import region_sets
from mapsvc.presentation.grant_tables import amounts_table
from mapsvc.presentation.grants import call_table, group_rows
from mapsvc.presentation.region_words import set_credit
from mapsvc.services.table_files import check_format
from mapsvc.viewers import open_to_all
from mapsvc.web.homes import home_of_reader
from mapsvc.web.table_answers import about_here, links, table_answer

bp = Blueprint("pages", __name__)


@bp.get("/about")
@open_to_all
def about() -> str:
    """What this is, who runs it, where its data come from."""
    sets = region_sets(running().settings.folder).all()
    credited = [credit for one in sets if (credit := set_credit(one))]
    counted = running().demand is not None
    return render_template("pages/about.html", credits=credited, demand_counted=counted)


@bp.get("/help")
@open_to_all
def help_page() -> str:
    """How to search, with the mouse, by touch and by keyboard."""
    return render_template("pages/help.html", demand_counted=running().demand is not None)


@bp.get("/grants")
@open_to_all
def grants() -> str:
    """What travel is paid by distance in a call, which countries are in which group, and our rule."""
    call = home_of_reader().call
    year = call.year
    return render_template(
        "pages/grants.html",
        call=call,
        years=call_years(),
        rows=call_table(call),
        groups=group_rows(call),
        files=links(lambda name: url_for("pages.amounts", file_format=name, call=year), places=False),
    )


@bp.get("/grants/amounts.<file_format>")
@open_to_all
def amounts(file_format: str) -> Response:
    """The amounts of the same call as a file."""
    check_format(file_format, places=False)
    made = amounts_table(home_of_reader().call, language=i18n.language(), **about_here())
    return table_answer(made, file_format)


@bp.get("/healthz")
@open_to_all
def healthz() -> Response:
    """Whether this worker can answer searches, and how many listings it holds."""
    response: Response = jsonify(
        status="ok", listings=len(running().directory), change=running().directory.number
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/robots.txt")
@open_to_all
def robots() -> Response:
    """Search engines may read the pages, not walk through every search."""
    return Response(
        "User-agent: *\nDisallow: /api/\nDisallow: /list\nDisallow: /download/\n", mimetype="text/plain"
    )
