"""Which listings hold which words, and how well they fit."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from mapsvc.places.folding import fold
from mapsvc.storage.dialects import words as spelling

Ids = NDArray[np.int64]

LONGEST_WORD = 200  # characters kept of a word: PostgreSQL takes no word beyond 2046 bytes
# The best class first: all words in the title; in title or place; anywhere.
CLASSES = (("title",), ("title", "place"), ("title", "place", "body"))


def matching_words(connection: Connection, words: Sequence[str]) -> tuple[Ids, Ids]:
    """The ids of the listings in which every word begins some word, in order, and the class of each match.

    words are folded. Class 0: all in the title; 1: in the title or the place; 2: anywhere. No words
    match nothing.
    """
    words = [word[:LONGEST_WORD] for word in words]
    found = [
        np.sort(np.array(spelling.matching(connection, words, columns) if words else [], dtype=np.int64))
        for columns in CLASSES
    ]
    *better, ids = found  # each class holds those before it
    classes = np.full(len(ids), len(better), dtype=np.int64)
    for own in better:
        classes -= np.isin(ids, own, assume_unique=True)
    return ids, classes


def index_words(connection: Connection, texts: Iterable[tuple[int, str, str, str]]) -> None:
    """Indexes listings, which must not be indexed yet: (id, title, place, search text) of each."""
    spelling.write(
        connection,
        [
            {"id": id_, "title": _indexed(title), "place": _indexed(place), "body": _indexed(body)}
            for id_, title, place, body in texts
        ],
    )


def forget_words(connection: Connection, ids: Sequence[int]) -> None:
    """Takes the words of these listings out of the index."""
    spelling.forget(connection, ids)


def _indexed(text: str) -> str:
    return " ".join(word[:LONGEST_WORD] for word in fold(text).split())
