"""Reports: the form by which anybody says what is wrong with an entry, and what is done about it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, Field, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from mapsvc import i18n
from mapsvc.access.permissions import Action, may
from mapsvc.domain.alumni import PinStatus
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.listings import Listing
from mapsvc.domain.reviews import Complaint, ReportStatus
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.http import running
from mapsvc.presentation.cards import url_of
from mapsvc.presentation.kept_sheets import whole_sheet
from mapsvc.presentation.reviews import COMPLAINTS
from mapsvc.presentation.sheet_words import STATUSES
from mapsvc.services import hiding_pins, reporting
from mapsvc.services.moderating import LONGEST_REASON, Decided
from mapsvc.services.reporting import LONGEST_TEXT
from mapsvc.storage.hosts import state_of
from mapsvc.storage.listings import listings_at
from mapsvc.viewers import acting, installation, looking, needs, network, open_to_all, viewer
from mapsvc.web.forms import LONGEST_ADDRESS, Form, choices

SAID = {
    "settle": _l("The report is settled."),
    "dismiss": _l("The report is closed. Nothing was changed."),
    "pause": _l("The host is paused and off the map."),
}
TURNS = {
    "hide": (PinStatus.HIDDEN, _l("The stay is off the map.")),
    "show": (PinStatus.PUBLISHED, _l("It is on the map.")),
}
LONGEST_SLUG = 120
MOST_AT_ONCE = 500

Answer = str | Response | tuple[str, int]

bp = Blueprint("reporting", __name__)


class ReportForm(Form):
    """What is wrong with an entry."""

    complaint: Field = RadioField(
        _l("What is wrong?"),
        [InputRequired(_l("Choose what is wrong."))],
        choices=choices((one.value, COMPLAINTS[one]) for one in Complaint),
    )
    text: Field = TextAreaField(
        _l("Tell us more"),
        [Length(max=LONGEST_TEXT)],
        description=_l("At most 1,000 characters. Please name nobody who is not to blame."),
        render_kw={"rows": 5, "maxlength": LONGEST_TEXT},
    )
    email: Field = EmailField(
        _l("Mail address"),
        [Length(max=LONGEST_ADDRESS)],
        description=_l("Only if you want an answer. It is deleted once you have one."),
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": LONGEST_ADDRESS},
    )


class AnswerForm(Form):
    """What is said to who reported."""

    answer: Field = TextAreaField(
        _l("Answer"),
        description=_l("It is mailed to those who left an address, below a sentence on what you decided."),
        render_kw={"rows": 4, "maxlength": LONGEST_REASON},
    )


class EraseForm(Form):
    """A tick before something goes for good."""

    sure: Field = BooleanField(
        _l("Yes, remove it for good"), [InputRequired(_l("Tick the box if you are sure."))]
    )


@bp.route("/report", methods=["GET", "POST"])
@open_to_all
def report() -> Answer:
    """Says what is wrong with an entry."""
    listing, form = _listing(), ReportForm()
    if form.validate_on_submit():
        try:
            with acting() as opened:
                reporting.report(
                    opened,
                    listing.slug,
                    Complaint(form.complaint.data),
                    text=form.text.data or "",
                    email=form.email.data or "",
                    installation=installation(),
                    network=network(),
                    language=i18n.language(),
                )
            return redirect(url_for("reporting.thanks", slug=listing.slug), 303)
        except InvalidInput as fault:
            form.take(fault)
    page = render_template("reporting/report.html", form=form, listing=listing, back=url_of(listing))
    return page, 422 if form.errors else 200


@bp.get("/report/thanks")
@open_to_all
def thanks() -> str:
    """Says what happens next."""
    try:
        back = url_of(_listing())
    except NotFound:
        back = ""
    return render_template("reporting/thanks.html", back=back)


@bp.get("/review/reports/<int:number>")
@needs(Action.HANDLE_REPORT)
def entry(number: int) -> str:
    """What is reported of an entry, with the entry beside."""
    return _entry(number, AnswerForm(formdata=None))


@bp.post("/review/reports/<int:number>/<any(settle, dismiss, pause):verb>")
@needs(Action.HANDLE_REPORT)
def close(number: int, verb: str) -> Answer:
    """Closes what was shown of an entry."""
    form = AnswerForm()
    try:
        with acting() as opened:
            reporting.close(
                opened,
                viewer(),
                [number, *request.form.getlist("other", type=int)[:MOST_AT_ONCE]],
                settled=verb != "dismiss",
                answer=form.answer.data or "",
                installation=installation(),
                pause=verb == "pause",
            )
    except InvalidInput as fault:
        form.take(fault)
        return _entry(number, form), 422
    except Decided as fault:
        flash(i18n.spoken(fault), "warning")
        return redirect(url_for("moderating.queue"), 303)
    flash(str(SAID[verb]))
    onwards = url_for("reporting.entry", number=number) if verb == "pause" else url_for("moderating.queue")
    return redirect(onwards, 303)


@bp.post("/review/reports/<int:number>/put-back")
@needs(Action.HANDLE_REPORT)
def put_back(number: int) -> Response:
    """Puts a paused host on the map again."""
    with acting() as opened:
        reporting.put_back(opened, viewer(), number)
    flash(gettext("It is on the map."))
    return redirect(url_for("reporting.entry", number=number), 303)


@bp.post("/review/reports/<int:number>/<any(hide, show):verb>")
@needs(Action.MODERATE)
def turn_stay(number: int, verb: str) -> Response:
    """Takes a reported stay off the map, or shows it again."""
    to, said = TURNS[verb]
    with acting() as opened:
        hiding_pins.turn_reported(opened, viewer(), number, to, installation=installation())
    flash(str(said))
    return redirect(url_for("reporting.entry", number=number), 303)


@bp.route("/review/reports/<int:number>/erase", methods=["GET", "POST"])
@needs(Action.MODERATE)
def erase(number: int) -> Answer:
    """Removes a host for good, after a tick."""
    form = EraseForm()
    if form.validate_on_submit():
        with acting() as opened:
            reporting.erase(opened, viewer(), number, installation=installation())
        flash(gettext("It is removed for good. Later lists do not bring it back."))
        return redirect(url_for("moderating.queue"), 303)
    with looking() as opened:
        found = reporting.entry(opened, viewer(), number)
    if found.host is None:
        raise NotFound
    page = render_template("reporting/erase.html", form=form, found=found, number=number)
    return page, 422 if form.errors else 200


def _listing() -> Listing:
    """The public entry that the address names. Raises NotFound."""
    here, slug = running(), request.args.get("slug", "")[:LONGEST_SLUG]
    with here.public_engine.connect() as connection:
        found = [one for one in listings_at(connection, slug) if here.directory.visible(one.id)]
    if not found:
        raise NotFound
    return found[0]


def _entry(number: int, form: AnswerForm) -> str:
    asks = viewer()
    with looking() as opened:
        found = reporting.entry(opened, asks, number)
        host = found.host
        return render_template(
            "reporting/entry.html",
            form=form,
            number=number,
            found=found,
            host=host,
            pin=hiding_pins.reported_pin(opened, asks, number) if may(asks, Action.MODERATE) else None,
            sheet=whole_sheet(state_of(host), i18n.language()) if host else None,
            is_open=found.first.status == ReportStatus.OPEN,
            complaints=COMPLAINTS,
            statuses=STATUSES,
            **_doors(host),
        )


def _doors(host: Organisation | None) -> dict[str, bool]:
    """What the viewer may do with the host."""
    asks, status = viewer(), host.status if host else None
    return {
        "listed": status == HostStatus.LISTED,
        "paused": status == HostStatus.PAUSED,
        "edits": host is not None and may(asks, Action.EDIT_HOST, host),
        "erases": host is not None and may(asks, Action.ERASE_HOST, host) and may(asks, Action.MODERATE),
    }
