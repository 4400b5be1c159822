"""How a kit is written, and the files to begin one with."""

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from mapsvc import i18n
from mapsvc.domain import vocabulary
from mapsvc.domain.base import now
from mapsvc.errors import NotFound
from mapsvc.http import running
from mapsvc.params.places import meant_place
from mapsvc.params.values import text
from mapsvc.presentation.kit_templates import MANNER, TOWN_HINTS, kit_template, slug_of
from mapsvc.viewers import open_to_all
from mapsvc.web.kit_files import file_answer
from mapsvc.web.page import mailto

bp = Blueprint("kit_templates", __name__, url_prefix="/kits/write")


@bp.get("")
@open_to_all
def how() -> str:
    """What belongs in a kit, in which manner, and the template for a town."""
    here, typed = running(), text(request.args, "town")
    place = meant_place(typed, here.gazetteer) if typed else None
    kits = here.shelf.library.kits.values()
    to = here.settings.operator_email
    subject = gettext("A settling-in kit of %(town)s", town=place.name if place else "…")
    return render_template(
        "kits/write.html",
        typed=typed,
        place=place,
        written=[kit.slug for kit in kits if place and kit.town.data.town == place.id],
        manner=MANNER,
        sections=[
            (vocabulary.label("kit_sections", key, i18n.language()), hint) for key, hint in TOWN_HINTS.items()
        ],
        example=next((kit.slug for kit in kits), None),
        send=mailto(to=to, subject=subject, body="") if to else "",
    )


@bp.get("/<int:number>.zip")
@open_to_all
def template(number: int) -> Response:
    """The files of a kit for the town of this number in the gazetteer, with hints. Raises NotFound."""
    here = running()
    place = here.gazetteer.place(number)
    if place is None:
        raise NotFound
    packed = kit_template(place, here.shelf.files.kits, reader=i18n.language(), today=now().date())
    return file_answer(packed, "application/zip", f"kit-{slug_of(place)}.zip")
