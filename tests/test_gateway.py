"""What lies between the web server and the application, asked as a server asks it."""

import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask, Response, request

from mapsvc import gateway
from mapsvc.gateway import IN_MEMORY, LARGEST_BODY, LONG_BODY, OVERLOADED, PART, Gateway, Message
from tests.gateway_client import Asked, ask, asked_at_once, in_a_loop

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def said() -> Flask:
    """An application that says what it was asked."""
    app = Flask("said")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY

    @app.route("/<path:path>", methods=["GET", "POST"])
    def say(path: str) -> dict[str, Any]:
        environ = request.environ
        return {
            "path": path,
            "url": request.full_path,
            "form": request.form.to_dict(),
            "body": len(request.get_data()),
            "length": request.content_length,
            "type": request.content_type,
            "cookies": request.cookies.to_dict(),
            "keys": sorted(key for key in environ if key.startswith("HTTP_")),
            "overloaded": environ.get(OVERLOADED, False),
        }

    return app


def test_a_request_reaches_the_application_as_it_was_sent(said: Flask) -> None:
    asked = Asked(
        "/a%20b/%C3%A9%2F%ff?x=%20&y=é",
        headers=[("cookie", "a=1"), ("cookie", "b=2"), ("accept", "text/html")],
    )

    (heard,) = (json.loads(answer.body) for answer in ask(Gateway(said), asked))

    assert heard["path"] == "a b/é/\N{REPLACEMENT CHARACTER}"
    assert heard["url"].endswith("?x=%20&y=é")
    assert heard["cookies"] == {"a": "1", "b": "2"}
    assert heard["keys"] == ["HTTP_ACCEPT", "HTTP_COOKIE", "HTTP_HOST"]


def test_a_header_with_an_underscore_stands_for_no_other(said: Flask) -> None:
    asked = Asked("/a", headers=[("x_forwarded_for", "1.2.3.4"), ("content_length", "9")])

    (answer,) = ask(Gateway(said), asked)

    heard = json.loads(answer.body)
    assert heard["keys"] == ["HTTP_HOST"]
    assert heard["length"] in {None, 0}


@pytest.mark.parametrize("announced", [True, False], ids=["with its length", "in chunks"])
def test_a_form_is_read_in_whole_before_the_application_sees_it(said: Flask, announced: bool) -> None:
    parts = [b"a=", b"1&", b"b=" + b"2" * (IN_MEMORY + 1)]
    length = {"content-length": str(sum(map(len, parts)))} if announced else {"transfer-encoding": "chunked"}

    (answer,) = ask(Gateway(said), Asked("/a", "POST", [*FORM.items(), *length.items()], parts))

    heard = json.loads(answer.body)
    assert {name: len(value) for name, value in heard["form"].items()} == {"a": 1, "b": IN_MEMORY + 1}
    assert heard["length"] == sum(map(len, parts))
    assert "HTTP_TRANSFER_ENCODING" not in heard["keys"]


def test_a_body_that_is_announced_as_too_long_is_not_read(said: Flask) -> None:
    asked = Asked("/a", "POST", [("content-length", str(LARGEST_BODY + 1))], [b"a" * 100] * 3)

    (answer,) = ask(Gateway(said), asked)

    assert asked.taken == 0
    assert answer.status == 413


def test_a_body_that_grows_too_long_is_read_no_further(said: Flask) -> None:
    part = b"a" * 1_000_000
    asked = Asked("/a", "POST", [("transfer-encoding", "chunked")], [part] * 100)

    (answer,) = ask(Gateway(said), asked)

    assert asked.taken == LARGEST_BODY // len(part) + 1
    assert answer.status == 413


@pytest.mark.parametrize("trickle", [b"", b"a"])
def test_a_body_that_comes_too_slowly_is_given_up(
    said: Flask, trickle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "GRACE_S", 0.05)
    asked = Asked("/a", "POST", [("content-length", "9999")], [trickle] * 10, pause_s=0.02)

    (answer,) = ask(Gateway(said), asked)

    assert answer.status == 408
    assert asked.taken < 10


def test_who_hangs_up_in_the_middle_of_a_form_asks_nothing() -> None:
    seen: list[str] = []

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        seen.append(environ["PATH_INFO"])
        return []

    asked = Asked("/a", "POST", [("content-length", "99")], [b"a=1"], hangs_up=True)

    ask(Gateway(app), asked)

    assert seen == []


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 3 * PART])
def test_an_answer_leaves_as_it_is_whatever_its_size(size: int) -> None:
    app = Flask("sized")
    app.add_url_rule("/a", view_func=lambda: Response(b"x" * size, mimetype="text/plain"))

    (answer,) = ask(Gateway(app), Asked("/a"))

    assert (answer.status, answer.body) == (200, b"x" * size)
    assert dict(answer.headers)[b"content-length"] == str(size).encode()


def test_a_reader_who_stalls_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "STALL_S", 0.05)
    app = Flask("large")
    app.add_url_rule("/a", view_func=lambda: Response(b"x" * 5 * PART, mimetype="text/plain"))

    (answer,) = ask(Gateway(app), Asked("/a", reads_parts=2))

    assert len(answer.body) == 2 * PART


def test_the_application_is_told_when_its_answer_has_been_taken() -> None:
    closed: list[bool] = []
    app = Flask("closing")

    @app.get("/a")
    def view() -> Response:
        response = Response("a")
        response.call_on_close(lambda: closed.append(True))
        return response

    ask(Gateway(app), Asked("/a"))

    assert closed == [True]


@pytest.mark.parametrize(
    "long", [Asked("/download/a"), Asked("/a", "POST", [("content-length", str(LONG_BODY + 1))])]
)
def test_long_work_keeps_only_those_waiting_who_ask_for_such(said: Flask, long: Asked) -> None:
    gate = threading.Event()
    plain = said.wsgi_app

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if (
            environ["PATH_INFO"].startswith("/download")
            or int(environ.get("CONTENT_LENGTH") or 0) > LONG_BODY
        ):
            gate.wait(10)
        return plain(environ, start)

    long.parts = [b"a" * (LONG_BODY + 1)] if long.method == "POST" else []
    several = [long.again() for _ in range(8)]

    quick, slow = in_a_loop(asked_at_once(Gateway(app), several, Asked("/a"), then=gate.set))

    assert quick.status == 200
    assert {answer.status for answer in slow} == {200}


def test_who_finds_too_many_waiting_is_turned_away_by_the_application(
    said: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "THREADS", 1)
    monkeypatch.setattr(gateway, "MOST_WAITING", 1)
    gate, plain = threading.Event(), said.wsgi_app

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if OVERLOADED not in environ:
            gate.wait(10)
        return plain(environ, start)

    turned_away, served = in_a_loop(
        asked_at_once(Gateway(app), [Asked("/a"), Asked("/a")], Asked("/b"), then=gate.set)
    )

    assert json.loads(turned_away.body)["overloaded"]
    assert [json.loads(answer.body)["overloaded"] for answer in served] == [False, False]


def test_where_even_turning_away_takes_too_long_a_plain_line_says_so(
    said: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "THREADS", 1)
    monkeypatch.setattr(gateway, "MOST_WAITING", 0)
    gate, plain = threading.Event(), said.wsgi_app

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        gate.wait(10)
        return plain(environ, start)

    refused, _ = in_a_loop(
        asked_at_once(Gateway(app), [Asked("/a"), Asked("/a")], Asked("/b"), then=gate.set)
    )

    assert refused.status == 503
    assert dict(refused.headers)[b"retry-after"] == b"30"
    assert b"try again" in refused.body


def test_messages_are_those_of_asgi(said: Flask) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asked = Asked("/a")
    in_a_loop(Gateway(said)(asked.scope(), asked.receive, send))

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert all(name == name.lower() for name, _ in sent[0]["headers"])
