"""What each header row of the corpus comes to, through the application."""

from collections.abc import Callable, Mapping

from flask.testing import FlaskClient

Check = Callable[[FlaskClient, Mapping[str, str]], None]

PAGES = ("/", "/api/search", "/shortlist?ids=1")


def refused(client: FlaskClient, headers: Mapping[str, str]) -> None:
    """Status 400 everywhere, without a word of what was sent."""
    for path in PAGES:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 400
        assert not any(value in answer.text for value in headers.values())


def ignored(client: FlaskClient, headers: Mapping[str, str]) -> None:
    """The answers that come without the header."""
    for path in PAGES:
        answer, plain = client.get(path, headers=headers), client.get(path)
        assert (answer.status_code, answer.text) == (plain.status_code, plain.text)


def no_door_for_others(client: FlaskClient, headers: Mapping[str, str]) -> None:
    """Nothing is taken, and nobody else may read the answer in a browser."""
    for path in PAGES:
        assert client.post(path, headers=headers).status_code == 405
        for answer in (client.get(path, headers=headers), client.options(path, headers=headers)):
            assert "Access-Control-Allow-Origin" not in answer.headers


def answered_in_english(client: FlaskClient, headers: Mapping[str, str]) -> None:
    """The first page, in the first language."""
    answer = client.get("/", headers=headers)
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text


def not_larger(client: FlaskClient, headers: Mapping[str, str]) -> None:
    """No more than the file itself."""
    whole = client.get("/static/css/base.css")
    answer = client.get("/static/css/base.css", headers=headers)
    assert answer.status_code in {200, 416}
    assert len(answer.data) <= max(len(whole.data), 20_000)


def no_fault(client: FlaskClient, headers: Mapping[str, str]) -> None:
    """An answer, whole or none."""
    for path in (*PAGES, "/static/css/base.css"):
        assert client.get(path, headers=headers).status_code in {200, 304}


HEADERS: dict[str, Check] = {
    "HDR-001": refused,
    "HDR-002": ignored,
    "HDR-004": ignored,
    "HDR-005": no_door_for_others,
    "HDR-006": no_door_for_others,
    "HDR-009": answered_in_english,
    "HDR-010": not_larger,
    "HDR-011": no_fault,
}
