"""Who goes on after the last hit of each page sees each site once, in the order of the search."""

from mapsvc.directory.searches import Search
from tests.directory.states import opened
from tests.directory.worlds import row


def test_there_is_no_next_page_where_nothing_comes() -> None:
    world = [row(id=id_) for id_ in range(1, 7)]
    with opened(world) as directory:
        assert directory.search(Search(limit=6)).next is None
        assert directory.search(Search(limit=3, page=2)).next is None
        assert directory.search(Search(limit=3)).next is not None
        assert directory.search(Search(limit=3, page=9)).next is None
