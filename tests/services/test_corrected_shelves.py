"""Kits are shown with what was accepted about them, and without it while the database is away."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.content.library import Shelf
from mapsvc.domain.corrections import Accepted
from mapsvc.services import corrected_shelves
from mapsvc.services.corrected_shelves import CorrectedShelf
from mapsvc.storage.corrections import keep_accepted
from mapsvc.storage.engine import public_engine


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrected_shelves, "LOOK_EVERY_S", 0)


def test_what_holds_in_a_country_is_corrected_in_all_its_kits_and_read_once(
    session: Session, public: Engine
) -> None:
    shelf = CorrectedShelf(Shelf(), public)
    before = shelf.library
    country = before.kits["como"].country
    assert country is not None
    key = min(country.data.facts)

    keep_accepted(session, ("countries/IT", key), Accepted(checked_on=date(2026, 12, 1)))
    session.commit()
    after, again = shelf.library, shelf.library

    assert before is shelf.files
    assert after is again
    corrected = [
        part.data.facts[key].checked_on
        for kit in after.kits.values()
        for part in kit.parts
        if part.path == country.path
    ]
    assert corrected == [date(2026, 12, 1)] * len(corrected)
    assert len(corrected) > 1
    assert country.data.facts[key].checked_on is None


def test_kits_are_there_while_the_database_is_away(tmp_path: Path) -> None:
    away = public_engine(Settings(instance=tmp_path))

    shelf = CorrectedShelf(Shelf(), away)

    assert "como" in shelf.library.kits
    away.dispose()
