"""The sheet of a class: one printed page with its link as a QR code."""

from datetime import UTC, datetime

from mapsvc.catalogues import speaker
from mapsvc.domain.class_invitations import ClassInvitation
from mapsvc.domain.days import spelt
from mapsvc.messages import mark as _
from mapsvc.presentation.printing import qr_code, typeset


def class_sheet(invitation: ClassInvitation, link: str, *, site: str) -> bytes:
    """The sheet of a class as a PDF of one A4 page, in the language of the invitation.

    link is the whole address that the code holds and that stands below it; site is the name of the map.
    """
    words = _words(invitation, link, site) | {"qr": qr_code(link)}
    made = datetime(invitation.created.year, 1, 1, tzinfo=UTC)  # the same sheet, whenever it is printed
    return typeset("class_invitations/sheet.typ", words, made=made)


def _words(invitation: ClassInvitation, link: str, site: str) -> dict[str, object]:
    language = invitation.language
    said = speaker(language)
    day = spelt(invitation.ends_on, "d MMMM y", language)
    return {
        "language": language,
        "sender": invitation.sending.name,
        "title": said(_("Put your stay abroad on the map")),
        "name": invitation.name,
        "paragraphs": [
            said(_("You did a placement in another country. Tell those who come after you how it was.")),
            said(_("Scan the code with your phone, or type the address. It takes five minutes.")),
            said(
                _(
                    "Only an area is shown, where at least 5,000 people live. Never an address. You choose "
                    "the name that others see, and you can take it all off again."
                )
            ),
            said(_("You must be 18 or more.")),
        ],
        "alternative": said(_("QR code with this address: %(link)s"), link=link),
        "link": link,
        "ends": said(_("The link works until %(day)s."), day=day),
        "foot": site,
    }
