"""An installation that stays are put on, with a clock of its own, and what everybody finds there."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.directory import directory
from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Filters, Near, Search
from mapsvc.domain import base
from mapsvc.domain.listings import Listing
from mapsvc.services import backups, putting_in_place
from mapsvc.services.restores import restore
from mapsvc.storage.backups import copies
from mapsvc.storage.engine import private_engine, public_engine, writing
from mapsvc.worker import Work
from tests.letters import link_in
from tests.services.mailing import HERE
from tests.services.moderators import moderator

BEGUN = datetime(2027, 3, 10, 12, tzinfo=UTC)
MARK = re.compile(r"\bmark[0-9]+\b")
# The private rows by their columns: what is asked of them knows nothing of the program.
PINS = (
    "SELECT id, display_name, surname, host_name, story FROM pins "
    "WHERE status = 'published' AND account_id IN (SELECT id FROM accounts)"
)
CONSENTS = "SELECT pin_id, kind FROM consents WHERE withdrawn IS NULL"
APPROVED = "SELECT pin_id, proposed FROM pin_submissions WHERE status = 'approved'"
TEXTS = (
    "SELECT story FROM pins",
    "SELECT proposed FROM pin_submissions",
    "SELECT before FROM pin_submissions",
    "SELECT data FROM passes",
    "SELECT body FROM letters",
)


class Clock:
    """Stands in for `datetime` where the program asks what time it is."""

    def __init__(self) -> None:
        self.moment = BEGUN

    def now(self, _zone: object) -> datetime:
        return self.moment

    @property
    def today(self) -> date:
        return self.moment.date()

    def put_up(self, patch: pytest.MonkeyPatch) -> None:
        """Has the program ask this clock."""
        for module in (base, backups, putting_in_place, copies, directory):
            patch.setattr(module, "datetime", self)


class World:
    """One installation."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = Settings(**(settings.model_dump() | {"secret_key": HERE.key}))
        self.clock = clock
        clock.moment = BEGUN
        self._open()
        with self.session() as session:
            self.moderator = moderator(session)

    @property
    def work(self) -> Work:
        return Work(self.settings, self.engine, self.public, HERE)

    def _open(self) -> None:
        self.engine: Engine = private_engine(self.settings)
        self.public: Engine = public_engine(self.settings)
        self.directory = Directory(self.public, today=lambda: self.clock.today)

    def close(self) -> None:
        self.engine.dispose()
        self.public.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        with writing(self.engine) as session:
            yield session

    def mailed(self, session: Session, email: str) -> str:
        """The secret of the last link that was mailed to an address."""
        query = "SELECT body FROM letters WHERE to_address = :email ORDER BY id DESC LIMIT 1"
        return secret_in(session.scalar(text(query), {"email": email}) or "")

    def back_up(self) -> Path:
        return backups.back_up(self.engine, self.settings)

    def restore(self, file: Path) -> None:
        self.close()
        restore(self.settings, file, questions=5)
        self._open()

    def pass_time(self, by: timedelta) -> None:
        self.clock.moment += by

    def listings(self) -> list[Listing]:
        """The public rows, as public pages read them."""
        with Session(self.public) as session:
            return list(session.scalars(select(Listing).order_by(Listing.id)))

    def found(self, rows: list[Listing], near: Near | None = None, word: str = "") -> set[str]:
        """The keys of what the public directory finds."""
        keys = {row.id: row.key for row in rows}
        search = Search(near, filters=Filters(words=(word,) if word else ()))
        return {keys.get(id_, f"no row {id_}") for id_ in self.directory.listing_ids(search)}

    def check_consents(self, rows: list[Listing], erased: set[str]) -> None:
        """No public row without a confirmed, approved stay and a live consent, nor a name without its own;
        and nothing is left of words that were erased.
        """
        with self.engine.execution_options(reading=True).connect() as connection:
            pins = {f"pin:{one.id}": one for one in connection.execute(text(PINS))}
            live = {(f"pin:{id_}", kind) for id_, kind in connection.execute(text(CONSENTS))}
            approved = {(f"pin:{id_}", str(words)) for id_, words in connection.execute(text(APPROVED))}
            left = {found for query in TEXTS for found in _marks(connection.scalars(text(query)))}
        for row in rows:
            assert row.key in pins, f"{row.key} is public, and was not approved, or is hidden or gone"
            assert (row.key, "pin") in live, f"{row.key} is public without a consent"
            self._check_names(row, pins[row.key], live, {words for key, words in approved if key == row.key})
        assert not left & erased, f"erased words are there: {left & erased}"

    def _check_names(self, row: Listing, pin: Any, live: set[tuple[str, str]], approved: set[str]) -> None:
        surname = row.title.removeprefix(pin.display_name).strip()
        host = row.detail["pin"]["host_name"] or ""
        assert not surname or (row.key, "surname") in live, f"{row.key} has a surname without a consent"
        assert not host or (row.key, "host_name") in live, f"{row.key} names a host without a consent"
        shown = {pin.display_name, surname, host, row.detail["pin"]["story"]}
        read = any(all(word in words for word in shown) for words in approved)
        assert read, f"{row.key} shows words that no moderator approved"


def secret_in(body: str) -> str:
    """The secret of the link in a mail."""
    return link_in(body).rpartition("/")[2]


def _marks(texts: Any) -> set[str]:
    return {mark for one in texts for mark in MARK.findall(str(one))}


Tally = Counter[str]
