"""The queue: what waits for a moderator, whatever it is about, decided one by one or many at once."""

from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, TextAreaField
from wtforms.validators import InputRequired

from mapsvc import i18n
from mapsvc.access.permissions import Action, may
from mapsvc.domain.submissions import SubmissionKind, SubmissionStatus
from mapsvc.errors import InvalidInput
from mapsvc.http import running
from mapsvc.presentation.labels import language_label
from mapsvc.presentation.reviews import COMPLAINTS, DECISIONS, NAMES, flag_words, flagged
from mapsvc.presentation.submissions import SHOWN
from mapsvc.services import moderating, reported_conversations, reporting
from mapsvc.services.moderating import LONGEST_REASON, MOST_SHOWN, CannotUndo, ChangedSince, Decided, Key
from mapsvc.viewers import acting, installation, looking, needs, viewer
from mapsvc.web.desk_fields import is_number
from mapsvc.web.forms import Form
from mapsvc.web.reasons import presets

KINDS = {
    "": _l("All"),
    "changes": _l("Changes of hosts"),
    "stays": _l("Stays of people"),
    "facts": _l("Corrections of facts"),
    "flagged": _l("Flagged"),
    "reports": _l("Reports"),
}
OF_KIND: Mapping[str, tuple[SubmissionKind, ...]] = {
    "": tuple(SubmissionKind),
    "flagged": tuple(SubmissionKind),
    "reports": (),
    **{kind.value: (kind,) for kind in SubmissionKind},
}
SAID = {
    "approve": _l("It is public now."),
    "send_back": _l("It is sent back, and the author is told why."),
    "reject": _l("It is rejected, and the author is told why."),
    "undo": _l("The decision is taken back. It waits again."),
}
VERBS = {
    "approve": SubmissionStatus.APPROVED,
    "send_back": SubmissionStatus.RETURNED,
    "reject": SubmissionStatus.REJECTED,
}

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
    ticked = dict(filter(None, map(_ticked, request.form.getlist("chosen")[:MOST_SHOWN])))
    verb = request.form.get("verb", "")
    if not ticked or verb not in VERBS:
        flash(gettext("Tick what you want to decide on first."), "warning")
        return _queue(form), 422
    try:
        done = moderating.decide_many(ticked, lambda key: _decide(key, verb, form, seen=ticked[key]))
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
    return render_template("moderating/decided.html", found=found, decisions=DECISIONS, names=NAMES)


@bp.get("/<any(changes, stays, facts):kind>/<int:number>")
@needs(Action.MODERATE)
def submission(kind: str, number: int) -> str:
    """One submission: what differs, what will be public, and the decision."""
    return _submission((SubmissionKind(kind), number), ReasonForm(formdata=None))


@bp.post("/<any(changes, stays, facts):kind>/<int:number>/<any(approve, send_back, reject):verb>")
@needs(Action.MODERATE)
def decide(kind: str, number: int, verb: str) -> Answer:
    """Approves a submission, sends it back or rejects it."""
    form, key = ReasonForm(), (SubmissionKind(kind), number)
    try:
        _decide(key, verb, form, seen=request.form.get("seen"))
    except InvalidInput as fault:
        form.take(fault)
        return _submission(key, form), 422
    except ChangedSince as fault:
        flash(i18n.spoken(fault), "warning")
        return _submission(key, form), 409
    except Decided as fault:
        flash(i18n.spoken(fault), "warning")
        return redirect(url_for("moderating.queue"), 303)
    flash(str(SAID[verb]))
    return redirect(url_for("moderating.queue", done=f"{kind}:{number}"), 303)


@bp.post("/<any(changes, stays, facts):kind>/<int:number>/undo")
@needs(Action.MODERATE)
def undo(kind: str, number: int) -> Response:
    """Takes a decision back."""
    try:
        with acting() as opened:
            moderating.undo(opened, viewer(), (SubmissionKind(kind), number), installation=installation())
    except CannotUndo as fault:
        flash(i18n.spoken(fault), "warning")
        return redirect(url_for("moderating.decided"), 303)
    flash(str(SAID["undo"]))
    return redirect(url_for("moderating.submission", kind=kind, number=number), 303)


def _decide(key: Key, verb: str, form: ReasonForm, *, seen: str | None) -> None:
    reason, here = _reason_of(form), installation()
    with acting() as opened:
        moderating.decide(opened, viewer(), key, VERBS[verb], reason=reason, seen=seen, installation=here)


def _reason_of(form: ReasonForm) -> str:
    """The reasons that were ticked and the one that was written, each on a line of its own."""
    said = [*request.form.getlist("preset")[:20], form.reason.data or ""]
    return "\n".join(line for line in said if line.strip())


def _ticked(value: str) -> tuple[Key, str] | None:
    """What was ticked, as kind:number:seen, and the name of what was shown beside it; None for nonsense."""
    kind, number, seen = [*value.split(":", 2), "", ""][:3]
    is_key = kind in {*SubmissionKind} and is_number(number)
    return ((SubmissionKind(kind), int(number)), seen) if is_key else None


def _queue(form: ReasonForm, *, ticked: Mapping[Key, str] | None = None) -> str:
    kind, asks = request.args.get("kind", ""), viewer()
    kind = kind if kind in KINDS else ""
    page, done = request.args.get("page", 1, type=int), _ticked(request.args.get("done", ""))
    moderates = may(asks, Action.MODERATE)
    with looking() as opened:
        found = (
            moderating.queue(opened, asks, OF_KIND[kind], flagged=kind == "flagged", page=page)
            if moderates
            else moderating.Queue([], 1, 1)
        )
        reported = reporting.open_entries(opened, asks) if kind in {"", "reports"} else []
        talks = len(reported_conversations.reported_conversations(opened, asks)) if moderates else 0
        return render_template(
            "moderating/queue.html",
            form=form,
            kind=kind,
            kinds=KINDS,
            moderates=moderates,
            found=found,
            reported=reported[:MOST_SHOWN] if found.page == 1 else [],
            talks=talks,
            seen=moderating.seen,
            names=NAMES,
            ticked=ticked or {},
            done=done[0] if done and moderates and done[0][1] <= moderating.LARGEST_ID else None,
            flag_words=flag_words,
            complaints=COMPLAINTS,
            presets=presets(i18n.language()),
            has_audit="audit.log" in current_app.view_functions,
        )


def _submission(key: Key, form: ReasonForm) -> str:
    language = i18n.language()
    with looking() as opened:
        one = moderating.submission(opened, viewer(), key)
        author = one.author
        return render_template(
            f"moderating/{one.kind}.html",
            form=form,
            one=one,
            seen=moderating.seen(one),
            decisions=DECISIONS,
            waits=one.status == SubmissionStatus.WAITING,
            flags=flagged(one.flags),
            written=language_label(author.language, language) if author else "",
            presets=presets(author.language if author else language),
            **SHOWN[one.kind](moderating.case(opened, one), language, running().regions),
        )
