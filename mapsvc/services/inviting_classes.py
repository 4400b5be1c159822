"""Inviting a class: a link that fills in a part of the form of a stay, and counts who confirmed one."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.domain.base import now
from mapsvc.domain.class_invitations import ClassInvitation
from mapsvc.domain.class_values import ClassDraft
from mapsvc.domain.people import SendingOrganisation
from mapsvc.errors import Gone, InvalidInput, NotFound, TooMany
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.services.installations import Installation
from mapsvc.storage import class_invitations as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.people import sending_organisations

TOKEN_BYTES = 12  # 96 bits: short enough for a QR code that an old phone reads
MOST_OF_ONE = 500  # invitations of one sending organisation
LONGEST_TOKEN = 32


class ClassLinkEnded(Gone):
    """A link of a class whose last day is over, or that was ended before."""

    message = _("This link of your class has ended. You can put your stay on the map all the same.")


class ClassLinkFull(Gone):
    """A link of a class by which as many came as it is for."""

    message = _(
        "This link of your class was used as often as it can be. You can put your stay on the map all the "
        "same."
    )


def senders(session: Session, viewer: Viewer) -> list[SendingOrganisation]:
    """The sending organisations in whose name the viewer invites a class, by name."""
    return sending_organisations(session, _theirs(viewer))


def invite_class(
    session: Session, viewer: Viewer, said: Mapping[str, Any], *, sending_id: int
) -> ClassInvitation:
    """Makes the link of a class, in the name of a sending organisation. Commits.

    said holds the fields of ClassDraft. Raises NotFound for an organisation that is not the viewer's,
    InvalidInput, or TooMany.
    """
    require(viewer, Action.INVITE_CLASS, sending_id)
    if session.get(SendingOrganisation, sending_id) is None:
        raise NotFound
    draft = ClassDraft.of(said, today=now().date())
    one_at_a_time(session, f"classes:{sending_id}")
    if len(stored.class_invitations_of(session, [sending_id])) >= MOST_OF_ONE:
        raise TooMany(_("There are too many links already. No more can be made."))
    made = ClassInvitation(sending_id=sending_id, token=secrets.token_urlsafe(TOKEN_BYTES), **asdict(draft))
    session.add(made)
    session.flush()
    note(session, viewer, "invited", "class", made.id)
    session.commit()
    return made


def class_invitations(session: Session, viewer: Viewer) -> list[ClassInvitation]:
    """The invitations that the viewer looks after, the newest first."""
    return stored.class_invitations_of(session, _theirs(viewer))


def class_invitation(session: Session, viewer: Viewer, number: int) -> ClassInvitation:
    """One invitation. Raises NotFound for one of another sending organisation, as for none."""
    found = session.get(ClassInvitation, number)
    if found is None:
        raise NotFound
    require(viewer, Action.INVITE_CLASS, found.sending_id)
    return found


def end_class_invitation(session: Session, viewer: Viewer, number: int) -> None:
    """Ends the link of a class at once; a second time changes nothing. Commits. Raises NotFound."""
    found = class_invitation(session, viewer, number)
    if found.revoked is None:
        found.revoked = now()
        note(session, viewer, "ended", "class", found.id)
    session.commit()


def open_class(session: Session, token: str) -> ClassInvitation:
    """The invitation behind a link that can be used now.

    Raises NotFound for no link of ours, ClassLinkEnded, or ClassLinkFull.
    """
    found = stored.class_invitation_with_token(session, token[: LONGEST_TOKEN + 1])
    if found is None:
        raise NotFound
    if found.has_ended(now().date()):
        raise ClassLinkEnded
    if found.is_full:
        raise ClassLinkFull
    return found


def link_of(invitation: ClassInvitation, installation: Installation) -> str:
    """The whole address that stands on the sheet of a class."""
    return installation.link(f"/alumni/join/{invitation.token}")


def chosen_sender(known: list[SendingOrganisation], chosen: str) -> int:
    """The number of the sending organisation that a form means; the only one needs no choice.

    Raises InvalidInput.
    """
    if len(known) == 1 and not chosen:
        return known[0].id
    numbers = {str(one.id): one.id for one in known}
    if chosen not in numbers:
        raise InvalidInput(_("Choose one of the list."), field="sending")
    return numbers[chosen]


def _theirs(viewer: Viewer) -> list[int] | None:
    """The numbers of the viewer's sending organisations; None for all."""
    if may(viewer, Action.INVITE_CLASS):  # without a thing: those who may on every one
        return None
    return sorted(viewer.sending_ids)
