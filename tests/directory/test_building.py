"""Columns are made of whole arrays, and say the same as their rows one by one."""

import random

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.directory.building import AT_A_TIME
from mapsvc.storage.records import name_of
from tests.directory.worlds import columns_of_rows, row

BEGINNINGS = ("", "a", "x" * (AT_A_TIME - 1), "x" * AT_A_TIME, "x" * 2 * AT_A_TIME, "é" * AT_A_TIME)
TITLES = st.tuples(st.sampled_from(BEGINNINGS), st.text(alphabet="abxé ", max_size=3)).map("".join)


@given(st.lists(TITLES, max_size=30))
def test_names_rank_as_their_titles_do_wherever_they_begin_to_differ(titles: list[str]) -> None:
    columns = columns_of_rows([row(id=number, title=title) for number, title in enumerate(titles, 1)])

    names = [name_of(titles[id_ - 1]).encode() for id_ in columns.ids.tolist()]

    place = {name: number for number, name in enumerate(sorted(set(names)))}
    assert columns.names.tolist() == [place[name] for name in names]


def test_a_thousand_titles_that_differ_at_their_end_alone_are_told_apart() -> None:
    titles = [f"Construction Rotterdam {number:05}" for number in range(1000)]
    random.Random(1).shuffle(titles)

    columns = columns_of_rows([row(id=number, title=title) for number, title in enumerate(titles, 1)])

    assert sorted(columns.names.tolist()) == list(range(1000))
    assert [columns.title(one) for one in columns.order.tolist()] == sorted(titles)
