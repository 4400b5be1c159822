"""Corrections of facts: the form behind “Is this still right?”, and one's own that were handed in."""

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Answer
from wtforms import DateField, Field, RadioField, StringField, TextAreaField, URLField
from wtforms.validators import Optional

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.content.corrections import Sentence
from mapsvc.domain.base import now
from mapsvc.domain.corrections import FactSubmission
from mapsvc.errors import InvalidInput
from mapsvc.presentation.labels import language_label
from mapsvc.presentation.notes import Notes
from mapsvc.presentation.reviews import DECISIONS
from mapsvc.services import correcting
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.forms import Form, choices
from mapsvc.web.kits import files_of

bp = Blueprint("correcting", __name__)


class CorrectionForm(Form):
    """What somebody found at the source of a fact."""

    found: Field = RadioField(
        _l("What did you find?"),
        choices=choices(
            [
                (correcting.RIGHT, _l("I looked at the source: it is still right")),
                (correcting.CHANGED, _l("It has changed")),
            ]
        ),
        validate_choice=False,
    )
    looked_on: Field = DateField(_l("When did you look?"), [Optional()], render_kw={"required": True})
    words: Field = TextAreaField(
        _l("The sentence as it should be"),
        description=_l("Up to 400 characters, without prices and opening hours: they change too often."),
        render_kw={"rows": 5, "maxlength": correcting.LONGEST_WORDS, "dir": "auto"},
    )
    source_url: Field = URLField(
        _l("The page where it says so"),
        description=_l("The address begins with https://. Best is the page of an office or of the company."),
        render_kw={"maxlength": correcting.LONGEST_ADDRESS, "inputmode": "url", "autocomplete": "off"},
    )
    note: Field = StringField(
        _l("A word to the moderator"),
        description=_l("Only moderators read it."),
        render_kw={"maxlength": correcting.LONGEST_NOTE, "dir": "auto", "autocomplete": "off"},
    )

    @classmethod
    def opened(cls, about: Sentence, mended: FactSubmission | None) -> "CorrectionForm":
        """The form for a fact, with what its reader handed in before and may mend."""
        known = {"words": about.draft, "source_url": about.fact.source.url, "looked_on": now().date()}
        if mended is not None:
            changed = {"words": mended.words, "source_url": mended.source_url} if mended.words else {}
            found = correcting.CHANGED if mended.words else correcting.RIGHT
            known |= {"looked_on": mended.looked_on, "note": mended.note, "found": found, **changed}
        return cls(data=known)


@bp.route(
    "/corrections/<kit>/<any(kits, countries, languages):folder>/<owner>/<fact>", methods=["GET", "POST"]
)
@needs(Action.CORRECT_FACT)
def form(kit: str, folder: str, owner: str, fact: str) -> str | Answer | tuple[str, int]:
    """Asks whether a fact is still right, and hands the answer in."""
    about, mended = _about(kit, f"{folder}/{owner}", fact)
    form = CorrectionForm.opened(about, mended)
    if form.validate_on_submit():
        try:
            with acting() as opened:
                correcting.propose(opened, viewer(), about, form.data)
            flash(gettext("Thank you. A moderator looks at it, and you get a mail."))
            return redirect(url_for("correcting.overview"), 303)
        except InvalidInput as fault:
            form.take(fault)
    shown = render_template(
        "correcting/form.html",
        form=form,
        about=about,
        mended=mended,
        note=Notes(now().date()).add(about.fact),
        written=language_label(about.language, i18n.language()),
    )
    return (shown, 422) if form.is_submitted() else shown


@bp.get("/account/corrections")
@needs(Action.USE_ACCOUNT)
def overview() -> str:
    """One's own corrections: what became of each."""
    with looking() as opened:
        found = correcting.own_corrections(opened, viewer())
    return render_template("correcting/overview.html", found=found, decisions=DECISIONS)


@bp.post("/account/corrections/<int:number>/withdraw")
@needs(Action.USE_ACCOUNT)
def withdraw(number: int) -> Answer:
    """Takes back what nobody decided on yet."""
    with acting() as opened:
        correcting.withdraw(opened, viewer(), number)
    flash(gettext("It is taken back. No moderator looks at it any more."))
    return redirect(url_for("correcting.overview"), 303)


@bp.get("/account/corrections.json")
@needs(Action.USE_ACCOUNT)
def download() -> Response:
    """All that is kept of one's corrections."""
    with looking() as opened:
        answer = jsonify(correcting.everything_kept(opened, viewer()))
    answer.headers["Content-Disposition"] = 'attachment; filename="corrections.json"'
    return answer


def _about(kit: str, part: str, fact: str) -> tuple[Sentence, FactSubmission | None]:
    """The fact, and what its reader handed in about it and may still mend. Raises NotFound."""
    asks, files = viewer(), files_of(kit)
    with looking() as opened:
        about = correcting.sentence(opened, asks, files, part, fact, language=i18n.language())
        return about, correcting.waiting_of(opened, asks, about)
