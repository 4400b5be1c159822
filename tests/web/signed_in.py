"""People who are signed in, and forms that are sent as a browser sends them."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from mapsvc.domain.people import Role
from mapsvc.services import accounts, signing_in
from mapsvc.storage.engine import writing
from mapsvc.viewers import SECRET

ORIGIN = "http://localhost"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def given(
    engine: Engine,
    email: str,
    role: Role | None = None,
    *,
    sending: str | None = None,
    organisation_id: int | None = None,
) -> int:
    """The number of an account that has a role; None leaves it a learner."""
    with writing(engine) as session:
        of = accounts.sending_organisation(session, sending) if sending else None
        if role is None:
            account = signing_in.account_for(session, email, language="en")
        else:
            account = accounts.grant(session, email, role, sending=of, organisation_id=organisation_id)
        session.commit()
        return account.id


def sign_in(client: FlaskClient, engine: Engine, email: str) -> str:
    """Signs a client in, as the link of a mail would; the secret of its cookie."""
    with writing(engine) as session:
        account = signing_in.account_for(session, email, language="en")
        begun = signing_in.begin(session, account, browser="a test")
        session.commit()
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie[SECRET] = begun.secret
    return begun.secret


def token_of(client: FlaskClient, page: str = "/sign-in") -> str:
    """The token against other sites' forms, from a page that this client was shown."""
    found = TOKEN.search(client.get(page).text)
    assert found, f"{page} has no form"
    return found[1]


def post(client: FlaskClient, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
    """Sends a form as a page of ours would."""
    return client.post(
        path,
        data={"csrf_token": token_of(client), **(data or {})},
        headers={"Origin": ORIGIN, **more.pop("headers", {})},
        **more,
    )
