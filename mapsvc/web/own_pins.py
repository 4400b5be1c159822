"""One's own stays on the map: what others see, corrections, what is kept, the end."""

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.pin_values import PinDraft
from mapsvc.http import running
from mapsvc.presentation.stays import Stay, stay
from mapsvc.services import own_pins
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.alumni import offered
from mapsvc.web.alumni_forms import PinForm
from mapsvc.web.alumni_towns import refuse_coordinates
from mapsvc.web.page import town_map_values

bp = Blueprint("own_pins", __name__, url_prefix="/alumni/mine")


@bp.get("")
@needs(Action.USE_ACCOUNT)
def overview() -> str:
    """One's own stays: how far each is, and what others see of it."""
    with looking() as opened:
        found = [(one, _public(one), town(one.draft)) for one in own_pins.own_pins(opened, viewer())]
        return render_template("own_pins/overview.html", found=found)


@bp.route("/<int:number>", methods=["GET", "POST"])
@needs(Action.USE_ACCOUNT)
def edit(number: int) -> str | Answer | tuple[str, int]:
    """Corrects a stay of one's own."""
    refuse_coordinates()
    with looking() as opened:
        known = own_pins.own_pin(opened, viewer(), number)
    form = PinForm.opened(known.draft, town=town(known.draft), signed_in=True)

    def keep(draft: PinDraft) -> Answer:
        with acting() as opened:
            own_pins.edit_pin(
                opened, viewer(), number, draft, areas=running().gazetteer, language=i18n.language()
            )
        flash(gettext("Saved. New words are shown once a moderator has read them."))
        return redirect(url_for("own_pins.overview"), 303)

    if not form.is_submitted():
        return render_template("own_pins/edit.html", form=form, preview=None, flags=[], **town_map_values())
    return offered(form, "own_pins/edit.html", keep)


@bp.post("/<int:number>/withdraw")
@needs(Action.USE_ACCOUNT)
def withdraw(number: int) -> Answer:
    """Withdraws a stay of one's own, and so erases it."""
    with acting() as opened:
        own_pins.withdraw_pin(opened, viewer(), number)
    flash(gettext("It is erased. Nobody sees it any more."))
    return redirect(url_for("own_pins.overview"), 303)


@bp.post("/<int:number>/confirm")
@needs(Action.USE_ACCOUNT)
def confirm(number: int) -> Answer:
    """Shows a stay of one's own for a year from today."""
    with acting() as opened:
        own_pins.confirm_own_pin(opened, viewer(), number)
    flash(gettext("Thank you. It is shown for another year."))
    return redirect(url_for("own_pins.overview"), 303)


@bp.get("/stays.<any(json, geojson):kept_as>")
@needs(Action.USE_ACCOUNT)
def download(kept_as: str) -> Response:
    """All that is kept of one's stays, or the areas in which they are shown."""
    kept = own_pins.everything_kept if kept_as == "json" else own_pins.areas_kept
    with looking() as opened:
        answer = jsonify(kept(opened, viewer()))
    answer.mimetype = "application/json" if kept_as == "json" else "application/geo+json"
    answer.headers["Content-Disposition"] = f'attachment; filename="stays.{kept_as}"'
    return answer


def _public(one: own_pins.OwnPin) -> Stay | None:
    if one.public is None:
        return None
    return stay(one.public, language=i18n.language(), regions=running().regions)


def town(draft: PinDraft) -> str:
    """The name of the town of a draft, which only its person sees."""
    place = running().gazetteer.place(draft.place_id)
    return place.name if place else ""
