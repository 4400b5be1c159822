"""The hosts that one speaks for."""

import re

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field
from wtforms.validators import InputRequired

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.errors import NotFound
from mapsvc.presentation.course_pages import course_view
from mapsvc.services import confirming, own_hosts, preparing, submitting
from mapsvc.viewers import acting, installation, looking, needs, viewer
from mapsvc.web.courses import courses
from mapsvc.web.forms import Form

NUMBER = re.compile("[0-9]{1,10}")

bp = Blueprint("own_hosts", __name__, url_prefix="/my-hosts")


class EraseForm(Form):
    """A tick before something goes for good."""

    sure: Field = BooleanField(_l("Yes, erase it"), [InputRequired(_l("Tick the box if you are sure."))])


@bp.get("")
@needs(Action.USE_ACCOUNT)
def overview() -> str:
    """One's hosts and how they stand."""
    with looking() as opened:
        hosts = own_hosts.own_hosts(opened, viewer())
        shown = preparing.shown_by(opened, [own.organisation.id for own in hosts])
        certificates = preparing.certificates_to_show(opened, viewer(), courses().values())
    return render_template(
        "own_hosts/overview.html",
        hosts=hosts,
        shown=shown,
        certificates=certificates,
        courses=[
            course_view(one, i18n.language()) for one in preparing.courses_for_hosts(courses().values())
        ],
        known=current_app.view_functions,
    )


@bp.post("/<int:number>/confirm")
@needs(Action.USE_ACCOUNT)
def confirm(number: int) -> Response:
    """Says that all of an entry is still true."""
    with acting() as opened:
        confirming.confirm(opened, viewer(), number)
    flash(gettext("Thank you. Your entry shows today as the day when you confirmed it."))
    return redirect(url_for("own_hosts.overview"), 303)


@bp.post("/<int:number>/prepared")
@needs(Action.USE_ACCOUNT)
def show_prepared(number: int) -> Response:
    """Shows one's certificate on the page of a host."""
    certificate = request.form.get("certificate", "")
    if not NUMBER.fullmatch(certificate):
        raise NotFound
    with acting() as opened:
        preparing.show(opened, viewer(), number, int(certificate), courses=courses().values())
    flash(gettext("Your page now says that you are prepared to receive."))
    return redirect(url_for("own_hosts.overview"), 303)


@bp.post("/<int:number>/prepared/end")
@needs(Action.USE_ACCOUNT)
def hide_prepared(number: int) -> Response:
    """Takes the certificate off the page of a host."""
    with acting() as opened:
        preparing.hide(opened, viewer(), number)
    flash(gettext("Your page does not show it any more."))
    return redirect(url_for("own_hosts.overview"), 303)


@bp.post("/changes/<int:number>/take-back")
@needs(Action.USE_ACCOUNT)
def take_back(number: int) -> Response:
    """Takes a change back that one handed in."""
    with acting() as opened:
        submitting.withdraw(opened, viewer(), number)
    flash(gettext("Your change is taken back. The entry stays as it is."))
    return redirect(url_for("own_hosts.overview"), 303)


@bp.get("/<int:number>/leave")
@needs(Action.USE_ACCOUNT)
def ask_to_leave(number: int) -> str:
    """Asks before one speaks for a host no more."""
    with looking() as opened:
        own = own_hosts.own_host(opened, viewer(), number)
    return render_template("own_hosts/leave.html", own=own)


@bp.post("/<int:number>/leave")
@needs(Action.USE_ACCOUNT)
def leave(number: int) -> Response:
    """Speaks for a host no more."""
    with acting() as opened:
        own_hosts.leave(opened, viewer(), number)
    flash(gettext("You do not speak for this host any more."))
    return redirect(url_for("own_hosts.overview"), 303)


@bp.route("/<int:number>/erase", methods=["GET", "POST"])
@needs(Action.USE_ACCOUNT)
def erase(number: int) -> str | Response | tuple[str, int]:
    """Erases a host, after a tick."""
    with looking() as opened:
        own = own_hosts.own_host(opened, viewer(), number)
    form = EraseForm()
    if not form.validate_on_submit():
        return render_template("own_hosts/erase.html", own=own, form=form), 422 if form.errors else 200
    with acting() as opened:
        own_hosts.erase_own(opened, viewer(), number, installation=installation())
    flash(gettext("Erased. Later lists do not bring it back."))
    return redirect(url_for("own_hosts.overview"), 303)
