"""Markdown as content may use it: no HTML, facts marked by [^key], links inside by a word and a colon."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

FACT_MARK = re.compile(r"\[\^([a-z0-9][a-z0-9-]{0,60})\]")
INSIDE = re.compile(r"([a-z]+):([a-z0-9][a-z0-9/-]*)")
TAGS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "br", "hr", "blockquote", "sup"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "sup": {"class"}, "li": {"class"}, "ol": {"start"}}

Links = Callable[[str], str]  # from "kit:como" to an address


@cache
def reader() -> MarkdownIt:
    """CommonMark with tables; HTML, images and code are left as the signs they are written with."""
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": False})
    markdown.enable("table").disable(["html_block", "html_inline", "image", "code", "fence", "backticks"])
    markdown.inline.ruler.before("link", "fact", _fact)
    markdown.add_render_rule("fact", _fact_html)
    markdown.add_render_rule("link_open", _link_html)
    return markdown


def parse(text: str) -> list[Token]:
    """The tokens of a text; the lines in their maps count from 0."""
    return reader().parse(text)


def html(tokens: Sequence[Token], *, numbers: Mapping[str, int], links: Links) -> Markup:
    """The tokens as HTML that is safe in a page, whatever was written.

    numbers gives each fact the number of its note: `<a href="#fact-3">`. links turns what is linked
    inside into addresses. The tokens are not changed.
    """
    env: dict[str, Any] = {"numbers": numbers, "links": links}
    drawn = reader().renderer.render(list(tokens), reader().options, env)
    clean = nh3.clean(drawn, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"https", "tel"}, link_rel=None)
    return Markup(clean)  # noqa: S704 # nosec B704


def plain(tokens: Sequence[Token]) -> str:
    """The words alone, a line a block: for searching, counting and printing."""
    lines = ("".join(_words(token.children or [])) for token in tokens if token.type == "inline")
    return "\n".join(line for line in lines if line)


def facts_in(tokens: Sequence[Token]) -> list[tuple[str, int]]:
    """The facts that are marked, in their order: (key, line from 0)."""
    return [
        (child.content, token.map[0] if token.map else 0)
        for token in tokens
        if token.type == "inline"
        for child in token.children or []
        if child.type == "fact"
    ]


def links_in(tokens: Sequence[Token]) -> list[tuple[str, int]]:
    """Where links lead, in their order: (what stands in the brackets, line from 0)."""
    return [
        (str(child.attrs["href"]), token.map[0] if token.map else 0)
        for token in tokens
        if token.type == "inline"
        for child in token.children or []
        if child.type == "link_open"
    ]


def html_in(text: str) -> list[tuple[str, int]]:
    """The pieces of HTML in a text: (piece, line from 0). None of them would be shown as HTML."""
    if "<" not in text:
        return []
    tokens = _common().parse(text)
    blocks = [(token.content, token) for token in tokens if token.type == "html_block"]
    pieces = [
        (child.content, token)
        for token in tokens
        for child in token.children or []
        if child.type == "html_inline"
    ]
    return [(piece.strip(), token.map[0] if token.map else 0) for piece, token in (*blocks, *pieces)]


@cache
def _common() -> MarkdownIt:
    return MarkdownIt("commonmark")


def _words(children: Sequence[Token]) -> list[str]:
    breaks = {"softbreak", "hardbreak"}
    return [" " if child.type in breaks else child.content for child in children if child.type != "fact"]


def _fact(state: StateInline, silent: bool) -> bool:
    found = FACT_MARK.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("fact", "", 0)
        token.content = found[1]
    state.pos = found.end()
    return True


def _fact_html(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: dict[str, Any]
) -> str:
    number = env["numbers"].get(tokens[index].content)
    if number is None:
        return ""
    return f'<sup class="fact"><a href="#fact-{number}">{number}</a></sup>'


def _link_html(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    href = str(tokens[index].attrs["href"])
    target = env["links"](href) if INSIDE.fullmatch(href) else href
    return f'<a href="{escapeHtml(target)}">'
