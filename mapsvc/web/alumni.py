"""People who were abroad: putting a stay on the map by mail, and its public page."""

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from mapsvc import i18n
from mapsvc.domain.class_invitations import ClassInvitation
from mapsvc.domain.flags import FLAG_WORDS, Flag
from mapsvc.domain.listings import Kind
from mapsvc.domain.pin_values import PinDraft, flags_of
from mapsvc.domain.shown_areas import ShownArea
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.http import running
from mapsvc.maps.names import MapKind
from mapsvc.places.gazetteer import Place
from mapsvc.presentation.areas import around_area
from mapsvc.presentation.stays import stay
from mapsvc.services import inviting_classes, pinning, reconfirming
from mapsvc.services.inviting_classes import ClassLinkEnded, ClassLinkFull
from mapsvc.services.pinning import TooYoung
from mapsvc.storage.listings import listings_at
from mapsvc.viewers import (
    acting,
    begin,
    browser,
    installation,
    is_local,
    looking,
    network,
    open_to_all,
    viewer,
)
from mapsvc.web.alumni_files import begun, brought, is_brought
from mapsvc.web.alumni_forms import AgeForm, PinForm
from mapsvc.web.alumni_towns import refuse_coordinates, towns_meant
from mapsvc.web.page import map_values, town_map_values

Answer = str | Response | tuple[str, int]

bp = Blueprint("alumni", __name__, url_prefix="/alumni")


@bp.route("/new", methods=["GET", "POST"])
@open_to_all
def new() -> Answer:
    """Asks the age, then for the stay, shows the area, and mails a link."""
    return _asked_stay(None)


@bp.route("/join/<token>", methods=["GET", "POST"])
@open_to_all
def join(token: str) -> Answer:
    """The same by the link of a class, which fills in a part of it."""
    try:
        with looking() as opened:
            invitation = inviting_classes.open_class(opened, token)
    except (ClassLinkEnded, ClassLinkFull) as fault:
        if "town" in request.form:  # it was open when the form was; what was typed is not lost
            return _asked_stay(None)
        return render_template("alumni/join_over.html", words=i18n.spoken(fault)), 410
    return _asked_stay(invitation)


def _asked_stay(invitation: ClassInvitation | None) -> Answer:
    refuse_coordinates()
    aged = AgeForm()
    if not aged.validate_on_submit():
        return render_template("alumni/age.html", form=aged), 422 if aged.errors else 200
    try:
        pinning.refuse_minors(aged.age.data)
    except TooYoung as fault:
        return render_template("alumni/too_young.html", words=i18n.spoken(fault)), 403
    if is_brought():
        return brought(aged.age.data, invitation)
    form = PinForm.opened(signed_in=viewer().account_id is not None, invitation=invitation)
    if "town" not in request.form:
        form.form_errors, form.age.data = [], str(aged.age.data)
        return begun(form)
    class_id = invitation.id if invitation else None
    return offered(form, "alumni/new.html", lambda draft: _mail(form, draft, class_id))


@bp.get("/confirm/<token>")
@open_to_all
def confirm_link(token: str) -> str:
    """A button that puts the stay of a mail on the map."""
    with looking() as opened:
        draft = pinning.look_at_pin(opened, token)
    return render_template("alumni/confirm.html", draft=draft)


@bp.post("/confirm/<token>")
@open_to_all
def confirm(token: str) -> Response:
    """Hands the stay of a mail to a moderator, and signs in."""
    with acting() as opened:
        _pin, signed_in = pinning.confirm_pin(opened, token, browser=browser())
    session.clear()
    begin(signed_in)
    flash(gettext("Thank you. A moderator reads it first. We mail you once it is on the map."))
    return redirect(url_for("own_pins.overview"), 303)


@bp.get("/still-true/<token>")
@open_to_all
def still_true(token: str) -> str:
    """Two buttons: still right, or take it off."""
    with looking() as opened:
        pin = reconfirming.asked_pin(opened, token)
        return render_template("alumni/still_true.html", pin=pin, token=token)


@bp.post("/still-true/<token>")
@open_to_all
def confirm_still_true(token: str) -> str:
    """Shows a stay for another year."""
    with acting() as opened:
        reconfirming.pin_still_true(opened, token)
    return render_template("claiming/done.html", words=gettext("Thank you. It is shown for another year."))


@bp.post("/still-true/<token>/withdraw")
@open_to_all
def withdraw_asked(token: str) -> str:
    """Erases a stay by the link of the yearly mail."""
    with acting() as opened:
        reconfirming.withdraw_asked_pin(opened, token)
    return render_template("claiming/done.html", words=gettext("It is erased. Nobody sees it any more."))


@bp.get("/<slug>")
@open_to_all
def person(slug: str) -> Response:
    """The public page of a stay, which search engines are asked to leave out."""
    here, language = running(), i18n.language()
    with here.public_engine.connect() as connection:
        found = [one for one in listings_at(connection, slug) if here.directory.visible(one.id)]
    if not found or found[0].kind != Kind.ALUMNI:
        raise NotFound
    shown = stay(found[0], language=language, regions=here.regions)
    page = render_template("alumni/person.html", stay=shown, **map_values(MapKind.HOST))
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def offered(form: PinForm, template: str, done: Callable[[PinDraft], Answer]) -> Answer:
    """Reads a filled form; shows the area once before anything is done, and every fault at its field."""

    def shown(status: int, **values: object) -> tuple[str, int]:
        known = {"form": form, "preview": None, "flags": [], **town_map_values()}
        return render_template(template, **{**known, **values}), status

    if not form.validate_on_submit():
        return shown(422)
    try:
        place = _town(form)
        draft = PinDraft.of(form.said(place.id))
        area = pinning.area_of(draft, running().gazetteer)
        if form.seen.data != area.key:
            form.seen.data, form.place.choices = area.key, [(str(place.id), place.name)]
            form.place.data = str(place.id)
            flags = dict.fromkeys(Flag(flag) for flag, _piece in flags_of(draft.words()))
            said = [i18n.said(FLAG_WORDS[flag]) for flag in flags]
            return shown(200, preview=_preview(area), flags=said, **map_values(MapKind.HOST))
        return done(draft)
    except InvalidInput as fault:
        fault.field = form.at(fault.field)
        form.take(fault)
        return shown(422)


def _preview(area: ShownArea) -> dict[str, str]:
    """What is shown of an area before anything is sent: its words, and its key by which a map draws it."""
    return {"key": area.key, "where": around_area(area, language=i18n.language(), regions=running().regions)}


def _town(form: PinForm) -> Place:
    """The town that a form means. Raises InvalidInput, with a choice where several are meant."""
    meant = towns_meant(form.town.data, form.place.data or "")
    if isinstance(meant, Place):
        return meant
    form.place.choices = [(str(one.place.id), f"{one.label}, {one.context}") for one in meant]
    if not meant:
        raise InvalidInput(gettext("We know no town of this name. Try the next larger one."), field="town")
    raise InvalidInput(gettext("There are several. Choose the one you mean."), field="place")


def _mail(form: PinForm, draft: PinDraft, class_id: int | None) -> Answer:
    asks = viewer()
    with acting() as opened:
        mailed = pinning.ask_pin(
            opened,
            draft,
            asks.email if asks.account_id is not None else form.email.data,
            age=int(form.age.data),
            areas=running().gazetteer,
            installation=installation(),
            language=i18n.language(),
            network=network(),
            class_id=class_id,
        )
    return render_template(
        "claiming/sent.html",
        email=mailed.email,
        local_link=mailed.link if is_local() else None,
        six_days=True,
    )
