"""How hard the texts are to read: the length of their sentences, and the words that are rarely read."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mapsvc.content.pieces import Piece
from mapsvc.content.reading import Sentence, by_text
from mapsvc.content.sentences import bare, words_of
from mapsvc.content.trees import Tree
from mapsvc.messages import LANGUAGES

LONG = 20  # words; sentences over it are counted

Frequent = Mapping[str, frozenset[str]]  # by language, the words that are read often, in small letters
Sentences = list[tuple[str, Sentence]]  # each with its place: "kits/como/en.md:9"


@dataclass(frozen=True, slots=True)
class Level:
    """How hard some sentences are to read."""

    words: int
    sentences: int
    long: int  # sentences of more than LONG words
    longest: int  # words of the longest sentence
    place: str  # where that stands
    counted: int  # words that were looked up: all but names, figures, letters and what is in italics
    rare: Counter[str]  # of these, the ones that are rarely read


@dataclass(frozen=True, slots=True)
class Measured:
    """The level of a file, or of all files of a kind, in a language."""

    name: str
    language: str
    level: Level


def frequent_words() -> Frequent | None:
    """The words that stand at least once in a million, by language; None where wordfreq is not installed.

    Source: R. Speer, wordfreq 3.1 (2023), doi:10.5281/zenodo.7199437: forms of words in subtitles, the
    news, encyclopedias and the web up to 2021.
    """
    try:
        from wordfreq import get_frequency_dict  # noqa: PLC0415 - only a checkout has it
    except ImportError:
        return None
    return {one: frozenset(get_frequency_dict(one, wordlist="small")) for one in LANGUAGES}


def measure(
    tree: Tree, pieces: Iterable[Piece], frequent: Frequent | None
) -> tuple[list[Measured], list[Measured]]:
    """The levels of all files, by name, and those of the kinds: kits, countries, languages and so on."""
    files: dict[tuple[str, str], Sentences] = {}
    kinds: dict[tuple[str, str], Sentences] = defaultdict(list)
    for path, language, written in by_text(pieces):
        file = tree.named(path).partition("/")[2]
        found = [(f"{file}:{sentence.line}", sentence) for sentence in written]
        files[file, language] = found
        kinds[file.partition("/")[0], language] += found
    names = _names(files.values())
    return _measured(files, names, frequent), _measured(kinds, names, frequent)


def _measured(
    groups: Mapping[tuple[str, str], Sentences], names: frozenset[str], frequent: Frequent | None
) -> list[Measured]:
    return [
        Measured(name, language, _level(found, names, frequent[language] if frequent else None))
        for (name, language), found in sorted(groups.items())
    ]


def _level(found: Sentences, names: frozenset[str], frequent: frozenset[str] | None) -> Level:
    lengths = [len(words_of(sentence.said)) for _place, sentence in found]
    words = [words_of(sentence.own) for _place, sentence in found]
    longest = max(range(len(found)), key=lengths.__getitem__)
    looked_up = [] if frequent is None else [part for one in words for part in _looked_up(one, names)]
    return Level(
        words=sum(lengths),
        sentences=len(found),
        long=sum(length > LONG for length in lengths),
        longest=lengths[longest],
        place=found[longest][0],
        counted=len(looked_up),
        rare=Counter(part for part in looked_up if frequent is not None and part not in frequent),
    )


def _looked_up(words: Sequence[str], names: frozenset[str]) -> Iterable[str]:
    """The words of a sentence as frequencies have them: in small letters, without what hangs on to them."""
    for at, word in enumerate(words):
        for part in bare(word).split("-"):
            is_name = part in names if at == 0 else part != part.lower()
            if part.replace("’", "").isalpha() and len(part) > 1 and not is_name:
                yield part.lower().replace("’", "'")


def _names(texts: Iterable[Sentences]) -> frozenset[str]:
    """What has a capital inside a sentence, and so is a name where it begins one, too."""
    inside = (word for found in texts for _place, one in found for word in words_of(one.own)[1:])
    parts = (part for word in inside for part in bare(word).split("-"))
    return frozenset(part for part in parts if part != part.lower())
