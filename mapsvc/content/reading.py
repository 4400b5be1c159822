"""How hard a text is to read: bounds on its sentences that a reader at level B1 can follow."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from mapsvc.content.faults import Faults
from mapsvc.content.pieces import Piece, Shape
from mapsvc.content.sentences import sentences_of, words_of
from mapsvc.messages import mark as _

# Guides to plain language ask for 15 to 20 words on average: European Commission, "How to write clearly".
MOST_WORDS = 35  # of a sentence
MOST_ON_AVERAGE = 17  # words a sentence of a text
JUDGED_FROM = 10  # so many sentences say something of a text

LONG_SENTENCE = _("This sentence has %(count)s words: “%(begin)s …”. Make two of it, of at most %(limit)s.")
LONG_ON_AVERAGE = _(
    "A sentence of this text (“%(language)s”) has %(mean)s words on average. Shorten some, to %(limit)s."
)


class Sentence(NamedTuple):
    """A sentence of a file, as `Piece` has it."""

    line: int
    said: str
    own: str


def check_sentences(pieces: Iterable[Piece], faults: Faults) -> None:
    """Notes sentences that are too long, and texts whose sentences mostly are."""
    for path, language, written in by_text(pieces):
        lengths = []
        for line, sentence, _own in written:
            lengths.append(len(words_of(sentence)))
            if lengths[-1] > MOST_WORDS:
                begin = " ".join(sentence.split()[:5])
                faults.add(path, line, LONG_SENTENCE, count=lengths[-1], begin=begin, limit=MOST_WORDS)
        if len(lengths) >= JUDGED_FROM and sum(lengths) > MOST_ON_AVERAGE * len(lengths):
            mean = f"{sum(lengths) / len(lengths):.1f}"
            faults.add(path, 0, LONG_ON_AVERAGE, language=language, mean=mean, limit=MOST_ON_AVERAGE)


def by_text(pieces: Iterable[Piece]) -> Iterable[tuple[Path, str, Sequence[Sentence]]]:
    """The sentences of each file and language, in the order of files; titles, headings and cells are none."""
    text = [piece for piece in pieces if piece.shape is Shape.TEXT]
    text.sort(key=lambda piece: (piece.path, piece.language))
    for (path, language), inside in groupby(text, key=lambda piece: (piece.path, piece.language)):
        found = [
            Sentence(piece.line_at(start), sentence, piece.own[start : start + len(sentence)])
            for piece in inside
            for start, sentence in sentences_of(piece.said)
        ]
        if found:
            yield path, language, found
