"""Reminders of a plan by mail: asked for, confirmed by the link of a mail, ended."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from mapsvc.errors import InvalidInput
from mapsvc.presentation.plans import masked
from mapsvc.services import plan_mails
from mapsvc.viewers import acting, installation, is_local, looking, network, open_to_all
from mapsvc.web.forms import AddressForm
from mapsvc.web.plans import page_of, private

bp = Blueprint("plan_mails", __name__)


@bp.post("/plans/<token>/mails")
@open_to_all
def ask(token: str) -> Answer:
    """Mails a link that begins the reminders."""
    form = AddressForm()
    if form.validate_on_submit():
        try:
            return private(_mailed(token, form.email.data))
        except InvalidInput as fault:
            form.take(fault)
    return private(page_of(token, form), 422)


@bp.post("/plans/<token>/mails/<int:number>/stop")
@open_to_all
def stop(token: str, number: int) -> Answer:
    """Takes an address off a plan."""
    with acting() as opened:
        plan_mails.stop_mails(opened, token, number, installation=installation())
    flash(gettext("No more reminders go to this address."))
    return redirect(url_for("plans.show", token=token, _anchor="mails"), 303)


@bp.get("/plan-mails/<token>")
@open_to_all
def look(token: str) -> Answer:
    """A button that begins the reminders."""
    with looking() as opened:
        email = plan_mails.look_at_mails(opened, token)
    return private(render_template("timelines/begin_mails.html", email=email))


@bp.post("/plan-mails/<token>")
@open_to_all
def begin(token: str) -> Answer:
    """Begins the reminders, and opens the plan."""
    with acting() as opened:
        plan = plan_mails.begin_mails(opened, token, installation=installation())
    flash(gettext("Reminders go to this address now, once a week at most."))
    return redirect(url_for("plans.show", token=plan), 303)


@bp.get("/plan-mails/stop/<token>")
@open_to_all
def look_at_stop(token: str) -> Answer:
    """A button that ends the reminders."""
    with looking() as opened:
        found = plan_mails.mail_to_stop(opened, token, installation=installation())
    return private(render_template("timelines/stop_mails.html", email=masked(found.email)))


@bp.post("/plan-mails/stop/<token>")
@open_to_all
def stop_by_link(token: str) -> Answer:
    """Ends the reminders."""
    with acting() as opened:
        plan_mails.stop_by_link(opened, token, installation=installation())
    words = gettext("No more reminders go to this address.")
    return private(render_template("claiming/done.html", words=words))


def _mailed(token: str, email: str) -> str:
    with acting() as opened:
        mailed = plan_mails.ask_for_mails(
            opened, token, email, installation=installation(), network=network()
        )
    link = mailed.link if is_local() else None
    back = url_for("plans.show", token=token)
    return render_template(
        "claiming/sent.html", email=mailed.email, local_link=link, six_days=True, back=back
    )
