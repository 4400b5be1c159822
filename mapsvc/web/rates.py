"""Daily rates at the desk: each school keeps those of its national agency."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Redirect
from wtforms import Field, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange

from mapsvc import i18n
from mapsvc.access.permissions import Action, could
from mapsvc.domain.base import now
from mapsvc.domain.daily_rates import LONGEST_SOURCE, MOST_CENTS, MOST_DAYS, DailyRate
from mapsvc.domain.grant_calls import call_on, calls
from mapsvc.domain.mobility_rules import rules_of
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.params.homes import call_years
from mapsvc.presentation.grant_tables import rates_table
from mapsvc.presentation.rates import rate_rows
from mapsvc.presentation.rules import activity_choices
from mapsvc.services import daily_rates as service
from mapsvc.services.daily_rates import RateDraft
from mapsvc.services.table_files import check_format
from mapsvc.storage.people import sending_organisations
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.alumni_forms import NEEDED, NUMBER
from mapsvc.web.desk_fields import is_number
from mapsvc.web.forms import AmountField, Form
from mapsvc.web.table_answers import about_here, links, table_answer

Page = str | tuple[str, int] | Redirect
ALL = "all"  # instead of the number of a school: the whole installation

bp = Blueprint("rates", __name__, url_prefix="/desk/grants")


class RateForm(Form):
    """One rate."""

    owner: Field = SelectField(_l("Whose rate"), choices=[], validate_choice=False)
    call_year: Field = SelectField(_l("Call for projects"), coerce=int)
    activity: Field = SelectField(_l("Activity"))
    group: Field = SelectField(_l("Country group of the host"), coerce=int)
    first_day: Field = IntegerField(
        _l("From day"), [InputRequired(NEEDED), NumberRange(1, MOST_DAYS)], default=1, render_kw=NUMBER
    )
    last_day: Field = IntegerField(
        _l("To day"), [InputRequired(NEEDED), NumberRange(1, MOST_DAYS)], default=14, render_kw=NUMBER
    )
    euro: Field = AmountField(
        _l("Euro a day"),
        [InputRequired(NEEDED), NumberRange(0, MOST_CENTS // 100)],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    source: Field = StringField(
        _l("Where it stands"),
        description=_l("Such as the page or the letter of your national agency, with its day."),
        render_kw={"maxlength": LONGEST_SOURCE, "dir": "auto"},
    )

    @classmethod
    def opened(cls, rate: DailyRate | None = None) -> "RateForm":
        """The form of a new rate, or of one that there is."""
        form = cls(data=_said(rate))
        form.owner.choices = owner_choices()
        form.call_year.choices = [(year, str(year)) for year in call_years()]
        call = call_on(now().date())
        form.activity.choices = activity_choices(rules_of(call.year))
        form.group.choices = [(number, str(number)) for number in call.group_numbers]
        return form

    def draft(self) -> RateDraft:
        """What was filled in."""
        return RateDraft(
            call_year=self.call_year.data,
            activity=self.activity.data,
            group=self.group.data,
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            cents=round(self.euro.data * 100),
            source=self.source.data or "",
        )


@bp.get("")
@needs(Action.SET_RATES)
def overview() -> str:
    """The rates that count for the viewer's schools."""
    with looking() as opened:
        rates = service.rates_to_see(opened, viewer())
        names = {one.id: one.name for one in sending_organisations(opened)}
    rows = rate_rows(rates, names, service.owners(viewer()))
    usual = call_on(now().date()).year
    plans = could(viewer(), Action.PLAN_COHORT)
    owners = owner_choices()
    files = links(lambda name: url_for("rates.table", file_format=name), places=False)
    return render_template(
        "rates/overview.html",
        rows=rows,
        owners=owners,
        calls=list(calls()),
        usual=usual,
        plans=plans,
        files=files,
    )


@bp.get("/table.<file_format>")
@needs(Action.SET_RATES)
def table(file_format: str) -> Response:
    """The same rates as a file."""
    check_format(file_format, places=False)
    with looking() as opened:
        rates = service.rates_to_see(opened, viewer())
        names = {one.id: one.name for one in sending_organisations(opened)}
    made = rates_table(rates, names, language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


@bp.route("/new", methods=["GET", "POST"])
@needs(Action.SET_RATES)
def new() -> Page:
    """Adds a rate."""
    form = RateForm.opened()
    if form.validate_on_submit():
        try:
            with acting() as opened:
                service.add_rate(opened, viewer(), form.draft(), sending_id=_owner(form.owner.data))
            flash(gettext("The rate is kept."))
            return redirect(url_for("rates.overview"), 303)
        except InvalidInput as fault:
            form.take(fault)
    return _form_page(form, None)


@bp.route("/<int:number>", methods=["GET", "POST"])
@needs(Action.SET_RATES)
def edit(number: int) -> Page:
    """Changes a rate; an example is none from then on."""
    with looking() as opened:
        rate = service.rate_of(opened, viewer(), number)
    form = RateForm.opened(rate)
    if form.validate_on_submit():
        try:
            with acting() as opened:
                service.change_rate(opened, viewer(), number, form.draft())
            flash(gettext("The rate is kept."))
            return redirect(url_for("rates.overview"), 303)
        except InvalidInput as fault:
            form.take(fault)
    return _form_page(form, number)


@bp.route("/<int:number>/erase", methods=["GET", "POST"])
@needs(Action.SET_RATES)
def erase(number: int) -> str | Redirect:
    """Asks first, then erases a rate at once."""
    if request.method == "POST":
        with acting() as opened:
            service.erase_rate(opened, viewer(), number)
        flash(gettext("The rate is deleted."))
        return redirect(url_for("rates.overview"), 303)
    with looking() as opened:
        rate = service.rate_of(opened, viewer(), number)
    (row,) = rate_rows([rate], {}, [])
    return render_template("rates/erase.html", row=row, number=number)


@bp.post("/examples")
@needs(Action.SET_RATES)
def examples() -> Redirect:
    """Takes the examples over where no rate is yet."""
    year = request.form.get("call", "")
    if not is_number(year):
        raise NotFound
    with acting() as opened:
        owner = _owner(request.form.get("owner"))
        count = service.take_examples(opened, viewer(), sending_id=owner, call_year=int(year))
    if count:
        flash(ngettext("%(num)s example was added.", "%(num)s examples were added.", count))
    else:
        flash(gettext("Nothing was added: there is a rate for each example already."), "warning")
    return redirect(url_for("rates.overview"), 303)


def owner_choices() -> list[tuple[str, str]]:
    """Whose rates the viewer sets, by what forms send."""
    with looking() as opened:
        names = {one.id: one.name for one in sending_organisations(opened)}
    found = service.owners(viewer())
    return [(ALL, gettext("All schools here")) if one is None else (str(one), names[one]) for one in found]


def _owner(chosen: str | None) -> int | None:
    """The owner that a form means; the only one needs no choice. Raises NotFound."""
    known = service.owners(viewer())
    if not chosen and len(known) == 1:
        return known[0]
    wanted = None if chosen == ALL else int(chosen) if chosen and is_number(chosen) else -1
    if wanted not in known:
        raise NotFound
    return wanted


def _said(rate: DailyRate | None) -> dict[str, Any]:
    if rate is None:
        return {"call_year": call_on(now().date()).year}
    return {
        "call_year": rate.call_year,
        "activity": rate.activity,
        "group": rate.country_group,
        "first_day": rate.first_day,
        "last_day": rate.last_day,
        "euro": Decimal(rate.cents) / 100,
        "source": "" if rate.example else rate.source,
    }


def _form_page(form: RateForm, number: int | None) -> tuple[str, int]:
    page = render_template("rates/edit.html", form=form, number=number)
    return page, 422 if form.is_submitted() else 200
