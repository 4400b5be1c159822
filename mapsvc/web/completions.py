"""Which learners finished a course, for the referents to whom they agreed."""

from flask import Blueprint, Response, render_template, url_for

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.http import running
from mapsvc.presentation.course_pages import CourseView, course_view
from mapsvc.presentation.desk_tables import learners_table
from mapsvc.services import following_courses
from mapsvc.services.table_files import check_format
from mapsvc.viewers import installation, looking, needs, viewer
from mapsvc.web.courses import courses
from mapsvc.web.table_answers import about_here, links, table_answer

bp = Blueprint("completions", __name__, url_prefix="/desk/courses")


@bp.get("")
@needs(Action.SEE_COMPLETION)
def overview() -> str:
    """Who agreed, which courses they finished, and the link by which more agree."""
    key = running().settings.secret
    with looking() as opened:
        schools = following_courses.schools(opened, viewer())
        found = following_courses.learners(opened, viewer())
    words = [(one, following_courses.agree_word(one.id, key=key)) for one in schools]
    return render_template(
        "own_courses/learners.html",
        found=found,
        links=[(one, installation().link(f"/account/courses/agree/{word}")) for one, word in words],
        titles=_titles(),
        files=links(lambda name: url_for("completions.table", file_format=name), places=False),
    )


@bp.get("/table.<file_format>")
@needs(Action.SEE_COMPLETION)
def table(file_format: str) -> Response:
    """The same learners as a file."""
    check_format(file_format, places=False)
    with looking() as opened:
        found = following_courses.learners(opened, viewer())
        made = learners_table(found, _titles(), language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


def _titles() -> list[CourseView]:
    return [course_view(one, i18n.language()) for one in courses().values()]
