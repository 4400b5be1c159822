"""The page of a conversation, opened by the link of a mail, and what moderators see of reported ones."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, TextAreaField
from wtforms.validators import InputRequired

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.asking import Side
from mapsvc.domain.question_values import LONGEST_WORDS
from mapsvc.errors import InvalidInput
from mapsvc.services import answering, reported_conversations, safeguarding
from mapsvc.services.conversations import WARNINGS, alumnus_of, first_message, seat
from mapsvc.viewers import acting, installation, looking, needs, open_to_all, viewer
from mapsvc.web.forms import Form

Answer = str | Response | tuple[str, int]

VERBS = {
    "decline": answering.decline,
    "block": answering.block,
    "report": answering.report,
    "end": answering.end,
    "release": safeguarding.release,
}
SAID = {
    "decline": _l("You said no. The other side is told, without a reason."),
    "block": _l("This person cannot write to you any more."),
    "report": _l("A moderator looks at it. The other side is not told."),
    "end": _l("The conversation is over."),
    "release": _l("The question is passed on. You get every message."),
}

bp = Blueprint("conversations", __name__)


class ReplyForm(Form):
    """A message to the other side."""

    text: Field = TextAreaField(
        _l("Your message"),
        [InputRequired(_l("Please fill this in."))],
        description=_l("No address, link or phone number: these are not passed on."),
        render_kw={"rows": 5, "maxlength": LONGEST_WORDS, "dir": "auto"},
    )


@bp.get("/conversations/<token>")
@open_to_all
def page(token: str) -> str:
    """All messages, a field for the next one, and the buttons of this side."""
    return _page(token, ReplyForm(formdata=None))


@bp.post("/conversations/<token>")
@open_to_all
def reply(token: str) -> Answer:
    """Passes a message on."""
    form = ReplyForm()
    if form.validate_on_submit():
        try:
            with acting() as opened:
                answering.reply(opened, token, form.text.data, installation=installation())
            flash(gettext("Your message is on its way."))
            return redirect(request.path, 303)
        except InvalidInput as fault:
            form.take(fault)
    return _page(token, form), 422


@bp.post("/conversations/<token>/<any(decline, block, report, end, release):verb>")
@open_to_all
def act(token: str, verb: str) -> Response:
    """One click of those in a conversation."""
    with acting() as opened:
        VERBS[verb](opened, token, installation=installation())
    flash(str(SAID[verb]))
    return redirect(url_for("conversations.page", token=token), 303)


@bp.get("/review/conversations")
@needs(Action.MODERATE)
def reported() -> str:
    """The conversations that were reported, without a word of them."""
    with looking() as opened:
        found = reported_conversations.reported_conversations(opened, viewer())
    return render_template("conversations/reported.html", found=found)


@bp.post("/review/conversations/<int:number>")
@needs(Action.MODERATE)
def read(number: int) -> str:
    """A reported conversation; that it was read is written down."""
    with acting() as opened:
        found = reported_conversations.read_reported(opened, viewer(), number)
        return render_template(
            "conversations/read.html",
            one=found,
            alumnus=alumnus_of(found),
            asked=first_message(found, i18n.language())[:1],
        )


@bp.post("/review/conversations/<int:number>/settle")
@needs(Action.MODERATE)
def settle(number: int) -> Response:
    """Erases a reported conversation, and shows the stay again where the moderator says so."""
    with acting() as opened:
        reported_conversations.settle(
            opened, viewer(), number, show_pin="show" in request.form, installation=installation()
        )
    flash(gettext("It is settled and erased."))
    return redirect(url_for("conversations.reported"), 303)


def _page(token: str, form: ReplyForm) -> str:
    with looking() as opened:
        found = seat(opened, token, installation=installation())
        one = found.conversation
        return render_template(
            "conversations/page.html",
            form=form,
            one=one,
            side=found.side,
            sides=Side,
            token_of=token,
            alumnus=alumnus_of(one),
            asked=first_message(one, i18n.language())[:1],
            warnings=[*map(i18n.said, WARNINGS)],
        )
