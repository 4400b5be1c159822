"""Links for classes: a referent makes them, prints their sheets, sees how many used them, and ends them."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Answer
from wtforms import DateField, Field, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.domain.class_invitations import LONGEST_NAME, MOST_USES, ClassInvitation
from mapsvc.errors import InvalidInput
from mapsvc.http import LANGUAGE_NAMES, running
from mapsvc.presentation.class_sheets import class_sheet
from mapsvc.presentation.labels import country_label
from mapsvc.services import inviting_classes
from mapsvc.viewers import acting, installation, looking, needs, viewer
from mapsvc.web.alumni_forms import NEEDED, NUMBER, countries, fields
from mapsvc.web.forms import Form, choices

bp = Blueprint("class_invitations", __name__, url_prefix="/desk/classes")


class ClassForm(Form):
    """A class: what its form is filled in with, and how long and how often its link works."""

    sending: Field = SelectField(_l("School, chamber or region"), choices=[], validate_choice=False)
    name: Field = StringField(
        _l("Name of the class"),
        [InputRequired(NEEDED)],
        description=_l("Such as Bakers 2025. It is printed on the sheet, and is not on the map."),
        render_kw={"maxlength": LONGEST_NAME, "dir": "auto"},
    )
    from_country: Field = SelectField(_l("Country they came from"), [InputRequired(NEEDED)], choices=[])
    field: Field = SelectField(_l("Field of training"), [InputRequired(NEEDED)], choices=[])
    year: Field = StringField(
        _l("Year of the placements"), [InputRequired(NEEDED)], render_kw={**NUMBER, "maxlength": 4}
    )
    language: Field = SelectField(_l("Language of the sheet"), choices=choices(LANGUAGE_NAMES.items()))
    ends_on: Field = DateField(
        _l("Last day of the link"), [InputRequired(NEEDED)], description=_l("Within a year from today.")
    )
    most: Field = IntegerField(
        _l("How many can use it?"),
        [InputRequired(NEEDED)],
        description=_l("From 1 to 500. A stay counts once its person has confirmed it."),
        render_kw={**NUMBER, "maxlength": len(str(MOST_USES))},
    )

    @classmethod
    def opened(cls) -> "ClassForm":
        """The form with the words of its lists; the choice of an organisation only where there is one."""
        form, language = cls(), i18n.language()
        with looking() as opened:
            known = inviting_classes.senders(opened, viewer())
        form.sending.choices = [(str(one.id), one.name) for one in known]
        form.field.choices = [("", gettext("Choose")), *fields(language)]
        form.from_country.choices = [("", gettext("Choose")), *countries(language)]
        if not form.is_submitted():
            form.language.data, form.year.data = language, str(now().year)
        return form


@bp.get("")
@needs(Action.INVITE_CLASS)
def overview() -> str:
    """The links of one's classes, and how many used each."""
    with looking() as opened:
        found = inviting_classes.class_invitations(opened, viewer())
    return render_template(
        "class_invitations/overview.html", found=found, today=now().date(), labels=_labels()
    )


@bp.route("/new", methods=["GET", "POST"])
@needs(Action.INVITE_CLASS)
def new() -> str | Answer | tuple[str, int]:
    """Makes the link of a class."""
    form = ClassForm.opened()
    if form.validate_on_submit():
        try:
            return redirect(url_for("class_invitations.show", number=_made(form).id), 303)
        except InvalidInput as fault:
            form.take(fault)
    page = render_template("class_invitations/new.html", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.get("/<int:number>")
@needs(Action.INVITE_CLASS)
def show(number: int) -> str:
    """One link: to copy, to print, to end."""
    with looking() as opened:
        one = inviting_classes.class_invitation(opened, viewer(), number)
    return render_template(
        "class_invitations/show.html",
        one=one,
        link=inviting_classes.link_of(one, installation()),
        ended=one.has_ended(now().date()),
        labels=_labels(),
        country=country_label(one.from_country, i18n.language()),
    )


@bp.get("/<int:number>/sheet.pdf")
@needs(Action.INVITE_CLASS)
def sheet(number: int) -> Response:
    """The sheet of a class, to print."""
    with looking() as opened:
        one = inviting_classes.class_invitation(opened, viewer(), number)
    link = inviting_classes.link_of(one, installation())
    answer = Response(class_sheet(one, link, site=running().settings.site_name), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="class-{one.id}.pdf"'
    return answer


@bp.post("/<int:number>/end")
@needs(Action.INVITE_CLASS)
def end(number: int) -> Answer:
    """Ends a link at once."""
    with acting() as opened:
        inviting_classes.end_class_invitation(opened, viewer(), number)
    flash(gettext("The link has ended. Stays that were confirmed are not touched."))
    return redirect(url_for("class_invitations.show", number=number), 303)


def _made(form: ClassForm) -> ClassInvitation:
    names = ("name", "from_country", "field", "year", "language", "ends_on", "most")
    with acting() as opened:
        known = inviting_classes.senders(opened, viewer())
        return inviting_classes.invite_class(
            opened,
            viewer(),
            {name: form[name].data for name in names},
            sending_id=inviting_classes.chosen_sender(known, form.sending.data or ""),
        )


def _labels() -> dict[str, str]:
    return dict(fields(i18n.language()))
