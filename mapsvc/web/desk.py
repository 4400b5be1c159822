"""The desk: what waits for somebody who keeps lists or reviews, and the first steps where nothing does."""

from flask import Blueprint, current_app, render_template

from mapsvc.access.permissions import Action
from mapsvc.services.desks import desk_of
from mapsvc.viewers import looking, needs, viewer
from mapsvc.web.desk_demand import bp as demand
from mapsvc.web.desk_duplicates import bp as duplicates
from mapsvc.web.desk_kits import bp as kits
from mapsvc.web.desk_locating import bp as locating
from mapsvc.web.desk_rows import bp as rows
from mapsvc.web.desk_stale import bp as stale

bp = Blueprint("desk", __name__, url_prefix="/desk")
for part in (locating, rows, duplicates, stale, kits, demand):
    bp.register_blueprint(part)


@bp.get("/")
@needs(Action.USE_DESK)
def to_do() -> str:
    """What waits, as numbers that lead to it."""
    with looking() as opened:
        desk = desk_of(opened, viewer())
    return render_template("desk/to_do.html", desk=desk, views=current_app.view_functions)
