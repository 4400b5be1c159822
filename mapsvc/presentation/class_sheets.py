"""The sheet of a class: one printed page with its link as a QR code."""

import io
import json
from datetime import UTC, datetime
from typing import Any

from babel.dates import format_date

from mapsvc.catalogues import translate
from mapsvc.domain.class_invitations import ClassInvitation
from mapsvc.messages import mark as _
from mapsvc.resources import resource

QUIET_ZONE = 4  # modules of white around a code, as ISO/IEC 18004 asks for
STANDARD = "ua-1"  # PDF/UA-1, which a screen reader can read


def class_sheet(invitation: ClassInvitation, link: str, *, site: str) -> bytes:
    """The sheet of a class as a PDF of one A4 page, in the language of the invitation.

    link is the whole address that the code holds and that stands below it; site is the name of the map.
    It is in Figtree, and in Noto Sans where it is Greek or Cyrillic; other letters come from the fonts
    within typst.
    """
    # Typst costs 40 MB: only here, where it is used.
    from typst import TypstError  # noqa: PLC0415

    words = json.dumps(_words(invitation, link, site) | {"qr": qr_code(link)})
    made = datetime(invitation.created.year, 1, 1, tzinfo=UTC)  # the same sheet, whenever it is printed
    try:
        return _typeset(words, made, [STANDARD])
    except TypstError:
        # The standard refuses letters that no font of ours has, such as those of a name in Arabic.
        return _typeset(words, made, [])


def qr_code(link: str) -> str:
    """A link as a QR code in SVG; a quarter of it can be dirty and it is still read."""
    import segno  # noqa: PLC0415 - with typst

    drawn = io.BytesIO()
    segno.make_qr(link, error="q", boost_error=False).save(drawn, kind="svg", border=QUIET_ZONE, scale=4)
    return drawn.getvalue().decode()


def _typeset(words: str, made: datetime, standards: list[Any]) -> bytes:
    import typst  # noqa: PLC0415 - as above

    return bytes(
        typst.compile(
            resource("templates") / "class_invitations" / "sheet.typ",
            font_paths=[resource("data/fonts")],
            ignore_system_fonts=True,
            sys_inputs={"sheet": words},
            format="pdf",
            pdf_standards=standards,
            timestamp=made,
        )
    )


def _words(invitation: ClassInvitation, link: str, site: str) -> dict[str, object]:
    language = invitation.language

    def said(message: str, **values: object) -> str:
        return translate(language, message, **values)

    day = format_date(invitation.ends_on, "d MMMM y", locale=language)
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
