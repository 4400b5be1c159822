"""One run of schemathesis: what an application says of itself, against what it answers."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData

from mapsvc.params.cursors import MOST_CURSOR
from mapsvc.params.searches import LONGEST_STAY, MOST_PLACE
from mapsvc.params.values import FIRST_DAY, LAST_DAY, MOST_CHARACTERS
from tests.conftest import real_file

DESCRIPTION = "/api/openapi.json"
STRASBOURG = {"lon": 7.75, "lat": 48.58, "place": 2973783}
EXCEPTION = "exception"  # stands for a check: the application raised something and answered 500
TEXTS = ("where", "q")
WORDS = ("Strasbourg", "koln", "san", "bois")  # which find something
TOO_LONG = 414
REFUSALS = ["400", "404", "405", str(TOO_LONG)]
SHARE = 0.2  # of the values of each parameter, those from the corpus

_UNUSUAL = re.compile(r"[^\w .-]|[^\x20-\x7e]")

Query = dict[str, Any]


@dataclass
class Run:
    """The cases of a run by operation, and its faults: the check, and what was asked and answered."""

    cases: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def failed(self) -> set[str]:
        """The names of the checks that failed."""
        return {check for check, _ in self.faults}


def run(app: Flask, *, examples: int, seed: int = 1, only: str = "") -> Run:
    """Asks what the application describes, or the one door `only`, `examples` times at random.

    Before that each text of the corpus is asked of each parameter that takes texts, and each bound
    and form of the description is kept and broken once.
    """
    schema = schemathesis.openapi.from_wsgi(DESCRIPTION, app, config=_config(app, examples, seed))
    schema = schema.include(path=only) if only else schema
    for hook in (before_add_examples, map_query, filter_failure):
        schema.hook(hook)
    found = Run()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            found.cases[event.recorder.label] += len(event.recorder.interactions)
            found.faults += _faults(event)
        elif isinstance(event, events.NonFatalError):
            found.faults.append((EXCEPTION, f"{event.label}: {event.value!r}"))
        elif isinstance(event, events.FatalError):
            raise event.exception
    return found


def described(rule: str) -> str:
    """A rule of Flask as a description writes it: /api/listing/{listing_id}."""
    return "".join(
        "{" + part.partition(">")[0].rpartition(":")[2] + "}" + part.partition(">")[2] if place else part
        for place, part in enumerate(rule.split("<"))
    )


def before_add_examples(context: HookContext, examples: list[Case]) -> None:
    """The corpus, where a text is asked for: drawn at random, most of it would never be."""
    operation = context.operation
    assert operation
    if operation.path in {"/api/search", "/api/places"}:  # the maps read their texts as the search does
        names = [one.name for one in operation.query if one.name in TEXTS]
        examples += [operation.Case(query={name: text}) for name in names for text in nasty_texts()]


def map_query(context: HookContext, query: Query | None) -> Query | None:
    """Most answers of a search need that the rules between its parameters are kept."""
    kept = query and settled(query)
    operation = context.operation
    if kept and query and "cursor" in query and operation and operation.path != "/api/search":
        kept["cursor"] = query["cursor"]  # unknown elsewhere, and sent to be refused
    return kept


def filter_failure(context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """What breaks a rule that no schema can say, or is too long as a whole, is rightly refused."""
    outside = _is_outside(case.path_parameters or {})
    rightly = outside or settled(case.query) != case.query or response.status_code == TOO_LONG
    if isinstance(failure, AcceptedNegativeData) and "additionalProperties" in failure.message:
        # An empty list is not sent: what only it would make wrong is right on its way.
        sent = {name for name, _ in parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True)}
        return not sent <= {one.name for one in case.operation.query}
    return not (isinstance(failure, RejectedPositiveData) and rightly)


def settled(query: Query) -> Query:
    """The query with the rules kept that a schema cannot say; all else stays as it is.

    Values are as they are sent, or numbers: a box is a text already.
    """
    found = {name: _whole(value) for name, value in query.items()}
    given = {name for name in ("lon", "lat") if found.get(name, "") != ""}
    if len(given) == 1:
        found |= {name: STRASBOURG[name] for name in {"lon", "lat"} - given}
    if 1 <= (_number(found.get("place")) or 0) <= MOST_PLACE:
        found["place"] = STRASBOURG["place"]
    if len(str(found.get("cursor", ""))) <= MOST_CURSOR:
        found.pop("cursor", None)  # opaque: only the program can make one
    found |= {name: _upright(found[name]) for name in ("box", "bbox") if name in found}
    return found | _stay(found)


@cache
def nasty_values() -> list[str | float]:
    """Every text and number of the corpus of bad inputs, tables cell by cell, queries value by value."""
    rows = map(json.loads, real_file("corpus/bad_inputs.jsonl").read_text("utf-8").splitlines())
    values = {value for row in rows for leaf in _leaves(row["input"]) for value in _pieces(leaf)}
    return sorted((value for value in values if len(str(value)) <= MOST_CHARACTERS + 1), key=str)


def nasty_texts() -> list[str]:
    """Those with a character that names of towns and trades do not have, and words that find something."""
    texts = [value for value in nasty_values() if isinstance(value, str) and _UNUSUAL.search(value)]
    return [*texts, *WORDS]


def _config(app: Flask, examples: int, seed: int) -> SchemathesisConfig:
    client = app.test_client()
    names = {
        f"{one['in']}.{one['name']}"
        for one in client.get(DESCRIPTION).json["components"]["parameters"].values()
    }
    listings = [item["id"] for item in client.get("/api/search").json["items"]]
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": {"Accept-Encoding": "identity"},  # the client over WSGI does not unpack
            "checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}},
            "generation": {"max-examples": examples, "database": "none", "no-shrink": True},
            "phases": {"stateful": {"enabled": False}},
            "dictionaries": {"corpus": {"values": nasty_values()}, "listings": {"values": listings}},
            "parameters": {name: {"dictionary": "corpus", "probability": SHARE} for name in names}
            | {"path.listing_id": {"dictionary": "listings", "probability": 0.5}},
        }
    )


def _faults(event: events.ScenarioFinished) -> Iterator[tuple[str, str]]:
    recorder = event.recorder
    for case, checks in recorder.checks.items():
        asked = recorder.interactions[case]
        for check in checks:
            if check.failure_info:
                answer = asked.response and (asked.response.status_code, asked.response.content[:300])
                said = check.failure_info.failure.message
                yield check.name, f"{asked.request.method} {asked.request.uri}: {answer} {said}"


def _whole(value: Any) -> Any:
    """A number without a part behind the point as a typed client writes it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _is_outside(tile: Query) -> bool:
    """Whether a path names a tile that its zoom does not have."""
    z, x, y = (_number(tile.get(name)) for name in "zxy")
    return z is not None and max(x or 0, y or 0) >= 2**z


def _upright(box: Any) -> Any:
    """A box with its south below its north, where it is one."""
    sides = box.split(",") if isinstance(box, str) else []
    numbers = [_number(side) for side in sides]
    if len(sides) != 4 or None in numbers or numbers[1] <= numbers[3]:  # type: ignore[operator]
        return box
    return ",".join((sides[0], sides[3], sides[2], sides[1]))


def _stay(query: Query) -> Query:
    days = {name: _day(query.get(name)) for name in ("from", "to")}
    kept = {name: min(max(day, FIRST_DAY), LAST_DAY) for name, day in days.items() if day}
    if len(kept) == 2:
        kept["to"] = min(max(kept["from"], kept["to"]), kept["from"] + LONGEST_STAY)
    return {name: day.isoformat() for name, day in kept.items()}


def _day(value: Any) -> date | None:
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except (TypeError, ValueError):
        return None


def _leaves(value: Any) -> Iterator[str | float]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    elif not isinstance(value, bool) and value is not None:
        yield value


def _pieces(leaf: str | float) -> Iterator[str | float]:
    yield leaf
    if not isinstance(leaf, str):
        return
    if "\n" in leaf:
        yield from (cell for line in csv.reader(leaf.splitlines()) for cell in line)
    elif leaf.startswith("/"):
        yield from leaf.split("/")
    else:
        yield from (value for _, value in parse_qsl(leaf))
