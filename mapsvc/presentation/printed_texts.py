"""Texts of content as trees of plain values, which a template prints without reading them as markup."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from mapsvc.content.markup import INSIDE, Links

Node = dict[str, Any]  # "is" names what it is: "paragraph", "text"
Notes = Callable[[str], int | None]  # the number of the note on a fact, by its key


LISTS = {"bullet_list": False, "ordered_list": True}
SAME = {"strong", "em"}
BREAKS = {"softbreak": " ", "hardbreak": "\n"}


def printed(tokens: Sequence[Token], *, notes: Notes, links: Links) -> list[Node]:
    """The blocks of a text: paragraphs, headings, lists, quotes and tables, with their words inside.

    Words are values of their own ({"is": "text", "text": ...}), so that no template can take them for
    code. Facts without a note are left out. links turns what is linked inside into whole addresses.
    """
    return _Printer(notes, links).blocks(SyntaxTreeNode(list(tokens)).children)


class _Printer:
    def __init__(self, notes: Notes, links: Links) -> None:
        self.notes, self.links = notes, links

    def blocks(self, nodes: Iterable[SyntaxTreeNode]) -> list[Node]:
        return [drawn for node in nodes if (drawn := self.block(node))]

    def block(self, node: SyntaxTreeNode) -> Node | None:
        if node.type == "paragraph":
            return {"is": "paragraph", "in": self.words(node)}
        if node.type == "heading":
            return {"is": "heading", "in": self.words(node)}
        if node.type in LISTS:
            items = [self.blocks(item.children) for item in node.children]
            start = int(node.attrs.get("start", 1))
            return {"is": "list", "numbered": LISTS[node.type], "start": start, "items": items}
        if node.type == "blockquote":
            return {"is": "quote", "in": self.blocks(node.children)}
        if node.type == "table":
            head, *bodies = node.children
            rows = [self.cells(row) for body in bodies for row in body.children]
            return {"is": "table", "head": self.cells(head.children[0]), "rows": rows}
        return None  # a rule: headings part a printed text

    def cells(self, row: SyntaxTreeNode) -> list[list[Node]]:
        return [self.words(cell) for cell in row.children]

    def words(self, node: SyntaxTreeNode) -> list[Node]:
        """What stands in a block of one line."""
        return [one for inline in node.children for one in self.inline(inline.children)]

    def inline(self, nodes: Iterable[SyntaxTreeNode]) -> list[Node]:
        return [drawn for node in nodes if (drawn := self.word(node))]

    def word(self, node: SyntaxTreeNode) -> Node | None:
        if node.type in SAME:
            return {"is": node.type, "in": self.inline(node.children)}
        if node.type == "link":
            target = str(node.attrs["href"])
            to = self.links(target) if INSIDE.fullmatch(target) else target
            return {"is": "link", "to": to, "in": self.inline(node.children)}
        if node.type == "fact":
            number = self.notes(node.content)
            return None if number is None else {"is": "note", "number": number}
        text = BREAKS.get(node.type, node.content)
        return {"is": "text", "text": text} if text else None
