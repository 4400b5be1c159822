import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from random import Random
from threading import Event

import pytest
from sqlalchemy import Engine, delete, update

from mapsvc.directory import directory as directories
from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Box, Filters, Near, Search, Sort
from mapsvc.domain.base import now
from mapsvc.domain.listings import Listing, ListingPoint
from mapsvc.storage.engine import writing
from mapsvc.storage.listings import ListingRow, log_changes
from mapsvc.storage.records import write_records
from mapsvc.storage.words import forget_words
from tests.directory.worlds import TODAY, points_of_the_world, random_world, row, store

BUDGET_MS = 5.0


def opened(engine: Engine, public: Engine, *world: ListingRow, today: date = TODAY) -> Directory:
    store(engine, list(world))
    return Directory(public, today=lambda: today)


def ids(directory: Directory, search: Search = Search()) -> list[int]:  # noqa: B008, a constant
    return [hit.listing_id for hit in directory.search(search).hits]


def erase(engine: Engine, id_: int) -> None:
    with writing(engine) as session:
        forget_words(session.connection(), [id_])
        session.execute(delete(ListingPoint).where(ListingPoint.listing_id == id_))
        session.execute(delete(Listing).where(Listing.id == id_))
        log_changes(session, [id_], at=now())
        session.commit()


def test_an_empty_directory_answers_every_question(public: Engine) -> None:
    directory = Directory(public)

    for search in (
        Search(),
        Search(Near(4, 45, 50)),
        Search(Near(4, 45, None, 5)),
        Search(box=Box(0, 0, 9, 9)),
    ):
        answer = directory.search(search)
        assert (answer.total, answer.hits, answer.pages, answer.wider) == (0, (), 1, None)
    assert directory.viewport(Search(), Box(-180, -90, 180, 90), 3).total == 0
    assert directory.search(Search(filters=Filters(words=("atelier",)))).total == 0


def test_one_listing_is_found(engine: Engine, public: Engine) -> None:
    directory = opened(engine, public, row(id=7))

    assert ids(directory, Search(Near(4.85, 45.75, 1))) == [7]
    assert directory.search(Search(Near(4.85, 45.75, 1))).hits[0].distance_m == 0.0


def test_additions_edits_and_erasures_show_without_opening_anew(engine: Engine, public: Engine) -> None:
    directory = opened(engine, public, row(id=1), row(id=2))
    before = directory.version
    store(engine, [row(id=3)])
    with writing(engine) as session:
        session.execute(update(Listing).where(Listing.id == 1).values(lon=20.0, lat=60.0))
        write_records(session, [1])
        log_changes(session, [1], at=now())
        session.commit()
    erase(engine, 2)

    directory.refresh(at_once=True)

    assert sorted(ids(directory)) == [1, 3]
    assert ids(directory, Search(Near(20.0, 60.0, 1))) == [1]
    assert directory.version != before


def test_changes_show_within_a_second_without_being_asked_for(engine: Engine, public: Engine) -> None:
    directory = opened(engine, public, row(id=1))
    store(engine, [row(id=2)])

    deadline = time.monotonic() + 1.0
    while len(ids(directory)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)

    assert sorted(ids(directory)) == [1, 2]


def test_who_asks_after_a_long_silence_waits_for_the_thread_that_takes_over_what_changed(
    engine: Engine, public: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = opened(engine, public, row(id=1))
    store(engine, [row(id=2)])
    begun, going_on = Event(), Event()
    follow = Directory._follow

    def slow(self: Directory) -> None:
        begun.set()
        assert going_on.wait(10)
        follow(self)

    monkeypatch.setattr(Directory, "_follow", slow)
    monkeypatch.setattr(directories, "REFRESH_S", 0)
    monkeypatch.setattr(directories, "STALE_S", 0)
    with ThreadPoolExecutor(2) as pool:
        pool.submit(ids, directory)
        assert begun.wait(10)
        second = pool.submit(ids, directory)
        time.sleep(0.2)  # long enough for an answer, were it given at once
        going_on.set()

        assert sorted(second.result()) == [1, 2]


def test_readers_in_many_threads_see_whole_states_while_it_changes(engine: Engine, public: Engine) -> None:
    world = [row(id=number, site_key=f"site:{number}") for number in range(1, 40)]
    directory = opened(engine, public, *world[:20])

    def read(_number: int) -> bool:
        directory.refresh(at_once=True)
        answer = directory.search(Search(limit=100))
        return answer.total == len(answer.hits) == sum(answer.facets["kind"].values())

    with ThreadPoolExecutor(4) as pool:
        reading = pool.map(read, range(60))
        for one in world[20:]:
            store(engine, [one])
        assert all(reading)

    directory.refresh(at_once=True)
    assert directory.search(Search()).total == len(world)


def test_listings_are_seen_from_their_first_to_their_last_day(engine: Engine, public: Engine) -> None:
    day = timedelta(days=1)
    world = [
        row(id=1, visible_from=TODAY, visible_until=TODAY),
        row(id=2, visible_from=TODAY + day),
        row(id=3, visible_until=TODAY - day),
    ]

    directory = opened(engine, public, *world)

    assert ids(directory) == [1]
    assert [directory.visible(id_) for id_ in (1, 2, 3, 4, 0, -1, 2**70)] == [True] + [False] * 6
    assert [directory.ids_beside(id_) for id_ in (1, 2, 3, 4)] == [[1], [], [], []]


def test_without_a_centre_confirmed_hosts_come_first_then_by_name(engine: Engine, public: Engine) -> None:
    directory = opened(
        engine,
        public,
        row(id=1, title="Zorro", confirmed=True),
        row(id=2, title="école"),
        row(id=3, title="Atelier"),
        row(id=4, title="Ecole"),
    )

    assert ids(directory) == [1, 3, 2, 4]


def test_words_are_met_by_their_beginnings_the_title_before_the_town(engine: Engine, public: Engine) -> None:
    directory = opened(
        engine,
        public,
        row(id=1, title="Bakkerij", search_text="een werkplaats in Kaunas"),
        row(id=2, title="Dirbtuvės", place="Kaunas"),
        row(id=3, title="Kauno technikos kolegija"),
        row(id=4, title="Officina"),
    )
    search = Search(filters=Filters(words=("kaun",)), sort=Sort.RELEVANCE)

    assert ids(directory, search) == [3, 2, 1]


def test_the_row_that_fits_the_words_best_stands_for_its_site(engine: Engine, public: Engine) -> None:
    directory = opened(
        engine,
        public,
        row(id=1, site_key="site:a", search_text="soudure"),
        row(id=2, site_key="site:a", title="Soudure"),
    )

    assert ids(directory, Search(filters=Filters(words=("soudure",)))) == [2]


def test_what_most_places_hold_is_counted_without_what_is_gone(engine: Engine, public: Engine) -> None:
    """The counts of a large place are those of all less those outside it: what is gone is in neither."""
    directory = opened(engine, public, *(row((4.0 + id_ / 10, 45.0), id=id_) for id_ in range(1, 11)))
    directory.search(Search())
    erase(engine, 1)
    erase(engine, 10)
    directory.refresh(at_once=True)
    directory.search(Search())

    answer = directory.search(Search(box=Box(4.15, 44.0, 5.5, 46.0)))

    assert (answer.total, answer.facets["country"]) == (8, {"FR": 8})


def test_where_a_radius_holds_nothing_the_wider_one_says_how_many(engine: Engine, public: Engine) -> None:
    directory = opened(engine, public, row((4.85, 45.75)), row((4.86, 45.75)), row((9.0, 48.0)))

    wider = directory.search(Search(Near(5.6, 45.75, 5))).wider

    assert wider is not None
    assert (wider.radius_km, wider.total) == (75, 2)
    assert directory.search(Search(Near(5.6, 45.75, 5), filters=Filters(countries=("PL",)))).wider is None


def test_all_pages_together_are_the_hits_of_the_map(engine: Engine, public: Engine) -> None:
    chance = Random(5)
    directory = opened(engine, public, *random_world(chance, 120, points_of_the_world(chance, 80)))
    search = Search(filters=Filters(kinds=()), limit=7)

    pages = directory.search(search).pages
    listed = [
        hit.listing_id
        for page in range(1, pages + 2)
        for hit in directory.search(Search(limit=7, page=page)).hits
    ]
    shown = directory.viewport(search, Box(-180, -90, 180, 90), 4)

    assert listed == directory.listing_ids(search)
    assert sorted(listed) == sorted(pin.id for pin in shown.pins)
    assert set(listed) <= set(directory.ids_at_sites(search))


def test_ten_thousand_listings_on_one_point_are_all_found(engine: Engine, public: Engine) -> None:
    directory = opened(engine, public, *(row((4.0, 45.0), id=number) for number in range(1, 10_001)))

    answer = directory.search(Search(Near(4.0, 45.0, None, 10_000), limit=3))

    assert (answer.total, [hit.listing_id for hit in answer.hits]) == (10_000, [1, 2, 3])


def test_the_search_path_loads_neither_folium_nor_pandas() -> None:
    program = (
        "import sys, mapsvc.directory.directory, mapsvc.params, mapsvc.presentation.results\n"
        "print([name for name in ('folium', 'branca', 'pandas', 'geopandas') if name in sys.modules])"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout

    assert printed.strip() == "[]"
