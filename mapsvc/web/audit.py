"""The audit log: who did what, filtered, page by page, and as a file."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.errors import InvalidInput
from mapsvc.presentation.review_tables import audit_table
from mapsvc.services import audit_logs
from mapsvc.services.table_files import MOST_ROWS, check_format, file_pieces
from mapsvc.storage.audit import Wanted
from mapsvc.viewers import looking, needs, viewer
from mapsvc.web.forms import Form
from mapsvc.web.table_answers import about_here, closed_file, cut_to, links

MOST_LINES = {"xlsx": MOST_ROWS}  # of a format that is not written as it is read

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
    chosen: dict[str, Any] = {name: value for name, value in request.args.items() if name in form and value}
    files = links(lambda name: url_for("audit.download", file_format=name, **chosen), places=False)
    shown = render_template(
        "audit/log.html", form=form, page=page, chosen=chosen, before=before, files=files, most=MOST_ROWS
    )
    return (shown, 422) if form.errors else shown


@bp.get("/log.<file_format>")
@needs(Action.SEE_AUDIT)
def download(file_format: str) -> Response:
    """The lines that the filter finds, as a file: all of them as CSV, the newest MOST_ROWS as a workbook."""
    check_format(file_format, places=False)
    asked, who = _wanted(FilterForm(request.args)), viewer()
    most = MOST_LINES.get(file_format)

    def pieces() -> Iterator[bytes]:
        with looking() as opened:
            note = cut_to(most, audit_logs.count(opened, who, asked)) if most else ""
            lines = audit_logs.all_lines(opened, who, asked, most=most)
            about = {"language": i18n.language(), "note": note, **about_here()}
            yield from file_pieces(audit_table(lines, **about), file_format)

    return closed_file("audit", file_format, stream_with_context(pieces()))


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
