"""Which learners finished a course, for the referents to whom they agreed."""

from flask import Blueprint, render_template

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.http import running
from mapsvc.presentation.course_pages import course_view
from mapsvc.services import following_courses
from mapsvc.viewers import installation, looking, needs, viewer
from mapsvc.web.courses import courses

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
        titles=[course_view(one, i18n.language()) for one in courses().values()],
    )
