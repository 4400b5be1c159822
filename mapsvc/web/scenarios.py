"""Scenarios of a cohort: asked for, waited for, looked at, compared, renamed, deleted."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Cohort, Scenario, ScenarioStage
from mapsvc.domain.flat_tables import FlatTable
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.planning.cohorts import Demands
from mapsvc.planning.outcome_files import demands_from_json
from mapsvc.presentation import cohorts as shown
from mapsvc.presentation import comparisons
from mapsvc.presentation.comparison_tables import figures_table, learners_table
from mapsvc.services import cohorts as cohorts_service
from mapsvc.services import scenarios as service
from mapsvc.services.table_files import check_format
from mapsvc.storage import cohorts as stored
from mapsvc.storage.listings import keys_in_view
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.cohort_forms import NameForm, ScenarioForm, changed
from mapsvc.web.desk_fields import is_number
from mapsvc.web.table_answers import about_here, links, table_answer

Page = str | tuple[str, int] | Redirect

bp = Blueprint("scenarios", __name__)


@bp.route("/<int:number>/scenarios/new", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def new(number: int) -> Page:
    """Rules and weights, begun with those of another scenario where the address names one."""
    with looking() as opened:
        cohort = cohorts_service.cohort_of(opened, viewer(), number)
        before = _before(opened, number)
    form = _form(cohort, before)
    if form.validate_on_submit():
        try:
            locks = service.locks_of(before) if before else ()
            asked = form.demands(today=now().date(), locks=locks)
            with acting() as opened:
                made = service.ask_for(opened, viewer(), number, name=form.name.data or "", demands=asked)
            return _to(made.id)
        except InvalidInput as fault:
            form.take(fault)
    page = render_template("cohorts/new_scenario.html", form=form, cohort=cohort, before=before)
    return page, 422 if form.is_submitted() else 200


@bp.get("/scenarios/<int:number>")
@needs(Action.PLAN_COHORT)
def show(number: int) -> Page:
    """One scenario, at the stage where it is."""
    with looking() as opened:
        scenario = service.scenario_of(opened, viewer(), number)
        cohort = cohorts_service.cohort_of(opened, viewer(), scenario.cohort_id)
        told = service.told(opened, scenario) if scenario.stage == ScenarioStage.DONE else None
        keys = list(told.offers) if told else []
        public = keys_in_view(opened, keys, now().date())
        of_learners = {one.code: id_ for id_, one in cohorts_service.learners_of(opened, cohort)}
    if told is None:
        return PAGES[scenario.stage](scenario, cohort)
    view = shown.result_view(told, service.locks_of(scenario), public, i18n.language())
    return _page("result", scenario, cohort, view=view, told=told, numbers=of_learners)


@bp.get("/scenarios/<int:number>/progress")
@needs(Action.PLAN_COHORT)
def progress(number: int) -> dict[str, Any]:
    """How far a scenario is, for the page that waits."""
    with looking() as opened:
        scenario = service.scenario_of(opened, viewer(), number)
    return {"stage": scenario.stage, "elapsed_s": _elapsed_s(scenario)}


@bp.post("/scenarios/<int:number>/cancel")
@needs(Action.PLAN_COHORT)
def cancel(number: int) -> Redirect:
    """Has the worker stop."""
    with acting() as opened:
        service.cancel(opened, viewer(), number)
    return _to(number)


@bp.post("/scenarios/<int:number>/lock")
@needs(Action.PLAN_COHORT)
def lock(number: int) -> Redirect:
    """Keeps the place of a learner for the next scenario, or lets it go."""
    code, locked = request.form.get("learner", ""), request.form.get("locked") == "yes"
    with acting() as opened:
        scenario = service.scenario_of(opened, viewer(), number)
        if scenario.stage == ScenarioStage.DONE and code:
            service.lock(opened, viewer(), number, code, locked=locked)
    row = request.form.get("row", "")
    anchor = f"placed-{row}" if is_number(row) else "placed"
    return redirect(url_for("cohorts.scenarios.show", number=number, _anchor=anchor), 303)


@bp.post("/scenarios/<int:number>/carried-out")
@needs(Action.PLAN_COHORT)
def carry_out(number: int) -> Redirect:
    """Says that learners went where the scenario sends them, or takes that back."""
    done = request.form.get("carried_out") == "yes"
    with acting() as opened:
        scenario = service.scenario_of(opened, viewer(), number)
        if scenario.stage == ScenarioStage.DONE:
            service.carry_out(opened, viewer(), number, carried_out=done)
    return _to(number)


@bp.route("/scenarios/<int:number>/name", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def rename(number: int) -> Page:
    """Another name."""
    with looking() as opened:
        scenario = service.scenario_of(opened, viewer(), number)
    form = NameForm(data={"name": scenario.name})
    if form.validate_on_submit():
        try:
            with acting() as opened:
                service.rename(opened, viewer(), number, form.name.data or "")
            return _to(number)
        except InvalidInput as fault:
            form.take(fault)
    page = render_template("cohorts/rename.html", form=form, scenario=scenario)
    return page, 422 if form.is_submitted() else 200


@bp.route("/scenarios/<int:number>/delete", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def delete(number: int) -> Page:
    """Asks first, then erases a scenario at once."""
    if request.method == "POST":
        with acting() as opened:
            cohort_id = service.erase_scenario(opened, viewer(), number)
        flash(gettext("The scenario is deleted."))
        return redirect(url_for("cohorts.show", number=cohort_id), 303)
    with looking() as opened:
        scenario = service.scenario_of(opened, viewer(), number)
    return render_template("cohorts/delete_scenario.html", scenario=scenario)


@bp.get("/<int:number>/compare")
@needs(Action.PLAN_COHORT)
def compare(number: int) -> Page:
    """Two or three scenarios side by side."""
    with looking() as opened:
        cohort = cohorts_service.cohort_of(opened, viewer(), number)
        try:
            found = service.to_compare(opened, viewer(), number, _named("scenario"))
        except InvalidInput as fault:
            flash(i18n.spoken(fault), "warning")
            return redirect(url_for("cohorts.show", number=number, _anchor="scenarios"), 303)
        told = [service.told(opened, one) for one in found]
    asked = {"number": number, "scenario": [one.id for one in found]}
    return render_template(
        "cohorts/compare.html",
        cohort=cohort,
        scenarios=found,
        view=comparisons.comparison(told, i18n.language()),
        figures_files=_compared_files("figures", asked),
        learners_files=_compared_files("learners", asked),
    )


@bp.get("/<int:number>/compare/figures.<file_format>")
@needs(Action.PLAN_COHORT)
def figures(number: int, file_format: str) -> Response:
    """The figures of the same scenarios as a file."""
    return _compared(number, file_format, figures_table)


@bp.get("/<int:number>/compare/learners.<file_format>")
@needs(Action.PLAN_COHORT)
def learners(number: int, file_format: str) -> Response:
    """Where each learner is in the same scenarios, as a file."""
    return _compared(number, file_format, learners_table)


def _compared(number: int, file_format: str, table: Callable[..., FlatTable]) -> Response:
    check_format(file_format, places=False)
    with looking() as opened:
        found = service.to_compare(opened, viewer(), number, _named("scenario"))
        told = [service.told(opened, one) for one in found]
    view = comparisons.comparison(told, i18n.language())
    return table_answer(table(view, language=i18n.language(), **about_here()), file_format, private=True)


def _compared_files(what: str, asked: Mapping[str, Any]) -> dict[str, str]:
    return links(lambda name: url_for(f"cohorts.scenarios.{what}", file_format=name, **asked), places=False)


def _before(opened: Any, cohort_id: int) -> Scenario | None:
    """The scenario of this cohort that a new one is made after; None where none is named."""
    named = request.form.get("after") or request.args.get("after", "")
    if not is_number(named):
        return None
    found = service.scenario_of(opened, viewer(), int(named))
    if found.cohort_id != cohort_id:
        raise NotFound
    return found


def _form(cohort: Cohort, before: Scenario | None) -> ScenarioForm:
    with looking() as opened:
        names = {one.name for one in stored.scenarios_of(opened, cohort.id)}
        told = service.told(opened, before) if before is not None and before.outcome is not None else None
    demands = demands_from_json(before.demands) if before else Demands(now().date())
    locks = shown.lock_words(service.locks_of(before) if before else (), told)
    return ScenarioForm.after_demands(
        changed(demands, request.args),
        name=shown.free_name(names, i18n.language()),
        locks=locks,
        after=str(before.id) if before else "",
    )


def _named(name: str) -> list[int]:
    return [int(text) for text in request.args.getlist(name) if is_number(text)]


def _elapsed_s(scenario: Scenario) -> int:
    if scenario.started is None or scenario.stage != ScenarioStage.WORKING:
        return 0
    return max(0, round((now() - scenario.started).total_seconds()))


def _page(template: str, scenario: Scenario, cohort: Cohort, **more: Any) -> str:
    message = scenario.message or {}
    return render_template(
        f"cohorts/{template}.html",
        scenario=scenario,
        cohort=cohort,
        message=i18n.said(message["text"], message.get("values")) if message else "",
        stages=shown.STAGES,
        **more,
    )


def _working(scenario: Scenario, cohort: Cohort) -> str:
    return _page("working", scenario, cohort, elapsed_s=_elapsed_s(scenario))


def _ended(scenario: Scenario, cohort: Cohort) -> str:
    return _page("ended", scenario, cohort)


def _to(number: int) -> Redirect:
    return redirect(url_for("cohorts.scenarios.show", number=number), 303)


PAGES: Mapping[str, Callable[[Scenario, Cohort], Page]] = {
    ScenarioStage.WAITING: _working,
    ScenarioStage.WORKING: _working,
    ScenarioStage.CANCELLED: _ended,
    ScenarioStage.FAILED: _ended,
}
