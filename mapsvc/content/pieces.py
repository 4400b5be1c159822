"""What content says in each language, piece by piece: paragraphs, items, headings, cells, words of YAML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from markdown_it.token import Token

from mapsvc.content import markup
from mapsvc.content.library import Library
from mapsvc.content.texts import Text
from mapsvc.content.yaml_files import LOADER
from mapsvc.messages import LANGUAGES

FOREIGN = "\ufffc"  # stands for each letter in italics, which are of another language, and of a blank
UNSAID = ("say",)  # of YAML: sounds, not words
BREAKS = {"softbreak", "hardbreak"}
CODE = re.compile("[a-z]{2}")
BLANK = re.compile(r"\[\[\w+\]\]")  # is filled in with a name or a day


class Shape(StrEnum):
    """What a piece is on its page."""

    TEXT = "text"  # a paragraph or an item of a list
    LABEL = "label"  # a title, a heading or a cell of a table


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a file in one language; each line end of `said` is one of the file."""

    path: Path
    language: str
    line: int  # of the file, from 1, in which it begins
    shape: Shape
    said: str
    own: str  # the same, as long, with FOREIGN in place of what is not of the language

    def line_at(self, offset: int) -> int:
        """The line of the file in which this character of `said` stands."""
        return self.line + self.said.count("\n", 0, offset)


def pieces(library: Library) -> Iterator[Piece]:
    """All that the content of a library says in our languages, each file once, by kind."""
    seen: set[Path] = set()
    for path, text in _files(library):
        if path not in seen:
            seen.add(path)
            yield from of_yaml(path) if text is None else of_text(text)


def of_text(text: Text[Any]) -> Iterator[Piece]:
    """What a text of one language says, its front matter first."""
    if text.language not in LANGUAGES:
        return
    yield from _front(text)
    for section in text.sections.values():
        for tokens in (section.tokens, *(task.tokens for task in section.tasks)):
            yield from _of_tokens(text.path, text.language, tokens)


def of_yaml(path: Path) -> Iterator[Piece]:
    """What a YAML file says by language, such as `{en: "Good morning", fr: "Bonjour"}`."""
    root = yaml.compose(path.read_text("utf-8-sig"), LOADER)
    return _of_node(path, "", root) if root is not None else iter(())


def _files(library: Library) -> Iterator[tuple[Path, Text[Any] | None]]:
    for kit in library.kits.values():
        for part in kit.parts:
            yield part.path, None
            yield from ((text.path, text) for text in part.texts.values())
    for course in library.courses.values():
        yield course.path, None
        for lesson in course.lessons:
            yield from ((text.path, text) for text in lesson.texts.values())
        yield from ((path, None) for path in course.question_files.values())
    for timeline in library.timelines.values():
        yield timeline.path, None
        for resource in timeline.resources.values():
            yield resource.path, None
            yield from ((one.path, one) for one in resource.texts.values())


def _front(text: Text[Any]) -> Iterator[Piece]:
    for name, shape in (("title", Shape.LABEL), ("summary", Shape.TEXT)):
        said = getattr(text.front, name, None)
        if said is not None:
            lines = text.path.read_text("utf-8-sig").splitlines()
            at = next((at for at, line in enumerate(lines, 1) if line.startswith(f"{name}:")), 1)
            yield Piece(text.path, text.language, at, shape, said, said)


def _of_tokens(path: Path, language: str, tokens: Sequence[Token], *, at: int = 0) -> Iterator[Piece]:
    before = ""
    for token in tokens:
        if token.type == "inline":
            shape = Shape.LABEL if before in {"heading_open", "th_open", "td_open"} else Shape.TEXT
            line = at + (token.map[0] if token.map else 1)
            said, own = _words(token.children or [])
            if said.strip():
                yield Piece(path, language, line, shape, said, own)
        before = token.type


def _words(children: Sequence[Token]) -> tuple[str, str]:
    """The words of an inline token, and the same with FOREIGN for each letter in italics."""
    said, own, level = "", "", 0
    for child in children:
        words = "\n" if child.type in BREAKS else "" if child.type == "fact" else child.content
        level += {"em_open": 1, "em_close": -1}.get(child.type, 0)
        said += words
        own += FOREIGN * len(words) if level and words != "\n" else words
    return said, BLANK.sub(lambda blank: FOREIGN * len(blank[0]), own)


def _of_node(path: Path, key: str, node: yaml.Node) -> Iterator[Piece]:
    if isinstance(node, yaml.SequenceNode):
        for inside in node.value:
            yield from _of_node(path, key, inside)
    elif isinstance(node, yaml.MappingNode):
        by_language = all(CODE.fullmatch(str(name.value)) for name, _value in node.value)
        for name, inside in node.value:
            if not by_language:
                if name.value not in UNSAID:
                    yield from _of_node(path, name.value, inside)
            elif name.value in LANGUAGES and isinstance(inside, yaml.ScalarNode):
                yield from _of_scalar(path, key, name.value, inside)


def _of_scalar(path: Path, key: str, language: str, node: yaml.ScalarNode) -> Iterator[Piece]:
    """The pieces of words that stand in YAML; a block of lines begins under its sign | or >."""
    at = node.start_mark.line + (2 if node.style in ("|", ">") else 1)
    for piece in _of_tokens(path, language, markup.parse(node.value), at=at):
        if key == "title":
            yield Piece(path, language, piece.line, Shape.LABEL, piece.said, piece.own)
        else:
            yield piece
