"""What each header row of the corpus comes to, through the application: the paths that behave otherwise."""

from collections.abc import Callable, Mapping

from flask.testing import FlaskClient

Check = Callable[[FlaskClient, Mapping[str, str]], list[str]]

FORMS = ("/sign-in", "/sign-out")
PAGES = ("/", "/api/search", "/shortlist?ids=1")


def refused(client: FlaskClient, headers: Mapping[str, str]) -> list[str]:
    """Status 400 everywhere, without a word of what was sent."""
    answers = {path: client.get(path, headers=headers) for path in PAGES}
    return [
        path
        for path, answer in answers.items()
        if answer.status_code != 400 or any(value in answer.text for value in headers.values())
    ]


def ignored(client: FlaskClient, headers: Mapping[str, str]) -> list[str]:
    """The answers that come without the header."""
    pairs = {path: (client.get(path, headers=headers), client.get(path)) for path in PAGES}
    return [
        path
        for path, (answer, plain) in pairs.items()
        if (answer.status_code, answer.text) != (plain.status_code, plain.text)
    ]


def no_door_for_others(client: FlaskClient, headers: Mapping[str, str]) -> list[str]:
    """Nothing is taken, and nobody else may read the answer in a browser."""
    taken = [path for path in PAGES if client.post(path, headers=headers).status_code not in {403, 405}]
    taken += [path for path in FORMS if client.post(path, headers=headers).status_code != 403]
    read = [
        path
        for path in PAGES
        for ask in (client.get, client.options)
        if "Access-Control-Allow-Origin" in ask(path, headers=headers).headers
    ]
    return taken + read


def answered_in_english(client: FlaskClient, headers: Mapping[str, str]) -> list[str]:
    """The first page, in the first language."""
    answer = client.get("/", headers=headers)
    return [] if answer.status_code == 200 and '<html lang="en"' in answer.text else ["/"]


def not_larger(client: FlaskClient, headers: Mapping[str, str]) -> list[str]:
    """No more than the file itself."""
    path = "/static/css/base.css"
    whole, answer = client.get(path), client.get(path, headers=headers)
    fits = answer.status_code in {200, 416} and len(answer.data) <= max(len(whole.data), 20_000)
    return [] if fits else [path]


def no_fault(client: FlaskClient, headers: Mapping[str, str]) -> list[str]:
    """An answer, whole or none."""
    paths = (*PAGES, "/static/css/base.css")
    return [path for path in paths if client.get(path, headers=headers).status_code not in {200, 304}]


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
