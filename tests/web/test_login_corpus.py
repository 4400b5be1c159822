"""The login rows of the corpus of bad inputs, given to the pages that sign people in."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from mapsvc.access.permissions import viewer_of
from mapsvc.domain.base import now
from mapsvc.domain.people import Account, Letter, Pass
from mapsvc.services import accounts
from mapsvc.storage.engine import reading, writing
from tests.conftest import real_file
from tests.letters import link_in
from tests.web.signed_in import given, post, sign_in, token_of

ADA = "ada@example.org"
ISSUE_WINS = {
    "LOGIN-002": "the issue sets 5 mails in 15 minutes for an address, and 200 for a network",
    "LOGIN-004": "the issue sets 60 minutes",
    "LOGIN-008": "a token that is too long is told like any other that is not known: 410",
    "LOGIN-015": "a page leads to the sign-in (303) instead of a bare 401",
    "LOGIN-016": "a page leads to the sign-in (303) instead of a bare 401",
    "LOGIN-017": "a page leads to the sign-in (303) instead of a bare 401",
}
ELSEWHERE = {"LOGIN-001": "tests/web/test_signing_in.py: the same answer and the same writes"}


def rows() -> dict[str, Any]:
    listed = map(json.loads, real_file("corpus/bad_inputs.jsonl").read_text("utf-8").splitlines())
    return {row["id"]: row["input"] for row in listed if row["surface"] == "login"}


def mailed(app: Flask, engine: Engine, email: str = ADA, next_: str = "") -> str:
    """The path of the link that a browser of its own asked for."""
    client = app.test_client()
    answer = post(client, f"/sign-in?next={next_}" if next_ else "/sign-in", {"email": email})
    assert answer.status_code == 303
    with reading(engine) as session:
        body = session.scalars(select(Letter.body).order_by(Letter.id.desc())).first() or ""
    return link_in(body).partition("/sign-in/")[1] + link_in(body).partition("/sign-in/")[2]


def signed_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def gone(app: Flask, path: str) -> None:
    client = app.test_client()
    assert post(client, path).status_code == 410
    assert client.get(path).status_code == 410
    assert not signed_in(client)


def many_mails(app: Flask, engine: Engine, given_: Any) -> None:
    client = app.test_client()
    statuses = [
        post(client, "/sign-in", {"email": given_["email"]}).status_code for _time in range(given_["times"])
    ]
    with reading(engine) as session:
        letters = session.query(Letter).count()
    assert statuses == [303] * 5 + [429] * (given_["times"] - 5)
    assert letters == 5


def used_once(app: Flask, engine: Engine, given_: Any) -> None:
    path = mailed(app, engine)
    assert post(app.test_client(), path).status_code == 303
    gone(app, path)


def too_old(app: Flask, engine: Engine, given_: Any) -> None:
    path = mailed(app, engine)
    with writing(engine) as session:
        session.scalars(select(Pass)).one().expires = now() - timedelta(seconds=1)
        session.commit()
    gone(app, path)


def scanned(app: Flask, engine: Engine, given_: Any) -> None:
    path = mailed(app, engine)
    client = app.test_client()
    for method in ("HEAD", "GET"):
        assert client.open(path, method=method).status_code == 200
        assert not signed_in(client)
    post(client, path)
    assert signed_in(client)


def another_browser(app: Flask, engine: Engine, given_: Any) -> None:
    path, other = mailed(app, engine), app.test_client()
    assert "Sign in as ada@example.org" in other.get(path).text  # said before it is done
    post(other, path)
    assert signed_in(other)


def long_token(app: Flask, engine: Engine, given_: Any) -> None:
    letter, times = given_["token"]["$repeat"]
    gone(app, f"/sign-in/{letter * times}")


def tampered(app: Flask, engine: Engine, given_: Any) -> None:
    path = mailed(app, engine)
    gone(app, path[:-1] + ("A" if path[-1] != "A" else "B"))


def elsewhere(app: Flask, engine: Engine, given_: Any) -> None:
    client = app.test_client()
    client.post(
        "/sign-in",
        query_string={"next": given_["next"]},
        data={"email": ADA, "csrf_token": token_of(client)},
        headers={"Origin": "http://localhost"},
    )
    with reading(engine) as session:
        link = link_in(session.scalars(select(Letter.body)).one())
    answer = post(client, "/sign-in/" + link.partition("/sign-in/")[2])
    assert (answer.status_code, answer.location) == (303, "/account/")


def chosen_before(app: Flask, engine: Engine, given_: Any) -> None:
    path, client = mailed(app, engine), app.test_client()
    with client.session_transaction() as cookie:
        cookie["sign_in"] = "chosen by somebody else"
    post(client, path)
    with client.session_transaction() as cookie:
        assert cookie["sign_in"] != "chosen by somebody else"
    assert signed_in(client)


def after_sign_out(app: Flask, engine: Engine, given_: Any) -> None:
    given(engine, ADA)
    client, kept = app.test_client(), app.test_client()
    secret = sign_in(client, engine, ADA)
    post(client, "/sign-out")
    with kept.session_transaction() as cookie:
        cookie["sign_in"] = secret
    answer = kept.get("/account/")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def of_nobody(app: Flask, engine: Engine, given_: Any) -> None:
    given(engine, ADA)
    client = app.test_client()
    sign_in(client, engine, ADA)
    with writing(engine) as session:
        accounts.delete_account(session, viewer_of(session.scalars(select(Account)).one()))
    assert client.get("/account/").location.startswith("/sign-in")


def edited(app: Flask, engine: Engine, given_: Any) -> None:
    given(engine, ADA)
    client = app.test_client()
    sign_in(client, engine, ADA)
    cookie = client.get_cookie("session")
    assert cookie is not None
    payload, _dot, rest = cookie.value.partition(".")
    client.set_cookie("session", f"{payload[:-2]}xx.{rest}")
    assert client.get("/account/").location.startswith("/sign-in")


def same_person(app: Flask, engine: Engine, given_: Any) -> None:
    given(engine, "admin@example.org")
    path = mailed(app, engine, given_["email"])
    post(app.test_client(), path)
    with reading(engine) as session:
        assert session.scalars(select(Account.email)).all() == ["admin@example.org"]


def look_alike(app: Flask, engine: Engine, given_: Any) -> None:
    given(engine, "a@example.org")
    path = mailed(app, engine, given_["email"])
    post(app.test_client(), path)
    with reading(engine) as session:
        emails = session.scalars(select(Account.email).order_by(Account.id)).all()
    assert emails == ["a@example.org", "a@xn--xample-2of.org"]  # nobody takes one for the other


def oversized(app: Flask, engine: Engine, given_: Any) -> None:
    letter, times = given_["password"]["$repeat"]
    answer = post(app.test_client(), "/sign-in", {"email": ADA, "password": letter * times})
    assert answer.status_code == 413
    with reading(engine) as session:
        assert session.query(Pass).count() == 0


CHECKS: dict[str, Callable[[Flask, Engine, Any], None]] = {
    "LOGIN-002": many_mails,
    "LOGIN-003": used_once,
    "LOGIN-004": too_old,
    "LOGIN-005": scanned,
    "LOGIN-006": another_browser,
    "LOGIN-008": long_token,
    "LOGIN-009": tampered,
    "LOGIN-010": elsewhere,
    "LOGIN-012": elsewhere,
    "LOGIN-013": elsewhere,
    "LOGIN-014": chosen_before,
    "LOGIN-015": after_sign_out,
    "LOGIN-016": of_nobody,
    "LOGIN-017": edited,
    "LOGIN-018": same_person,
    "LOGIN-019": look_alike,
    "LOGIN-021": oversized,
}


@pytest.mark.parametrize("settings", ["spatialite"], indirect=True)
@pytest.mark.parametrize("case", sorted(CHECKS))
def test_a_bad_sign_in_behaves(app: Flask, engine: Engine, case: str) -> None:
    CHECKS[case](app, engine, rows()[case])

    assert app.test_client().get("/sign-in").status_code == 200  # and it still signs people in


def test_every_row_has_a_check_and_every_exception_is_a_row() -> None:
    listed = set(rows())

    assert listed == CHECKS.keys() | ELSEWHERE.keys()
    assert listed >= ISSUE_WINS.keys()
