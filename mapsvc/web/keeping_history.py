"""The history of a host: who changed what and when, and how to have it back."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.differences import difference
from mapsvc.domain.hosts import HostStatus
from mapsvc.domain.reviews import Revision
from mapsvc.presentation.differences import change_lines
from mapsvc.presentation.sheet_words import DONE
from mapsvc.services import keeping, revising
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.keeping import bp


@bp.get("/<int:number>/history")
@needs(Action.EDIT_HOST)
def history(number: int) -> str:
    """The revisions of a host, each with its difference from the one before."""
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    with looking() as opened:
        kept = keeping.sheet(opened, viewer(), number)
        found = revising.revisions(opened, viewer(), number, offset=(page - 1) * revising.MOST_SHOWN)
    rows = [_row(one, before) for one, before in zip(found, [*found[1:], None], strict=False)]
    return render_template(
        "keeping/history.html",
        kept=kept,
        rows=rows[: revising.MOST_SHOWN],
        page=page,
        more=len(found) > revising.MOST_SHOWN,
        editable=kept.status != HostStatus.REMOVED,
    )


@bp.post("/<int:number>/history/<int:revision>/restore")
@needs(Action.EDIT_HOST)
def restore(number: int, revision: int) -> Response:
    """Brings the sheet back to a revision."""
    with acting() as opened:
        saved = keeping.restore(opened, viewer(), number, revision)
    waits = gettext("This state is handed in. It waits for review before it is public.")
    flash(waits if saved.waits else gettext("This state is back."))
    return redirect(url_for("keeping.sheet", number=number), 303)


def _row(one: Revision, before: Revision | None) -> dict[str, object]:
    found = difference(before.state, one.state) if before else []
    return {
        "id": one.id,
        "at": one.at,
        "what": DONE.get(one.what, one.what),
        "who": _author(one),
        "lines": change_lines(found, i18n.language()),
    }


def _author(one: Revision) -> str:
    """Who made a revision: a name where there is one, an address only for colleagues."""
    asks = viewer()
    if one.account_id is None:
        return ""
    if one.account_id == asks.account_id:
        return str(gettext("you"))
    if one.author and one.author.name:
        return one.author.name
    return one.author.email if one.author and asks.is_staff else str(gettext("another person"))
