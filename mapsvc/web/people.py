"""Who may do what here, and invitations to take part."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, SelectField, StringField
from wtforms.validators import Length

from mapsvc import i18n
from mapsvc.access.permissions import Action, may
from mapsvc.domain.people import Account, Role
from mapsvc.errors import InvalidInput
from mapsvc.services import accounts, invitations
from mapsvc.storage import people as stored
from mapsvc.viewers import (
    acting,
    begin,
    browser,
    installation,
    is_local,
    looking,
    needs,
    open_to_all,
    viewer,
)
from mapsvc.web.forms import AddressForm, choices

MOST_SHOWN = 200
ROLES = {
    Role.REFERENT: _l("Referent: keeps the lists of a school, a chamber or a region"),
    Role.MODERATOR: _l("Moderator: looks at what becomes public"),
    Role.PROFESSIONAL: _l("Professional: exchanges short immersions"),
    Role.ADMINISTRATOR: _l("Administrator: runs this site"),
}

bp = Blueprint("people", __name__)


class InvitationForm(AddressForm):
    """Whom to invite, as what."""

    role: Field = SelectField(_l("Role"), choices=choices(ROLES.items()))
    organisation: Field = StringField(
        _l("School, chamber or region"),
        [Length(max=accounts.LONGEST_NAME)],
        description=_l("For a referent: the name of the organisation that sends learners."),
        render_kw={"list": "organisations", "maxlength": accounts.LONGEST_NAME},
    )


@bp.get("/people")
@needs(Action.INVITE)
def everybody() -> str:
    """Those whom the viewer may invite and those who are there."""
    return _page(InvitationForm())


@bp.post("/people/invite")
@needs(Action.INVITE)
def invite() -> str | Response | tuple[str, int]:
    """Mails an invitation."""
    form = InvitationForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with acting() as opened:
            mailed = invitations.invite(
                opened,
                viewer(),
                form.email.data,
                Role(form.role.data),
                organisation=form.organisation.data or "",
                installation=installation(),
                language=i18n.language(),
            )
    except InvalidInput as fault:
        form.take(fault)
        return _page(form), 422
    flash(gettext("The invitation is on its way to %(email)s.", email=mailed.email))
    return _page(InvitationForm(formdata=None), link=mailed.link)


@bp.post("/people/roles/<int:number>/end")
@needs(Action.INVITE)
def revoke(number: int) -> Response:
    """Takes a role away."""
    with acting() as opened:
        accounts.revoke(opened, viewer(), number)
    flash(gettext("The role is taken away."))
    return redirect(url_for("people.everybody"), 303)


@bp.get("/invitation/<token>")
@open_to_all
def invitation(token: str) -> str:
    """What an invitation offers, with a button to accept."""
    with looking() as opened:
        found = invitations.invitation(opened, token)
    return render_template(
        "people/invitation.html",
        email=found.email,
        what=i18n.said(
            invitations.ROLE_WORDS[Role(found.data["role"])], {"organisation": found.data.get("named", "")}
        ),
    )


@bp.post("/invitation/<token>")
@open_to_all
def accept(token: str) -> Response:
    """Takes the role, and signs in."""
    with acting() as opened:
        signed_in = invitations.accept(opened, token, browser=browser())
    session.clear()
    begin(signed_in)
    flash(gettext("Welcome. You are signed in."))
    return redirect(url_for("account.overview"), 303)


def _page(form: InvitationForm, *, link: str | None = None) -> str:
    asks, words = viewer(), request.args.get("words", "").strip()
    with looking() as opened:
        administers = may(asks, Action.ADMINISTER)
        ids = sorted(asks.sending_ids)
        shown: list[Account] = (
            stored.accounts_like(opened, words, limit=MOST_SHOWN)
            if administers
            else stored.colleagues(opened, ids)
        )
        organisations = stored.sending_organisations(opened, None if administers else ids)
    if not administers:
        form.role.choices = choices([(Role.REFERENT, ROLES[Role.REFERENT])])
    return render_template(
        "people/everybody.html",
        form=form,
        accounts=shown,
        organisations=organisations,
        administers=administers,
        words=words,
        local_link=link if is_local() else None,
    )
