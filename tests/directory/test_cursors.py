"""Who goes on after the last hit of each page sees each site once, in the order of the search."""

import random
from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import Engine

from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Box, Filters, Near, Search, Sort
from tests.directory.states import World, alter, erase, opened
from tests.directory.worlds import TODAY, points_of_the_world, random_world, row, store

LONG = "A title so long that a cursor does not hold all of it, as it is "
WHERES = {
    "near": Search(Near(4.85, 45.75, 2500)),
    "nearest": Search(Near(4.85, 45.75, None, 60)),
    "no bound": Search(Near(4.85, 45.75)),
    "in view": Search(box=Box(-10, 36, 30, 62)),
    "anywhere": Search(),
}
MOST_PAGES = 300


def walk(directory: Directory, search: Search) -> list[int]:
    """The ids of the hits, page after page; no page is empty but the first of nothing."""
    ids: list[int] = []
    for _ in range(MOST_PAGES):
        answer = directory.search(search)
        assert answer.hits or not ids, "nothing came after a cursor"
        ids += [hit.listing_id for hit in answer.hits]
        if answer.next is None:
            return ids
        search = replace(search, after=answer.next)
    raise AssertionError(f"more than {MOST_PAGES} pages")


def world_of_ties() -> World:
    """Equal points, equal titles, titles that differ late, and all that a random world has."""
    chance = random.Random(17)
    world = random_world(chance, 45, points_of_the_world(chance, 40))
    titles = ["", "Zz", "École", "ecole", LONG + "a", LONG + "b", LONG + "c", LONG + "b", LONG, LONG + "é"]
    titles += ["Straße " * 20, "Strasse " * 20 + "x", "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 60]
    ids = list(range(1001, 1001 + 2 * len(titles)))
    chance.shuffle(ids)
    return world + [
        row((4.85, 45.75), id=id_, title=title, search_text="atelier", confirmed=id_ % 3 == 0)
        for id_, title in zip(ids, titles * 2, strict=True)
    ]


@pytest.mark.parametrize(("where", "words"), list(product(WHERES, [(), ("atel",)])))
@pytest.mark.parametrize("sort", Sort)
def test_a_walk_gives_each_hit_once_and_in_order(where: str, sort: Sort, words: tuple[str, ...]) -> None:
    world = world_of_ties()
    search = replace(WHERES[where], sort=sort, filters=Filters(words=words))
    with opened(world) as directory, opened(world, before=world[1::2]) as followed:
        expected = directory.listing_ids(search)
        assert len(expected) > (20 if words else 30)
        assert followed.listing_ids(search) == expected
        for limit in (1, 7, len(expected)):
            assert walk(directory, replace(search, limit=limit)) == expected
            assert walk(followed, replace(search, limit=limit)) == expected


def test_titles_that_differ_late_are_seen_once_where_some_were_added_since() -> None:
    """The listing that a cursor stands on is unknown to one part of the directory."""
    old = [row(id=id_, title=LONG + letter) for id_, letter in enumerate("bdf", 1)]
    new = [row(id=id_, title=LONG + letter) for id_, letter in enumerate("ace", 11)]
    with opened(old + new, before=old) as directory:
        for limit in (1, 2):
            found = walk(directory, Search(sort=Sort.NAME, limit=limit))
            assert sorted(found) == [1, 2, 3, 11, 12, 13]
            assert found == directory.listing_ids(Search(sort=Sort.NAME))


def test_there_is_no_next_page_where_nothing_comes() -> None:
    world = [row(id=id_) for id_ in range(1, 7)]
    with opened(world) as directory:
        assert directory.search(Search(limit=6)).next is None
        assert directory.search(Search(limit=3, page=2)).next is None
        assert directory.search(Search(limit=3)).next is not None
        assert directory.search(Search(limit=3, page=9)).next is None


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("where", ["near", "anywhere"])
def test_what_stays_is_seen_once_while_others_come_and_go(
    engine: Engine, public: Engine, where: str, sort: Sort
) -> None:
    """Also where the listing that a cursor stands on is deleted or takes another title."""
    chance = random.Random(23)
    stay = {one.id for one in world_of_ties()[::2]}
    world = {one.id: one for one in world_of_ties()}
    # What stays stands for its site: rows of one site would take each other's place.
    world = {id_: one._replace(site_key=f"own:{id_}", visible_from=None) for id_, one in world.items()}
    store(engine, list(world.values()))
    directory = Directory(public, today=lambda: TODAY)
    search = replace(WHERES[where], sort=sort, limit=5, filters=Filters(words=("atel",)))
    expected = [id_ for id_ in directory.listing_ids(search) if id_ in stay]
    seen: list[int] = []
    answer = directory.search(search)
    for number in range(MOST_PAGES):
        seen += [hit.listing_id for hit in answer.hits]
        if answer.next is None:
            break
        passing = [id_ for id_ in world if id_ not in stay]
        here = answer.next.listing_id
        gone = here if here in passing else chance.choice(passing)
        new = row((4.9, 45.8), id=5000 + number, title=LONG + "atelier")
        world[new.id] = new
        store(engine, [new])
        if number % 2:
            erase(engine, [gone])
            del world[gone]
        else:
            alter(engine, [world[gone]._replace(title="Atelier " + LONG, lon=5.0)])
        directory.refresh(at_once=True)
        answer = directory.search(replace(search, after=answer.next))

    assert [id_ for id_ in seen if id_ in stay] == expected
    assert len(expected) > 15
