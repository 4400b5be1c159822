"""People's stays that wait for a moderator: read, and decided on."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.reviews import SubmissionStatus
from mapsvc.errors import InvalidInput
from mapsvc.http import running
from mapsvc.presentation.reviews import DECISIONS, flagged
from mapsvc.presentation.stays import stay
from mapsvc.services import hiding_pins, moderating_pins
from mapsvc.services.moderating import CannotUndo, Decided
from mapsvc.viewers import acting, installation, looking, needs, viewer
from mapsvc.web.moderating import SAID, ReasonForm, reason_of
from mapsvc.web.reasons import presets

Answer = str | Response | tuple[str, int]

bp = Blueprint("moderating_pins", __name__, url_prefix="/review/stays")


@bp.get("/<int:number>")
@needs(Action.MODERATE)
def words(number: int) -> str:
    """The words of one stay: what was flagged, what will be public, and the decision."""
    return _words(number, ReasonForm(formdata=None))


@bp.post("/<int:number>/<any(approve, send_back, reject):verb>")
@needs(Action.MODERATE)
def decide(number: int, verb: str) -> Answer:
    """Approves the words of a stay, sends them back or rejects them."""
    form = ReasonForm()
    try:
        _decide(verb, number, reason=reason_of(form))
    except InvalidInput as fault:
        form.take(fault)
        return _words(number, form), 422
    except Decided as fault:
        flash(i18n.spoken(fault), "warning")
        return redirect(url_for("moderating.queue"), 303)
    flash(str(SAID[verb]))
    return redirect(url_for("moderating_pins.words", number=number), 303)


@bp.post("/<int:number>/undo")
@needs(Action.MODERATE)
def undo(number: int) -> Response:
    """Takes a decision back."""
    try:
        with acting() as opened:
            moderating_pins.undo_pin(opened, viewer(), number, installation=installation())
        flash(str(SAID["undo"]))
    except CannotUndo as fault:
        flash(i18n.spoken(fault), "warning")
    return redirect(url_for("moderating_pins.words", number=number), 303)


@bp.post("/reported/<int:number>/<any(hide, show):verb>")
@needs(Action.MODERATE)
def turn(number: int, verb: str) -> Response:
    """Takes a reported stay off the map, or shows it again."""
    with acting() as opened:
        {"hide": hiding_pins.hide_pin, "show": hiding_pins.show_pin}[verb](opened, viewer(), number)
    flash(gettext("The stay is off the map.") if verb == "hide" else gettext("It is on the map."))
    return redirect(url_for("reporting.entry", number=number), 303)


def _decide(verb: str, number: int, *, reason: str) -> None:
    with acting() as opened:
        if verb == "approve":
            moderating_pins.approve_pin(opened, viewer(), number, installation=installation())
            return
        refuse = moderating_pins.reject_pin if verb == "reject" else moderating_pins.send_pin_back
        refuse(opened, viewer(), number, reason=reason, installation=installation())


def _words(number: int, form: ReasonForm) -> str:
    here, language = running(), i18n.language()
    with looking() as opened:
        case = moderating_pins.pin_case(opened, viewer(), number)
        author = case.words.pin.account
        return render_template(
            "moderating_pins/words.html",
            form=form,
            one=case.words,
            now=stay(case.now, language=language, regions=here.regions) if case.now else None,
            public=stay(case.public, language=language, regions=here.regions) if case.public else None,
            flags=flagged(case.words.flags),
            decisions=DECISIONS,
            waits=case.words.status == SubmissionStatus.WAITING,
            presets=presets(author.language if author else language),
        )
