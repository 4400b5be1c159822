"""Courses: modules of short lessons, and the questions that go with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from mapsvc.content.facts import Facts
from mapsvc.content.faults import Faults
from mapsvc.content.names import LANGUAGE, Key, slugs
from mapsvc.content.questions import Question, QuestionsFile
from mapsvc.content.texts import Text, read_document
from mapsvc.content.trees import Tree
from mapsvc.content.words import Words
from mapsvc.content.yaml_files import Content, read_yaml
from mapsvc.messages import mark as _

SAME_KEY = _("Two questions are called “%(name)s”. Give one another key.")


class Module(Content):
    """A module: a subject, and the keys of its lessons in their order."""

    key: Key
    title: Words
    lessons: Annotated[list[Key], Field(min_length=1)]


class CourseFile(Content):
    """course.yml."""

    title: Words
    summary: Words
    audience: Literal["learners", "hosts"]
    written_on: date
    pass_percent: Annotated[int, Field(ge=1, le=100)]
    test_questions: Annotated[int, Field(ge=1, le=60)]
    modules: Annotated[list[Module], Field(min_length=1)]
    facts: Facts = Field(default_factory=dict)


class LessonFront(Content):
    """What stands above a lesson."""

    title: Annotated[str, Field(min_length=2, max_length=120)]
    minutes: Annotated[int, Field(ge=1, le=60)]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson in its languages; `module` and `key` name it: lesson:safety/papers/copies."""

    module: str
    key: str
    texts: Mapping[str, Text[LessonFront]]


@dataclass(frozen=True, slots=True)
class Course:
    """A course: its lessons in their order, and its questions by key."""

    slug: str
    path: Path
    data: CourseFile
    lessons: Sequence[Lesson]
    questions: Mapping[str, Question]
    question_files: Mapping[str, Path]

    def lesson(self, module: str, key: str) -> Lesson | None:
        """The lesson of this name."""
        return next((one for one in self.lessons if (one.module, one.key) == (module, key)), None)

    def questions_of(self, lesson: Lesson) -> list[Question]:
        """The questions that belong to a lesson, in the order of their file."""
        name = (lesson.module, lesson.key)
        return [one for one in self.questions.values() if (one.module, one.said.lesson) == name]

    @property
    def pool(self) -> list[Question]:
        """The questions from which the final test is drawn."""
        return [one for one in self.questions.values() if one.said.final]


def load_courses(tree: Tree, faults: Faults) -> dict[str, Course]:
    """The courses of a tree by slug; what cannot be read is left out, and noted."""
    found = ((slug, _course(tree, slug, faults)) for slug in slugs(tree, "courses", "course.yml", faults))
    return {slug: course for slug, course in found if course is not None}


def _course(tree: Tree, slug: str, faults: Faults) -> Course | None:
    path = tree.file("courses", slug, "course.yml")
    data = read_yaml(path, CourseFile, faults) if path else None
    if path is None or data is None:
        return None
    lessons = [
        _lesson(tree, slug, module.key, key, faults) for module in data.modules for key in module.lessons
    ]
    questions: dict[str, Question] = {}
    files: dict[str, Path] = {}
    for module in data.modules:
        file = tree.file("courses", slug, "questions", f"{module.key}.yml")
        read = read_yaml(file, QuestionsFile, faults) if file else None
        if file and read:
            files[module.key] = file
            for said in read.questions:
                if said.key in questions:
                    faults.add(file, 0, SAME_KEY, name=said.key)
                questions[said.key] = Question(module.key, said)
    return Course(slug, path, data, lessons, questions, files)


def _lesson(tree: Tree, slug: str, module: str, key: str, faults: Faults) -> Lesson:
    texts = {}
    for language in filter(LANGUAGE.fullmatch, tree.folders("courses", slug)):
        path = tree.file("courses", slug, language, module, f"{key}.md")
        text = read_document(path, language, LessonFront, faults, sections=()) if path else None
        if text is not None:
            texts[language] = text
    return Lesson(module, key, texts)
