"""What an organisation does by mail, without an account: this is us, correct this, remove us."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.hosts import Organisation
from mapsvc.errors import InvalidInput
from mapsvc.presentation.cards import in_language
from mapsvc.services import claiming, confirming, invitations, leaving
from mapsvc.services.letters import OnItsWay
from mapsvc.services.mailed_links import site_with_page
from mapsvc.services.revising import known_host
from mapsvc.services.standing import ADDRESSES_FOR_MANY
from mapsvc.viewers import (
    acting,
    begin,
    browser,
    installation,
    is_local,
    looking,
    needs,
    network,
    open_to_all,
    viewer,
)
from mapsvc.web.claiming_forms import PARTS, ClaimForm, CorrectionForm, InviteForm, RemovalForm
from mapsvc.web.forms import AddressForm

Answer = str | Response | tuple[str, int]

bp = Blueprint("claiming", __name__)


@bp.route("/hosts/<slug>/claim", methods=["GET", "POST"])
@open_to_all
def claim(slug: str) -> Answer:
    """Asks to speak for a host."""
    with looking() as opened:
        organisation, domain, keepers = claiming.claimable(opened, slug)
    form, many = ClaimForm(), organisation.kind in ADDRESSES_FOR_MANY
    said = {"domain": None if many else domain, "many": many, "keepers": keepers}
    page = _page("claiming/claim.html", organisation, slug, form=form, **said)
    return _ask(page, form, lambda opened: claiming.ask_claim(opened, slug, **_asked(form)))


@bp.route("/hosts/<slug>/remove", methods=["GET", "POST"])
@open_to_all
def remove(slug: str) -> Answer:
    """Asks that a host is removed."""
    with looking() as opened:
        organisation, domain, _keepers = claiming.claimable(opened, slug)
    form, many = RemovalForm(), organisation.kind in ADDRESSES_FOR_MANY
    page = _page("claiming/remove.html", organisation, slug, form=form, domain=None if many else domain)
    return _ask(page, form, lambda opened: leaving.ask_removal(opened, slug, **_asked(form)))


@bp.route("/hosts/<slug>/correct", methods=["GET", "POST"])
@open_to_all
def correct(slug: str) -> Answer:
    """Asks that something is corrected."""
    with looking() as opened:
        organisation = site_with_page(opened, slug).organisation
    form = CorrectionForm()
    page = _page("claiming/correct.html", organisation, slug, form=form)
    parts = [str(PARTS[name]) for name in form.parts.data or () if name in PARTS]
    return _ask(page, form, lambda opened: leaving.ask_correction(opened, slug, parts=parts, **_asked(form)))


@bp.get("/claims/<token>")
@open_to_all
def claim_link(token: str) -> str:
    """A button that lets one speak for a host, or asks its keepers."""
    with looking() as opened:
        organisation, email, at_once = claiming.look_at_claim(opened, token)
    return render_template("claiming/claim_link.html", host=organisation, email=email, at_once=at_once)


@bp.post("/claims/<token>")
@open_to_all
def accept_claim(token: str) -> Answer:
    """Lets one speak for a host and signs in, or asks its keepers."""
    with acting() as opened:
        signed_in = claiming.accept_claim(opened, token, browser=browser(), installation=installation())
    if signed_in is None:
        return _done(gettext("We asked those who keep this entry. They may invite you by mail."))
    session.clear()
    begin(signed_in)
    flash(gettext("Welcome. You can keep your entry yourself now."))
    return redirect(url_for("own_hosts.overview"), 303)


@bp.get("/removals/<token>")
@open_to_all
def removal_link(token: str) -> str:
    """A button that erases a host, or asks for it."""
    with looking() as opened:
        found, at_once = leaving.look_at_removal(opened, token)
    return render_template("claiming/removal_link.html", host=found.organisation, at_once=at_once)


@bp.post("/removals/<token>")
@open_to_all
def confirm_removal(token: str) -> str:
    """Erases a host, or asks for it."""
    with acting() as opened:
        erased = leaving.confirm_removal(opened, token, installation=installation())
    return _erased(erased)


@bp.get("/corrections/<token>")
@open_to_all
def correction_link(token: str) -> str:
    """A button that sends a correction."""
    with looking() as opened:
        found = leaving.look_at_correction(opened, token)
    return render_template("claiming/correction_link.html", host=found.organisation, text=found.text)


@bp.post("/corrections/<token>")
@open_to_all
def confirm_correction(token: str) -> str:
    """Sends a correction."""
    with acting() as opened:
        leaving.confirm_correction(opened, token, installation=installation())
    return _done(gettext("Thank you. Those who keep this entry have your correction."))


@bp.get("/still-true/<token>")
@open_to_all
def still_true(token: str) -> str:
    """The entry, and three buttons: still true, correct it, remove us."""
    with looking() as opened:
        host = confirming.asked_host(opened, token)
        return render_template("claiming/still_true.html", host=host, in_language=in_language, token=token)


@bp.post("/still-true/<token>")
@open_to_all
def confirm_still_true(token: str) -> str:
    """Takes over that an entry is still true."""
    with acting() as opened:
        confirming.still_true(opened, token)
    return _done(gettext("Thank you. Your entry shows today as the day when you confirmed it."))


@bp.get("/still-true/<token>/remove")
@open_to_all
def remove_asked(token: str) -> str:
    """Asks once more before an entry is erased."""
    with looking() as opened:
        host, at_once = confirming.asked_removal(opened, token)
    return render_template("claiming/removal_link.html", host=host, at_once=at_once)


@bp.post("/still-true/<token>/remove")
@open_to_all
def erase_asked(token: str) -> str:
    """Erases the entry that the yearly mail asks about."""
    with acting() as opened:
        erased = confirming.remove_asked(opened, token, installation=installation())
    return _erased(erased)


@bp.route("/desk/hosts/<int:number>/invite", methods=["GET", "POST"])
@needs(Action.INVITE_HOST)
def invite_host(number: int) -> Answer:
    """Invites somebody to speak for a host."""
    with looking() as opened:
        host = known_host(opened, viewer(), number, Action.INVITE_HOST)
    form = InviteForm(email=request.args.get("email", ""))
    page = _page("claiming/invite.html", host, "", form=form)

    def send(opened: Any) -> OnItsWay:
        there = known_host(opened, viewer(), number, Action.INVITE_HOST)
        return invitations.invite_host(
            opened,
            viewer(),
            form.email.data,
            there,
            installation=installation(),
            language=i18n.language(),
        )

    return _ask(page, form, send, sent="claiming/invited.html")


def _asked(form: AddressForm) -> dict[str, Any]:
    """What every such form asks with."""
    return {
        "email": form.email.data,
        "text": form["text"].data or "",
        "installation": installation(),
        "language": i18n.language(),
        "network": network(),
    }


def _ask(
    page: Callable[[], str],
    form: AddressForm,
    ask: Callable[[Any], OnItsWay],
    *,
    sent: str = "claiming/sent.html",
) -> Answer:
    """Shows a form, or does what it asks for and says where the mail went."""
    if not form.validate_on_submit():
        return page(), 422 if form.errors else 200
    try:
        with acting() as opened:
            mailed = ask(opened)
    except InvalidInput as fault:
        form.take(fault)
        return page(), 422
    return render_template(sent, email=mailed.email, local_link=mailed.link if is_local() else None)


def _page(template: str, organisation: Organisation, slug: str, **values: Any) -> Callable[[], str]:
    return lambda: render_template(template, host=organisation, slug=slug, **values)


def _done(words: str) -> str:
    return render_template("claiming/done.html", words=words)


def _erased(erased: bool) -> str:
    if erased:
        return render_template("claiming/erased.html")
    return _done(
        gettext("Your request is with those who decide. They answer by mail, if they have a question.")
    )
