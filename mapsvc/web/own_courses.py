"""One's own courses, with an account: how far one is, certificates, who sees that one finished."""

import hashlib
import hmac

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as Answer

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.errors import InvalidInput
from mapsvc.http import running
from mapsvc.presentation.course_pages import course_view
from mapsvc.services import certifying, following_courses
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.course_tests import certificate_answer
from mapsvc.web.courses import courses, known

bp = Blueprint("own_courses", __name__, url_prefix="/account/courses")


@bp.get("")
@needs(Action.USE_ACCOUNT)
def overview() -> str:
    """How far one is in each course."""
    with looking() as opened:
        kept = following_courses.own_progress(opened, viewer())
        consents = following_courses.own_consents(opened, viewer())
        certificates = {slug: list(one.certificates) for slug, one in kept.items()}
    return render_template(
        "own_courses/overview.html",
        found=[course_view(one, i18n.language()) for one in courses().values()],
        kept=kept,
        certificates=certificates,
        consents=consents,
        who=_who(),
        name=viewer().name,
        longest_name=certifying.LONGEST_NAME,
    )


@bp.post("/<slug>")
@needs(Action.USE_ACCOUNT)
def keep(slug: str) -> Answer:
    """Keeps which lessons were read: with "add" besides those that are kept, else these alone."""
    with acting() as opened:
        following_courses.keep_lessons(
            opened,
            viewer(),
            known(slug),
            set(request.form.getlist("lesson")),
            only="add" not in request.form,
        )
    flash(gettext("Saved."))
    return redirect(url_for("own_courses.overview"), 303)


@bp.get("/progress.json")
@needs(Action.USE_ACCOUNT)
def progress() -> Response:
    """How far one is, for the pages of courses in the same browser, with the token to add to it."""
    with looking() as opened:
        kept = following_courses.own_progress(opened, viewer())
    lessons = {slug: one.lessons for slug, one in kept.items()}
    return jsonify(who=_who(), token=generate_csrf(), lessons=lessons)


@bp.get("/courses.json")
@needs(Action.USE_ACCOUNT)
def download() -> Response:
    """All that is kept of one's courses."""
    with looking() as opened:
        answer = jsonify(following_courses.everything_kept(opened, viewer()))
    answer.headers["Content-Disposition"] = 'attachment; filename="courses.json"'
    return answer


@bp.post("/erase")
@needs(Action.USE_ACCOUNT)
def erase() -> Answer:
    """Erases all that is kept of one's courses."""
    with acting() as opened:
        following_courses.forget_courses(opened, viewer())
    flash(gettext("It is erased. Certificates that you made stay valid."))
    return redirect(url_for("own_courses.overview"), 303)


@bp.post("/certificates/<int:number>")
@needs(Action.USE_ACCOUNT)
def certificate(number: int) -> Response | Answer:
    """The file of a certificate of one's own, with the name that is typed."""
    with looking() as opened:
        made = certifying.own_certificate(opened, viewer(), number)
    if made.revoked is not None:
        raise certifying.Revoked
    try:
        name = certifying.certificate_name(request.form.get("name", ""))
    except InvalidInput as fault:
        flash(i18n.spoken(fault), "warning")
        return redirect(url_for("own_courses.overview"), 303)
    return certificate_answer(known(made.course), made, name)


@bp.post("/certificates/<int:number>/revoke")
@needs(Action.USE_ACCOUNT)
def revoke(number: int) -> Answer:
    """Takes a certificate of one's own back."""
    with acting() as opened:
        certifying.revoke_own(opened, viewer(), number)
    flash(gettext("The certificate is not valid any more."))
    return redirect(url_for("own_courses.overview"), 303)


@bp.route("/agree/<word>", methods=["GET", "POST"])
@needs(Action.USE_ACCOUNT)
def agree(word: str) -> str | Answer:
    """Asks whether a school may see that one finished courses."""
    key = running().settings.secret
    if request.method == "POST":
        with acting() as opened:
            following_courses.agree(opened, viewer(), word, key=key, language=i18n.language())
        flash(gettext("Thank you. You can take this back here at any time."))
        return redirect(url_for("own_courses.overview"), 303)
    with looking() as opened:
        school = following_courses.asks_to_see(opened, viewer(), word, key=key)
    return render_template("own_courses/agree.html", school=school, who=viewer())


@bp.post("/shown/<int:number>/end")
@needs(Action.USE_ACCOUNT)
def take_back(number: int) -> Answer:
    """Takes back that a school sees it."""
    with acting() as opened:
        following_courses.take_back(opened, viewer(), number)
    flash(gettext("They do not see it any more."))
    return redirect(url_for("own_courses.overview"), 303)


def _who() -> str:
    """A word for the account that tells nothing of it: so that a browser adds to no other's progress."""
    said = f"courses:{viewer().account_id}".encode()
    return hmac.new(running().settings.secret.encode(), said, hashlib.sha256).hexdigest()[:16]
