"""One's own account: what it may do, where it is signed in, a new address, its end."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.people import Purpose
from mapsvc.errors import InvalidInput
from mapsvc.http import LANGUAGE_NAMES
from mapsvc.services import accounts, passes, signing_in
from mapsvc.services.secrets import digest
from mapsvc.storage import people
from mapsvc.viewers import acting, installation, is_local, looking, needs, network, secret, viewer
from mapsvc.web.forms import AddressForm, Form, choices

bp = Blueprint("account", __name__, url_prefix="/account")


class NameForm(Form):
    """What somebody says of themselves."""

    name: Field = StringField(
        _l("Your name"),
        [Length(max=accounts.LONGEST_NAME)],
        description=_l("Colleagues see it beside what you change. It is never public."),
        render_kw={"autocomplete": "name", "maxlength": accounts.LONGEST_NAME},
    )
    language: Field = SelectField(_l("Language of mails to you"), choices=choices(LANGUAGE_NAMES.items()))


class DeleteForm(Form):
    """A tick before something goes for good."""

    sure: Field = BooleanField(
        _l("Yes, delete my account"), [InputRequired(_l("Tick the box if you are sure."))]
    )


@bp.get("/")
@needs(Action.USE_ACCOUNT)
def overview() -> str:
    """Who one is here, what one may do, where one is signed in."""
    return _overview(NameForm(language=viewer().language, name=viewer().name))


@bp.post("/")
@needs(Action.USE_ACCOUNT)
def describe() -> Response | tuple[str, int]:
    """Keeps name and language."""
    said = NameForm()
    if not said.validate_on_submit():
        return _overview(said), 422
    with acting() as opened:
        accounts.describe(opened, viewer(), name=said.name.data, language=said.language.data)
    flash(gettext("Saved."))
    return redirect(url_for("account.overview"), 303)


@bp.post("/sign-ins/<int:number>/end")
@needs(Action.USE_ACCOUNT)
def end_sign_in(number: int) -> Response:
    """Signs one of one's browsers out."""
    with acting() as opened:
        signing_in.end(opened, viewer(), number)
    flash(gettext("That browser is signed out."))
    return redirect(url_for("account.overview"), 303)


@bp.route("/address", methods=["GET", "POST"])
@needs(Action.USE_ACCOUNT)
def new_address() -> str | tuple[str, int]:
    """Mails a link to a new address."""
    asked = AddressForm()
    if not asked.validate_on_submit():
        return render_template("account/address.html", form=asked), 422 if asked.errors else 200
    try:
        with acting() as opened:
            mailed = accounts.ask_new_address(
                opened,
                viewer(),
                asked.email.data,
                installation=installation(),
                language=i18n.language(),
                network=network(),
            )
    except InvalidInput as fault:
        asked.take(fault)
        return render_template("account/address.html", form=asked), 422
    local_link = mailed.link if is_local() else None
    return render_template("account/address_sent.html", email=mailed.email, local_link=local_link)


@bp.get("/address/<token>")
@needs(Action.USE_ACCOUNT)
def address_link(token: str) -> str:
    """A button that takes the new address."""
    with looking() as opened:
        found = passes.look(opened, Purpose.ADDRESS, token)
    return render_template("account/address_link.html", email=found.email)


@bp.post("/address/<token>")
@needs(Action.USE_ACCOUNT)
def take_address(token: str) -> Response:
    """Takes the new address."""
    with acting() as opened:
        taken = accounts.take_new_address(opened, viewer(), token)
    flash(gettext("Your address is now %(email)s.", email=taken))
    return redirect(url_for("account.overview"), 303)


@bp.route("/delete", methods=["GET", "POST"])
@needs(Action.USE_ACCOUNT)
def delete() -> str | Response | tuple[str, int]:
    """Ends the account, after a tick."""
    sure = DeleteForm()
    if not sure.validate_on_submit():
        return render_template("account/delete.html", form=sure), 422 if sure.errors else 200
    with acting() as opened:
        accounts.delete_account(opened, viewer())
    session.clear()
    return redirect(url_for("signing_in.gone"), 303)


def _overview(form: NameForm) -> str:
    with looking() as opened:
        account = accounts.own_account(opened, viewer())
        sign_ins = people.sign_ins_of(opened, account.id)
    return render_template(
        "account/overview.html",
        form=form,
        account=account,
        sign_ins=sign_ins,
        here=digest(secret()),
    )
