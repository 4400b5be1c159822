"""A kit that somebody kept is counted: once, without who it was, and for our own pages alone."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.kept_kits import KeptKit
from mapsvc.domain.people import Role
from mapsvc.http import Running
from mapsvc.services import kept_kits
from mapsvc.services.kept_kit_buffers import MOST_PER_NETWORK, KeptKitBuffer, KeptKitCounter
from mapsvc.storage.engine import reading
from tests.web.conftest import Serve, close
from tests.web.signed_in import ORIGIN, given, sign_in
from tests.web.well_formed import faults_of

PRESSED = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
    "Origin": ORIGIN,
}
COMO = "/kits/como/kept"
SAID = "How often each kit is kept is counted, without who keeps it."


def waiting(app: Flask) -> KeptKitBuffer:
    held: Running = app.extensions["mapsvc"]
    assert held.kept_kits is not None
    return held.kept_kits


def pressed(app: Flask, path: str = COMO, **headers: str) -> TestResponse:
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().post(path, headers=PRESSED | changed)


def test_a_kept_kit_waits_in_memory_and_is_written_by_the_counter(app: Flask, engine: Engine) -> None:
    answers = [pressed(app), pressed(app), pressed(app, "/kits/kaunas/kept")]
    with reading(engine) as session:
        before = session.scalar(select(func.count()).select_from(KeptKit))

    KeptKitCounter(waiting(app), engine).count()

    with reading(engine) as session:
        found = {one.kit: one.times for one in kept_kits.all_kept(session)}
    assert [(one.status_code, one.data) for one in answers] == [(204, b"")] * 3
    assert not any("Set-Cookie" in one.headers for one in answers)
    assert (before, found) == (0, {"como": 2, "kaunas": 1})


def test_reading_a_kit_and_its_list_is_not_counted(app: Flask) -> None:
    for path in ("/kits/como", "/kits/como/keep.json", COMO):
        app.test_client().get(path, headers=PRESSED)

    assert waiting(app).take() == {}


@pytest.mark.parametrize("slug", ["nowhere", "Como", "..%2fcomo", "como%00", "a" * 2000])
def test_a_kit_that_is_not_there_is_not_found(app: Flask, slug: str) -> None:
    answer = pressed(app, f"/kits/{slug}/kept")

    assert answer.status_code == 404
    assert waiting(app).take() == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"DNT": "1"},
        {"Sec_GPC": "1"},
        {"User_Agent": "curl/8"},
        {"User_Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
    ],
)
def test_who_objects_and_what_is_a_program_is_answered_alike_and_not_counted(
    app: Flask, headers: dict[str, str]
) -> None:
    answer = pressed(app, **headers)

    assert (answer.status_code, answer.data) == (204, b"")
    assert waiting(app).take() == {}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_site_cannot_have_its_visitors_counted(app: Flask, origin: str) -> None:
    answer = pressed(app, Origin=origin)

    assert answer.status_code == 403
    assert waiting(app).take() == {}


def test_a_network_that_presses_without_end_is_told_to_wait(app: Flask) -> None:
    answers = [pressed(app).status_code for _ in range(MOST_PER_NETWORK)]

    last = pressed(app)

    assert set(answers) == {204}
    assert (last.status_code, last.headers["Retry-After"]) == (429, "3600")
    assert waiting(app).take() == {"como": MOST_PER_NETWORK}


@pytest.mark.parametrize("off", [{"kept_kits": False}, {"offline": False}])
def test_where_it_is_switched_off_nothing_is_counted_and_the_pages_say_so(
    settings: Settings, engine: Engine, serve: Serve, off: dict[str, bool]
) -> None:
    app = serve(settings.model_copy(update=off))
    given(engine, "boss@example.org", Role.ADMINISTRATOR)
    boss = app.test_client()
    sign_in(boss, engine, "boss@example.org")

    answer, kit, notice = pressed(app), boss.get("/kits/como").text, boss.get("/privacy").text
    year, kept = boss.get("/desk/year?of=all").text, boss.get("/kept").text

    assert answer.status_code == 404
    assert app.extensions["mapsvc"].kept_kits is None
    assert "data-counted" not in kit
    assert SAID not in notice + kept
    assert "On this site that is switched off." in notice
    assert "Nobody learns of it." in kept
    assert "Not counted: whoever runs this site has switched it off." in year
    assert faults_of(year) == faults_of(notice) == []
    close(app)


def test_the_pages_say_that_it_is_counted_and_link_to_what_that_means(client: FlaskClient) -> None:
    for path in ("/kept", "/help", "/about", "/privacy"):
        page = client.get(path).text

        assert SAID in page
        assert "#data-kept_kits" in page
    assert 'id="data-kept_kits"' in client.get("/privacy").text


def test_the_year_and_what_the_site_has_reached_tell_of_kept_kits(app: Flask, engine: Engine) -> None:
    kept_kits.record(engine, {"como": 31, "kaunas": 9, "gone": 2}, at=now())
    given(engine, "boss@example.org", Role.ADMINISTRATOR)
    boss = app.test_client()
    sign_in(boss, engine, "boss@example.org")

    year, reached = boss.get("/desk/year?of=all").text, boss.get("/desk/success").text
    table = boss.get("/desk/year/our-year.csv?of=all").text

    assert "Kits kept,,42\r\nKits kept,Como,31\r\nKits kept,Others together,11" in table
    assert "Kaunas" not in year + table
    assert "Kept on devices this year: 42." in reached
    assert faults_of(year) == faults_of(reached) == []
