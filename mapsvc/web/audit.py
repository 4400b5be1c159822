"""The audit log: who did what, filtered, page by page, and as a file."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.errors import InvalidInput
from mapsvc.services import audit_logs
from mapsvc.storage.audit import Wanted
from mapsvc.viewers import looking, needs, viewer
from mapsvc.web.forms import Form

bp = Blueprint("audit", __name__, url_prefix="/audit")


class FilterForm(Form):
    """Which lines of the log to show."""

    class Meta(Form.Meta):
        """A search changes nothing: it needs no token."""

        csrf = False

    action: Field = StringField(_l("What was done"), render_kw={"list": "actions", "maxlength": 30})
    subject: Field = StringField(
        _l("To what"),
        description=_l("A word, or with a number: host 12"),
        render_kw={"list": "subjects", "maxlength": 40},
    )
    person: Field = StringField(
        _l("By whom"),
        description=_l("A part of the mail address, or: account 12"),
        render_kw={"maxlength": 254},
    )
    day: Field = StringField(_l("Day"), description=_l("Like this: 2026-03-14"), render_kw={"maxlength": 10})


@bp.get("")
@needs(Action.SEE_AUDIT)
def log() -> str | tuple[str, int]:
    """A page of the log."""
    form = FilterForm(request.args)
    before = request.args.get("before", type=int)
    with looking() as opened:
        try:
            asked = _wanted(form)
        except InvalidInput as fault:
            form.take(fault)
            asked = Wanted(account_ids=[])
        if before is not None and not 0 < before <= audit_logs.LARGEST_ID:
            before = None
        page = audit_logs.page(opened, viewer(), asked, before=before)
    chosen = {name: value for name, value in request.args.items() if name in form and value}
    shown = render_template("audit/log.html", form=form, page=page, chosen=chosen, before=before)
    return (shown, 422) if form.errors else shown


@bp.get("/log.csv")
@needs(Action.SEE_AUDIT)
def download() -> Response:
    """All lines that the filter finds, as a file that spreadsheet programs open without harm."""
    asked, who = _wanted(FilterForm(request.args)), viewer()

    def lines() -> Iterator[str]:
        with looking() as opened:
            yield from audit_logs.as_csv(opened, who, asked)

    answer = Response(stream_with_context(lines()), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def _wanted(form: FilterForm) -> Wanted:
    with looking() as opened:
        return audit_logs.wanted(
            opened,
            action=form.action.data or "",
            subject=form.subject.data or "",
            person=form.person.data or "",
            day=form.day.data or "",
            zone=i18n.TIMEZONE,
        )
