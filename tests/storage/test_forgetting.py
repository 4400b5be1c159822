"""What was deleted leaves the files of a database that others use meanwhile."""

import random
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from mapsvc.config import Settings
from mapsvc.storage.dialects import words
from mapsvc.storage.dialects.forgetting import StillRead, forget_deleted
from mapsvc.storage.engine import private_engine, reading, writing
from tests.installations import DATABASE
from tests.postgis import PostgisCluster
from tests.services.backing_up import CANARY as ERASED
from tests.services.backing_up import erase_canary, people_and_hosts

CANARY = "zwqkanarienvogelx"
ROUNDS = 400
SEED = 7


@pytest.fixture
def here(spatialite_template: Path, tmp_path: Path) -> Settings:
    (tmp_path / DATABASE).write_bytes(spatialite_template.read_bytes())
    return Settings(instance=tmp_path)


def count_in_files(settings: Settings) -> int:
    files = settings.folder.glob(f"{DATABASE}*")
    return sum(file.read_bytes().lower().count(CANARY.encode()) for file in files)


def churn(engine: Engine) -> None:
    """Rows of many lengths come and go, so that the pages of the database are balanced often."""
    chance = random.Random(SEED)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tried (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, story TEXT)"))
        connection.execute(text("CREATE INDEX ix_tried ON tried (story)"))
    there: list[int] = []
    for number in range(ROUNDS):
        with engine.begin() as connection:
            for id_ in range(5 * number, 5 * number + 5):
                of_canary = chance.random() < 0.3
                story = f"{CANARY} " * chance.randint(1, 60) if of_canary else "x" * chance.randint(5, 1200)
                row = {"id": id_, "slug": f"{chance.getrandbits(64):x}", "story": story}
                connection.execute(text("INSERT INTO tried VALUES (:id, :slug, :story)"), row)
                there += [id_] if of_canary else []
            for how in ("DELETE FROM tried WHERE id = :id", "UPDATE tried SET story = '' WHERE id = :id"):
                if there and chance.random() < 0.5:
                    gone = there.pop(chance.randrange(len(there)))
                    connection.execute(text(how), {"id": gone})
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM tried WHERE story LIKE :like"), {"like": f"%{CANARY}%"})


def write_and_forget_words(engine: Engine) -> None:
    for id_, word in enumerate((CANARY, "forno", "kepykla")):
        with engine.begin() as connection:
            words.write(connection, [{"id": id_, "title": word, "place": "como", "body": word}])
    with engine.begin() as connection:
        words.forget(connection, [0])


def test_no_piece_of_a_deleted_row_or_word_stays_in_the_files(here: Settings) -> None:
    engine = private_engine(here)
    churn(engine)
    write_and_forget_words(engine)
    before = count_in_files(here)

    forget_deleted(engine)

    assert before > 0
    assert count_in_files(here) == 0
    with engine.connect() as connection:
        assert words.matching(connection, [CANARY], ["title", "body"]) == []
        assert words.matching(connection, ["forno"], ["title", "body"]) == [1]
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    engine.dispose()


@pytest.mark.parametrize("settings", ["postgis"], indirect=True)
@pytest.mark.postgis
def test_no_piece_of_an_erased_host_or_account_stays_in_the_files_of_postgresql(
    settings: Settings, engine: Engine, cluster: PostgisCluster
) -> None:
    def count() -> int:
        with engine.connect() as connection:
            connection.execute(text("CHECKPOINT"))
            number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        files = (cluster.folder / "data" / "base" / str(number)).iterdir()
        return sum(file.read_bytes().lower().count(ERASED.lower().encode()) for file in files)

    with writing(engine) as session:
        people_and_hosts(session)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    with writing(engine) as session:
        erase_canary(session)
    before = count()

    forget_deleted(engine)

    assert before > 0
    assert count() == 0


@pytest.mark.parametrize("settings", ["postgis"], indirect=True)
@pytest.mark.postgis
def test_a_table_of_postgresql_that_is_held_is_told_of_and_not_waited_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapsvc.storage.dialects.forgetting.LOCK_WITHIN", "10ms")

    with reading(engine) as session:
        session.execute(text("SELECT count(*) FROM accounts"))
        with pytest.raises(StillRead):
            forget_deleted(engine)


def test_who_reads_all_the_time_is_told_of_and_not_waited_for(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapsvc.storage.dialects.forgetting.CUT_PAUSE_S", 0.01)
    engine = private_engine(here)
    churn(engine)

    with reading(engine) as session:
        session.execute(text("SELECT count(*) FROM tried"))
        with pytest.raises(StillRead):
            forget_deleted(engine)
    forget_deleted(engine)

    assert count_in_files(here) == 0
    engine.dispose()
