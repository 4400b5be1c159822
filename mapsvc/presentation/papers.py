"""Papers of a timeline as readers see them: names filled in, boxes to tick, blanks to write in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token
from markupsafe import Markup

from mapsvc.catalogues import translate
from mapsvc.content import markup
from mapsvc.content.texts import Text
from mapsvc.content.timelines import NoFront, Resource
from mapsvc.content.words import said_in, shown_in
from mapsvc.messages import mark as _
from mapsvc.presentation.framed_tables import framed

FIELD = re.compile(r"\[\[([a-z]+)\]\]")
BOX = "[ ] "
BLANK = "____"
OUTSIDE_TAGS = re.compile(r">[^<]+")
# What stands for a field of which nothing is known.
FIELDS = {
    "learner": _("[name of the learner]"),
    "host": _("[name of your firm]"),
    "tutor": _("[name of the tutor]"),
    "arrival": _("[day of arrival]"),
    "departure": _("[day of departure]"),
    "referent": _("[name of the referent]"),
    "town": _("[town]"),
}

Fields = Mapping[str, str]  # what is known, by the name of the field


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in one language, which may be another than the reader's; its tokens have their names."""

    key: str
    kind: str
    title: str
    language: str
    tokens: Sequence[Token]
    facts: Sequence[str]  # in the order in which they are marked first

    @property
    def numbers(self) -> Mapping[str, int]:
        """The numbers of the notes on its facts."""
        return {key: number for number, key in enumerate(self.facts, start=1)}


def paper_of(resource: Resource, language: str, *, fields: Fields | None = None) -> Paper | None:
    """A paper in a language, or in the first one that there is; None where it has no text at all.

    fields are the names and days to put in; without one, its place says what belongs there.
    """
    found = shown_in(resource.texts, language)
    if found is None:
        return None
    blocks = _blocks(resource.texts[found])
    tokens = [_filled(token, fields or {}, found) for token in blocks]
    facts = list(dict.fromkeys(key for key, _line in markup.facts_in(tokens)))
    title = said_in(resource.data.title, found)
    return Paper(resource.key, resource.data.kind, title, found, _boxed(tokens), facts)


def paper_html(paper: Paper, *, links: markup.Links) -> Markup:
    """A paper as HTML that is safe in a page: tasks have the class "task", blanks the class "blank"."""
    drawn = markup.html(paper.tokens, numbers=paper.numbers, links=links)
    blank = '<span class="blank">____</span>'
    lined = OUTSIDE_TAGS.sub(lambda found: found[0].replace(BLANK, blank), drawn)
    # Nothing but frames of blanks and tables was put into what is clean.
    return Markup(framed(lined, paper.title))  # noqa: S704 # nosec B704


def plain_text(paper: Paper) -> str:
    """A paper as the text of a mail: a paragraph a block."""
    return markup.plain(paper.tokens).replace("\n", "\n\n")


def _blocks(text: Text[NoFront]) -> list[Token]:
    """All of a text; items that have days after arrival stand at its end."""
    section = text.sections[""]
    tokens = list(section.tokens)
    if section.tasks:
        tokens.append(Token("bullet_list_open", "ul", 1, block=True))
        for task in section.tasks:
            item = Token("list_item_open", "li", 1, block=True)
            item.attrs["class"] = "task"
            tokens += [item, *task.tokens, Token("list_item_close", "li", -1, block=True)]
        tokens.append(Token("bullet_list_close", "ul", -1, block=True))
    return tokens


def _filled(token: Token, fields: Fields, language: str) -> Token:
    """A token with what is known in the place of each field; the kept one stays as it is."""

    def known(found: re.Match[str]) -> str:
        name = found[1]
        said = fields.get(name)
        return said or (translate(language, FIELDS[name]) if name in FIELDS else found[0])

    if token.content or token.children:
        children = [_filled(child, fields, language) for child in token.children or []]
        content = FIELD.sub(known, token.content) if token.type in {"text", "inline"} else token.content
        return token.copy(content=content, children=children or token.children)
    return token.copy()


def _boxed(tokens: list[Token]) -> list[Token]:
    """The tokens with items that begin with [ ] marked as tasks, without these signs."""
    for at, token in enumerate(tokens):
        item = tokens[at - 2] if at > 1 else None
        if token.type != "inline" or item is None or item.type != "list_item_open":
            continue
        if token.content.startswith(BOX) and token.children and token.children[0].content.startswith(BOX):
            token.content = token.content.removeprefix(BOX)
            token.children[0].content = token.children[0].content.removeprefix(BOX)
            item.attrs = {**item.attrs, "class": "task"}
    return tokens
