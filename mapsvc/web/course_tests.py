"""The final test of a course, and the certificate of whoever passed it."""

from flask import Blueprint, Response, render_template, request
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.validators import InputRequired

from mapsvc import i18n
from mapsvc.access.permissions import VISITOR
from mapsvc.content.courses import Course
from mapsvc.domain.course_progress import Certificate
from mapsvc.errors import InvalidInput
from mapsvc.http import running
from mapsvc.presentation.certificates import certificate_file
from mapsvc.presentation.course_pages import answer_view, course_view, question_view
from mapsvc.services import course_tests, following_courses
from mapsvc.services.certifying import LONGEST_NAME, certificate_name, certify
from mapsvc.services.course_tests import Drawn, Graded, Proof
from mapsvc.viewers import acting, installation, open_to_all, viewer
from mapsvc.web.courses import known
from mapsvc.web.forms import Form

bp = Blueprint("course_tests", __name__, url_prefix="/courses/<slug>")


class TestForm(Form):
    """The token against other sites; the questions are fields of their own making."""

    __test__ = False


class NameForm(Form):
    """The name on a certificate."""

    name: Field = StringField(
        _l("Your name"),
        [InputRequired(_l("Type your name as it should stand on the certificate."))],
        description=_l("It is written into the file, and not kept here."),
        render_kw={"autocomplete": "name", "maxlength": LONGEST_NAME, "dir": "auto"},
    )


@bp.get("/test")
@open_to_all
def begin(slug: str) -> str:
    """What the final test is, and the way to a new one."""
    course = known(slug)
    word = course_tests.begin(course, key=running().settings.secret)
    return render_template("courses/test_begin.html", course=course_view(course, i18n.language()), word=word)


@bp.route("/test/<word>", methods=["GET", "POST"])
@open_to_all
def test(slug: str, word: str) -> str | tuple[str, int]:
    """A test: its questions; with all answers, what they are worth."""
    course, form = known(slug), TestForm()
    drawn = course_tests.draw(course, word, key=running().settings.secret)
    if not form.is_submitted():
        return _asked(course, drawn, form)
    graded = course_tests.grade(course, drawn, _sent())
    if graded.missing:
        return _asked(course, drawn, form, missing=graded.missing), 422
    proved = ""
    if graded.is_passed:
        proved = course_tests.prove(course, drawn, key=running().settings.secret)
        _keep(course, proved)
    return _result(course, graded, proved)


@bp.route("/certificate/<word>", methods=["GET", "POST"])
@open_to_all
def certificate(slug: str, word: str) -> str | Response | tuple[str, int]:
    """Asks for the name, and gives the certificate."""
    course, form = known(slug), NameForm()
    proved = course_tests.proof(course, word, key=running().settings.secret)
    if form.validate_on_submit():
        try:
            return _file(course, proved, certificate_name(form.name.data or ""))
        except InvalidInput as fault:
            form.take(fault)
    page = render_template(
        "courses/certificate.html",
        course=course_view(course, i18n.language()),
        form=form,
        proved=proved,
    )
    return page, 422 if form.is_submitted() else 200


def _asked(course: Course, drawn: Drawn, form: TestForm, missing: list[int] | None = None) -> str:
    language, sent = i18n.language(), _sent()
    return render_template(
        "courses/test.html",
        course=course_view(course, language),
        questions=[question_view(one, language, sent=sent) for one in drawn.questions],
        missing=missing or [],
        form=form,
    )


def _result(course: Course, graded: Graded, proved: str) -> str:
    language, sent = i18n.language(), _sent()
    return render_template(
        "courses/test_result.html",
        course=course_view(course, language),
        graded=graded,
        # A test that was not passed can be sent again: its right answers are not told.
        questions=[
            answer_view(course, one, language, sent=sent, explained=graded.is_passed)
            for one in graded.answers
        ],
        proved=proved,
    )


def certificate_answer(course: Course, made: Certificate, name: str) -> Response:
    """The file of a certificate, with a name that is kept nowhere else."""
    code = made.shown_code
    body = certificate_file(
        course_view(course, i18n.language()),
        name=name,
        code=code,
        passed_on=made.passed_on,
        link=installation().link(f"/certificates/{code}"),
        site=running().settings.site_name,
        language=i18n.language(),
    )
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="certificate-{code}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _file(course: Course, proved: Proof, name: str) -> Response:
    with acting() as opened:
        # The link to a certificate can be given away: it makes a certificate nobody's own.
        made = certify(opened, VISITOR, course, proved, key=running().settings.secret)
    return certificate_answer(course, made, name)


def _keep(course: Course, word: str) -> None:
    """Keeps, for somebody who is signed in, that the test was passed, and its certificate."""
    if viewer().account_id is None:
        return
    key = running().settings.secret
    proved = course_tests.proof(course, word, key=key)
    with acting() as opened:
        following_courses.keep_passed(opened, viewer(), course)
        certify(opened, viewer(), course, proved, key=key)


def _sent() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}
