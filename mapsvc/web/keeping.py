"""The hosts that somebody keeps: the list, one more, its sheet, on the map and off it."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, SelectField, StringField
from wtforms.validators import InputRequired

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.hosts import HostStatus
from mapsvc.domain.sheet_values import LONGEST_NAME
from mapsvc.domain.sheets import InvalidSheet, Part
from mapsvc.domain.steps import Step, version_of
from mapsvc.presentation.desk_tables import kept_hosts_table
from mapsvc.presentation.kept_sheets import whole_sheet
from mapsvc.presentation.sheet_words import LABELS, STATUSES
from mapsvc.services import keeping, kept_lists, removing, revising
from mapsvc.services.suppressing import refuse_suppressed
from mapsvc.services.table_files import MOST_ROWS, check_format
from mapsvc.viewers import acting, installation, looking, needs, viewer
from mapsvc.web.forms import Form
from mapsvc.web.table_answers import about_here, cut_to, links, table_answer

SHOWN: dict[str, object] = {
    "": _l("All"),
    **{str(status): words for status, words in STATUSES.items()},
    "unplaced": _l("Not placed yet"),
}
VERBS: dict[str, tuple[Callable[..., None], object]] = {
    "pause": (removing.pause, _l("Paused. It is off the map until you put it back.")),
    "resume": (removing.resume, _l("It is on the map.")),
    "remove": (removing.remove, _l("Removed. It is off the map.")),
    "bring-back": (removing.bring_back, _l("It is back.")),
}
TO_THE_MAP = frozenset({"resume", "bring-back"})

bp = Blueprint("keeping", __name__, url_prefix="/desk/hosts")


class NewHostForm(Form):
    """What is needed to begin."""

    name: Field = StringField(
        LABELS["name"],
        [InputRequired(_l("Give the name of the organisation."))],
        description=_l("The organisation, as it stands on the door or on its website. All else comes after."),
        render_kw={"maxlength": LONGEST_NAME},
    )
    sending: Field = SelectField(_l("List"), description=_l("Whose list it goes to."), coerce=int)


@bp.get("")
@needs(Action.EDIT_HOST)
def hosts() -> str:
    """The hosts that the viewer keeps, searched and filtered."""
    words, show = request.args.get("words", "").strip()[:120], request.args.get("show", "")
    page = request.args.get("page", 1, type=int)
    with looking() as opened:
        found = kept_lists.hosts_of(opened, viewer(), words=words, show=show, page=min(page, 100_000))
    return render_template(
        "keeping/hosts.html",
        found=found,
        words=words,
        show=show,
        shown=SHOWN,
        statuses=STATUSES,
        can_import="importing.uploads" in current_app.view_functions,
        files=links(
            lambda name: url_for("keeping.table", file_format=name, words=words or None, show=show or None),
            places=True,
        ),
    )


@bp.get("/table.<file_format>")
@needs(Action.EDIT_HOST)
def table(file_format: str) -> Response:
    """The same hosts as a file, a row a site."""
    check_format(file_format, places=True)
    words, show = request.args.get("words", "").strip()[:120], request.args.get("show", "")
    with looking() as opened:
        found = kept_lists.hosts_of(opened, viewer(), words=words, show=show, size=MOST_ROWS)
        note = cut_to(MOST_ROWS, found.total)
        made = kept_hosts_table(found.hosts, language=i18n.language(), note=note, **about_here())
    return table_answer(made, file_format, private=True)


@bp.route("/new", methods=["GET", "POST"])
@needs(Action.ADD_HOST)
def add() -> str | Response | tuple[str, int]:
    """Begins a new host."""
    form = _new_host_form()
    if form.validate_on_submit():
        sending = form.sending.data if "sending" in form else None
        try:
            with acting() as opened:
                number = keeping.add_host(opened, viewer(), {"name": form.name.data}, sending_id=sending)
            return redirect(step_url(number, Step()), 303)
        except InvalidSheet as fault:
            form.take(fault.faults["name"])
    return render_template("keeping/new.html", form=form), 422 if form.errors else 200


@bp.get("/<int:number>")
@needs(Action.EDIT_HOST)
def sheet(number: int) -> str:
    """The whole sheet of a host, with what is missing."""
    with looking() as opened:
        kept = keeping.sheet(opened, viewer(), number)
    return render_template(
        "keeping/sheet.html",
        kept=kept,
        whole=whole_sheet(kept.state, i18n.language()),
        statuses=STATUSES,
        step_url=step_url,
        version_of=version_of,
        public_url=_public_url(kept),
        removed_days=revising.REMOVED_FOR.days,
    )


@bp.post("/<int:number>/<any(pause, resume, remove, 'bring-back'):verb>")
@needs(Action.EDIT_HOST)
def turn(number: int, verb: str) -> Response:
    """Takes a host off the map, or puts it there."""
    act, said = VERBS[verb]
    with acting() as opened:
        if verb in TO_THE_MAP:
            refuse_suppressed(opened, viewer(), number, key=installation().key)
        act(opened, viewer(), number)
    flash(str(said))
    return redirect(url_for("keeping.sheet", number=number), 303)


@bp.post("/<int:number>/remove-part")
@needs(Action.EDIT_HOST)
def remove_part(number: int) -> Response:
    """Removes a place or an offer."""
    given = {name: request.form.get(name, 0, type=int) for name in ("site", "offer")}
    step = Step(Part.WHAT if given["offer"] else Part.WHERE, **given)
    try:
        with acting() as opened:
            keeping.remove_part(opened, viewer(), number, step, version=request.form.get("version", ""))
        flash(gettext("Removed. The history can bring it back."))
    except keeping.ChangedMeanwhile as met:
        flash(f"{i18n.spoken(met)} {gettext('Nothing was removed.')}")
    return redirect(url_for("keeping.sheet", number=number), 303)


@bp.app_template_test("in_field")
def in_field(code: str, broad: str) -> bool:
    """Whether a field of training belongs to a broad one."""
    return code.startswith(broad)


def step_url(number: int, step: Step, add: str | None = None) -> str:
    """The address of the form of a step."""
    return url_for(
        "keeping.step", number=number, part=step.part.value, site=step.site, offer=step.offer, add=add
    )


def _new_host_form() -> NewHostForm:
    """The form of a new host; it asks for the list only where there are several."""
    form = NewHostForm()
    with looking() as opened:
        form.sending.choices = [(one.id, one.name) for one in kept_lists.own_lists(opened, viewer())]
    if len(form.sending.choices) < 2:  # noqa: PLR2004
        del form.sending
    return form


def _public_url(kept: keeping.Sheet) -> str | None:
    """The public page of the first site that is on the map."""
    sites = kept.state["sites"] if kept.status == HostStatus.LISTED else []
    shown = next((site["slug"] for site in sites if site["id"] and site["lon"] is not None), None)
    return url_for("hosts.host", slug=shown) if shown else None
