"""Papers of a timeline as documents of a text processor, to be changed and printed."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from markdown_it.tree import SyntaxTreeNode

from mapsvc.presentation.papers import BLANK, Paper
from mapsvc.presentation.timelines import NoteView

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LINE = "_" * 28  # what a blank becomes that somebody writes in by hand
BOX = "\N{BALLOT BOX} "
FONT = "Calibri"
INDENT_EMU = 250_000  # of a task: 0.7 cm
LONGEST = 255  # letters of what a document says of itself
MADE = datetime(2026, 1, 1, tzinfo=UTC)  # the same paper gives the same document


@dataclass(frozen=True, slots=True)
class Style:
    """How words are set."""

    bold: bool = False
    italic: bool = False


def paper_docx(paper: Paper, notes: Sequence[NoteView], *, sources: str, site: str) -> bytes:
    """A paper as a DOCX document of A4 pages, in its language.

    notes stand at its end, under the heading `sources`; site is who made it. What is filled in is words
    alone: none of it is read as markup.
    """
    # python-docx costs 20 MB: only here, where it is used.
    from docx import Document  # noqa: PLC0415

    document = Document()
    prepare(document, title=paper.title, language=paper.language, author=site)
    document.add_heading(paper.title, level=1)
    writer = _Writer(document, paper)
    writer.blocks(SyntaxTreeNode(list(paper.tokens)).children)
    if notes:
        document.add_heading(sources, level=2)
    for note in notes:
        document.add_paragraph(f"{note.number}. {note.name}, {note.url}. {note.said}")
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def prepare(document: "Document", *, title: str, language: str, author: str) -> None:
    """Sets a new document on A4 pages in our font, and says its title, its language and who made it."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(11)
    said = document.styles.element.find(f".//{qn('w:lang')}")
    if said is not None:
        said.set(qn("w:val"), language)
    known = document.core_properties
    known.title, known.language, known.author, known.comments = (
        title[:LONGEST],
        language,
        author[:LONGEST],
        "",
    )
    known.created = known.modified = MADE


class _Writer:
    def __init__(self, document: "Document", paper: Paper) -> None:
        self.document, self.paper = document, paper

    def blocks(self, nodes: Iterable[SyntaxTreeNode], style: str | None = None) -> None:
        for node in nodes:
            self.block(node, style)

    def block(self, node: SyntaxTreeNode, style: str | None) -> None:
        if node.type == "paragraph":
            self.words(self.document.add_paragraph(style=style), node)
        elif node.type == "heading":
            self.words(self.document.add_heading(level=int(node.tag[1:])), node)
        elif node.type in {"bullet_list", "ordered_list"}:
            for item in node.children:
                self.item(item, "List Bullet" if node.type == "bullet_list" else "List Number")
        elif node.type == "table":
            self.table(node)
        elif node.type == "hr":
            self.document.add_paragraph(LINE * 2)
        else:
            self.blocks(node.children, style)

    def item(self, item: SyntaxTreeNode, style: str) -> None:
        if item.attrs.get("class") != "task":
            self.blocks(item.children, style)
            return
        first, *rest = item.children
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.left_indent = INDENT_EMU
        paragraph.paragraph_format.first_line_indent = -INDENT_EMU
        paragraph.add_run(BOX)
        self.words(paragraph, first)
        self.blocks(rest)

    def table(self, node: SyntaxTreeNode) -> None:
        rows = [row for part in node.children for row in part.children]
        table = self.document.add_table(rows=len(rows), cols=len(rows[0].children), style="Table Grid")
        for place, row in enumerate(rows):
            for column, cell in enumerate(row.children):
                paragraph = table.cell(place, column).paragraphs[0]
                bold = Style(bold=cell.type == "th")
                for inline in cell.children:
                    if inline.content.strip() != BLANK:  # an empty cell is a blank already
                        self.inline(paragraph, inline.children, bold)
        self.document.add_paragraph()

    def words(self, paragraph: "Paragraph", node: SyntaxTreeNode) -> None:
        for inline in node.children:
            self.inline(paragraph, inline.children, Style())

    def inline(self, paragraph: "Paragraph", nodes: Iterable[SyntaxTreeNode], style: Style) -> None:
        for node in nodes:
            if node.type in {"strong", "em"}:
                inner = Style(style.bold or node.type == "strong", style.italic or node.type == "em")
                self.inline(paragraph, node.children, inner)
            elif node.type == "link":
                self.inline(paragraph, node.children, style)
                paragraph.add_run(f" ({node.attrs['href']})")
            elif node.type == "fact":
                number = self.paper.numbers.get(node.content)
                paragraph.add_run(f"{number}" if number else "").font.superscript = True
            else:
                text = {"softbreak": " ", "hardbreak": "\n"}.get(node.type, node.content)
                run = paragraph.add_run(text.replace(BLANK, LINE))
                run.bold, run.italic = style.bold or None, style.italic or None
