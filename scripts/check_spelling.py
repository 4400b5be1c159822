"""Checks the spelling of all content with hunspell, and with the words and names of scripts/spelling.

What stands in italics is of another language, and left out, like addresses, marks of facts and blanks.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from mapsvc.content.faults import Faults
from mapsvc.content.library import Library
from mapsvc.content.pieces import Piece, pieces
from mapsvc.content.sentences import bare
from mapsvc.content.trees import Tree

LISTS = Path(__file__).parent / "spelling"
DICTIONARIES = {"en": "en_GB", "fr": "fr"}

# Addresses of the web and of mail.
NO_WORDS = re.compile(r"https?://\S+|\S+@\S+|\w[\w-]*(?:\.[\w-]+)*\.[a-z]{2,}\b")
WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:’[^\W\d_]+)*(?!\w)")

Found = tuple[str, int, str]  # a file, a line of it, a word


def words_in(written: Iterable[Piece], tree: Tree, language: str) -> Iterator[Found]:
    """The words of a language with their places."""
    for piece in written:
        if piece.language == language:
            for at, line in enumerate(piece.own.split("\n"), piece.line):
                for word in WORD.findall(NO_WORDS.sub(" ", line)):
                    yield tree.named(piece.path), at, bare(word)


def unknown(words: Iterable[str], language: str) -> set[str]:
    """Those words that hunspell does not know in a language."""
    asked = {word.replace("’", "'"): word for word in words}
    done = subprocess.run(
        ["hunspell", "-d", DICTIONARIES[language], "-i", "utf-8", "-l"],
        input="\n".join(sorted(asked)) + "\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return {asked.get(word, word) for word in done.stdout.split()}


def listed(name: str) -> set[str]:
    """The words of a list of ours."""
    return set((LISTS / f"{name}.txt").read_text("utf-8").split())


def unsorted(name: str) -> Iterator[str]:
    """The first word of a list that does not stand where it should."""
    lines = (LISTS / f"{name}.txt").read_text("utf-8").splitlines()
    for number, (line, right) in enumerate(zip(lines, in_order(lines), strict=False), 1):
        if line != right:
            yield f"scripts/spelling/{name}.txt:{number}: “{right}” belongs here. One word a line, in order."
            return
    if len(set(lines)) < len(lines):
        yield f"scripts/spelling/{name}.txt: a word stands here twice."


def in_order(words: Iterable[str]) -> list[str]:
    """Words as a list has them: without regard to capitals."""
    return sorted(words, key=lambda word: (word.casefold(), word))


def faults(tree: Tree) -> Iterator[str]:
    """The words that are in no dictionary and no list of ours."""
    written = list(pieces(Library.load(tree, Faults(tree))))
    names = listed("names")
    for language in DICTIONARIES:
        found = list(words_in(written, tree, language))
        known = listed(language)
        bad = unknown({word for _file, _line, word in found}, language) - names - known
        for file, line, word in sorted(set(found)):
            if word in bad and word[:1].lower() + word[1:] not in known:
                yield (
                    f"{file}:{line}: “{word}” is in no dictionary of “{language}”. Correct it. A foreign word"
                    f" stands in italics. If it is right, add it to scripts/spelling/{language}.txt, or a"
                    " name to names.txt."
                )


def main() -> None:
    if shutil.which("hunspell") is None:
        sys.exit(
            "hunspell is missing. “make check” installs it, with its dictionaries of English and French."
        )
    found = [fault for name in ("names", *DICTIONARIES) for fault in unsorted(name)]
    sys.exit("\n".join([*found, *faults(Tree.of())]) or None)


if __name__ == "__main__":
    main()
