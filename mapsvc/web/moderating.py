"""What waits for somebody to look at it: changes of hosts and reports, decided one by one or many at once."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, TextAreaField
from wtforms.validators import InputRequired

from mapsvc import i18n
from mapsvc.access.permissions import Action, may
from mapsvc.domain.differences import difference
from mapsvc.domain.reviews import SubmissionStatus
from mapsvc.errors import InvalidInput
from mapsvc.presentation.differences import change_lines
from mapsvc.presentation.labels import language_label
from mapsvc.presentation.reviews import COMPLAINTS, DECISIONS, flag_words, flagged, public_parts
from mapsvc.services import moderating, moderating_pins, reported_conversations, reporting
from mapsvc.services.moderating import LONGEST_REASON, CannotUndo, ChangedSince, Decided
from mapsvc.viewers import acting, installation, looking, needs, viewer
from mapsvc.web.desk_fields import is_number
from mapsvc.web.forms import Form
from mapsvc.web.reasons import presets

MOST_SHOWN = 50
KINDS = {
    "": _l("All"),
    "changes": _l("Changes"),
    "flagged": _l("Flagged"),
    "stays": _l("Stays of people"),
    "reports": _l("Reports"),
}
SAID = {
    "approve": _l("It is public now."),
    "send_back": _l("It is sent back, and the author is told why."),
    "reject": _l("It is rejected, and the author is told why."),
    "undo": _l("The decision is taken back. It waits again."),
}
VERBS = ("approve", "send_back", "reject")

Answer = str | Response | tuple[str, int]

bp = Blueprint("moderating", __name__, url_prefix="/review")


class ReasonForm(Form):
    """Why something is sent back or rejected."""

    reason: Field = TextAreaField(
        _l("Reason"),
        [InputRequired()],
        description=_l("The author reads this in a mail. Needed to send back or to reject."),
        render_kw={"rows": 4, "maxlength": LONGEST_REASON, "data-reason": ""},
    )


@bp.get("")
@needs(Action.HANDLE_REPORT)
def queue() -> str:
    """Everything that waits, the oldest first."""
    return _queue(ReasonForm(formdata=None))


@bp.post("")
@needs(Action.MODERATE)
def decide_many() -> Answer:
    """Decides on all that were ticked, each in its own right."""
    form = ReasonForm()
    ticked = dict(_ticked(value) for value in request.form.getlist("chosen")[:MOST_SHOWN])
    verb = request.form.get("verb", "")
    if not ticked or verb not in VERBS:
        flash(gettext("Tick what you want to decide on first."), "warning")
        return _queue(form), 422

    try:
        done = moderating.decide_many(
            ticked, lambda number: _decide(verb, number, reason=reason_of(form), seen=ticked[number])
        )
    except InvalidInput as fault:
        form.take(fault)
        return _queue(form, ticked=ticked), 422
    flash(gettext("Decided: %(count)s. The author of each is told.", count=done.count))
    for left in done.left:
        flash(i18n.spoken(left), "warning")
    return redirect(url_for("moderating.queue"), 303)


@bp.get("/decided")
@needs(Action.MODERATE)
def decided() -> str:
    """What was decided last, to be taken back."""
    with looking() as opened:
        found = moderating.decided(opened, viewer(), limit=MOST_SHOWN)
        stays = moderating_pins.decided_lately(opened, viewer(), limit=MOST_SHOWN)
    return render_template("moderating/decided.html", found=found, stays=stays, decisions=DECISIONS)


@bp.get("/changes/<int:number>")
@needs(Action.MODERATE)
def change(number: int) -> str:
    """One change: what differs, what will be public, and the decision."""
    return _change(number, ReasonForm(formdata=None))


@bp.post("/changes/<int:number>/<any(approve, send_back, reject):verb>")
@needs(Action.MODERATE)
def decide(number: int, verb: str) -> Answer:
    """Approves a change, sends it back or rejects it."""
    form = ReasonForm()
    try:
        _decide(verb, number, reason=reason_of(form), seen=request.form.get("seen"))
    except InvalidInput as fault:
        form.take(fault)
        return _change(number, form), 422
    except ChangedSince as fault:
        flash(i18n.spoken(fault), "warning")
        return _change(number, form), 409
    except Decided as fault:
        flash(i18n.spoken(fault), "warning")
        return redirect(url_for("moderating.queue"), 303)
    flash(str(SAID[verb]))
    return redirect(url_for("moderating.queue", done=number), 303)


@bp.post("/changes/<int:number>/undo")
@needs(Action.MODERATE)
def undo(number: int) -> Response:
    """Takes a decision back."""
    try:
        with acting() as opened:
            moderating.undo(opened, viewer(), number, installation=installation())
    except CannotUndo as fault:
        flash(i18n.spoken(fault), "warning")
        return redirect(url_for("moderating.decided"), 303)
    flash(str(SAID["undo"]))
    return redirect(url_for("moderating.change", number=number), 303)


def _decide(verb: str, number: int, *, reason: str, seen: str | None) -> None:
    with acting() as opened:
        if verb == "approve":
            moderating.approve(opened, viewer(), number, installation=installation(), seen=seen)
            return
        refuse = moderating.reject if verb == "reject" else moderating.send_back
        refuse(opened, viewer(), number, reason=reason, installation=installation())


def reason_of(form: ReasonForm) -> str:
    """The reasons that were ticked and the one that was written, each on a line of its own."""
    said = [*request.form.getlist("preset")[:20], form.reason.data or ""]
    return "\n".join(line for line in said if line.strip())


def _ticked(value: str) -> tuple[int, str]:
    """The number of a ticked change, and the name of the state that was shown."""
    number, _between, seen = value.partition(":")
    return (int(number) if is_number(number) else 0), seen


def _queue(form: ReasonForm, *, ticked: dict[int, str] | None = None) -> str:
    kind, asks = request.args.get("kind", ""), viewer()
    done = request.args.get("done", 0, type=int)
    with looking() as opened:
        moderates = may(asks, Action.MODERATE)
        changes = moderating.queue(opened, asks, limit=MOST_SHOWN + 1) if moderates else []
        shown = (
            [one for one in changes if one.flags or kind != "flagged"]
            if kind not in {"reports", "stays"}
            else []
        )
        stays = moderating_pins.pin_queue(opened, asks, limit=MOST_SHOWN) if moderates else []
        reported = reporting.open_entries(opened, asks) if kind in {"", "reports"} else []
        seen = {one.id: moderating.seen(one) for one in shown}
        talks = len(reported_conversations.reported_conversations(opened, asks)) if moderates else 0
    return render_template(
        "moderating/queue.html",
        form=form,
        kind=kind if kind in KINDS else "",
        kinds=KINDS,
        moderates=moderates,
        changes=shown[:MOST_SHOWN],
        stays=[one for one in stays if kind in {"", "stays"} or (kind == "flagged" and one.flags)],
        more=len(changes) > MOST_SHOWN,
        reported=reported[:MOST_SHOWN],
        talks=talks,
        seen=seen,
        ticked=ticked or {},
        done=done if moderates and 0 < done <= moderating.LARGEST_ID else 0,
        flag_words=flag_words,
        complaints=COMPLAINTS,
        presets=presets(i18n.language()),
        has_audit="audit.log" in current_app.view_functions,
    )


def _change(number: int, form: ReasonForm) -> str:
    language = i18n.language()
    with looking() as opened:
        case = moderating.case(opened, viewer(), number)
        parts = public_parts(case.public, language)
    found = difference(case.now, case.proposed)
    author = case.submission.author
    return render_template(
        "moderating/change.html",
        form=form,
        case=case,
        one=case.submission,
        decisions=DECISIONS,
        waits=case.submission.status == SubmissionStatus.WAITING,
        changes=change_lines([one for one in found if one.column != "contact"], language),
        contact=any(one.column == "contact" for one in found),
        parts=parts,
        flags=flagged(case.submission.flags),
        written=language_label(author.language, language) if author else "",
        presets=presets(author.language if author else language),
    )
