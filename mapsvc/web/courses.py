"""Courses to read: their list, a course, its lessons with questions to check oneself. No cookie is set."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request

from mapsvc import i18n
from mapsvc.content.courses import Course, Lesson
from mapsvc.content.words import said_in
from mapsvc.domain.base import now
from mapsvc.errors import NotFound
from mapsvc.http import running
from mapsvc.presentation.course_pages import (
    LessonLink,
    QuestionView,
    answer_view,
    course_view,
    lesson_link,
    question_view,
)
from mapsvc.presentation.course_texts import lesson_text
from mapsvc.presentation.notes import Notes
from mapsvc.services.course_questions import answered, asked, was_sent
from mapsvc.viewers import open_to_all

bp = Blueprint("courses", __name__)


@bp.get("/courses")
@open_to_all
def overview() -> str:
    """All courses."""
    language = i18n.language()
    return render_template(
        "courses/overview.html", found=[course_view(one, language) for one in courses().values()]
    )


@bp.get("/courses/<slug>")
@open_to_all
def course(slug: str) -> str:
    """A course: its modules and lessons, the way to the final test."""
    return render_template("courses/course.html", course=course_view(known(slug), i18n.language()))


@bp.get("/courses/<slug>/<module>/<key>")
@open_to_all
def lesson(slug: str, module: str, key: str) -> str:
    """A lesson; with answers in the address, what is right in them."""
    of, language = known(slug), i18n.language()
    one = of.lesson(module, key)
    text = lesson_text(of, one, language, Notes(now().date())) if one else None
    if one is None or text is None:
        raise NotFound
    before, after = _neighbours(of, one, language)
    return render_template(
        "courses/lesson.html",
        course=course_view(of, language),
        module=next(said_in(part.title, language) for part in of.data.modules if part.key == module),
        here=lesson_link(of, one, language),
        text=text,
        questions=_questions(of, one, language),
        before=before,
        after=after,
    )


@bp.get("/emergency-card")
@open_to_all
def card() -> str:
    """The card for an emergency: filled in and printed in the browser; nothing of it is ever sent."""
    return render_template("courses/card.html")


def courses() -> Mapping[str, Course]:
    """The courses of this installation, by slug."""
    return running().shelf.library.courses


def known(slug: str) -> Course:
    """The course of this name. Raises NotFound."""
    found = courses().get(slug)
    if found is None:
        raise NotFound
    return found


def _questions(of: Course, one: Lesson, language: str) -> list[QuestionView]:
    sent = {name: request.args.getlist(name) for name in request.args}
    all_asked = [asked(question, mix=of.slug) for question in of.questions_of(one)]
    if not any(was_sent(each, sent) for each in all_asked):
        return [question_view(each, language) for each in all_asked]
    return [answer_view(of, answered(each, sent), language, sent=sent) for each in all_asked]


def _neighbours(of: Course, one: Lesson, language: str) -> tuple[LessonLink | None, LessonLink | None]:
    """The lessons before and after."""
    readable = [each for each in of.lessons if each.texts]
    at = readable.index(one)
    before = lesson_link(of, readable[at - 1], language) if at else None
    after = lesson_link(of, readable[at + 1], language) if at + 1 < len(readable) else None
    return before, after
