"""Hosts that nobody confirmed for a year: still true, asked by mail, or paused."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from mapsvc.access.permissions import Action
from mapsvc.services import confirming, removing, staleness
from mapsvc.viewers import acting, installation, looking, needs, viewer
from mapsvc.web.desk_fields import number_asked, numbers

PAGE = 50

bp = Blueprint("stale", __name__, url_prefix="/confirm")


@bp.get("/")
@needs(Action.USE_DESK)
def hosts() -> str:
    """The hosts that nobody confirmed for a year, the oldest first."""
    page = max(1, number_asked("page") or 1)
    with looking() as opened:
        found = staleness.stale_hosts(opened, viewer(), offset=(page - 1) * PAGE, limit=PAGE)
    return render_template("desk/stale.html", found=found, page=page, pages=max(1, -(-found.total // PAGE)))


@bp.post("/")
@needs(Action.USE_DESK)
def act() -> Response:
    """Does one thing to the hosts that were chosen."""
    if not request.form.getlist("host"):
        flash(gettext("Choose at least one host."), "warning")
    else:
        VERBS.get(request.form.get("do", ""), _confirm)(numbers("host"))
    return redirect(url_for("desk.stale.hosts"), 303)


def _confirm(ids: list[int]) -> None:
    with acting() as opened:
        count = staleness.confirm(opened, viewer(), ids)
    flash(gettext("Confirmed: %(count)s.", count=count))


def _ask(ids: list[int]) -> None:
    with acting() as opened:
        asked = confirming.ask(opened, viewer(), ids, installation=installation())
    flash(gettext("Asked by mail: %(count)s.", count=asked.asked))
    if asked.without_address:
        flash(gettext("Without a mail address: %(count)s.", count=asked.without_address))
    if asked.too_soon:
        flash(gettext("Asked not long ago: %(count)s.", count=asked.too_soon))


def _pause(ids: list[int]) -> None:
    for number in ids:
        with acting() as opened:
            removing.pause(opened, viewer(), number)
    flash(gettext("Paused: %(count)s. They are off the map until you put them back.", count=len(ids)))


VERBS = {"confirm": _confirm, "ask": _ask, "pause": _pause}
