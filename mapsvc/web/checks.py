"""A plan against the rules of its call, and what it would be paid: typed in, a cohort, a scenario, flows."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.domain.grant_calls import call_of, call_on
from mapsvc.domain.mobility_rules import Rules, rules_of
from mapsvc.params.estimates import MOST_ACCOMPANYING, USUAL_ACTIVITY, PlanAsked, plan_asked
from mapsvc.params.homes import call_years
from mapsvc.planning.cohorts import Learner
from mapsvc.planning.estimates import Estimate, estimates
from mapsvc.planning.grants import METRES_PER_KM, TravelGrant, band_at
from mapsvc.planning.results import Stay
from mapsvc.planning.rules import PlannedStay, breaches
from mapsvc.presentation.flow_checks import flow_checks
from mapsvc.presentation.grant_tables import estimate_table
from mapsvc.presentation.rates import estimate_view, estimate_xlsx
from mapsvc.presentation.rules import activity_choices, breach_views
from mapsvc.services import cohorts, daily_rates, flow_plans
from mapsvc.services.table_files import check_format
from mapsvc.viewers import looking, needs, viewer
from mapsvc.web.alumni_forms import NEEDED, NUMBER
from mapsvc.web.flows import names
from mapsvc.web.forms import AmountField, Form
from mapsvc.web.placements import opened
from mapsvc.web.table_answers import about_here, closed_file, links, table_answer

MOST_PEOPLE, MOST_AGE, MOST_EURO, MOST_KM = 1000, 120, 1_000_000, 21_000

bp = Blueprint("checks", __name__)


def _whole(label: Any, most: int, least: int = 0, **more: Any) -> Field:
    return IntegerField(label, [Optional(), NumberRange(least, most)], render_kw=NUMBER, **more)


def _sum(label: Any) -> Field:
    return AmountField(label, [Optional(), NumberRange(0, MOST_EURO)], render_kw={"inputmode": "decimal"})


class CheckForm(Form):
    """One stay, typed in."""

    call_year: Field = SelectField(_l("Call for projects"), coerce=int)
    activity: Field = SelectField(_l("Activity"))
    days: Field = IntegerField(
        _l("Days abroad"),
        [InputRequired(NEEDED), NumberRange(1, 1000)],
        description=_l("The first and the last count, the journey does not."),
        render_kw=NUMBER,
    )
    people: Field = _whole(_l("How many people go"), MOST_PEOPLE, 1, default=1)
    youngest: Field = _whole(_l("Age of the youngest"), MOST_AGE)
    accompanying: Field = _whole(_l("Accompanying persons"), MOST_ACCOMPANYING)
    seats: Field = _whole(_l("Seats at the host"), MOST_PEOPLE)
    fee: Field = _sum(_l("Course fee, euro a participant"))
    travel: Field = _sum(_l("Travel that you ask for, euro a participant"))
    km: Field = _whole(
        _l("Kilometres from home to host, one way"),
        MOST_KM,
        description=_l("Full kilometres of the shortest line, as the page of a host says them."),
    )
    green: Field = BooleanField(_l("Green travel"))

    @classmethod
    def opened(cls) -> "CheckForm":
        """The form, with the call of today."""
        usual = call_on(now().date()).year
        form = cls(data={"call_year": usual, "activity": USUAL_ACTIVITY, "people": 1})
        form.call_year.choices = [(year, str(year)) for year in call_years()]
        form.activity.choices = activity_choices(rules_of(usual))
        return form

    def validate_travel(self, field: Field) -> None:
        """Without a distance nobody knows what is paid: a sum that was not looked at is not called right."""
        if field.data is not None and not "".join(self.km.raw_data or ()).strip():
            raise ValidationError(_l("Say how far it is, too."))

    def stay(self) -> PlannedStay:
        """The stay that was filled in."""
        return PlannedStay(
            name="",
            days=self.days.data,
            people=self.people.data or 1,
            youngest=self.youngest.data,
            accompanying=self.accompanying.data or 0,
            seats=self.seats.data,
            fee=None if self.fee.data is None else float(self.fee.data),
            travel=None if self.travel.data is None else float(self.travel.data),
            travel_paid=self._travel_paid(),
        )

    def _travel_paid(self) -> int | None:
        if self.km.data is None:
            return None
        call, distance_m = call_of(self.call_year.data), self.km.data * METRES_PER_KM
        return TravelGrant(call, distance_m, band_at(call.bands, distance_m)).paid(green=self.green.data)


@bp.route("/desk/rules", methods=["GET", "POST"])
@needs(Action.PLAN_COHORT)
def check() -> tuple[str, int]:
    """A stay that is typed in, against the rules; nothing of it is kept."""
    form, found = CheckForm.opened(), None
    rules = rules_of(call_on(now().date()).year)
    if form.validate_on_submit():
        rules = rules_of(form.call_year.data)
        activity = rules.activities[form.activity.data]
        found = breach_views(breaches(rules, activity, [form.stay()]), rules, activity)
    page = render_template("checks/check.html", form=form, found=found, rules=rules, listed=_listed(rules))
    return page, 422 if form.errors else 200


@bp.get("/desk/cohorts/<int:number>/rules")
@needs(Action.PLAN_COHORT)
def cohort(number: int) -> str:
    """The learners of a cohort against the rules of an activity."""
    asked = plan_asked(request.args, now().date())
    with looking() as session:
        found = cohorts.cohort_of(session, viewer(), number)
        learners = [one for _id, one in cohorts.learners_of(session, found)]
    stays = planned([(one, "") for one in learners], asked)
    broken = breach_views(breaches(asked.rules, asked.activity, stays), asked.rules, asked.activity)
    return render_template(
        "checks/cohort.html", cohort=found, asked=asked, broken=broken, count=len(learners), **_choices(asked)
    )


@bp.get("/desk/flows/<int:number>/rules")
@needs(Action.PLAN_FLOWS)
def flow_plan(number: int) -> str:
    """The planned lines of a plan of stays against the rules, as far as they say their days."""
    asked = plan_asked(request.args, now().date())
    with looking() as session:
        plan = flow_plans.flow_plan_of(session, viewer(), number)
    found = flow_checks(plan, asked, names())
    return render_template("checks/flow_plan.html", plan=plan, asked=asked, found=found, **_choices(asked))


@bp.get("/desk/cohorts/scenarios/<int:number>/estimate")
@needs(Action.PLAN_COHORT)
def estimate(number: int) -> str:
    """What a scenario would be paid, what is lacking, and which rules it breaks."""
    one, asked = opened(number), plan_asked(request.args, now().date())
    stays = one.result.stays()
    planned_stays = planned([(stay.learner, stay.offer.key) for stay in stays], asked)
    broken = breach_views(breaches(asked.rules, asked.activity, planned_stays), asked.rules, asked.activity)
    view = estimate_view(_estimates(stays, one.cohort.sending_id, asked), asked)
    files = links(
        lambda name: url_for("checks.download", number=number, file_format=name, **_query(asked)),
        places=False,
    )
    return render_template(
        "checks/estimate.html",
        scenario=one.scenario,
        asked=asked,
        view=view,
        broken=broken,
        files=files,
        **_choices(asked),
    )


@bp.get("/desk/cohorts/scenarios/<int:number>/estimate.<file_format>")
@needs(Action.PLAN_COHORT)
def download(number: int, file_format: str) -> Response:
    """The same estimate as a file; the workbook has its sums and what is lacking, too."""
    check_format(file_format, places=False)
    one, asked = opened(number), plan_asked(request.args, now().date())
    found = _estimates(one.result.stays(), one.cohort.sending_id, asked)
    if file_format == "xlsx":
        return closed_file(f"estimate-{number}", file_format, estimate_xlsx(found, asked))
    made = estimate_table(number, found, language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


def planned(learners: Sequence[tuple[Learner, str]], asked: PlanAsked) -> list[PlannedStay]:
    """Learners as stays to be checked: one by one, or those who go together at once where they are a group.

    Who goes to one offer on the same days is a group; before anybody is placed, who goes on the same days.
    """
    together: dict[tuple[object, ...], list[Learner]] = {}
    for one, offer in learners:
        alone = () if asked.activity.least_people > 1 else (one.code,)
        together.setdefault((one.first, one.last, offer, *alone), []).append(one)
    return [
        PlannedStay(
            name=", ".join(one.code for one in group),
            days=(group[0].last - group[0].first).days + 1,
            people=len(group),
            youngest=min((one.age for one in group if one.age is not None), default=None),
            accompanying=asked.accompanying,
        )
        for group in together.values()
    ]


def _estimates(stays: Sequence[Stay], sending_id: int, asked: PlanAsked) -> list[Estimate]:
    with looking() as session:
        rates = daily_rates.rates_that_count(session, sending_id, asked.call.year)
    return estimates(stays, asked.call, rates, activity=asked.activity.key, green=asked.green)


def _choices(asked: PlanAsked) -> dict[str, Any]:
    return {
        "calls": call_years(),
        "activities": activity_choices(asked.rules),
        "most_accompanying": MOST_ACCOMPANYING,
    }


def _query(asked: PlanAsked) -> dict[str, Any]:
    green = "yes" if asked.green else "no"
    return {"call": asked.call.year, "activity": asked.activity.key, "green": green}


def _listed(rules: Rules) -> list[str]:
    return [words for _key, words in activity_choices(rules)]
