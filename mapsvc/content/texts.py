"""A text of one language: a front matter, and sections under headings that are keys."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Generic, TypeVar

from markdown_it.token import Token

from mapsvc.content import markup
from mapsvc.content.faults import Faults
from mapsvc.content.yaml_files import Content, read_text, read_yaml
from mapsvc.messages import mark as _

Front = TypeVar("Front", bound=Content)

FENCE = "---\n"
KEY = re.compile("[a-z][a-z0-9-]{0,40}")
TASK = re.compile(r"\[ \] \+([0-9]{1,3}) (?=\S)")

NO_FRONT_MATTER = _("The file must begin with a line ---, its title, and another line ---.")
NOT_A_KEY = _("“%(name)s” is no section. A heading of two signs (##) holds one of these words: %(known)s.")
SECTION_TWICE = _("The section “%(name)s” stands here twice. Join the two.")
BEFORE_SECTIONS = _(
    "This text stands before the first section. Put it under a heading such as “## %(name)s”."
)
EMPTY_SECTION = _("The section “%(name)s” is empty. Write it, or take its heading away.")
HTML = _("HTML (%(piece)s) is not shown. Write it as Markdown, or take it away.")
TOP_HEADING = _("A heading of one sign (#) is the title, which stands in the front matter. Use ###.")
BAD_LINK = _("This link leads to “%(target)s”. Links begin with https://, or name something here: kit:como.")


@dataclass(frozen=True, slots=True)
class Task:
    """An item of a checklist: to be done so many days after arrival."""

    days: int
    tokens: Sequence[Token]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading; the tokens of its checklist are in tasks alone."""

    key: str
    line: int
    tokens: Sequence[Token]
    tasks: Sequence[Task] = ()


@dataclass(frozen=True, slots=True)
class Text(Generic[Front]):
    """A file of one language. Sections are by key, in the order of the file."""

    path: Path
    language: str
    front: Front
    sections: Mapping[str, Section] = field(default_factory=dict)

    def facts(self) -> dict[str, int]:
        """The facts that it marks, and the line of each one's first mark."""
        found: dict[str, int] = {}
        for section in self.sections.values():
            for tokens in (section.tokens, *(task.tokens for task in section.tasks)):
                for key, line in markup.facts_in(tokens):
                    found.setdefault(key, line)
        return found


def read_document(
    path: Path, language: str, front: type[Front], faults: Faults, *, sections: Sequence[str]
) -> Text[Front] | None:
    """The text of a file; None where nothing of it can be used. All faults are noted with their lines.

    A front matter without fields may be left out. sections are the keys that its headings may have;
    without any, all of it is one section of the key "".
    """
    text = read_text(path, faults)
    if text is None:
        return None
    head, body, at = _split(text)
    if head is None and front.model_fields:
        faults.add(path, 1, NO_FRONT_MATTER)
        faults.give_up(path)
        return None
    matter = read_yaml(path, front, faults, text=head or "", first_line=2)
    for piece, line in markup.html_in(body):
        faults.add(path, line + at, HTML, piece=piece[:40])
    tokens = [_moved(token, at) for token in markup.parse(body)]
    _note_bad(path, tokens, faults)
    found = _sections(path, tokens, sections, faults)
    return None if matter is None else Text(path, language, matter, found)


def _split(text: str) -> tuple[str | None, str, int]:
    """The front matter, what follows, and the line of the file, from 1, in which that begins."""
    end = text.find("\n" + FENCE, len(FENCE) - 1)
    if not text.startswith(FENCE) or end < 0:
        return None, text, 1
    head, body = text[len(FENCE) : end + 1], text[end + 1 + len(FENCE) :]
    return head, body, text[: len(text) - len(body)].count("\n") + 1


def _moved(token: Token, lines: int) -> Token:
    if token.map:
        token.map = [token.map[0] + lines, token.map[1] + lines]
    return token


def _note_bad(path: Path, tokens: Sequence[Token], faults: Faults) -> None:
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h1":
            faults.add(path, token.map[0] if token.map else 0, TOP_HEADING)
    for target, line in markup.links_in(tokens):
        if not target.startswith("https://") and not markup.INSIDE.fullmatch(target):
            faults.add(path, line, BAD_LINK, target=target)


def _sections(
    path: Path, tokens: Sequence[Token], known: Sequence[str], faults: Faults
) -> dict[str, Section]:
    if not known:
        return {"": _section("", 1, tokens)}
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    if starts[:1] != [0] and tokens:
        faults.add(path, (tokens[0].map or [1])[0], BEFORE_SECTIONS, name=known[0])
    found: dict[str, Section] = {}
    for start, end in pairwise([*starts, len(tokens)]):
        key, line = tokens[start + 1].content.strip(), (tokens[start].map or [1])[0]
        inside = tokens[start + 3 : end]
        if key not in known:
            faults.add(path, line, NOT_A_KEY, name=key, known=", ".join(known))
        elif key in found:
            faults.add(path, line, SECTION_TWICE, name=key)
        elif not inside:
            faults.add(path, line, EMPTY_SECTION, name=key)
        else:
            found[key] = _section(key, line, inside)
    return found


def _section(key: str, line: int, tokens: Sequence[Token]) -> Section:
    """A section whose checklists are taken out of its tokens."""
    kept: list[Token] = []
    tasks: list[Task] = []
    at = 0
    while at < len(tokens):
        end = _end(tokens, at)
        items = _tasks(tokens[at:end]) if tokens[at].type == "bullet_list_open" else None
        if items:
            tasks += items
        else:
            kept += tokens[at:end]
        at = end
    return Section(key, line, kept, tasks)


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where the block that begins at this token is over."""
    level = 0
    for end in range(at, len(tokens)):
        level += tokens[end].nesting
        if level == 0:
            return end + 1
    return len(tokens)


def _tasks(tokens: Sequence[Token]) -> list[Task]:
    """The items of a list if all are tasks, else none."""
    items: list[list[Token]] = []
    at = 1
    while at < len(tokens) - 1:
        end = _end(tokens, at)
        items.append(list(tokens[at + 1 : end - 1]))
        at = end
    heads = [next((token for token in item if token.type == "inline"), None) for item in items]
    found = [TASK.match(head.content) if head else None for head in heads]
    if not all(found):
        return []
    tasks = []
    for item, head, match in zip(items, heads, found, strict=True):
        if head is not None and head.children and match is not None:
            head.children[0].content = head.children[0].content[match.end() :]
            tasks.append(Task(int(match[1]), item))
    return tasks
