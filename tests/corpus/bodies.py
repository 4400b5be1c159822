"""What each body row of the corpus comes to at every route that takes something: it is refused.

All of them take forms of pages that this browser was given, none takes JSON.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

Row = Mapping[str, Any]
Check = Callable[[FlaskClient, Row], list[str]]

SAME_SITE = {"Origin": "http://localhost"}


def doors(app: Flask) -> list[str]:
    """The addresses that take something, with a name or number that is nobody's."""
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return [re.sub(r"<(int:)?[^>]+>", "1", rule.rule) for rule in rules]


def posted(
    client: FlaskClient, body: bytes, kind: str, headers: Mapping[str, str] | None = None
) -> list[str]:
    """The addresses that take this body, or fail over it."""
    paths = [*doors(client.application), "/", "/api/search"]
    statuses = {
        path: client.post(path, data=body, content_type=kind, headers={**SAME_SITE, **(headers or {})})
        for path in paths
    }
    return [path for path, answer in statuses.items() if not 400 <= answer.status_code < 500]


def as_json(client: FlaskClient, row: Row) -> list[str]:
    """The text itself, as JSON."""
    return posted(client, row["input"].encode(), "application/json")


def as_its_own_type(client: FlaskClient, row: Row) -> list[str]:
    """JSON that pretends to be plain text, which another site could send."""
    return posted(client, row["input"]["body"].encode(), row["input"]["content_type"])


def overriding(client: FlaskClient, row: Row) -> list[str]:
    """A POST that would like to be another method."""
    name, _, value = row["input"]["override"].partition(": ")
    return posted(client, b"a=1", "application/x-www-form-urlencoded", {name: value})


def traced(client: FlaskClient, row: Row) -> list[str]:
    """Another method at the address of the row."""
    answer = client.open(row["input"]["path"], method=row["input"]["method"])
    return [] if answer.status_code in {405, 501} else [row["input"]["path"]]


def with_a_long_number(client: FlaskClient, row: Row) -> list[str]:
    """A number that Python refuses to read."""
    return posted(client, b'{"lat":' + b"9" * row["input"]["int_digits"] + b"}", "application/json")


def with_many_names(client: FlaskClient, row: Row) -> list[str]:
    """More names than anybody types: as JSON and as a form."""
    keys = range(row["input"]["keys"])
    members = ",".join(f'"k{key}":1' for key in keys)
    form = "&".join(f"k{key}=1" for key in keys)
    return [
        *posted(client, f"{{{members}}}".encode(), "application/json"),
        *posted(client, form.encode(), "application/x-www-form-urlencoded"),
    ]


BODIES: dict[str, Check] = {
    "API-001": as_json,
    "API-002": as_json,
    "API-004": as_json,
    "API-015": as_its_own_type,
    "API-016": overriding,
    "API-017": traced,
    "API-019": with_a_long_number,
    "API-020": with_many_names,
}
