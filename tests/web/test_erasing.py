"""What somebody erased is on no page at once, and in no file of the installation within a day."""

import logging
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine

from mapsvc.config import Settings
from mapsvc.directory.following import build
from mapsvc.domain.base import now
from mapsvc.services.forgetting_erased import EVERY, FILE, forget_erased
from mapsvc.worker import Work, forget_bytes, installation_of, keep_erasures, send_letters
from tests.services.backing_up import where_it_stands
from tests.web.pinning import last_pin, pinned
from tests.web.signed_in import post

CANARY = "Zwqkanarienvogelx"
MAIL = "zwqkanari@example.org"
WORDS = {
    "display_name": f"Di{CANARY}",
    "surname": f"Su{CANARY}",
    "agree_surname": "y",
    "host_name": f"Forno {CANARY}",
    "agree_host": "y",
    "story": f"At {CANARY} the bakery opens at four. Ask for {CANARY}.",
    "email": MAIL,
}
PUBLIC = (
    "/",
    "/list",
    "/api/search",
    "/api/viewport?bbox=8,45,10,46&zoom=9",
    "/tiles/5/16/11.mvt",
    "/download/hosts.csv",
    "/download/hosts.geojson",
    "/download/map.html",
)


@pytest.fixture
def work(settings: Settings, engine: Engine, public: Engine) -> Work:
    return Work(settings, engine, public, installation_of(settings))


def seen_at(app: Flask, *paths: str) -> list[str]:
    """The public addresses at which the canary is seen."""
    reader = app.test_client()
    return [path for path in paths if CANARY.encode() in reader.get(path).data]


def test_nothing_of_an_erased_stay_is_left_anywhere(
    app: Flask, work: Work, engine: Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("Bea", "Cleo"):
        pinned(app, engine, display_name=name, email=f"{name.lower()}@example.org")
    ana = pinned(app, engine, **WORDS)
    pin = last_pin(engine)
    number, slug = pin.id, pin.slug
    assert all(CANARY in word for word in (pin.display_name, pin.surname, pin.host_name, pin.story))
    pinned(app, engine, display_name="Dora", email="dora@example.org")
    build(work.public_engine, settings.index_folder)
    send_letters(work)
    shown = seen_at(app, "/api/search", f"/alumni/{slug}")
    held = where_it_stands(settings, CANARY)

    assert post(ana, f"/alumni/mine/{number}/withdraw").status_code == 303
    at_once = seen_at(app, f"/alumni/{slug}", *PUBLIC)
    send_letters(work)
    keep_erasures(work)
    forget_bytes(work)

    assert (shown, len(held) > 3) == (["/api/search", f"/alumni/{slug}"], True)
    assert at_once == []
    assert where_it_stands(settings, CANARY) == where_it_stands(settings, slug) == []
    assert CANARY.lower() not in caplog.text.lower()
    assert CANARY not in repr(app.extensions["mapsvc"].items._kept)


def test_nothing_of_a_deleted_account_is_left_anywhere(
    app: Flask, work: Work, engine: Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ana = pinned(app, engine, **WORDS)
    send_letters(work)
    held = where_it_stands(settings, MAIL)

    assert post(ana, "/account/delete", {"sure": "y"}).status_code == 303
    send_letters(work)
    forget_bytes(work)

    assert any(name.endswith(".eml") for name in held)
    assert where_it_stands(settings, MAIL) == where_it_stands(settings, CANARY) == []
    assert MAIL not in caplog.text


def test_files_are_cleaned_once_a_day_and_only_after_an_erasure(
    app: Flask, work: Work, engine: Engine, settings: Settings
) -> None:
    def clean(hours: float) -> bool:
        at = now() + timedelta(hours=hours)
        return forget_erased(work.engine, work.public_engine, settings, at=at)

    ana, untouched = pinned(app, engine, **WORDS), clean(0)
    post(ana, f"/alumni/mine/{last_pin(engine).id}/withdraw")
    first = clean(0)
    again = clean(30)
    bea = pinned(app, engine, display_name="Bea", email="bea@example.org")
    post(bea, f"/alumni/mine/{last_pin(engine).id}/withdraw")
    soon, later = clean(1), clean(21)

    assert (untouched, first, again, soon, later) == (False, True, False, False, True)
    assert timedelta(hours=24) > EVERY + timedelta(hours=1)
    assert (settings.folder / FILE).exists()
