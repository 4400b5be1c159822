"""What a course must have: lessons and questions in all languages, and answers that nobody can guess."""

from collections import Counter
from collections.abc import Mapping

from mapsvc.content.courses import Course, Lesson
from mapsvc.content.faults import Faults
from mapsvc.content.links import Known
from mapsvc.content.questions import Question
from mapsvc.content.text_checks import check_days, check_facts, check_links, check_words, marks_in
from mapsvc.messages import LANGUAGES
from mapsvc.messages import mark as _

FEWEST_QUESTIONS = 2  # of a lesson
GUESSABLE = 0.4  # more of the right answers than this in one place, and it is worth guessing
JUDGED_FROM = 8  # so many questions of the kind "single" say something of a course
LONGEST = 0.5  # of the right answers may be the longest of their choices

MISSING_LESSON = _("The lesson “%(name)s” has no text in “%(language)s”. Write %(file)s.")
NO_LESSON = _("The question “%(name)s” belongs to no lesson of its module: “%(lesson)s” is unknown.")
FEW_QUESTIONS = _("The lesson “%(name)s” has %(count)s questions. It needs at least %(limit)s.")
NO_WHY = _("A choice of the question “%(name)s” does not say why it is right or wrong. Add why.")
UNBALANCED = _(
    "%(count)s of %(all)s right answers stand in place %(place)s. Move some, so that nobody can guess."
)
TOO_LONG = _(
    "In %(count)s of %(all)s questions the right answer is the longest (“%(language)s”). Shorten some."
)
LESSON_NOT_NAMED = _(
    "The explanation of “%(name)s” does not name its lesson (“%(title)s”) in “%(language)s”."
)
SMALL_POOL = _("The final test draws %(limit)s questions, but only %(count)s may be drawn.")


def check_courses(courses: Mapping[str, Course], faults: Faults, *, known: Known) -> None:
    """Notes what courses lack."""
    for course in courses.values():
        for language in LANGUAGES:
            for name in ("title", "summary"):
                check_words(course.path, name, getattr(course.data, name), language, faults)
            for module in course.data.modules:
                check_words(course.path, module.key, module.title, language, faults)
        for lesson in course.lessons:
            _check_lesson(course, lesson, faults, known)
        _check_facts(course, faults)
        for question in course.questions.values():
            _check_question(course, question, faults)
        _check_balance(course, faults)
        if len(course.pool) < course.data.test_questions:
            limit = course.data.test_questions
            faults.add(course.path, 0, SMALL_POOL, limit=limit, count=len(course.pool))


def _check_lesson(course: Course, lesson: Lesson, faults: Faults, known: Known) -> None:
    name = f"{lesson.module}/{lesson.key}"
    for language in LANGUAGES:
        text = lesson.texts.get(language)
        if text is None:
            file = f"{language}/{name}.md"
            faults.add(course.path, 0, MISSING_LESSON, name=name, language=language, file=file)
        else:
            check_links(text, faults, known)
    count = len(course.questions_of(lesson))
    if count < FEWEST_QUESTIONS:
        faults.add(course.path, 0, FEW_QUESTIONS, name=name, count=count, limit=FEWEST_QUESTIONS)


def _check_facts(course: Course, faults: Faults) -> None:
    check_days(course.path, course.data.facts, faults)
    for language in LANGUAGES:
        texts = [lesson.texts[language] for lesson in course.lessons if language in lesson.texts]
        marks = [mark for text in texts for mark in marks_in(text)]
        check_facts(course.path, course.data.facts, marks, language, faults)


def _check_question(course: Course, question: Question, faults: Faults) -> None:
    path, said = course.question_files[question.module], question.said
    lesson = course.lesson(question.module, said.lesson)
    if lesson is None:
        faults.add(path, said.key, NO_LESSON, name=said.key, lesson=said.lesson)
    if said.kind in {"single", "multiple"} and any(choice.why is None for choice in said.choices):
        faults.add(path, said.key, NO_WHY, name=said.key)
    for language in LANGUAGES:
        check_words(path, said.key, said.model_dump(), language, faults)
        text = lesson.texts.get(language) if lesson else None
        if text and text.front.title not in said.explain.get(language, ""):
            title = text.front.title
            faults.add(path, said.key, LESSON_NOT_NAMED, name=said.key, title=title, language=language)


def _check_balance(course: Course, faults: Faults) -> None:
    single = [one for one in course.questions.values() if one.said.kind == "single"]
    if len(single) < JUDGED_FROM:
        return
    places = Counter(one.right[0] for one in single)
    for place, count in sorted(places.items()):
        if count > GUESSABLE * len(single):
            faults.add(course.path, 0, UNBALANCED, count=count, all=len(single), place=place + 1)
    for language in LANGUAGES:
        longest = sum(_right_is_longest(one, language) for one in single)
        if longest > LONGEST * len(single):
            faults.add(course.path, 0, TOO_LONG, count=longest, all=len(single), language=language)


def _right_is_longest(question: Question, language: str) -> bool:
    lengths = [len(choice.text.get(language, "")) for choice in question.said.choices]
    return lengths.index(max(lengths)) == question.right[0]
