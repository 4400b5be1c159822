"""Lists brought in the browser: a new file, what is on its way, what was imported and is taken back."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Redirect
from wtforms import Field, FileField, SelectField, StringField
from wtforms.validators import Length

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.errors import InvalidInput, MapsvcError, NotFound
from mapsvc.http import running
from mapsvc.intake.limits import BROWSER, stated
from mapsvc.intake.readers import SUFFIXES
from mapsvc.presentation import uploads as shown
from mapsvc.presentation.import_tables import imports_table
from mapsvc.services import past_imports, templates
from mapsvc.services import uploads as service
from mapsvc.services.imports import LONGEST_NAME
from mapsvc.services.table_files import MOST_ROWS, check_format
from mapsvc.storage import uploads as stored
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web import uploads as one_upload
from mapsvc.web.forms import Form, choices
from mapsvc.web.table_answers import about_here, links, table_answer

FORM_BYTES = 100_000  # around the file
PAST_SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LANGUAGE_NAMES = {
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "it": "Italiano",
    "pl": "Polski",
}
OPERATOR = "0"  # among the owners of a list

Page = str | tuple[str, int] | Redirect

bp = Blueprint("importing", __name__, url_prefix="/desk/imports")
bp.register_blueprint(one_upload.bp)


class UploadForm(Form):
    """A file, and which list it is."""

    file: Field = FileField(_l("File"), render_kw={"accept": ",".join(SUFFIXES), "required": True})
    list_name: Field = StringField(
        _l("Name of the list"),
        [Length(max=LONGEST_NAME)],
        description=_l(
            "Everybody sees it as the source. For a newer file of a list, choose the same name: "
            "its hosts are brought up to date. Left empty, it is taken from the file's name."
        ),
        render_kw={"list": "lists", "maxlength": LONGEST_NAME, "autocomplete": "off"},
    )
    owner: Field = SelectField(_l("Whose list is it?"), validate_choice=False)


@bp.url_value_preprocessor
def _admit_files(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Lets the one route that takes a file take more than others; before anything reads the form."""
    if request.endpoint == "importing.begin":
        request.max_content_length = BROWSER.bytes + FORM_BYTES


@bp.get("/")
@needs(Action.IMPORT_HOSTS)
def uploads() -> str:
    """A form for a new file, what is on its way, and what was imported."""
    return _overview(UploadForm())


@bp.post("/")
@needs(Action.IMPORT_HOSTS)
def begin() -> Page:
    """Takes in a file."""
    form = UploadForm()
    given = request.files.get("file")
    try:
        if given is None or not given.filename:
            raise InvalidInput(gettext("Choose a file first."), field="file")
        with acting() as opened:
            upload = service.begin(
                opened,
                viewer(),
                given.filename,
                given.stream.read(),
                list_name=form.list_name.data or "",
                sending_id=_owner(form, service.owners(opened, viewer())),
            )
    except InvalidInput as fault:
        form.take(fault)
        return _overview(form), 422
    return redirect(url_for("importing.file.show", number=upload.id), 303)


@bp.get("/table.<file_format>")
@needs(Action.IMPORT_HOSTS)
def table(file_format: str) -> Response:
    """What was imported before, as a file."""
    check_format(file_format, places=False)
    with looking() as opened:
        found = stored.imports_of(opened, service.seen_owners(viewer()), limit=MOST_ROWS)
    made = imports_table(found, language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


@bp.get("/template/<language>.xlsx")
@needs(Action.IMPORT_HOSTS)
def template(language: str) -> Response:
    """A workbook to fill in."""
    if language not in templates.LANGUAGES:
        raise NotFound
    return _attachment(templates.host_template(language), XLSX, templates.FILE_NAME.format(language=language))


@bp.route("/<int:number>/undo", methods=["GET", "POST"])
@needs(Action.IMPORT_HOSTS)
def undo(number: int) -> Page:
    """Asks, and takes an import back."""
    if request.method != "POST":
        return _undo_page(number)
    try:
        with acting() as opened:
            undone = past_imports.undo(opened, viewer(), number)
    except NotFound:
        raise
    except MapsvcError as fault:
        return _undo_page(number, fault=fault), 422
    flash(
        gettext(
            "The import is undone: %(count)s hosts are as they were before.",
            count=format_decimal(undone.changed),
        )
    )
    if undone.kept:
        flash(
            gettext(
                "%(count)s hosts stay, since somebody changed them here by hand.",
                count=format_decimal(undone.kept),
            )
        )
    return redirect(url_for("importing.uploads"), 303)


@bp.post("/<int:number>/release")
@needs(Action.IMPORT_HOSTS)
def release(number: int) -> Page:
    """Puts the hosts of an import that was held back on the map."""
    with acting() as opened:
        count = past_imports.release(opened, viewer(), number)
    flash(gettext("%(count)s hosts are on the map now.", count=format_decimal(count)))
    return redirect(url_for("importing.uploads"), 303)


def _overview(form: UploadForm) -> str:
    asks = viewer()
    with looking() as opened:
        owners = service.owners(opened, asks)
        seen = service.seen_owners(asks)
        on_their_way = stored.open_uploads(opened, seen)
        past = stored.imports_of(opened, seen, limit=PAST_SHOWN)
        by_import = stored.uploads_by_import(opened, [record.id for record, _source in past])
        lists = stored.lists_of(opened, seen)
    form.owner.choices = choices(
        (OPERATOR if one.id is None else str(one.id), one.name or running().settings.site_name)
        for one in owners
    )
    return render_template(
        "importing/uploads.html",
        form=form,
        owners=owners,
        uploads=on_their_way,
        past=past,
        by_import=by_import,
        files=links(lambda name: url_for("importing.table", file_format=name), places=False),
        past_shown=PAST_SHOWN,
        lists=lists,
        stages=shown.STAGES,
        outcomes=shown.outcomes,
        limits=stated(BROWSER),
        template_languages=[(code, LANGUAGE_NAMES[code]) for code in templates.LANGUAGES],
    )


def _owner(form: UploadForm, owners: list[service.Owner]) -> int | None:
    """The sending organisation that was chosen, or the only one; one that is not the viewer's is refused."""
    if len(owners) == 1:
        return owners[0].id
    chosen = form.owner.data or ""
    if chosen == OPERATOR:
        return None
    if not chosen.isascii() or not chosen.isdigit() or len(chosen) > 9:  # noqa: PLR2004
        raise InvalidInput(gettext("Say whose list it is."), field="owner")
    return int(chosen)


def _undo_page(number: int, *, fault: MapsvcError | None = None) -> str:
    with looking() as opened:
        record, source = past_imports.import_of(opened, viewer(), number)
    return render_template(
        "importing/undo.html",
        record=record,
        source=source,
        outcomes=shown.outcomes({"counts": record.counts}),
        fault=i18n.spoken(fault) if fault else "",
    )


def _attachment(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
