"""Lessons as pages show them: links that lead somewhere, facts with their notes, cases apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token
from markupsafe import Markup

from mapsvc.content import markup
from mapsvc.content.courses import Course, Lesson, LessonFront
from mapsvc.content.texts import Text
from mapsvc.content.words import shown_in
from mapsvc.presentation.content_links import address
from mapsvc.presentation.content_words import other_language
from mapsvc.presentation.framed_tables import framed
from mapsvc.presentation.notes import Note, Notes


@dataclass(frozen=True, slots=True)
class LessonText:
    """A lesson to read. `other` says that it is in another language than the reader's, else it is ""."""

    title: str
    minutes: int
    language: str
    other: str
    body: Markup
    cases: Sequence[Markup]
    notes: Sequence[Note]


def title_of(lesson: Lesson, language: str) -> str:
    """The title of a lesson; its key where it has no text."""
    text = _text(lesson, language)
    return text.front.title if text else lesson.key


def minutes_of(lesson: Lesson, language: str) -> int:
    """How long a lesson takes."""
    text = _text(lesson, language)
    return text.front.minutes if text else 0


def lesson_text(course: Course, lesson: Lesson, language: str, notes: Notes) -> LessonText | None:
    """A lesson in the reader's language, else in another; None where it has no text at all.

    notes numbers the facts of the page.
    """
    text = _text(lesson, language)
    if text is None:
        return None
    numbers, sources = notes.of(course.slug, course.data.facts, [text.sections[""].tokens])
    body, *cases = _parts(text.sections[""].tokens)

    def drawn(tokens: Sequence[Token]) -> str:
        return framed(str(markup.html(tokens, numbers=numbers, links=address)), text.front.title)

    return LessonText(
        title=text.front.title,
        minutes=text.front.minutes,
        language=text.language,
        other=other_language(text.language, language),
        # A page has its title above: what is a third heading in the file is its second.
        body=_safe(drawn(body).replace("<h3>", "<h2>").replace("</h3>", "</h2>")),
        cases=[_safe(drawn(case)) for case in cases],
        notes=sources,
    )


def _text(lesson: Lesson, language: str) -> Text[LessonFront] | None:
    found = shown_in(lesson.texts, language)
    return lesson.texts[found] if found else None


def _safe(drawn: str) -> Markup:
    # It is clean, but for headings that were renamed and frames of tables.
    return Markup(drawn)  # noqa: S704 # nosec B704


def _parts(tokens: Sequence[Token]) -> list[list[Token]]:
    """The text before the first heading of two signs, then what follows each."""
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    bounds = [*starts, len(tokens)]
    cases = [list(tokens[start + 3 : end]) for start, end in pairwise(bounds)]
    return [list(tokens[: bounds[0]]), *cases]
