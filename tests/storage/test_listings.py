"""The change log loses nothing, and words are found alike on both databases."""

import threading

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.storage.engine import private_engine, writing
from mapsvc.storage.listings import changed_since, last_change, listings_at, log_changes
from mapsvc.storage.words import matching_words
from tests import make
from tests.publish import publish


def classes_of(connection: Connection, words: list[str]) -> dict[int, int]:
    ids, classes = matching_words(connection, words)
    return dict(zip(ids.tolist(), classes.tolist(), strict=True))


def test_a_commit_that_comes_late_is_not_skipped(settings: Settings, public: Engine) -> None:
    first, second = private_engine(settings), private_engine(settings)
    one = writing(first)
    log_changes(one, [101], at=now())
    done = threading.Event()

    def other() -> None:
        with writing(second) as session:
            log_changes(session, [202], at=now())
            session.commit()
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    overtook = done.wait(0.5)
    with public.connect() as connection:
        seen, early = changed_since(connection, 0)
    one.commit()
    thread.join(timeout=20)
    with public.connect() as connection:
        last, late = changed_since(connection, seen)
        counter = last_change(connection)
    one.close()
    first.dispose()
    second.dispose()

    assert not overtook
    assert early | late == {101, 202}
    assert last == counter == 2


def test_words_match_by_their_beginnings_and_rank_title_before_place_before_text(
    session: Session, public: Engine
) -> None:
    ids = publish(
        session,
        make.host("Menuiserie Ollivier", site_values={"town": "Angers"}),
        make.host("Atelier du Bois", make.LECCO, site_values={"town": "Menuires"}),
        make.host(
            "Lycée Vauban", make.LILLE, offers=(make.offer(summary={"fr": "Œuvres de menuiserie à l'école"}),)
        ),
    )

    with public.connect() as connection:
        found = classes_of(connection, ["menui"])
        both = classes_of(connection, ["menuiserie", "ecole"])
        ligature = classes_of(connection, ["oeuvre"])
        nothing = classes_of(connection, ["menuiserie", "xyz"])

    assert found == {ids["Menuiserie Ollivier"]: 0, ids["Atelier du Bois"]: 1, ids["Lycée Vauban"]: 2}
    assert both == {ids["Lycée Vauban"]: 2}
    assert set(ligature) == {ids["Lycée Vauban"]}
    assert nothing == {}


def test_no_words_match_nothing(session: Session, public: Engine) -> None:
    publish(session, make.host())

    with public.connect() as connection:
        assert classes_of(connection, []) == {}


def test_a_word_of_any_length_is_indexed_and_found_by_its_beginning(session: Session, public: Engine) -> None:
    word = "\N{CYRILLIC SMALL LETTER ZHE}" * 5000
    listings = publish(session, make.host("Bar Roma", about={"": word}))

    with public.connect() as connection:
        found = [classes_of(connection, [word[:length]]) for length in (3, 5000)]

    assert found == [{listings["Bar Roma"]: 2}] * 2


def test_a_slug_that_no_database_could_hold_names_no_page(session: Session, public: Engine) -> None:
    publish(session, make.host())

    with public.connect() as connection:
        assert listings_at(connection, "falegnameria\x00") == []
