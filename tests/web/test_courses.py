"""Courses as anybody reads them: lessons, notes of facts, questions that explain their answers."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapsvc.content.courses import Course
from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.services.course_questions import asked

LESSON = "/courses/safety/papers/copies"
HEAVIEST = 150 * 1024


@pytest.fixture(scope="module")
def course() -> Course:
    return usable(Tree.of()).courses["safety"]


def right_answers(course: Course, module: str, key: str) -> dict[str, list[str]]:
    """What a form would send to answer all questions of a lesson rightly."""
    lesson = course.lesson(module, key)
    assert lesson
    sent: dict[str, list[str]] = {}
    for question in course.questions_of(lesson):
        one = asked(question, mix=course.slug)
        places = {place: str(at) for at, place in enumerate(one.order)}
        if question.said.kind in {"single", "multiple"}:
            sent[one.name] = [places[place] for place in question.right]
        elif question.said.kind == "match":
            sent |= {f"{one.name}.{at}": [places[at]] for at in range(len(one.order))}
        else:
            sent |= {f"{one.name}.{at}": [str(place)] for at, place in enumerate(one.order)}
    return sent


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_lesson_is_a_light_page_in_each_language(
    language: str, client: FlaskClient, course: Course
) -> None:
    heavy, wrong = [], []
    for lesson in course.lessons:
        path = f"/courses/safety/{lesson.module}/{lesson.key}"
        page = client.get(f"{path}?lang={language}")
        if page.status_code != 200 or f"<h1>{lesson.texts[language].front.title}" not in page.text.replace(
            "&#39;", "'"
        ):
            wrong.append(path)
        if len(page.data) > HEAVIEST:
            heavy.append(path)

    assert (wrong, heavy) == ([], [])


def test_the_list_leads_to_each_lesson_of_a_course(client: FlaskClient, course: Course) -> None:
    assert 'href="/courses/safety"' in client.get("/courses").text

    page = client.get("/courses/safety").text

    assert [one.key for one in course.lessons if f"/courses/safety/{one.module}/{one.key}" not in page] == []
    assert "/courses/safety/test" in page


@pytest.mark.parametrize(
    "path",
    ["/courses/nothing", "/courses/safety/papers/nothing", "/courses/nothing/test", "/courses/nothing/a/b"],
)
def test_a_course_that_is_not_there_is_not_found(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/courses", "/courses/safety", LESSON, "/emergency-card", "/courses/safety/test"]
)
def test_reading_sets_no_cookie(path: str, client: FlaskClient) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"


def test_each_fact_of_a_lesson_leads_to_its_source_and_says_how_sure_it_is(client: FlaskClient) -> None:
    page = client.get("/courses/safety/papers/originals").text

    marks = re.findall(r'href="#(fact-\d+)"', page)
    assert marks
    assert [mark for mark in marks if f'id="{mark}"' not in page] == []
    assert page.count("Written in November 2026, not checked yet.") == len(set(marks))


def test_a_link_inside_the_content_leads_to_a_page(client: FlaskClient) -> None:
    page = client.get("/courses/safety/alcohol/limits").text

    assert 'href="/kits/kaunas"' in page
    assert 'href="kit:' not in page


def test_before_an_answer_the_page_does_not_say_what_is_right(client: FlaskClient, course: Course) -> None:
    page = client.get(LESSON).text

    lesson = course.lesson("papers", "copies")
    assert lesson
    said = [one.said for one in course.questions_of(lesson)]
    assert all(one.ask["en"] in page for one in said)
    assert [one.key for one in said if one.explain["en"] in page] == []
    assert [
        choice.why["en"] for one in said for choice in one.choices if choice.why and choice.why["en"] in page
    ] == []


def test_right_answers_are_explained_on_the_page_that_a_plain_form_opens(
    client: FlaskClient, course: Course
) -> None:
    wrong = []
    for lesson in course.lessons:
        sent = right_answers(course, lesson.module, lesson.key)
        page = client.get(f"/courses/safety/{lesson.module}/{lesson.key}", query_string=sent).text
        if 'data-all-right="yes"' not in page or "✗" in page:
            wrong.append(lesson.key)

    assert wrong == []


def test_a_wrong_answer_is_shown_as_wrong_with_why(client: FlaskClient, course: Course) -> None:
    lesson = course.lesson("papers", "copies")
    assert lesson
    single = next(one for one in course.questions_of(lesson) if one.said.kind == "single")
    wrong = next(at for at, choice in enumerate(single.said.choices) if not choice.right)

    page = client.get(LESSON, query_string={single.said.key: str(wrong)}).text

    why = single.said.choices[wrong].why
    assert why
    assert why["en"] in page
    assert "✗ not right" in page
    assert "Not answered yet." in page
    assert 'data-all-right="no"' in page


@pytest.mark.parametrize("sent", ["x", "99", "-1", "", "0.5", "٣"])
def test_an_answer_that_no_page_of_ours_sends_is_no_answer(
    sent: str, client: FlaskClient, course: Course
) -> None:
    lesson = course.lesson("papers", "copies")
    assert lesson
    query = {one.said.key: sent for one in course.questions_of(lesson)}

    answer = client.get(LESSON, query_string=query)

    assert answer.status_code == 200
    assert "✓ Right." not in answer.text


def test_a_lesson_in_another_language_says_so(app: Flask, settings_folder: Path) -> None:
    place = settings_folder / "content" / "courses" / "extra"
    (place / "en" / "first").mkdir(parents=True)
    (place / "questions").mkdir()
    (place / "course.yml").write_text(
        "title: {en: Extra, fr: En plus}\nsummary: {en: More, fr: Encore}\naudience: learners\n"
        "written_on: 2026-11-22\npass_percent: 80\ntest_questions: 1\n"
        "modules:\n  - {key: first, title: {en: First, fr: Premier}, lessons: [one]}\n"
    )
    (place / "en" / "first" / "one.md").write_text(
        "---\ntitle: Only English\nminutes: 5\n---\nRead <b>this</b>.\n"
    )
    client = app.test_client()

    page = client.get("/courses/extra/first/one?lang=fr").text

    assert 'class="other-language"' in page
    assert '<article class="text" lang="en">' in page
    assert "<b>" not in page.partition("<article")[2].partition("</article>")[0]
    assert client.get("/courses/extra/test").status_code == 404


def test_a_broken_file_of_an_installation_takes_no_page_down(app: Flask, settings_folder: Path) -> None:
    place = settings_folder / "content" / "courses" / "safety"
    (place / "en" / "papers").mkdir(parents=True)
    (place / "course.yml").write_text("title: [this is no course\n")
    (place / "en" / "papers" / "lost.md").write_text("---\ntitle: What we do\nminutes: 5\n---\nOurs.\n")
    client = app.test_client()

    assert client.get("/courses/safety").status_code == 200
    assert "What we do" in client.get("/courses/safety/papers/lost").text


@pytest.fixture
def settings_folder(app: Flask) -> Path:
    folder: Path = app.extensions["mapsvc"].settings.folder
    return folder


def test_the_emergency_card_has_no_field_that_a_form_could_send(client: FlaskClient) -> None:
    page = client.get("/emergency-card").text

    main = page.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    assert re.findall(r"<input[^>]* name=", main) == []
    assert len(re.findall(r"data-asks=", main)) == len(set(re.findall(r'data-shows="(\w+)"', main)))
