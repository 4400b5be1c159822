"""Signing in by a mailed link or a code, and out again."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, StringField
from wtforms.validators import InputRequired

from mapsvc import i18n
from mapsvc.domain.people import Purpose
from mapsvc.errors import InvalidInput
from mapsvc.services import passes, signing_in
from mapsvc.viewers import (
    acting,
    begin,
    browser,
    inside,
    installation,
    is_local,
    looking,
    network,
    open_to_all,
    secret,
)
from mapsvc.web.forms import AddressForm, Form

ASKER, EMAIL, NEXT, LINK = "asker", "asked_for", "wanted", "local_link"  # places in the cookie

bp = Blueprint("signing_in", __name__)


class CodeForm(Form):
    """The code of the mail."""

    code: Field = StringField(
        _l("Code from the mail"),
        [InputRequired(_l("Please type the code from the mail."))],
        description=_l("Eight letters and digits, such as ABCD-EFGH."),
        render_kw={"autocomplete": "one-time-code", "maxlength": 12, "autocapitalize": "characters"},
    )


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def form() -> str | Response | tuple[str, int]:
    """Asks for a mail address, and mails a link and a code to it."""
    asked = AddressForm()
    if not asked.validate_on_submit():
        return render_template("signing_in/form.html", form=asked), 422 if asked.errors else 200
    try:
        with acting() as opened:
            mailed = signing_in.ask(
                opened,
                asked.email.data,
                installation=installation(),
                language=i18n.language(),
                network=network(),
            )
    except InvalidInput as fault:
        asked.take(fault)
        return render_template("signing_in/form.html", form=asked), 422
    session[ASKER], session[EMAIL] = mailed.asker, mailed.email
    session[NEXT] = inside(request.args.get("next"), otherwise="")
    session.pop(LINK, None)
    if is_local():
        session[LINK] = mailed.link
    return redirect(url_for("signing_in.sent"), 303)


@bp.route("/sign-in/sent", methods=["GET", "POST"])
@open_to_all
def sent() -> str | Response | tuple[str, int]:
    """Says where the mail went, and takes the code that it brought."""
    if not session.get(ASKER):
        return redirect(url_for("signing_in.form"), 303)
    typed = CodeForm()
    shown = {"form": typed, "email": session[EMAIL], "local_link": session.get(LINK) if is_local() else None}
    if not typed.validate_on_submit():
        return render_template("signing_in/sent.html", **shown), 422 if typed.errors else 200
    try:
        with acting() as opened:
            signed_in = signing_in.by_code(
                opened,
                typed.code.data,
                asker=session[ASKER],
                installation=installation(),
                browser=browser(),
            )
    except passes.WrongCode as fault:
        typed.code.errors = [i18n.spoken(fault)]
        return render_template("signing_in/sent.html", **shown), 422
    return _welcome(signed_in)


@bp.get("/sign-in/gone")
@open_to_all
def gone() -> str:
    """Says that an account was deleted."""
    return render_template("signing_in/gone.html")


@bp.get("/sign-in/<token>")
@open_to_all
def link(token: str) -> str:
    """A button that signs in: opening the link alone changes nothing, as mail scanners open links too."""
    with looking() as opened:
        found = passes.look(opened, Purpose.SIGN_IN, token)
    return render_template("signing_in/link.html", email=found.email)


@bp.post("/sign-in/<token>")
@open_to_all
def by_link(token: str) -> Response:
    """Signs in who holds the link."""
    with acting() as opened:
        signed_in = signing_in.by_link(opened, token, browser=browser())
    return _welcome(signed_in)


@bp.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    """Signs this browser out, at once."""
    if held := secret():
        with acting() as opened:
            signing_in.sign_out(opened, held)
    session.clear()
    return redirect(url_for("learners.find_hosts"), 303)


def _welcome(signed_in: signing_in.SignedIn) -> Response:
    wanted = session.get(NEXT) or url_for("account.overview")
    begin(signed_in)
    flash(gettext("You are signed in."))
    return redirect(inside(wanted, otherwise=url_for("account.overview")), 303)
