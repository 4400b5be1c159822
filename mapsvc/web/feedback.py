"""The form by which learners and hosts say what they think of the service, without an account."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from mapsvc import i18n
from mapsvc.domain.feedback import LONGEST_TEXT, Question, Speaker
from mapsvc.errors import InvalidInput
from mapsvc.presentation.feedback import MARK_WORDS, QUESTIONS, SPEAKERS
from mapsvc.services.feedback import give_feedback
from mapsvc.viewers import acting, installation, network, open_to_all
from mapsvc.web.forms import Form, choices

bp = Blueprint("feedback", __name__, url_prefix="/feedback")


def mark_field(question: Question) -> Field:
    """A question with marks from 1 to 5, which may stay open."""
    words = [(str(mark), said) for mark, said in MARK_WORDS.items()]
    return RadioField(QUESTIONS[question], [Optional()], choices=choices(words))


class FeedbackForm(Form):
    """Who speaks, up to four marks, and words."""

    speaker: Field = RadioField(
        _l("Who are you?"),
        [InputRequired(_l("Choose one."))],
        choices=choices((one.value, said) for one, said in SPEAKERS.items()),
    )
    found: Field = mark_field(Question.FOUND)
    easy: Field = mark_field(Question.EASY)
    true_entries: Field = mark_field(Question.TRUE)
    again: Field = mark_field(Question.AGAIN)
    text: Field = TextAreaField(
        _l("What should be better?"),
        [Length(max=LONGEST_TEXT, message=_l("At most 1,000 characters can be kept."))],
        description=_l("At most 1,000 characters. Please write no names, addresses or telephone numbers."),
        render_kw={"rows": 5, "maxlength": LONGEST_TEXT},
    )

    def marks(self) -> dict[Question, int]:
        """The marks that were given."""
        return {one: int(self[one.value].data) for one in Question if self[one.value].data}


@bp.route("", methods=["GET", "POST"])
@open_to_all
def give() -> str | Response | tuple[str, int]:
    """Says what one thinks."""
    form = FeedbackForm()
    if form.validate_on_submit():
        try:
            with acting() as opened:
                give_feedback(
                    opened,
                    Speaker(form.speaker.data),
                    form.marks(),
                    text=form.text.data or "",
                    installation=installation(),
                    network=network(),
                    language=i18n.language(),
                )
            return redirect(url_for("feedback.thanks"), 303)
        except InvalidInput as fault:
            form.take(fault)
    page = render_template("feedback/give.html", form=form, questions=[form[one.value] for one in Question])
    return page, 422 if form.errors else 200


@bp.get("/thanks")
@open_to_all
def thanks() -> str:
    """Says what happens with it."""
    return render_template("feedback/thanks.html")
