"""Signing in with an account of elsewhere, by OpenID Connect, where the operator has set it up."""

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from mapsvc import i18n
from mapsvc.config import Settings
from mapsvc.errors import NotFound
from mapsvc.services import signing_in
from mapsvc.viewers import acting, begin, browser, inside, installation, open_to_all

if TYPE_CHECKING:
    from mapsvc.web.openid import Provider

PROVIDER = "mapsvc_provider"
WANTED = "wanted"  # the place in the cookie of where one was going

bp = Blueprint("single_sign_on", __name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Makes the provider of the settings known; without one, these pages do not exist."""
    if settings.oidc_issuer:
        from mapsvc.web.openid import Provider  # noqa: PLC0415

        app.extensions[PROVIDER] = Provider(app, settings)


@bp.get("/sign-in/with")
@open_to_all
def leave() -> Response:
    """Sends the reader to the provider."""
    provider = _provider()
    session[WANTED] = inside(request.args.get("next"), otherwise="")
    return provider.leave(installation().link(url_for("single_sign_on.back")))


@bp.get("/sign-in/with/back")
@open_to_all
def back() -> Response:
    """Signs in whom the provider knows, by an address that it has checked."""
    address = _provider().address()
    wanted = inside(session.get(WANTED), otherwise=url_for("account.overview"))
    with acting() as opened:
        signed_in = signing_in.by_provider(opened, address, language=i18n.language(), browser=browser())
    begin(signed_in)
    flash(gettext("You are signed in."))
    return redirect(wanted, 303)


def _provider() -> "Provider":
    provider: Provider | None = current_app.extensions.get(PROVIDER)
    if provider is None:
        raise NotFound
    return provider
