"""The final test and its certificate in the browser of somebody with and without an account."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from pypdf import PdfReader
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from mapsvc.content.courses import Course
from mapsvc.domain.course_progress import Certificate, CourseProgress
from mapsvc.domain.people import Role
from mapsvc.services.course_tests import Drawn, draw
from mapsvc.storage.engine import reading
from tests.services.test_course_tests import right, wrong
from tests.web.signed_in import given, post, sign_in
from tests.web.well_formed import faults_of

TEST = "/courses/safety/test"
NAME = "Zoë Müller"


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def course(app: Flask) -> Course:
    return app.extensions["mapsvc"].shelf.library.courses["safety"]


def begun(client: FlaskClient) -> str:
    """The path of a new test."""
    return re.findall(rf'href="({TEST}/[^"]+)"', client.get(TEST).text)[0]


def drawn(app: Flask, course: Course, path: str) -> Drawn:
    return draw(course, path.rpartition("/")[2], key=app.extensions["mapsvc"].settings.secret)


def answers(of: Drawn, how_many: int | None = None) -> dict[str, list[str]]:
    """The form of a test with so many right answers; all, where nothing is said."""
    sent: dict[str, list[str]] = {}
    for number, one in enumerate(of.questions):
        sent |= right(one) if how_many is None or number < how_many else wrong(one)
    return sent


def explanations(of: Drawn) -> list[str]:
    """All words that tell which answers of a test are right."""
    said = [one.question.said for one in of.questions]
    whys = [choice.why["en"] for one in said for choice in one.choices if choice.why]
    return [str(escape(text)) for text in [*(one.explain["en"] for one in said), *whys]]


def passed(client: FlaskClient, app: Flask, course: Course) -> str:
    """The path of the certificate of a test that this client passes."""
    path = begun(client)
    of = drawn(app, course, path)
    page = post(client, path, answers(of))
    assert "You passed" in page.text
    assert [said for said in explanations(of) if said not in page.text] == []
    return re.findall(r'href="(/courses/safety/certificate/[^"]+)"', page.text)[0]


def certified(client: FlaskClient, path: str, name: str = NAME) -> TestResponse:
    answer = post(client, path, {"name": name})
    assert answer.mimetype == "application/pdf", answer.text
    return answer


def code_in(answer: TestResponse) -> str:
    said = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    return re.findall(r"certificates/(\w{4}-\w{4}-\w{4})", said)[0]


def test_a_reload_shows_the_same_test(reader: FlaskClient) -> None:
    path = begun(reader)

    first, again = (re.sub(r'value="[^"]{60,}"', "", reader.get(path).text) for _time in range(2))

    assert first == again
    assert begun(reader) != path


def test_a_test_tells_nothing_of_what_is_right(app: Flask, course: Course, reader: FlaskClient) -> None:
    path = begun(reader)
    page = reader.get(path).text

    of = drawn(app, course, path)
    assert [said for said in explanations(of) if said in page] == []
    assert [one.name for one in of.questions if f'id="{one.name}"' not in page] == []
    assert len(re.findall(r'" (?:checked|selected)[ >]|✓', page.partition("<main")[2])) == 0


def test_a_test_with_missing_answers_comes_back_with_the_others_kept(
    app: Flask, course: Course, reader: FlaskClient
) -> None:
    path = begun(reader)
    of = drawn(app, course, path)
    sent = answers(of)
    for name in [name for name in sent if name.partition(".")[0] == of.questions[2].name]:
        del sent[name]

    page = post(reader, path, sent)

    assert page.status_code == 422
    assert "Some answers are missing" in page.text
    assert f'href="#{of.questions[2].name}"' in page.text
    kept = len(re.findall(r'" (?:checked|selected)[ >]', page.text.partition("<main")[2]))
    assert kept == sum(len(values) for values in sent.values())
    assert "✓" not in page.text.partition("<main")[2]


def test_a_test_that_is_not_passed_leads_back_to_the_lessons_and_gives_no_answer_away(
    app: Flask, course: Course, reader: FlaskClient
) -> None:
    path = begun(reader)
    of = drawn(app, course, path)

    page = post(reader, path, answers(of, 15))

    assert page.status_code == 200
    assert "15 of 20 answers are right. 16 are needed." in page.text
    assert faults_of(page.text) == faults_of(reader.get(path).text) == []
    assert "/certificate/" not in page.text
    assert [said for said in explanations(of) if said in page.text] == []
    assert page.text.count("✗") == page.text.count("Read again: ") == 5


def test_a_certificate_is_verified_by_a_stranger_who_learns_no_name(
    app: Flask, course: Course, reader: FlaskClient
) -> None:
    path = passed(reader, app, course)
    certificate = certified(reader, path)
    code = code_in(certificate)

    stranger = app.test_client()
    asked = stranger.get("/certificates", query_string={"code": code.lower().replace("-", " ")})
    page = stranger.get(f"/certificates/{code}")

    assert NAME in " ".join(PdfReader(io.BytesIO(certificate.data)).pages[0].extract_text().split())
    assert asked.location == f"/certificates/{code.replace('-', '')}"
    assert page.status_code == 200
    assert "This certificate is valid" in page.text
    assert "Safety before mobility" in page.text
    assert "Zo" not in page.text.partition("<main")[2].partition("</main>")[0]
    assert certificate.headers["Cache-Control"] == "no-store"


def test_the_same_test_gives_the_same_code_for_whatever_name(
    app: Flask, course: Course, reader: FlaskClient, engine: Engine
) -> None:
    path = passed(reader, app, course)

    codes = {code_in(certified(reader, path, name)) for name in (NAME, "Zoe Muller")}

    assert len(codes) == 1
    with reading(engine) as session:
        (kept,) = session.scalars(select(Certificate)).all()
        assert kept.progress_id is None


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_a_certificate_needs_a_name(name: str, app: Flask, course: Course, reader: FlaskClient) -> None:
    answer = post(reader, passed(reader, app, course), {"name": name})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize("code", ["K7QM-2F9X-4TBD", "x", "0" * 12, "%27", "a" * 400])
def test_a_code_of_no_certificate_is_not_valid(code: str, reader: FlaskClient) -> None:
    page = reader.get(f"/certificates/{code}")

    assert page.status_code == 404
    assert "No certificate with this code is valid" in page.text


@pytest.mark.parametrize("path", ["test/x", "certificate/x", f"test/{'x' * 43}", f"certificate/{'x' * 43}"])
def test_a_word_that_is_not_ours_opens_nothing(path: str, reader: FlaskClient) -> None:
    assert reader.get(f"/courses/safety/{path}").status_code == 404


def test_with_an_account_the_pass_and_the_certificate_follow_it(
    app: Flask, course: Course, reader: FlaskClient, engine: Engine
) -> None:
    given(engine, "lina@example.org")
    sign_in(reader, engine, "lina@example.org")
    code = code_in(certified(reader, passed(reader, app, course)))

    page = reader.get("/account/courses").text

    assert "passed on" in page
    assert f"Certificate {code}" in page
    number = re.findall(r"/account/courses/certificates/(\d+)/revoke", page)[0]
    again = post(reader, f"/account/courses/certificates/{number}", {"name": "Zoe"})
    assert code_in(again) == code
    assert post(reader, f"/account/courses/certificates/{number}", {"name": " "}).status_code == 303
    assert post(reader, f"/account/courses/certificates/{number}/revoke").status_code == 303
    assert app.test_client().get(f"/certificates/{code}").status_code == 404
    assert f"Certificate {code}, taken back" in reader.get("/account/courses").text
    assert post(reader, f"/account/courses/certificates/{number}", {"name": "Zoe"}).status_code == 410


def test_a_link_that_was_given_away_makes_nobody_elses_certificate_ones_own(
    app: Flask, course: Course, reader: FlaskClient, engine: Engine
) -> None:
    path = passed(reader, app, course)
    other = app.test_client()
    given(engine, "other@example.org")
    sign_in(other, engine, "other@example.org")

    code_in(certified(other, path))

    page = other.get("/account/courses").text
    assert "passed on" not in page
    assert "Certificate " not in page


def test_without_an_account_nothing_but_the_code_is_kept(
    app: Flask, course: Course, reader: FlaskClient, engine: Engine
) -> None:
    certified(reader, passed(reader, app, course))

    with reading(engine) as session:
        assert session.scalars(select(CourseProgress)).all() == []


def test_a_moderator_takes_a_certificate_back(
    app: Flask, course: Course, reader: FlaskClient, engine: Engine
) -> None:
    code = code_in(certified(reader, passed(reader, app, course)))
    given(engine, "mod@example.org", Role.MODERATOR)
    moderator = app.test_client()
    sign_in(moderator, engine, "mod@example.org")

    assert 'href="/desk/certificates"' in moderator.get("/review").text
    answer = post(moderator, "/desk/certificates", {"code": code})
    again = post(moderator, "/desk/certificates", {"code": code})

    assert (answer.status_code, again.status_code) == (303, 422)
    assert reader.get(f"/certificates/{code}").status_code == 404
