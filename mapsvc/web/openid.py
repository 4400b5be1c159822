"""The provider of accounts of elsewhere, asked by OpenID Connect; imported where one is set up alone, as
the libraries for it take 12 MB.
"""

from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from mapsvc.config import Settings
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _

TIMEOUT_S = 10


class NotKnownThere(MapsvcError):
    """The provider does not say who it is, or not with an address that it has checked."""

    message = _(
        "That sign-in did not work, or your mail address is not confirmed there. Sign in by mail instead."
    )


class Provider:
    """The provider that the settings name."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        issuer = (settings.oidc_issuer or "").rstrip("/")
        self._client: Any = OAuth(app).register(
            "oidc",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "default_timeout": TIMEOUT_S,
            },
        )

    def leave(self, back_url: str) -> Response:
        """Sends the reader there, and from there to back_url. Raises NotKnownThere."""
        try:
            answer: Response = self._client.authorize_redirect(back_url)
        except (OAuthError, RequestException) as fault:
            raise NotKnownThere from fault
        return answer

    def address(self) -> str:
        """The mail address of whom it sent back, which it has checked. Raises NotKnownThere."""
        try:
            said = self._client.authorize_access_token().get("userinfo") or {}
        except (OAuthError, JoseError, RequestException, ValueError) as fault:
            raise NotKnownThere from fault
        if not said.get("email") or said.get("email_verified") is not True:
            raise NotKnownThere
        return str(said["email"])
