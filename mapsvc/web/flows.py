"""Planned and realised stays from region to region: typed or pasted, seen as arrows, matrix and table."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.errors import InvalidInput, UnreadableFile
from mapsvc.http import running
from mapsvc.maps.names import MapKind
from mapsvc.params.flows import flows_query
from mapsvc.places.area_words import area_words
from mapsvc.presentation import flows as shown
from mapsvc.services import flow_plans
from mapsvc.services.inviting_classes import chosen_sender
from mapsvc.services.table_files import check_format
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.flow_forms import FlowForm
from mapsvc.web.page import map_values
from mapsvc.web.table_answers import about_here, links, table_answer

Page = str | Answer | tuple[str, int]

bp = Blueprint("flows", __name__, url_prefix="/desk/flows")


@bp.get("")
@needs(Action.PLAN_FLOWS)
def overview() -> str:
    """The viewer's plans, each with whether it adds up."""
    with looking() as opened:
        found = [(plan, shown.sentences(plan)) for plan in flow_plans.flow_plans_of(opened, viewer())]
    return render_template("flows/overview.html", found=found)


@bp.route("/new", methods=["GET", "POST"])
@needs(Action.PLAN_FLOWS)
def new() -> Page:
    """Makes a plan."""
    form = FlowForm.opened()
    if form.validate_on_submit():
        try:
            if (draft := form.draft(names())) is not None:
                with acting() as opened:
                    sending = chosen_sender(flow_plans.senders(opened, viewer()), form.sending.data or "")
                    made = flow_plans.make_flow_plan(opened, viewer(), draft, sending_id=sending)
                return redirect(url_for("flows.show", number=made.id), 303)
        except (InvalidInput, UnreadableFile) as fault:
            form.take_fault(fault)
    return _form_page(form, None)


@bp.get("/<int:number>")
@needs(Action.PLAN_FLOWS)
def show(number: int) -> str:
    """One plan: arrows on the map, the matrix, the table, and whether it adds up."""
    with looking() as opened:
        plan = flow_plans.flow_plan_of(opened, viewer(), number)
    query = flows_query(request.args)
    view = shown.flows_view(plan, query, names())
    values = map_values(MapKind.FLOWS)
    values["map_config"]["arrows"] = view.drawn
    files = links(lambda name: url_for("flows.download", number=number, file_format=name), places=False)
    return render_template("flows/show.html", plan=plan, view=view, query=query, files=files, **values)


@bp.route("/<int:number>/edit", methods=["GET", "POST"])
@needs(Action.PLAN_FLOWS)
def edit(number: int) -> Page:
    """Changes a plan; its rows can be put back once."""
    with looking() as opened:
        plan = flow_plans.flow_plan_of(opened, viewer(), number)
    form = FlowForm.of(plan, shown.flow_lines(plan, names()))
    if form.validate_on_submit():
        try:
            if (draft := form.draft(names())) is not None:
                with acting() as opened:
                    flow_plans.change_flow_plan(opened, viewer(), number, draft)
                return redirect(url_for("flows.show", number=number), 303)
        except (InvalidInput, UnreadableFile) as fault:
            form.take_fault(fault)
    return _form_page(form, number)


@bp.post("/<int:number>/undo")
@needs(Action.PLAN_FLOWS)
def undo(number: int) -> Answer:
    """Puts the rows of before the last change back."""
    with acting() as opened:
        flow_plans.undo_flow_plan(opened, viewer(), number)
    flash(gettext("The stays are as they were before the last change."))
    return redirect(url_for("flows.show", number=number), 303)


@bp.route("/<int:number>/erase", methods=["GET", "POST"])
@needs(Action.PLAN_FLOWS)
def erase(number: int) -> str | Answer:
    """Asks first, then erases a plan at once."""
    if request.method == "POST":
        with acting() as opened:
            flow_plans.erase_flow_plan(opened, viewer(), number)
        flash(gettext("The plan is deleted."))
        return redirect(url_for("flows.overview"), 303)
    with looking() as opened:
        plan = flow_plans.flow_plan_of(opened, viewer(), number)
    return render_template("flows/erase.html", plan=plan)


@bp.get("/<int:number>/stays.<file_format>")
@needs(Action.PLAN_FLOWS)
def download(number: int, file_format: str) -> Response:
    """The rows of a plan as a file."""
    with looking() as opened:
        plan = flow_plans.flow_plan_of(opened, viewer(), number)
    check_format(file_format, places=False)
    return table_answer(shown.flow_table(plan, names(), **about_here()), file_format, private=True)


def names() -> shown.Names:
    """What places are called, and how typed words are read."""
    here = running()
    return shown.Names(area_words(here.gazetteer, here.regions), i18n.language())


def _form_page(form: FlowForm, number: int | None) -> tuple[str, int]:
    page = render_template("flows/edit.html", form=form, number=number)
    return page, 422 if form.is_submitted() else 200
