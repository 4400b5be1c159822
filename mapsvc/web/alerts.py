"""Saved searches: asked for, confirmed by the link of a mail, seen, paused and stopped by links of mails."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from mapsvc import i18n
from mapsvc.domain.alerts import KEPT_FOR
from mapsvc.domain.base import now
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.http import running
from mapsvc.params.followed import StayOver, followed_query, last_day, read_followed, search_for_mails
from mapsvc.params.searches import search_state
from mapsvc.presentation.followed import search_title
from mapsvc.presentation.plans import masked
from mapsvc.services import alerts
from mapsvc.services.alert_links import alert_token
from mapsvc.services.alerts import Saved
from mapsvc.viewers import acting, from_anywhere, installation, is_local, looking, network, open_to_all
from mapsvc.web.forms import AddressForm
from mapsvc.web.plans import private

bp = Blueprint("alerts", __name__, url_prefix="/alerts")


@bp.route("/new", methods=["GET", "POST"])
@open_to_all
def new() -> Answer:
    """Asks for an address, and mails it a link that begins the mails of a search."""
    saved, form = _saved(), AddressForm()
    if form.validate_on_submit():
        try:
            return private(_mailed(saved, form.email.data))
        except InvalidInput as fault:
            form.take(fault)
    back = f"/?{saved.query}"
    page = render_template("alerts/new.html", form=form, saved=saved, back=back)
    return private(page, 422 if form.is_submitted() else 200)


@bp.get("/confirm/<token>")
@open_to_all
def look(token: str) -> Answer:
    """A button that begins the mails."""
    with looking() as opened:
        waiting = alerts.look_at_alert(opened, token)
    return private(render_template("alerts/begin.html", email=waiting.email, title=waiting.saved.title))


@bp.post("/confirm/<token>")
@open_to_all
def begin(token: str) -> Answer:
    """Begins the mails, and opens their page."""
    with acting() as opened:
        begun = alerts.begin_alert(opened, token)
    flash(gettext("Done. We look once a week, and write only when there is something new."))
    return redirect(url_for("alerts.show", token=alert_token(begun, installation())), 303)


@bp.get("/<token>")
@open_to_all
def show(token: str) -> Answer:
    """A saved search: what it is, when it was looked at, and how to pause or stop it."""
    with looking() as opened:
        alert = alerts.alert_of(opened, token, installation=installation())
    values = {
        "alert": alert,
        "email": masked(alert.email),
        "token_of": token,
        "by_year": alert.ends_on >= alert.confirmed.date() + KEPT_FOR,
        "finds": read_followed(alert.query, running().gazetteer) is not None,
    }
    return private(render_template("alerts/show.html", **values))


@bp.post("/<token>/pause")
@open_to_all
def pause(token: str) -> Answer:
    """Mails nothing for a while."""
    with acting() as opened:
        alerts.pause_alert(opened, token, installation=installation())
    flash(gettext("Paused. Nothing is mailed until you go on."))
    return redirect(url_for("alerts.show", token=token), 303)


@bp.post("/<token>/resume")
@open_to_all
def resume(token: str) -> Answer:
    """Goes on, for another year."""
    with acting() as opened:
        alerts.resume_alert(opened, token, installation=installation())
    flash(gettext("The mails go on."))
    return redirect(url_for("alerts.show", token=token), 303)


@bp.get("/<token>/stop")
@open_to_all
def look_at_stop(token: str) -> Answer:
    """A button that ends the mails: opening the link alone, as mail scanners do, changes nothing."""
    try:
        with looking() as opened:
            alert = alerts.alert_of(opened, token, installation=installation())
    except NotFound:  # of an older mail, mostly: whoever follows it wants to know that all is over
        return private(render_template("alerts/stop.html", title=""), 404)
    return private(render_template("alerts/stop.html", email=masked(alert.email), title=alert.title))


@bp.post("/<token>/stop")
@open_to_all
@from_anywhere
def stop(token: str) -> Answer:
    """Ends the mails: for the button, and for the one click of a mail program (RFC 8058)."""
    with acting() as opened:
        alerts.stop_alert(opened, token, installation=installation())
    words = gettext("No more mails about this search. The address is erased here.")
    return private(render_template("claiming/done.html", words=words))


def _saved() -> Saved:
    """The search of this address, as it would be saved. Raises InvalidSearch."""
    here = running()
    state = search_state(request.args, here.gazetteer)
    search_for_mails(state)
    day = last_day(state)
    if day is not None and day < now().date():
        raise StayOver(parameter="to", value=day)
    title = search_title(state, language=i18n.language(), regions=here.regions)
    return Saved(followed_query(state), title, day)


def _mailed(saved: Saved, email: str) -> str:
    with acting() as opened:
        mailed = alerts.ask_for_alert(
            opened,
            saved,
            email,
            installation=installation(),
            language=i18n.language(),
            network=network(),
        )
    link = mailed.link if is_local() else None
    return render_template("claiming/sent.html", email=mailed.email, local_link=link)
