"""Cohorts of learners to be placed: brought as a list, looked at, brought again, downloaded, deleted."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import LONGEST_LIFE
from mapsvc.errors import InvalidInput, NotFound, UnreadableFile
from mapsvc.http import LANGUAGE_NAMES, running
from mapsvc.intake.cohorts import LIMITS, MOST_LEARNERS, SUFFIXES
from mapsvc.intake.limits import stated
from mapsvc.messages import LANGUAGES
from mapsvc.presentation import cohorts as shown
from mapsvc.presentation.desk_tables import cohorts_table
from mapsvc.services import cohorts as service
from mapsvc.services.cohort_files import cohort_csv, cohort_xlsx
from mapsvc.services.cohort_reading import bring
from mapsvc.services.cohort_templates import FILE_NAME, FORMATS, cohort_template
from mapsvc.services.cohorts import Brought
from mapsvc.services.inviting_classes import chosen_sender
from mapsvc.services.table_files import check_format, has_geoparquet
from mapsvc.services.uploads import proposed_name
from mapsvc.storage import cohorts as stored
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web import cohort_learners, scenarios
from mapsvc.web.cohort_forms import CohortForm, ListForm, NewerListForm
from mapsvc.web.table_answers import about_here, links, table_answer

FORM_BYTES = 100_000  # around the file
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TAKES_FILES = frozenset({"cohorts.new", "cohorts.replace"})
WRITERS = {"csv": (cohort_csv, CSV), "xlsx": (cohort_xlsx, XLSX)}

Page = str | tuple[str, int] | Redirect

bp = Blueprint("cohorts", __name__, url_prefix="/desk/cohorts")
bp.register_blueprint(cohort_learners.bp)
bp.register_blueprint(scenarios.bp)


@bp.url_value_preprocessor
def _admit_files(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Lets the routes that take a file take more than others; before anything reads the form."""
    if request.endpoint in TAKES_FILES:
        request.max_content_length = LIMITS.bytes + FORM_BYTES


@bp.context_processor
def _words() -> dict[str, Any]:
    """What the templates of all these pages say faults with."""
    return {"said": i18n.said, "has_geoparquet": has_geoparquet()}


@bp.get("")
@needs(Action.PLAN_COHORT)
def overview() -> str:
    """The cohorts of one's organisation, and the templates of a list."""
    with looking() as opened:
        found = service.cohorts_of(opened, viewer())
        names = {one.id: one.name for one in service.senders(opened, viewer())}
    files = links(lambda name: url_for("cohorts.table", file_format=name), places=False)
    return render_template("cohorts/overview.html", found=found, names=names, files=files, **_templates())


@bp.get("/table.<file_format>")
@needs(Action.PLAN_COHORT)
def table(file_format: str) -> Response:
    """The same cohorts as a file."""
    check_format(file_format, places=False)
    with looking() as opened:
        found = service.cohorts_of(opened, viewer())
        names = {one.id: one.name for one in service.senders(opened, viewer())}
    made = cohorts_table(found, names, language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


@bp.route("/new", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def new() -> Page:
    """Takes in a list of learners as a new cohort."""
    form = ListForm()
    with looking() as opened:
        senders = service.senders(opened, viewer())
    form.sending.choices = [(str(one.id), one.name) for one in senders]
    made = _taken(form, lambda brought: _made(form, brought)) if form.validate_on_submit() else None
    if made is not None:
        return _to(made)
    page = render_template(
        "cohorts/new.html", form=form, problems=shown.faults_of(form.faults), **_templates()
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/template/<language>.<file_format>")
@needs(Action.PLAN_COHORT)
def template(language: str, file_format: str) -> Response:
    """A list to fill in."""
    if language not in LANGUAGES or file_format not in FORMATS:
        raise NotFound
    name = FILE_NAME.format(language=language, format=file_format)
    return _attachment(cohort_template(file_format, language), WRITERS[file_format][1], name)


@bp.get("/<int:number>")
@needs(Action.PLAN_COHORT)
def show(number: int) -> str:
    """A cohort: its learners, what could not be used, its scenarios."""
    with looking() as opened:
        cohort = service.cohort_of(opened, viewer(), number)
        learners = service.learners_of(opened, cohort)
        made = stored.scenarios_of(opened, number)
    return render_template(
        "cohorts/show.html",
        cohort=cohort,
        rows=shown.learner_rows(learners, cohort.faults, i18n.language()),
        problems=shown.faults_of(cohort.faults),
        scenarios=made,
        stages=shown.STAGES,
    )


@bp.route("/<int:number>/list", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def replace(number: int) -> Page:
    """Takes in a newer list in place of the one before."""
    with looking() as opened:
        cohort = service.cohort_of(opened, viewer(), number)
    form = NewerListForm()
    made = _taken(form, lambda brought: _replaced(number, brought)) if form.validate_on_submit() else None
    if made is not None:
        return _to(made)
    problems = shown.faults_of(form.faults)
    page = render_template(
        "cohorts/replace.html", form=form, cohort=cohort, problems=problems, **_templates()
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/<int:number>/change", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def change(number: int) -> Page:
    """Another name, another day of deletion."""
    with looking() as opened:
        cohort = service.cohort_of(opened, viewer(), number)
    form = CohortForm(data={"name": cohort.name, "delete_on": cohort.delete_on})
    if form.validate_on_submit():
        try:
            day = form.delete_on.data or cohort.delete_on
            with acting() as opened:
                service.change_cohort(opened, viewer(), number, name=form.name.data or "", delete_on=day)
            return _to(number)
        except InvalidInput as fault:
            form.take(fault)
    page = render_template("cohorts/change.html", form=form, cohort=cohort)
    return page, 422 if form.is_submitted() else 200


@bp.post("/<int:number>/settle")
@needs(Action.PLAN_COHORT)
def settle(number: int) -> Redirect:
    """Forgets what could not be used of the list."""
    with acting() as opened:
        service.settle_faults(opened, viewer(), number)
    return _to(number)


@bp.route("/<int:number>/delete", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def delete(number: int) -> Page:
    """Asks first, then erases a cohort at once."""
    if request.method == "POST":
        with acting() as opened:
            service.erase_cohort(opened, viewer(), number)
        flash(gettext("The cohort is deleted, with its learners and scenarios."))
        return redirect(url_for("cohorts.overview"), 303)
    with looking() as opened:
        cohort = service.cohort_of(opened, viewer(), number)
    return render_template("cohorts/delete.html", cohort=cohort)


@bp.get("/<int:number>/cohort.<file_format>")
@needs(Action.PLAN_COHORT)
def download(number: int, file_format: str) -> Response:
    """The learners of a cohort, in the columns of the template."""
    with looking() as opened:
        cohort = service.cohort_of(opened, viewer(), number)
        learners = [one for _number, one in service.learners_of(opened, cohort)]
    if file_format not in WRITERS:
        raise NotFound
    write, media_type = WRITERS[file_format]
    return _attachment(
        write(learners, language=i18n.language()), media_type, f"cohort-{number}.{file_format}"
    )


def _taken(form: ListForm | NewerListForm, verb: Callable[[Brought], int]) -> int | None:
    """The number of the cohort that a file made or changed; None where the form says why it did not."""
    given = request.files.get("file")
    try:
        if given is None or not given.filename:
            raise InvalidInput(gettext("Choose a file first."), field="file")
        brought = bring(running().settings.folder, given.filename, given.stream.read())
        if not brought.learners:
            form.faults = brought.faults
            raise InvalidInput(gettext("No learner of this list can be used. See below why."), field="file")
        return verb(brought)
    except InvalidInput as fault:
        form.take(fault)
    except UnreadableFile as fault:
        form.take(InvalidInput(i18n.spoken(fault), field="file"))
    return None


def _made(form: ListForm, brought: Brought) -> int:
    with acting() as opened:
        known = service.senders(opened, viewer())
        made = service.make_cohort(
            opened,
            viewer(),
            brought,
            sending_id=chosen_sender(known, form.sending.data or ""),
            name=form.name.data or proposed_name(brought.file_name),
            delete_on=form.delete_on.data,
        )
        return made.id


def _replaced(number: int, brought: Brought) -> int:
    with acting() as opened:
        return service.replace_learners(opened, viewer(), number, brought).id


def _templates() -> dict[str, Any]:
    return {
        "template_languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        "limits": stated(LIMITS),
        "most": MOST_LEARNERS,
        "suffixes": ", ".join(SUFFIXES),
        "last_day": now().date() + LONGEST_LIFE,
    }


def _to(number: int) -> Redirect:
    return redirect(url_for("cohorts.show", number=number), 303)


def _attachment(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
