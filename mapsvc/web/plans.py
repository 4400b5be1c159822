"""Plans of hosts, opened by an address that nobody guesses: make, tick, change, print, follow, erase."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Answer
from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from mapsvc import i18n
from mapsvc.content.words import said_in
from mapsvc.domain.base import now
from mapsvc.domain.plans import LONGEST_NAME, NAMES, HostPlan
from mapsvc.errors import InvalidInput
from mapsvc.http import running
from mapsvc.presentation.plan_files import CALENDAR, plan_calendar, plan_sheet
from mapsvc.presentation.plans import fields_of, masked, plan_view
from mapsvc.presentation.timelines import papers_of
from mapsvc.services import planning
from mapsvc.services.plan_links import calendar_token, event_name, plan_token
from mapsvc.services.planning import open_plan, steps_of_plan
from mapsvc.viewers import acting, installation, looking, network, open_to_all
from mapsvc.web.forms import AddressForm, Form, choices
from mapsvc.web.timelines import MINOR, paper_answer, paper_page, timeline_named

NEEDED = _l("Please fill this in.")
YES_NO = {True: "yes", False: "no"}
HOUSING = {"provided": "yes", "not-provided": "no"}  # as the filter of the timeline says it
FORM = ("arrival", "departure", "minor", "housing", *NAMES)

bp = Blueprint("plans", __name__)


class PlanForm(Form):
    """A stay to plan: its days, who comes, and names that are put into the papers."""

    arrival: Field = DateField(_l("Day of arrival"), [InputRequired(NEEDED)])
    departure: Field = DateField(_l("Day of departure"), [InputRequired(NEEDED)])
    minor: Field = SelectField(
        _l("Is the learner under 18 for a part of the stay?"),
        choices=choices([("", _l("Choose")), ("yes", _l("Yes")), ("no", _l("No"))]),
        validate_choice=False,
    )
    housing: Field = SelectField(
        _l("Do you provide the room?"),
        choices=choices([("", _l("Choose")), ("yes", _l("Yes")), ("no", _l("No"))]),
        validate_choice=False,
    )
    learner: Field = StringField(
        _l("Learner"),
        [Optional()],
        description=_l("The first name is enough."),
        render_kw={"maxlength": LONGEST_NAME, "dir": "auto", "autocomplete": "off"},
    )
    host: Field = StringField(
        _l("Your firm"), [Optional()], render_kw={"maxlength": LONGEST_NAME, "dir": "auto"}
    )
    tutor: Field = StringField(
        _l("Tutor"),
        [Optional()],
        description=_l("Who shows the work and answers questions every day."),
        render_kw={"maxlength": LONGEST_NAME, "dir": "auto"},
    )
    referent: Field = StringField(
        _l("Referent"),
        [Optional()],
        description=_l("Who follows the stay at the sending organisation."),
        render_kw={"maxlength": LONGEST_NAME, "dir": "auto"},
    )
    town: Field = StringField(_l("Town"), [Optional()], render_kw={"maxlength": LONGEST_NAME, "dir": "auto"})

    def said(self) -> dict[str, Any]:
        """What was filled in, as the fields of a draft."""
        return {name: self[name].data for name in FORM}


@bp.route("/timelines/<slug>/plan", methods=["GET", "POST"])
@open_to_all
def new(slug: str) -> str | Answer | tuple[str, int]:
    """Makes a plan from the days of a stay."""
    timeline, form = timeline_named(slug), PlanForm()
    if form.validate_on_submit():
        try:
            return redirect(_made(slug, form), 303)
        except InvalidInput as fault:
            form.take(fault)
    if not form.is_submitted():
        wanted = request.args.get("minor", "")
        form.minor.data = wanted if wanted in MINOR else ""
        form.housing.data = HOUSING.get(request.args.get("housing", ""), "")
    title = said_in(timeline.data.title, i18n.language())
    page = render_template("timelines/new_plan.html", form=form, slug=slug, title=title)
    return page, 422 if form.is_submitted() else 200


@bp.get("/plans/<token>")
@open_to_all
def show(token: str) -> Response:
    """The steps of a plan by day, and all that can be done with it."""
    return private(page_of(token, AddressForm(formdata=None)))


@bp.post("/plans/<token>/tick")
@open_to_all
def tick(token: str) -> Answer:
    """Takes over that a step is done, or that it is not."""
    done, key = request.args.get("done"), request.form.get("step", "")
    with acting() as opened:
        plan = open_plan(opened, token, installation=installation())
        steps = steps_of_plan(plan, timeline_named(plan.timeline))
        if key in {one.step.key for one in steps}:
            planning.tick(opened, token, key, done=done == "yes", installation=installation())
    return redirect(url_for("plans.show", token=token, _anchor=key), 303)


@bp.route("/plans/<token>/change", methods=["GET", "POST"])
@open_to_all
def change(token: str) -> Response | Answer:
    """Other days, other names."""
    with looking() as opened:
        plan = open_plan(opened, token, installation=installation())
    form = PlanForm(data=_kept(plan))
    if form.validate_on_submit():
        try:
            _change(token, form)
            flash(gettext("The plan has changed. Calendars that follow it change by themselves."))
            return redirect(url_for("plans.show", token=token), 303)
        except InvalidInput as fault:
            form.take(fault)
    page = render_template("timelines/change_plan.html", form=form, token_of=token)
    return private(page, 422 if form.is_submitted() else 200)


@bp.route("/plans/<token>/erase", methods=["GET", "POST"])
@open_to_all
def erase(token: str) -> Response:
    """Asks first, then erases a plan at once."""
    if request.method == "POST":
        with acting() as opened:
            planning.erase_plan(opened, token, installation=installation())
        words = gettext("The plan is erased. A calendar that followed it gets nothing more.")
        return private(render_template("claiming/done.html", words=words))
    with looking() as opened:
        plan = open_plan(opened, token, installation=installation())
    return private(render_template("timelines/erase_plan.html", plan=plan, token_of=token))


@bp.get("/plans/<token>/plan.pdf")
@open_to_all
def sheet(token: str) -> Response:
    """The plan to print."""
    with looking() as opened:
        plan = open_plan(opened, token, installation=installation())
    timeline = timeline_named(plan.timeline)
    body = plan_sheet(
        plan,
        timeline,
        steps_of_plan(plan, timeline),
        i18n.language(),
        today=now().date(),
        site=running().settings.site_name,
    )
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="plan-{plan.arrival.isoformat()}.pdf"'
    return private(answer)


@bp.get("/plans/<token>/papers/<resource>")
@open_to_all
def paper(token: str, resource: str) -> Response:
    """A paper with the names and days of a plan."""
    with looking() as opened:
        plan = open_plan(opened, token, installation=installation())
    back, file = (
        url_for("plans.show", token=token),
        url_for("plans.paper_file", token=token, resource=resource),
    )
    fields = fields_of(plan, i18n.language())
    return private(paper_page(plan.timeline, resource, back=back, file=file, fields=fields))


@bp.get("/plans/<token>/papers/<resource>.docx")
@open_to_all
def paper_file(token: str, resource: str) -> Response:
    """The same as a document."""
    with looking() as opened:
        plan = open_plan(opened, token, installation=installation())
    return private(paper_answer(plan.timeline, resource, fields=fields_of(plan, i18n.language())))


@bp.get("/calendars/<token>.ics")
@open_to_all
def calendar(token: str) -> Response:
    """The plan as a calendar, which opens nothing else of it."""
    here = installation()
    with looking() as opened:
        plan = planning.open_calendar(opened, token, installation=here)
    timeline = timeline_named(plan.timeline)
    body = plan_calendar(
        plan,
        timeline,
        steps_of_plan(plan, timeline),
        name=lambda key: event_name(plan, key, here),
        page=here.link(url_for("timelines.show", slug=plan.timeline)),
        site=here.name,
    )
    answer = Response(body, content_type=CALENDAR)
    answer.headers["Content-Disposition"] = 'inline; filename="plan.ics"'
    return private(answer)


def page_of(token: str, form: AddressForm) -> str:
    """The page of a plan, with the form for an address as it is. Raises NotFound."""
    here, language = installation(), i18n.language()
    with looking() as opened:
        plan = open_plan(opened, token, installation=here)
    timeline = timeline_named(plan.timeline)
    feed = here.link(url_for("plans.calendar", token=calendar_token(plan, here)))
    return render_template(
        "timelines/plan.html",
        plan=plan,
        token_of=token,
        form=form,
        title=said_in(timeline.data.title, language),
        view=plan_view(plan, timeline, steps_of_plan(plan, timeline), language, today=now().date()),
        papers=papers_of(timeline, list(timeline.resources), language),
        address=here.link(url_for("plans.show", token=token)),
        feed=feed,
        subscribe="webcal://" + feed.partition("://")[2],
        mails=[(one.id, masked(one.email)) for one in plan.mails],
    )


def _made(slug: str, form: PlanForm) -> str:
    here = installation()
    with acting() as opened:
        plan = planning.make_plan(
            opened, slug, form.said(), installation=here, language=i18n.language(), network=network()
        )
    flash(gettext("Your plan is ready. Keep its address: there is no other way back to it."))
    return url_for("plans.show", token=plan_token(plan, here))


def _change(token: str, form: PlanForm) -> None:
    with acting() as opened:
        planning.change_plan(
            opened, token, form.said(), installation=installation(), language=i18n.language()
        )


def _kept(plan: HostPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in FORM} | {
        "minor": YES_NO[plan.minor],
        "housing": YES_NO[plan.housing],
    }


def private(answer: str | Response, status: int = 200) -> Response:
    """An answer that nobody keeps and no search engine shows, as its address is all that protects it."""
    made = make_response(answer, status)
    made.headers["Cache-Control"] = "no-store"
    made.headers["X-Robots-Tag"] = "noindex"
    return made
