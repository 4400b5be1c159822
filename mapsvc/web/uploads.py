"""One list on its way from a file to the map: its columns, what becomes public, the import."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.uploads import Upload, UploadStage
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.http import running
from mapsvc.intake.limits import BROWSER
from mapsvc.presentation import import_fields
from mapsvc.presentation import uploads as shown
from mapsvc.presentation.import_tables import report_table
from mapsvc.services import uploads as service
from mapsvc.services.columns import grid_names
from mapsvc.services.imports import LONGEST_NAME
from mapsvc.services.row_reports import kept_rows
from mapsvc.services.table_files import check_format
from mapsvc.services.uploads import LONGEST_LICENCE
from mapsvc.storage import upload_files
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.table_answers import about_here, links, table_answer

MOST_PARTS = BROWSER.columns + 20  # fields of the form of columns

Page = str | tuple[str, int] | Redirect

bp = Blueprint("file", __name__, url_prefix="/uploads/<int:number>")


@bp.url_value_preprocessor
def _admit_wide_files(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Lets the form of columns have as many fields as a file may have columns."""
    request.max_form_parts = MOST_PARTS


@bp.get("/")
@needs(Action.IMPORT_HOSTS)
def show(number: int) -> Page:
    """One upload, at the stage where it is."""
    with looking() as opened:
        upload = service.upload_of(opened, viewer(), number)
    return PAGES[upload.stage](upload)


@bp.post("/columns")
@needs(Action.IMPORT_HOSTS)
def map_columns(number: int) -> Page:
    """Keeps which column holds what, and has the import tried."""
    said = {name: request.form.get(name, "") for name in ("list_name", "licence", "crs")}
    with acting() as opened:
        upload = service.upload_of(opened, viewer(), number)
        chosen = [request.form.get(f"column-{place}", "") for place in range(len(upload.columns))]
        try:
            service.map_columns(opened, viewer(), number, chosen, **said)
        except InvalidInput as fault:
            return _columns(upload, chosen=chosen, said=said, fault=fault), 422
    return _back_to(number)


@bp.post("/correct")
@needs(Action.IMPORT_HOSTS)
def correct(number: int) -> Page:
    """Goes back to the columns."""
    with acting() as opened:
        service.correct(opened, viewer(), number)
    return _back_to(number)


@bp.post("/confirm")
@needs(Action.IMPORT_HOSTS)
def confirm(number: int) -> Page:
    """Has the worker import what was shown."""
    with acting() as opened:
        service.confirm(opened, viewer(), number, held=request.form.get("held") == "yes")
    return _back_to(number)


@bp.post("/cancel")
@needs(Action.IMPORT_HOSTS)
def cancel(number: int) -> Page:
    """Gives an upload up."""
    with acting() as opened:
        service.cancel(opened, viewer(), number)
    flash(gettext("The import is cancelled. Nothing was changed, and your file is deleted here."))
    return redirect(url_for("importing.uploads"), 303)


@bp.get("/progress")
@needs(Action.IMPORT_HOSTS)
def progress(number: int) -> dict[str, Any]:
    """How far an upload is, for the page that waits."""
    with looking() as opened:
        upload = service.upload_of(opened, viewer(), number)
    done, of_all = upload_files.progress_of(running().settings.folder, number) or (0, 0)
    return {"stage": upload.stage, "done": done, "of_all": of_all}


@bp.get("/report.<file_format>")
@needs(Action.IMPORT_HOSTS)
def report(number: int, file_format: str) -> Response:
    """What became of each row, as a table to download."""
    check_format(file_format, places=False)
    with looking() as opened:
        service.upload_of(opened, viewer(), number)
    file = upload_files.report_file(running().settings.folder, number)
    if not file.exists():
        raise NotFound
    made = report_table(number, kept_rows(file), language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


def _page(template: str, upload: Upload, **more: Any) -> str:
    message = upload.message or {}
    return render_template(
        f"importing/{template}.html",
        upload=upload,
        message=i18n.said(message["text"], message.get("values")) if message else "",
        steps=shown.STEPS,
        step=shown.STEP_OF.get(upload.stage),
        said=i18n.said,
        files=_report_files(upload),
        **more,
    )


def _report_files(upload: Upload) -> dict[str, str]:
    """The addresses of the report, {} before there is one."""
    if not upload_files.report_file(running().settings.folder, upload.id).exists():
        return {}
    number = upload.id
    return links(lambda name: url_for("importing.file.report", number=number, file_format=name), places=False)


def _working(upload: Upload) -> str:
    done, of_all = upload_files.progress_of(running().settings.folder, upload.id) or (0, 0)
    return _page("working", upload, stage=shown.STAGES[upload.stage], done=done, of_all=of_all)


def _columns(
    upload: Upload,
    *,
    chosen: Sequence[str] | None = None,
    said: Mapping[str, str] | None = None,
    fault: InvalidInput | None = None,
) -> str:
    kept = {"list_name": upload.list_name, "licence": upload.licence or "", "crs": upload.crs or ""}
    return _page(
        "columns",
        upload,
        columns=shown.column_choices(upload, chosen),
        groups=import_fields.GROUPS,
        values=said or kept,
        fault=fault,
        fault_text=i18n.spoken(fault) if fault else "",
        grids=grid_names(upload.report.get("grids") or ()),
        longest_name=LONGEST_NAME,
        longest_licence=LONGEST_LICENCE,
    )


def _review(upload: Upload) -> str:
    preview = upload.preview
    return _page(
        "review",
        upload,
        preview=preview,
        report=upload.report,
        outcomes=shown.outcomes(upload.report),
        public=shown.named_fields(preview["fields"]),
        used=shown.named_fields(preview["used"]),
        entries=shown.shown_entries(preview["samples"], i18n.language(), running().regions),
    )


def _done(upload: Upload) -> str:
    preview = upload.preview
    return _page(
        "done",
        upload,
        preview=preview,
        report=upload.report,
        outcomes=shown.outcomes(upload.report),
        box=shown.box_of(preview.get("samples") or ()),
    )


def _failed(upload: Upload) -> str:
    return _page("failed", upload)


def _cancelled(upload: Upload) -> Page:
    flash(gettext("This import was cancelled. Nothing was changed."))
    return redirect(url_for("importing.uploads"), 303)


def _back_to(number: int) -> Redirect:
    return redirect(url_for("importing.file.show", number=number), 303)


PAGES: Mapping[str, Callable[[Upload], Page]] = {
    UploadStage.READING: _working,
    UploadStage.MAPPING: _columns,
    UploadStage.CHECKING: _working,
    UploadStage.REVIEW: _review,
    UploadStage.IMPORTING: _working,
    UploadStage.DONE: _done,
    UploadStage.FAILED: _failed,
    UploadStage.CANCELLED: _cancelled,
}
