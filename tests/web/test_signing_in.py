"""Signing in as a browser does it: links, codes, cookies, forms of other sites."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from mapsvc.config import Settings
from mapsvc.domain.people import Account, Letter, Pass, Role, SignIn
from mapsvc.storage.engine import reading
from tests.letters import code_in, link_in
from tests.web.conftest import Serve, close
from tests.web.signed_in import ORIGIN, given, post, sign_in


def last_mail(engine: Engine) -> str:
    with reading(engine) as session:
        return session.scalars(select(Letter.body).order_by(Letter.id.desc())).first() or ""


def path_in(body: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link_in(body))


def test_a_mail_scanner_that_opens_the_link_does_not_use_it_up(app: Flask, engine: Engine) -> None:
    client = app.test_client()
    post(client, "/sign-in", {"email": "ada@example.org"})
    path = path_in(last_mail(engine))

    for method in ("GET", "HEAD", "OPTIONS"):
        assert client.open(path, method=method).status_code == 200
    answer = post(client, path)

    assert answer.status_code == 303
    assert answer.location == "/account/"
    assert client.get("/account/").status_code == 200


def test_the_code_of_the_mail_signs_in(app: Flask, engine: Engine) -> None:
    client = app.test_client()
    post(client, "/sign-in?next=/people", {"email": "ada@example.org"})

    answer = post(client, "/sign-in/sent", {"code": code_in(last_mail(engine)).lower()})

    assert answer.location == "/people"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "\t//evil"])
def test_signing_in_never_leads_to_another_site(app: Flask, engine: Engine, wanted: str) -> None:
    client = app.test_client()
    client.get("/sign-in")
    token = re.search(r'csrf_token" value="([^"]+)', client.get("/sign-in").text)
    assert token
    client.post(
        "/sign-in",
        query_string={"next": wanted},
        data={"email": "ada@example.org", "csrf_token": token[1]},
        headers={"Origin": ORIGIN},
    )

    answer = post(client, path_in(last_mail(engine)))

    assert answer.location == "/account/"


def test_known_and_unknown_addresses_get_the_same_answer(app: Flask, engine: Engine) -> None:
    given(engine, "known@example.org", Role.MODERATOR)

    pages = []
    for email in ("known@example.org", "stranger@example.org"):
        client = app.test_client()
        answer = post(client, "/sign-in", {"email": email})
        page = client.get(answer.location).text
        page = re.sub(r'csrf_token" value="[^"]+|/sign-in/[\w-]{43}', "", page.replace(email, "ADDRESS"))
        pages.append((answer.status_code, answer.location, page))

    assert pages[0] == pages[1]


def test_the_cookie_gets_a_new_secret_at_sign_in_and_is_dead_after_sign_out(
    app: Flask, engine: Engine
) -> None:
    given(engine, "ada@example.org")
    client, thief = app.test_client(), app.test_client()
    secret = sign_in(client, engine, "ada@example.org")
    other = sign_in(app.test_client(), engine, "ada@example.org")
    with thief.session_transaction() as cookie:
        cookie["sign_in"] = secret

    before = thief.get("/account/").status_code
    post(client, "/sign-out")

    assert secret != other
    assert before == 200
    assert thief.get("/account/").status_code == 303
    assert client.get("/account/").status_code == 303


def test_over_https_the_cookie_belongs_to_the_host_alone(app: Flask) -> None:
    client = app.test_client()

    secure = client.get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]
    plain = app.test_client().get("/sign-in").headers["Set-Cookie"]

    assert secure.startswith("__Host-session=")
    for part in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Lax"):
        assert part in secure
    assert "Domain" not in secure
    assert plain.startswith("session=")
    assert "; HttpOnly" in plain


def test_a_reader_of_public_pages_gets_no_cookie_and_no_look_at_people(app: Flask) -> None:
    client = app.test_client()

    for page in ("/", "/about", "/help", "/list", "/shortlist", "/api/search"):
        answer = client.get(page)
        assert "Set-Cookie" not in answer.headers, page
        assert answer.headers["Cache-Control"] != "no-store", page


def test_pages_behind_the_sign_in_are_kept_by_nobody(app: Flask, engine: Engine) -> None:
    given(engine, "ada@example.org")
    client = app.test_client()
    sign_in(client, engine, "ada@example.org")

    assert client.get("/account/").headers["Cache-Control"] == "no-store"
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:81"},
        {"Origin": "", "Referer": "http://localhost/sign-in"},
    ],
)
def test_a_form_of_no_foreign_or_null_origin_changes_nothing(
    app: Flask, engine: Engine, headers: dict[str, str]
) -> None:
    client = app.test_client()
    token = re.search(r'csrf_token" value="([^"]+)', client.get("/sign-in").text)
    assert token

    answer = client.post(
        "/sign-in", data={"email": "ada@example.org", "csrf_token": token[1]}, headers=headers
    )

    assert answer.status_code == 403
    assert counts(engine) == (0, 0)


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_a_form_without_its_token_changes_nothing(app: Flask, engine: Engine, token: str | None) -> None:
    client = app.test_client()
    client.get("/sign-in")
    data = {"email": "ada@example.org"} | ({} if token is None else {"csrf_token": token})

    answer = client.post("/sign-in", data=data, headers={"Origin": ORIGIN})

    assert answer.status_code == 400
    assert counts(engine) == (0, 0)


def test_a_token_of_somebody_else_changes_nothing(app: Flask, engine: Engine) -> None:
    other = app.test_client()
    token = re.search(r'csrf_token" value="([^"]+)', other.get("/sign-in").text)
    assert token
    client = app.test_client()
    client.get("/sign-in")

    answer = client.post(
        "/sign-in", data={"email": "a@example.org", "csrf_token": token[1]}, headers={"Origin": ORIGIN}
    )

    assert answer.status_code == 400
    assert counts(engine) == (0, 0)


def test_the_link_is_shown_on_this_machine_alone(settings: Settings, serve: Serve) -> None:
    near = {"REMOTE_ADDR": "127.0.0.1"}
    cases = (
        (settings, near, {}, True),
        (settings, {"REMOTE_ADDR": "192.0.2.9"}, {}, False),
        (settings, near, {"X-Forwarded-For": "192.0.2.9"}, False),
        (settings, near, {"Via": "1.1 proxy"}, False),
        (settings.model_copy(update={"base_url": "https://map.example"}), near, {}, False),
        (settings.model_copy(update={"smtp_url": "smtp://localhost"}), near, {}, False),
        (settings.model_copy(update={"host": "0.0.0.0"}), near, {}, False),
    )
    for number, (of, environment, headers, shown) in enumerate(cases):
        kept = of.model_copy(update={"secret_key": "x" * 40})
        app = serve(kept)
        client = app.test_client()
        client.environ_base.update(environment)
        post(client, "/sign-in", {"email": f"a{number}@example.org"}, headers=headers)
        page = client.get("/sign-in/sent", headers=headers).text
        close(app)
        assert ("Only on this machine" in page) is shown, (number, headers)


def test_too_many_mails_are_said_kindly(app: Flask) -> None:
    client = app.test_client()
    for _mail in range(5):
        post(client, "/sign-in", {"email": "ada@example.org"})

    answer = post(client, "/sign-in", {"email": "ada@example.org"})

    assert answer.status_code == 429
    assert "wait a few minutes" in answer.text


def test_what_was_typed_stays_when_it_is_refused(app: Flask) -> None:
    answer = post(app.test_client(), "/sign-in", {"email": "ada at example"})

    assert answer.status_code == 422
    assert 'value="ada at example"' in answer.text
    assert "is not a mail address" in answer.text


def test_one_sees_and_ends_ones_own_sign_ins(app: Flask, engine: Engine) -> None:
    given(engine, "ada@example.org")
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        sign_in(client, engine, "ada@example.org")
    with reading(engine) as session:
        number = session.scalars(select(SignIn.id).order_by(SignIn.id)).first()

    page = second.get("/account/").text
    post(second, f"/account/sign-ins/{number}/end")

    assert page.count("a test") == 2
    assert first.get("/account/").status_code == 303
    assert second.get("/account/").status_code == 200


def test_deleting_the_account_signs_out_everywhere(app: Flask, engine: Engine) -> None:
    given(engine, "ada@example.org")
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        sign_in(client, engine, "ada@example.org")

    unsure = post(first, "/account/delete")
    sure = post(first, "/account/delete", {"sure": "y"})

    assert unsure.status_code == 422
    assert sure.location == "/sign-in/gone"
    assert second.get("/account/").status_code == 303
    with reading(engine) as session:
        assert session.scalars(select(Account)).all() == []


def counts(engine: Engine) -> tuple[int, int]:
    with reading(engine) as session:
        return session.query(Pass).count(), session.query(Letter).count()


def test_an_import_that_writes_for_long_does_not_keep_people_from_reading(app: Flask, engine: Engine) -> None:
    given(engine, "ada@example.org")
    client: FlaskClient = app.test_client()
    sign_in(client, engine, "ada@example.org")
    with engine.begin() as other:
        other.exec_driver_sql("UPDATE sign_ins SET seen = '2026-01-01 00:00:00+00'")
    with engine.begin() as writer:
        writer.exec_driver_sql("INSERT INTO sending_organisations (name, created) VALUES ('x', '2026-01-01')")

        answer = client.get("/account/")

    assert answer.status_code == 200
