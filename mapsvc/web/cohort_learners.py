"""One learner of a cohort: added, mended, taken out."""

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.errors import InvalidInput
from mapsvc.http import running
from mapsvc.planning.cohorts import Learner
from mapsvc.presentation import cohorts as shown
from mapsvc.services import cohort_learners as service
from mapsvc.services import cohorts as cohorts_service
from mapsvc.services.cohort_cells import cells_of, learner_of_cells
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.cohort_forms import LearnerForm

LONGEST_SHIFT = 104  # weeks

Page = str | tuple[str, int] | Redirect

bp = Blueprint("learners", __name__)


@bp.route("/<int:number>/add", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def add(number: int) -> Page:
    """A learner more."""
    with looking() as opened:
        cohort = cohorts_service.cohort_of(opened, viewer(), number)
        known = [one for _number, one in cohorts_service.learners_of(opened, cohort)]
    form = LearnerForm.opened(_days_of(known))
    if form.validate_on_submit():
        try:
            learner = _said(form, known)
            with acting() as opened:
                service.add_learner(opened, viewer(), number, learner)
            return _to(number)
        except InvalidInput as fault:
            form.take(fault)
    page = render_template("cohorts/learner.html", form=form, cohort=cohort, number=None, problems=())
    return page, 422 if form.is_submitted() else 200


@bp.route("/learners/<int:number>", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def edit(number: int) -> Page:
    """What is said of a learner."""
    with looking() as opened:
        cohort, learner = service.learner_of(opened, viewer(), number)
        known = [one for _number, one in cohorts_service.learners_of(opened, cohort)]
    form = LearnerForm.opened(_moved(cells_of(learner, i18n.language())), code=learner.code)
    if form.validate_on_submit():
        try:
            said = _said(form, [one for one in known if one.code != learner.code])
            with acting() as opened:
                service.change_learner(opened, viewer(), number, said)
            return _to(cohort.id)
        except InvalidInput as fault:
            form.take(fault)
    problems = [one for one in shown.faults_of(cohort.faults) if one.code == learner.code]
    page = render_template("cohorts/learner.html", form=form, cohort=cohort, number=number, problems=problems)
    return page, 422 if form.is_submitted() else 200


@bp.route("/learners/<int:number>/remove", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def remove(number: int) -> Page:
    """Asks first, then takes a learner out of the cohort and its scenarios."""
    with looking() as opened:
        cohort, learner = service.learner_of(opened, viewer(), number)
    if request.method != "POST":
        return render_template("cohorts/remove.html", cohort=cohort, learner=learner, number=number)
    with acting() as opened:
        service.remove_learner(opened, viewer(), number)
    flash(gettext("%(code)s is no longer in the cohort, nor in its scenarios.", code=learner.code))
    return _to(cohort.id)


def _said(form: LearnerForm, others: list[Learner]) -> Learner:
    """The learner of a form. Raises InvalidInput at the field that cannot be used."""
    here = running()
    return learner_of_cells(
        form.cells(),
        [one.code for one in others],
        language=i18n.language(),
        towns=here.gazetteer,
        regions=here.regions,
    )


def _days_of(known: list[Learner]) -> dict[str, str]:
    """The days of the last learner, which are mostly those of a new one."""
    return {"first": known[-1].first.isoformat(), "last": known[-1].last.isoformat()} if known else {}


def _moved(cells: dict[str, str]) -> dict[str, str]:
    """Cells whose days are as many weeks later as the address asks for; negative is earlier."""
    asked = request.args.get("weeks", "")
    digits = asked.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and int(digits[:4]) <= LONGEST_SHIFT):
        return cells
    shift = timedelta(weeks=-int(digits) if asked.startswith("-") else int(digits))
    return cells | {name: (date.fromisoformat(cells[name]) + shift).isoformat() for name in ("first", "last")}


def _to(number: int) -> Redirect:
    return redirect(url_for("cohorts.show", number=number, _anchor="learners"), 303)
