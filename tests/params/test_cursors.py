import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from mapsvc.directory.searches import Cursor
from mapsvc.params.cursors import MOST_CURSOR, NotACursor, cursor, written
from mapsvc.storage.records import LONGEST_NAME

CURSORS = st.builds(
    Cursor,
    listing_id=st.integers(1, 2**63 - 1),
    metres=st.floats(0, 2.1e7),
    words=st.integers(0, 2),
    confirmed=st.booleans(),
    title=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=LONGEST_NAME),
)


@given(CURSORS)
def test_what_is_written_is_read_again(one: Cursor) -> None:
    text = written(one)

    assert cursor(MultiDict({"cursor": text}), "cursor") == one
    assert len(text) <= MOST_CURSOR


@pytest.mark.parametrize(
    "text",
    [
        *("x", "%00", "W10", "bnVsbA", "e30", "é", "=", "A" * 5000),
        written(Cursor(0)),
        written(Cursor(2**63)),
        written(Cursor(1, metres=-1.0)),
        written(Cursor(1, words=3)),
        written(Cursor(1)) + "A",
        written(Cursor(1)) + "=",
    ],
)
def test_a_text_that_no_answer_gave_is_refused(text: str) -> None:
    with pytest.raises(NotACursor) as fault:
        cursor(MultiDict({"cursor": text}), "cursor")

    assert fault.value.values["parameter"] == "cursor"
