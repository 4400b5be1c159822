"""Courses as pages show them: what there is to read, questions, and what was right in an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mapsvc.content.courses import Course, Lesson
from mapsvc.content.words import said_in
from mapsvc.presentation.course_texts import minutes_of, title_of
from mapsvc.services.course_questions import Answered, Asked, Sent

MINUTES = 60


@dataclass(frozen=True, slots=True)
class LessonLink:
    """A lesson in a list; name is "module/lesson"."""

    name: str
    title: str
    minutes: int
    url: str


@dataclass(frozen=True, slots=True)
class ModuleView:
    """A module with its lessons."""

    key: str
    title: str
    lessons: Sequence[LessonLink]


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course in a list and on its page."""

    slug: str
    title: str
    summary: str
    url: str
    modules: Sequence[ModuleView]
    questions: int
    pass_percent: int
    for_hosts: bool

    @property
    def lessons(self) -> list[LessonLink]:
        """All lessons, in their order."""
        return [lesson for module in self.modules for lesson in module.lessons]

    @property
    def hours(self) -> int:
        """How long all of it takes, in whole hours, one at least."""
        return max(1, round(sum(lesson.minutes for lesson in self.lessons) / MINUTES))


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A choice, one line to put in order, or the left half of a pair; right is None while nobody may know.

    given is what was answered: "yes" for a tick, the place in an order, the right half of a pair.
    """

    name: str
    value: str
    text: str
    given: str = ""
    right: bool | None = None
    why: str = ""
    belongs: str = ""  # the place or the half that would have been right


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as a page asks it. result is "", "missing", "right" or "wrong"; the last two explain."""

    name: str
    kind: str
    case: bool
    ask: str
    choices: Sequence[ChoiceView]
    options: Sequence[tuple[str, str]]  # of the lists of order and match: (what is sent, what is read)
    result: str = ""
    explain: str = ""
    lesson: LessonLink | None = None


def course_view(course: Course, language: str) -> CourseView:
    """A course in the reader's language."""
    return CourseView(
        slug=course.slug,
        title=said_in(course.data.title, language),
        summary=said_in(course.data.summary, language),
        url=f"/courses/{course.slug}",
        modules=[
            ModuleView(
                key=module.key,
                title=said_in(module.title, language),
                lessons=[
                    lesson_link(course, one, language)
                    for one in course.lessons
                    if one.module == module.key and one.texts
                ],
            )
            for module in course.data.modules
        ],
        questions=min(course.data.test_questions, len(course.pool)),
        pass_percent=course.data.pass_percent,
        for_hosts=course.data.audience == "hosts",
    )


def lesson_link(course: Course, lesson: Lesson, language: str) -> LessonLink:
    """A lesson in a list."""
    name = f"{lesson.module}/{lesson.key}"
    return LessonLink(
        name, title_of(lesson, language), minutes_of(lesson, language), f"/courses/{course.slug}/{name}"
    )


def question_view(one: Asked, language: str, *, sent: Sent | None = None) -> QuestionView:
    """A question to be answered; of what was sent before, each field holds it again."""
    said, sent = one.question.said, sent or {}
    if said.kind in {"single", "multiple"}:
        ticked = set(sent.get(one.name, ()))
        choices = [
            ChoiceView(one.name, str(at), text, "yes" if str(at) in ticked else "")
            for at, text in enumerate(_texts(one, language))
        ]
        return QuestionView(one.name, said.kind, said.case, said_in(said.ask, language), choices, ())
    shown = _texts(one, language)
    lines = shown if said.kind == "order" else [said_in(pair.left, language) for pair in said.pairs]
    names = [f"{one.name}.{at}" for at in range(len(lines))]
    choices = [
        ChoiceView(name, "", line, (list(sent.get(name, ())) or [""])[0])
        for name, line in zip(names, lines, strict=True)
    ]
    read = [str(at + 1) for at in range(len(lines))] if said.kind == "order" else shown
    options = [(str(at), text) for at, text in enumerate(read)]
    return QuestionView(one.name, said.kind, said.case, said_in(said.ask, language), choices, options)


def answer_view(
    course: Course, one: Answered, language: str, *, sent: Sent, explained: bool = True
) -> QuestionView:
    """A question with what was right in its answer; one without a whole answer says nothing of that.

    Not explained, it says whether the answer is right and where to read again, not which one is.
    """
    view = question_view(one.asked, language, sent=sent)
    question, said = one.asked.question, one.asked.question.said
    if one.chosen is None:
        return replace(view, result="missing")
    lesson = course.lesson(question.module, said.lesson)
    judged = replace(
        view,
        result="right" if one.is_right else "wrong",
        lesson=lesson_link(course, lesson, language) if lesson else None,
    )
    if not explained:
        return judged
    return replace(
        judged,
        choices=[_judged(one, at, choice, language) for at, choice in enumerate(view.choices)],
        explain=said_in(said.explain, language),
    )


def _judged(one: Answered, at: int, shown: ChoiceView, language: str) -> ChoiceView:
    """A line with whether it is right: for a tick, whether the choice is one of the right ones."""
    said, chosen = one.asked.question.said, one.chosen or ()
    if said.kind == "match":
        halves = [said_in(pair.right, language) for pair in said.pairs]
        return replace(shown, given=halves[chosen[at]], right=chosen[at] == at, belongs=halves[at])
    place = one.asked.order[at]
    choice = said.choices[place]
    judged = replace(shown, right=choice.right, why=said_in(choice.why, language) if choice.why else "")
    if said.kind != "order":
        return judged
    # The choice that stands in place n of the file belongs in place n.
    given = chosen.index(place)
    return replace(judged, given=str(given + 1), right=given == place, belongs=str(place + 1))


def _texts(one: Asked, language: str) -> list[str]:
    """The choices, or the right halves of the pairs, as they are shown."""
    said = one.question.said
    texts = [pair.right for pair in said.pairs] or [choice.text for choice in said.choices]
    return [said_in(texts[place], language) for place in one.order]
