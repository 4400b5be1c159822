"""Vouching for a host: what was checked, and until when that holds."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, Field, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain import vocabulary
from mapsvc.domain.base import now
from mapsvc.errors import InvalidInput
from mapsvc.services import vouching
from mapsvc.viewers import acting, installation, looking, needs, viewer
from mapsvc.web.forms import Form, choices

bp = Blueprint("vouching", __name__, url_prefix="/desk/hosts")


class VouchForm(Form):
    """What was checked, and until when that holds."""

    checks: Field = SelectMultipleField(
        _l("What did you check?"),
        description=_l("Tick only what you or a colleague of yours saw or settled with the host."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    valid_until: Field = DateField(
        _l("Until when does it hold?"),
        [Optional()],
        description=_l("Two years at most. Then the badge goes by itself."),
    )


@bp.route("/<int:number>/vouch", methods=["GET", "POST"])
@needs(Action.VOUCH_FOR_HOST)
def vouch(number: int) -> str | Response | tuple[str, int]:
    """Vouches for a host."""
    form = _form()
    if not form.validate_on_submit():
        return _page(number, form), 422 if form.errors else 200
    said = {"checks": form.checks.data or [], "valid_until": form.valid_until.data}
    try:
        with acting() as opened:
            vouching.vouch(opened, viewer(), number, installation=installation(), **said)
    except InvalidInput as fault:
        form.take(fault)
        return _page(number, form), 422
    flash(gettext("Thank you. The page of the host shows it now."))
    return redirect(url_for("vouching.vouch", number=number), 303)


@bp.post("/<int:number>/vouch/withdraw")
@needs(Action.VOUCH_FOR_HOST)
def withdraw(number: int) -> Response:
    """Takes it back."""
    with acting() as opened:
        vouching.withdraw(opened, viewer(), number)
    flash(gettext("Taken back. The badge is gone."))
    return redirect(url_for("vouching.vouch", number=number), 303)


def _form() -> VouchForm:
    form = VouchForm()
    form.checks.choices = choices(_labels().items())
    if form.valid_until.data is None and not form.is_submitted():
        form.valid_until.data = now().date() + vouching.USUAL
    return form


def _labels() -> dict[str, str]:
    language = i18n.language()
    return {key: vocabulary.label(vouching.CHECKS, key, language) for key in vocabulary.keys(vouching.CHECKS)}


def _page(number: int, form: VouchForm) -> str:
    with looking() as opened:
        host, current, earlier = vouching.vouched_host(opened, viewer(), number)
        issuer = vouching.issuer_for(opened, viewer(), host, installation=installation())
    return render_template(
        "vouching/vouch.html",
        form=form,
        host=host,
        current=current,
        earlier=earlier,
        issuer=issuer,
        labels=_labels(),
    )
