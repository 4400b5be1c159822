"""Sentences of a text, and the words of which they are made."""

import re
from collections.abc import Iterator

FEWEST_WORDS = 3  # of what counts as a sentence; what is shorter is a label

# Letters and digits, with what holds them together: l’adresse, week-end, 116.117.
WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
# An end mark, closing signs and a space; no initial, no abbreviation of a saint or a doctor before it.
END = re.compile(r"(?<!\b[A-Z]\.)(?<!\bSt\.)(?<!\bSte\.)(?<!\bDr\.)(?<=[.?!…])[\s”»)]*\s(?![\s”»)a-zà-ÿ])")
# What French, and its names in English, write before a vowel, and English after a name.
ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)[’']", re.IGNORECASE)
POSSESSIVE = re.compile(r"[’']s$")
COLON = re.compile(r"\s*:\s+")


def words_of(text: str) -> list[str]:
    """The words of a text in their order."""
    return WORD.findall(text)


def bare(word: str) -> str:
    """A word without what its language hangs on to it: l’adresse, Como’s."""
    return POSSESSIVE.sub("", ELISION.sub("", word))


def sentences_of(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a paragraph, each with the character at which it begins; labels are left out."""
    yield from _parts(text, END)


def clauses_of(text: str) -> Iterator[tuple[int, str]]:
    """The same, where a colon ends a sentence, too."""
    for start, sentence in _parts(text, END):
        yield from ((start + at, clause) for at, clause in _parts(sentence, COLON))


def _parts(text: str, end: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    start = 0
    for found in [*end.finditer(text), None]:
        stop = found.end() if found else len(text)
        part = text[start:stop].rstrip()
        if len(words_of(part)) >= FEWEST_WORDS:
            yield start, part
        start = stop
