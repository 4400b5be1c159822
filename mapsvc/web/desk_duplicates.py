"""Pairs of hosts that look like one, side by side: one, or two."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from mapsvc import i18n
from mapsvc.access.permissions import Action, may
from mapsvc.errors import MapsvcError, NotFound, NotSignedIn
from mapsvc.presentation.desk_tables import pairs_table
from mapsvc.presentation.pairs import compared, public_slug
from mapsvc.services import duplicates
from mapsvc.services.duplicates import Decision
from mapsvc.services.table_files import check_format
from mapsvc.storage.hosts import organisations_with_ids
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.desk_fields import number_asked, numbers, one_page
from mapsvc.web.table_answers import about_here, links, table_answer

ONE = Decision.MERGE.value

bp = Blueprint("duplicates", __name__, url_prefix="/duplicates")


@bp.get("/")
@needs(Action.USE_DESK)
def pairs() -> str:
    """The pairs that look like one, the most alike first."""
    asks, language = viewer(), i18n.language()
    with looking() as opened:
        found = duplicates.proposed_duplicates(opened, asks)
        shown, page, pages = one_page(found)
        ids = {number for pair in shown for number in (pair.first_id, pair.second_id)}
        hosts = organisations_with_ids(opened, sorted(ids))
    sides = [
        (pair, hosts[pair.first_id], hosts[pair.second_id])
        for pair in shown
        if pair.first_id in hosts and pair.second_id in hosts
    ]
    return render_template(
        "desk/duplicates.html",
        pairs=[
            (pair, (left, right), compared(left, right, language), [_may_hide(one) for one in (left, right)])
            for pair, left, right in sides
        ],
        total=len(found),
        decided=number_asked("decided"),
        one=request.args.get("said") == ONE,
        public_slug=public_slug,
        page=page,
        pages=pages,
        files=links(lambda name: url_for("desk.duplicates.table", file_format=name), places=False),
    )


@bp.get("/table.<file_format>")
@needs(Action.USE_DESK)
def table(file_format: str) -> Response:
    """All pairs that look like one, as a file."""
    check_format(file_format, places=False)
    with looking() as opened:
        found = duplicates.proposed_duplicates(opened, viewer())
    made = pairs_table(found, language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


@bp.post("/")
@needs(Action.USE_DESK)
def decide() -> Response:
    """Says that two hosts are one, of which the first is kept, or that they are two."""
    first, second = numbers("kept")[0], numbers("other")[0]
    decision = Decision.MERGE if request.form.get("as") == ONE else Decision.KEEP
    try:
        with acting() as opened:
            number = duplicates.decide(opened, viewer(), first, second, decision)
    except (NotFound, NotSignedIn):
        raise
    except MapsvcError as fault:
        flash(i18n.spoken(fault), "warning")
        return redirect(url_for("desk.duplicates.pairs"), 303)
    merged = ONE if decision == Decision.MERGE else None
    return redirect(url_for("desk.duplicates.pairs", decided=number, said=merged), 303)


@bp.post("/back/<int:number>")
@needs(Action.USE_DESK)
def undecide(number: int) -> Response:
    """Takes a decision back."""
    with acting() as opened:
        duplicates.undecide(opened, viewer(), number)
    flash(gettext("Taken back. Both are shown, as before."))
    return redirect(url_for("desk.duplicates.pairs"), 303)


def _may_hide(host: object) -> bool:
    return may(viewer(), Action.PUBLISH_HOST, host)
