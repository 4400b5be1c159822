"""What the service has reached, and what people say of it, for those who run and moderate it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, IntegerField
from wtforms.validators import Optional

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.feedback import LEAST_SHOWN
from mapsvc.domain.flags import find_flags
from mapsvc.domain.targets import Measured
from mapsvc.errors import InvalidInput
from mapsvc.planning import years
from mapsvc.presentation.feedback import QUESTIONS, SPEAKERS, SPEAKERS_MANY
from mapsvc.presentation.review_tables import averages_table, new_by_month_table
from mapsvc.presentation.reviews import FLAGS
from mapsvc.services import feedback, successes
from mapsvc.services.successes import Success
from mapsvc.services.table_files import check_format
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.alumni_forms import NUMBER
from mapsvc.web.forms import Form
from mapsvc.web.table_answers import about_here, links, table_answer

WHOLE = {**NUMBER, "maxlength": 8}
WORDS = {
    Measured.LEARNERS: _l("Learners"),
    Measured.HOSTS: _l("Hosts"),
    Measured.ALUMNI: _l("Former participants"),
    Measured.KITS: _l("Settling-in kits"),
}
ABOUT = {
    Measured.LEARNERS: _l("Accounts of people without a role. Most who search have no account."),
    Measured.HOSTS: _l("Host organisations on the map, made-up ones left out."),
    Measured.ALUMNI: _l("Stays of former participants on the map, made-up ones left out."),
    Measured.KITS: _l("Kits on the map. Files have no date here, so there are no months."),
}

bp = Blueprint("success", __name__, url_prefix="/desk/success")


class TargetsForm(Form):
    """How many of each there should be; an empty field takes the target away."""

    learners: Field = IntegerField(WORDS[Measured.LEARNERS], [Optional()], render_kw=WHOLE)
    hosts: Field = IntegerField(WORDS[Measured.HOSTS], [Optional()], render_kw=WHOLE)
    alumni: Field = IntegerField(WORDS[Measured.ALUMNI], [Optional()], render_kw=WHOLE)
    kits: Field = IntegerField(WORDS[Measured.KITS], [Optional()], render_kw=WHOLE)

    @classmethod
    def of(cls, found: Success) -> "TargetsForm":
        """The form with the targets that are set."""
        return cls(formdata=None, data={one.measured.value: one.target for one in found.reached})


@bp.get("")
@needs(Action.MODERATE)
def overview() -> str:
    """What was reached, month by month, and what people say."""
    return _page(None)


@bp.post("/targets")
@needs(Action.ADMINISTER)
def set_targets() -> Response | tuple[str, int]:
    """Puts other targets in place."""
    form = TargetsForm()
    if form.validate_on_submit():
        try:
            with acting() as opened:
                successes.set_targets(opened, viewer(), {one: form[one.value].data for one in Measured})
            flash(gettext("The targets are kept."))
            return redirect(url_for("success.overview"), 303)
        except InvalidInput as fault:
            form.take(fault)
    return _page(form), 422


@bp.post("/feedback/<int:number>/delete")
@needs(Action.MODERATE)
def delete_text(number: int) -> Response:
    """Deletes the words of an answer for good."""
    with acting() as opened:
        feedback.delete_text(opened, viewer(), number)
    flash(gettext("The words are deleted for good."))
    return redirect(url_for("success.overview", _anchor="said"), 303)


@bp.get("/months.<file_format>")
@needs(Action.MODERATE)
def months(file_format: str) -> Response:
    """How many came in each month, as a file."""
    check_format(file_format, places=False)
    with looking() as opened:
        found = successes.success(opened, viewer())
    made = new_by_month_table(found, WORDS, language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


@bp.get("/feedback.<file_format>")
@needs(Action.MODERATE)
def marks(file_format: str) -> Response:
    """The averages of the marks that people gave, as a file."""
    check_format(file_format, places=False)
    with looking() as opened:
        found = feedback.averages(opened, viewer())
    made = averages_table(found, language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


def _page(form: TargetsForm | None) -> str:
    with looking() as opened:
        found = successes.success(opened, viewer())
        averages = feedback.averages(opened, viewer())
        texts = [(one, _flags(one.text)) for one in feedback.texts(opened, viewer())]
    return render_template(
        "success/overview.html",
        found=found,
        form=form or TargetsForm.of(found),
        words=WORDS,
        about=ABOUT,
        averages=averages,
        texts=texts,
        questions=QUESTIONS,
        speakers=SPEAKERS,
        speakers_many=SPEAKERS_MANY,
        least=LEAST_SHOWN,
        least_kept=years.LEAST_SHOWN,
        month_files=links(lambda name: url_for("success.months", file_format=name), places=False),
        mark_files=links(lambda name: url_for("success.marks", file_format=name), places=False),
    )


def _flags(text: str) -> list[str]:
    """What to look at twice in words that somebody wrote, each once."""
    return [str(FLAGS[flag]) for flag in dict.fromkeys(one.flag for one in find_flags(text))]
