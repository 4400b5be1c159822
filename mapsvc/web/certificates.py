"""Whether a certificate is valid, for anybody who holds one; taking one back, for moderators."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, StringField
from wtforms.validators import InputRequired

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.content.words import said_in
from mapsvc.domain.course_progress import read_code
from mapsvc.errors import InvalidInput
from mapsvc.services import certifying
from mapsvc.viewers import acting, looking, needs, open_to_all, viewer
from mapsvc.web.courses import courses
from mapsvc.web.forms import Form

bp = Blueprint("certificates", __name__)


class CodeForm(Form):
    """The code of a certificate."""

    code: Field = StringField(
        _l("Code on the certificate"),
        [InputRequired(_l("Type the code."))],
        description=_l("Twelve letters and digits, such as K7QM-2F9X-4TBD."),
        render_kw={"maxlength": 40, "autocomplete": "off", "spellcheck": "false"},
    )


@bp.get("/certificates")
@open_to_all
def ask() -> str | Response:
    """A field for a code; with one, the page of that code."""
    typed = request.args.get("code", "")
    if code := read_code(typed):
        return redirect(url_for("certificates.show", code=code), 303)
    return render_template("courses/verify.html", typed=typed[:40])


@bp.get("/certificates/<code>")
@open_to_all
def show(code: str) -> str | tuple[str, int]:
    """Whether a certificate with this code is valid, of which course and when; nothing else."""
    with looking() as opened:
        found = certifying.verify(opened, code)
    if found is None:
        return render_template("courses/not_valid.html"), 404
    course = courses().get(found.course)
    title = said_in(course.data.title, i18n.language()) if course else found.course
    return render_template("courses/valid.html", found=found, title=title)


@bp.route("/desk/certificates", methods=["GET", "POST"])
@needs(Action.MODERATE)
def revoke() -> str | Response | tuple[str, int]:
    """Takes a certificate back."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            with acting() as opened:
                certifying.revoke_by_code(opened, viewer(), form.code.data)
            flash(gettext("The certificate is not valid any more."))
            return redirect(url_for("certificates.revoke"), 303)
        except InvalidInput as fault:
            form.take(fault)
    return render_template("courses/revoke.html", form=form), 422 if form.is_submitted() else 200
