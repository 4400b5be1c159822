"""Signing in with an account of elsewhere, by OpenID Connect, where the operator has set it up."""

from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from mapsvc import i18n
from mapsvc.config import Settings
from mapsvc.errors import MapsvcError, NotFound
from mapsvc.messages import mark as _
from mapsvc.services import signing_in
from mapsvc.viewers import acting, begin, browser, inside, installation, open_to_all

PROVIDER = "oidc"
WANTED = "wanted"  # the place in the cookie of where one was going
TIMEOUT_S = 10

bp = Blueprint("single_sign_on", __name__)


class NotKnownThere(MapsvcError):
    """The provider does not say who it is, or not with an address that it has checked."""

    message = _(
        "That sign-in did not work, or your mail address is not confirmed there. Sign in by mail instead."
    )


def init_app(app: Flask, settings: Settings) -> None:
    """Makes the provider of the settings known; without one, these pages do not exist."""
    oauth = app.extensions["mapsvc_sso"] = OAuth(app)
    if settings.oidc_issuer:
        oauth.register(
            PROVIDER,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "default_timeout": TIMEOUT_S,
            },
        )


@bp.get("/sign-in/with")
@open_to_all
def leave() -> Response:
    """Sends the reader to the provider."""
    provider = _provider()
    session[WANTED] = inside(request.args.get("next"), otherwise="")
    try:
        answer: Response = provider.authorize_redirect(installation().link(url_for("single_sign_on.back")))
    except (OAuthError, RequestException) as fault:
        raise NotKnownThere from fault
    return answer


@bp.get("/sign-in/with/back")
@open_to_all
def back() -> Response:
    """Signs in whom the provider knows, by an address that it has checked."""
    provider = _provider()
    try:
        said = provider.authorize_access_token().get("userinfo") or {}
    except (OAuthError, JoseError, RequestException, ValueError) as fault:
        raise NotKnownThere from fault
    if not said.get("email") or said.get("email_verified") is not True:
        raise NotKnownThere
    wanted = inside(session.get(WANTED), otherwise=url_for("account.overview"))
    with acting() as opened:
        signed_in = signing_in.by_provider(
            opened, str(said["email"]), language=i18n.language(), browser=browser()
        )
    begin(signed_in)
    flash(gettext("You are signed in."))
    return redirect(wanted, 303)


def _provider() -> Any:
    provider = current_app.extensions["mapsvc_sso"].create_client(PROVIDER)
    if provider is None:
        raise NotFound
    return provider
