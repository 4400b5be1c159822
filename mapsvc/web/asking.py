"""Asking a person who was abroad: the question, and the link of the mail that sends it."""

from flask import Blueprint, render_template
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    EmailField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from mapsvc import i18n
from mapsvc.domain import vocabulary
from mapsvc.domain.question_values import LONGEST_NAME, LONGEST_WORDS, QUESTIONS, QuestionDraft
from mapsvc.errors import InvalidInput
from mapsvc.services import asking
from mapsvc.services.conversations import WARNINGS
from mapsvc.viewers import acting, installation, is_local, looking, network, open_to_all
from mapsvc.web.forms import LONGEST_ADDRESS, Form, choices

NEEDED = _l("Please fill this in.")
Answer = str | tuple[str, int]

bp = Blueprint("asking", __name__)


class QuestionForm(Form):
    """A first question: the age first, which is not kept, then who asks what."""

    age: Field = IntegerField(
        _l("How old are you?"),
        [InputRequired(_l("Please say how old you are."))],
        description=_l("In years. We keep only whether you are under 18."),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 3},
    )
    referent: Field = EmailField(
        _l("Mail address of your referent"),
        [Optional(), Length(max=LONGEST_ADDRESS)],
        description=_l(
            "Only if you are under 18. Your referent reads your question first, and then every message."
        ),
        render_kw={"maxlength": LONGEST_ADDRESS, "autocomplete": "off"},
    )
    first_name: Field = StringField(
        _l("First name"), [InputRequired(NEEDED)], render_kw={"maxlength": LONGEST_NAME, "dir": "auto"}
    )
    trade: Field = SelectField(_l("Field of training"), [InputRequired(NEEDED)], choices=[])
    starts_on: Field = DateField(_l("First day"), [Optional()])
    ends_on: Field = DateField(_l("Last day"), [Optional()])
    questions: Field = SelectMultipleField(
        _l("Questions, at most three"), [Optional()], option_widget=CheckboxInput(), choices=[]
    )
    words: Field = TextAreaField(
        _l("Your own words"),
        [Optional()],
        description=_l("No address, link or phone number: these are not passed on."),
        render_kw={"rows": 5, "maxlength": LONGEST_WORDS, "dir": "auto"},
    )
    email: Field = EmailField(
        _l("Your mail address"),
        [InputRequired(_l("Please give your mail address.")), Length(max=LONGEST_ADDRESS)],
        description=_l("Whom you ask never sees it."),
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": LONGEST_ADDRESS},
    )

    @classmethod
    def opened(cls) -> "QuestionForm":
        """The form with the words of its lists."""
        form, language = cls(), i18n.language()
        for field, name in ((form.trade, vocabulary.FIELDS), (form.questions, QUESTIONS)):
            field.choices = choices(
                (key, vocabulary.label(name, key, language)) for key in vocabulary.keys(name)
            )
        form.trade.choices = [*choices([("", _l("Choose"))]), *form.trade.choices]
        return form

    def draft(self) -> QuestionDraft:
        """What was filled in. Raises InvalidInput."""
        days = {day: getattr(self, day).data for day in ("starts_on", "ends_on")}
        said = {name: self[name].data for name in ("first_name", "trade", "questions", "words")}
        return QuestionDraft.of({**said, **{name: day.isoformat() for name, day in days.items() if day}})


@bp.route("/alumni/<slug>/ask", methods=["GET", "POST"])
@open_to_all
def ask(slug: str) -> Answer:
    """Asks for a question, and mails the link that sends it."""
    with looking() as opened:
        name = asking.name_to_ask(opened, slug)
    form = QuestionForm.opened()
    if form.validate_on_submit():
        try:
            return _mail(slug, form)
        except InvalidInput as fault:
            form.take(fault)
    page = render_template("asking/ask.html", form=form, name=name, warnings=[*map(i18n.said, WARNINGS)])
    return page, 422 if form.is_submitted() else 200


@bp.get("/questions/confirm/<token>")
@open_to_all
def look(token: str) -> str:
    """A button that sends the question of a mail."""
    with looking() as opened:
        draft = asking.look_at_question(opened, token)
    return render_template("asking/confirm.html", draft=draft)


@bp.post("/questions/confirm/<token>")
@open_to_all
def confirm(token: str) -> str:
    """Sends the question of a mail."""
    with acting() as opened:
        guarded = asking.confirm_question(opened, token, installation=installation())
    words = gettext("Your question is on its way. We mail you when there is an answer.")
    if guarded:
        words = gettext(
            "If the address is that of a referent here, they read your question first. If you hear nothing "
            "for a week, speak to your referent."
        )
    return render_template("claiming/done.html", words=words)


def _mail(slug: str, form: QuestionForm) -> str:
    with acting() as opened:
        mailed = asking.ask(
            opened,
            slug,
            form.draft(),
            form.email.data,
            age=form.age.data,
            referent=form.referent.data or "",
            installation=installation(),
            language=i18n.language(),
            network=network(),
        )
    return render_template(
        "claiming/sent.html",
        email=mailed.email,
        local_link=mailed.link if is_local() else None,
        six_days=True,
    )
