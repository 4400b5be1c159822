"""Bringing back the file of one's own stays: each fills in the form, which goes its usual way."""

import json

from flask import render_template, request

from mapsvc import i18n
from mapsvc.domain.class_invitations import ClassInvitation
from mapsvc.domain.pin_files import BroughtStay, stays_in
from mapsvc.errors import MapsvcError
from mapsvc.http import running
from mapsvc.viewers import viewer
from mapsvc.web.alumni_forms import NO_TOWN, PinForm
from mapsvc.web.page import town_map_values

FILE, STAY = "file", "stay"  # the whole file, or the one of its stays that was chosen


def is_brought() -> bool:
    """Whether a request brings a file, or chooses a stay of one."""
    return FILE in request.files or STAY in request.form


def brought(age: int, invitation: ClassInvitation | None) -> tuple[str, int]:
    """The form as a file fills it in, a choice where it holds several stays, or what is wrong with it."""
    file = request.files.get(FILE)
    try:
        stays = stays_in(file.read() if file else request.form[STAY].encode())
    except MapsvcError as fault:
        form = PinForm.opened(signed_in=viewer().account_id is not None, invitation=invitation, fresh=True)
        form.age.data = str(age)
        return begun(form, file_fault=i18n.spoken(fault)), 422
    if len(stays) == 1:
        return _filled_in(stays[0], age)
    town = running().gazetteer.place
    known = [(one.draft, town(one.draft.place_id), _written(one)) for one in stays]
    return render_template("alumni/brought.html", age=age, stays=known), 200


def begun(form: PinForm, *, file_fault: str = "", from_file: bool = False) -> str:
    """The page with the form of a stay, before anything of it was sent; from_file says what filled it in."""
    return render_template(
        "alumni/new.html",
        form=form,
        preview=None,
        flags=[],
        asks_file=not from_file,
        from_file=from_file,
        file_fault=file_fault,
        **town_map_values(),
    )


def _filled_in(one: BroughtStay, age: int) -> tuple[str, int]:
    place = running().gazetteer.place(one.draft.place_id)
    form = PinForm.opened(
        one.draft, town=place.name if place else "", signed_in=viewer().account_id is not None, fresh=True
    )
    form.age.data = str(age)
    if place is None:
        form.town.errors = [NO_TOWN]
        return begun(form, from_file=True), 422
    form.place.choices = [(str(place.id), place.name)]
    return begun(form, from_file=True), 200


def _written(one: BroughtStay) -> str:
    return json.dumps({"pins": [one.source]}, ensure_ascii=False)
