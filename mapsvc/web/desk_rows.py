"""Rows that an import could not use: their cells to correct, tried again or left out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.errors import MapsvcError, NotFound, NotSignedIn
from mapsvc.http import running
from mapsvc.presentation.desk_tables import faults_table
from mapsvc.services import mending
from mapsvc.services.table_files import check_format
from mapsvc.viewers import acting, installation, looking, needs, viewer
from mapsvc.web.desk_fields import number_asked, numbers, one_page
from mapsvc.web.table_answers import about_here, links, table_answer

Page = str | Response | tuple[str, int]
SHOWN_ROWS = 50  # of one fault on a page

bp = Blueprint("rows", __name__, url_prefix="/rows")


@bp.get("/")
@needs(Action.USE_DESK)
def faults() -> str:
    """The rows that wait, by fault, with the cell that is wrong."""
    with looking() as opened:
        found = mending.faults(opened, viewer())
    shown, page, pages = one_page(found)
    return render_template(
        "desk/rows.html",
        faults=shown,
        total=sum(len(fault.rows) for fault in found),
        most=SHOWN_ROWS,
        said=i18n.said,
        left=number_asked("left"),
        page=page,
        pages=pages,
        files=links(lambda name: url_for("desk.rows.table", file_format=name), places=False),
    )


@bp.get("/table.<file_format>")
@needs(Action.USE_DESK)
def table(file_format: str) -> Response:
    """All rows that wait, as a file."""
    check_format(file_format, places=False)
    with looking() as opened:
        found = mending.faults(opened, viewer())
    made = faults_table(found, language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


@bp.post("/back/<int:number>")
@needs(Action.USE_DESK)
def wait_again(number: int) -> Response:
    """Has rows wait again that were left out with one press."""
    with acting() as opened:
        mending.wait_again(opened, viewer(), number)
    return redirect(url_for("desk.rows.faults"), 303)


@bp.get("/<int:number>")
@needs(Action.USE_DESK)
def row(number: int) -> str:
    """One row with all its cells."""
    return _row(number)


@bp.post("/<int:number>")
@needs(Action.USE_DESK)
def mend(number: int) -> Page:
    """Tries one row again with all its cells."""
    with looking() as opened:
        (known,) = mending.fault_of(opened, viewer(), [number]).rows
    typed = {
        column: request.form.get(f"cell-{place}", cell) for place, (column, cell) in enumerate(known.cells)
    }
    try:
        mended = _try_again({number: typed})
    except (NotFound, NotSignedIn):
        raise
    except MapsvcError as fault:
        return _row(number, typed=typed, fault=i18n.spoken(fault)), 422
    if mended.faulty:
        return _row(number), 422
    return _done(mended)


@bp.post("/")
@needs(Action.USE_DESK)
def mend_all() -> Page:
    """Tries the rows of one fault again with the one cell of each, or leaves them out."""
    ids = numbers("row")
    if request.form.get("do") == "leave":
        with acting() as opened:
            left = mending.leave_out(opened, viewer(), ids)
        return redirect(url_for("desk.rows.faults", left=left), 303)
    column = request.form.get("column", "")
    typed = {id_: request.form.get(f"cell-{id_}") for id_ in ids}
    return _done(_try_again({id_: {} if cell is None else {column: cell} for id_, cell in typed.items()}))


def _try_again(corrections: mending.Corrections) -> mending.Mended:
    with acting() as opened:
        return mending.try_again(
            opened,
            viewer(),
            corrections,
            gazetteer=running().gazetteer,
            regions=running().regions,
            key=installation().key,
        )


def _done(mended: mending.Mended) -> Response:
    if mended.settled:
        flash(gettext("Imported: %(count)s.", count=mended.settled))
    if mended.faulty:
        said = gettext("Still not right: %(count)s. The reason stands at each row.", count=len(mended.faulty))
        flash(said, "warning")
    return redirect(url_for("desk.rows.faults"), 303)


def _row(number: int, *, typed: dict[str, str] | None = None, fault: str = "") -> str:
    with looking() as opened:
        found = mending.fault_of(opened, viewer(), [number])
    (known,) = found.rows
    return render_template(
        "desk/row.html",
        row=known,
        source=found.source,
        record=found.record,
        cells=[(column, (typed or {}).get(column, cell)) for column, cell in known.cells],
        reason=i18n.said(known.message, known.values),
        fault=fault,
    )
