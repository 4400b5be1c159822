"""Every route × method × role: who gets in, and that nobody else learns what is there.

A route that is new fails until ENTRY says who gets in. What a route is about is made once, in the list of
School A; the referent of School B gets the same bytes for it as for what does not exist.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import Rule

from mapsvc.config import Settings
from mapsvc.domain.people import Role
from mapsvc.viewers import OPEN
from tests.web.conftest import Serve, close
from tests.web.decisions import DANGEROUS, ENTRY, GONE, ONCE, World, kinds, make_world
from tests.web.signed_in import ORIGIN, given, sign_in

SAFE = ("GET", "HEAD")
PEOPLE = {
    "visitor": None,
    "learner": None,
    "alumnus": Role.ALUMNUS,
    "professional": Role.PROFESSIONAL,
    "host": Role.HOST,
    "referent": Role.REFERENT,
    "other referent": Role.REFERENT,
    "moderator": Role.MODERATOR,
    "administrator": Role.ADMINISTRATOR,
}


@dataclass
class Office:
    """An application over a world, with somebody of each role signed in."""

    app: Flask
    world: World
    clients: dict[str, FlaskClient]
    tokens: dict[str, str]


@pytest.fixture
def office(settings: Settings, engine: Engine, serve: Serve) -> Iterator[Office]:
    world = make_world(settings, engine)
    app = serve(settings)
    clients, tokens = {}, {}
    for who, role in PEOPLE.items():
        client = clients[who] = app.test_client()
        if who != "visitor":
            email = f"{who.replace(' ', '.')}@example.org"
            sending = {"referent": "School A", "other referent": "School B"}.get(who)
            about = world.numbers["organisation"] if who == "host" else None
            given(engine, email, role, sending=sending, organisation_id=about)
            sign_in(client, engine, email)
        page = client.get("/sign-in").text
        tokens[who] = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    yield Office(app, world, clients, tokens)
    close(app)


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))


def decision(app: Flask, rule: Rule) -> object:
    return OPEN if rule.endpoint == "static" else getattr(app.view_functions[rule.endpoint], "decision", None)


def test_every_route_has_a_decision(sampled_app: Flask) -> None:
    undecided = [rule.rule for rule in rules(sampled_app) if decision(sampled_app, rule) is None]

    assert undecided == []


def test_a_route_without_a_decision_does_not_exist(sampled: Settings, serve: Serve) -> None:
    app = serve(sampled)
    app.add_url_rule("/forgotten", "forgotten", lambda: "everything")

    answer = app.test_client().get("/forgotten")
    undecided = [rule.rule for rule in rules(app) if decision(app, rule) is None]
    close(app)

    assert answer.status_code == 404
    assert undecided == ["/forgotten"]


def test_every_route_behind_the_sign_in_is_in_the_table(sampled_app: Flask) -> None:
    closed = {rule.endpoint for rule in rules(sampled_app) if decision(sampled_app, rule) != OPEN}

    assert sorted(closed - ENTRY.keys()) == []
    assert sorted(ENTRY.keys() - closed) == []


def test_each_role_gets_in_where_the_table_says_and_nowhere_else(office: Office) -> None:
    wrong = []
    for rule in rules(office.app):
        if decision(office.app, rule) == OPEN:
            continue
        for method, kind in product(sorted((rule.methods or set()) - {"OPTIONS"}), kinds(rule)):
            if rule.endpoint in DANGEROUS | ONCE and method == "POST":
                continue
            for who in PEOPLE:
                said = ask(office, rule, method, who, kind)
                if said != expected(rule, who):
                    wrong.append((method, rule.rule, who, said))

    assert wrong == []


@pytest.mark.parametrize("number", [2**31, 10**30])
def test_a_number_that_nothing_can_have_leads_nowhere(office: Office, number: int) -> None:
    failing = []
    for rule in rules(office.app):
        if "<int" not in rule.rule:
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            path = re.sub(r"<int[^>]*>", str(number), re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule))
            sent = {"data": {"csrf_token": office.tokens["administrator"]}} if method == "POST" else {}
            answer = office.clients["administrator"].open(
                path, method=method, headers={"Origin": ORIGIN}, **sent
            )
            if answer.status_code not in {404, 405}:  # 405 where another method has the same path
                failing.append((method, rule.rule, answer.status_code))

    assert failing == []


def test_what_is_somebody_elses_is_answered_like_what_does_not_exist(office: Office) -> None:
    differing = []
    for rule in rules(office.app):
        if decision(office.app, rule) == OPEN or not rule.arguments:
            continue
        if "other referent" in ENTRY[rule.endpoint].split(", "):
            continue
        for method, kind in product(sorted((rule.methods or set()) - {"OPTIONS"}), kinds(rule)):
            theirs, gone = (send(office, rule, method, "other referent", of, kind) for of in (None, GONE))
            if (theirs.status_code, theirs.data) != (gone.status_code, gone.data):
                differing.append((method, rule.rule, theirs.status_code, gone.status_code))

    assert differing == []


def expected(rule: Rule, who: str) -> str:
    if who == "visitor":
        return "sign in"
    return "in" if who in ENTRY[rule.endpoint].split(", ") else "nothing there"


def ask(office: Office, rule: Rule, method: str, who: str, kind: str) -> str:
    answer = send(office, rule, method, who, None, kind)
    if answer.status_code == 404:
        return "nothing there"
    if answer.status_code == 303 and answer.location.startswith("/sign-in"):
        return "sign in"
    return "in" if answer.status_code < 500 else f"fault {answer.status_code}"


def send(office: Office, rule: Rule, method: str, who: str, number: int | None, kind: str):  # type: ignore[no-untyped-def]
    path = office.world.path(office.app, rule, number, kind=kind)
    client = office.clients[who]
    if method in SAFE:
        return client.open(path, method=method)
    return client.open(
        path, method=method, data={"csrf_token": office.tokens[who]}, headers={"Origin": ORIGIN}
    )
