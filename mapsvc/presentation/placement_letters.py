"""Letters to the hosts of a placing: one document, a page each, learners by code."""

import io
from typing import TYPE_CHECKING, Any

from mapsvc.catalogues import speaker
from mapsvc.domain.days import spelt
from mapsvc.messages import mark as _
from mapsvc.planning.results import Result, Stay
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.paper_files import prepare
from mapsvc.presentation.placement_sheets import Hand, Venue
from mapsvc.presentation.placement_words import fields_words, languages_words, printable, shared_field

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

DAY = "d MMMM y"


def host_letters(result: Result, hand: Hand) -> bytes:
    """All letters as one DOCX document of A4 pages, in order of the hosts' names, to be changed and sent.

    A letter names the learners of one site by code, with their days and fields, and no more of them. What
    people wrote is words alone: none of it is read as markup.
    """
    # python-docx costs 20 MB: only here, where it is used.
    from docx import Document  # noqa: PLC0415

    say, document = speaker(hand.language), Document()
    title = say(_("Letters to hosts: %(cohort)s"), cohort=_line(result.cohort))
    prepare(document, title=title, language=hand.language, author=_line(hand.sender) or hand.site)
    letters = result.by_host()
    for place, stays in enumerate(letters):
        _letter(document, stays, hand, first=not place)
    if not letters:
        document.add_paragraph(say(_("Nobody has a host in this scenario yet.")))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _letter(document: "Document", stays: tuple[Stay, ...], hand: Hand, *, first: bool) -> None:
    say, language, offer = speaker(hand.language), hand.language, stays[0].offer
    for place, line in enumerate(_address(stays[0], hand.venues.get(offer.key), language)):
        added = _add(document, line, close=True)
        if not first and not place:
            added.paragraph_format.page_break_before = True
    _add(document, "")
    _add(document, spelt(hand.today, DAY, language))
    document.add_heading(_line(say(_("Placements at %(host)s"), host=offer.host)), level=1)
    _add(document, say(_("Dear Sir or Madam,")))
    _add(document, _asking(stays, hand))
    _table(document, stays, language)
    _add(document, "")
    for words in (
        _("We name learners by a code. You get their names from us when you have agreed."),
        _("Please tell us whether you can welcome them on these days, and who will be their tutor."),
        _("If something in your entry on the map is not right, please tell us as well."),
    ):
        _add(document, say(words))
    venue = hand.venues.get(offer.key)
    if venue:
        _add(document, say(_("Your entry: %(link)s"), link=venue.page))
    _add(document, say(_("Kind regards,")))
    for line in (hand.referent, hand.sender):
        _add(document, line, close=True)


def _asking(stays: tuple[Stay, ...], hand: Hand) -> str:
    say, sender = speaker(hand.language), _line(hand.sender)
    if len(stays) == 1:
        return say(_("%(sender)s would like to send you one learner for a placement:"), sender=sender)
    message = _("%(sender)s would like to send you %(count)s learners for placements:")
    return say(message, sender=sender, count=len(stays))


def _address(stay: Stay, venue: Venue | None, language: str) -> list[str]:
    lines = list(venue.lines) if venue and venue.lines else [stay.offer.town]
    return [stay.offer.host, *lines, country_label(stay.offer.country, language)]


def _table(document: "Document", stays: tuple[Stay, ...], language: str) -> None:
    say = speaker(language)
    heads = [
        say(one)
        for one in (_("Learner"), _("First day"), _("Last day"), _("Field of training"), _("Languages"))
    ]
    table = document.add_table(rows=1 + len(stays), cols=len(heads), style="Table Grid")
    _repeat_head(table)
    rows = [
        (
            stay.learner.code,
            spelt(stay.learner.first, DAY, language),
            spelt(stay.learner.last, DAY, language),
            fields_words(shared_field(stay), language),
            languages_words(stay.learner.languages, language),
        )
        for stay in stays
    ]
    for number, (row, words) in enumerate(zip(table.rows, [heads, *rows], strict=True)):
        for cell, said in zip(row.cells, words, strict=True):
            cell.paragraphs[0].add_run(_line(said)).bold = True if not number else None


def _repeat_head(table: Any) -> None:
    """Lets the head of a table stand on each page that it reaches, and be read as such."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above

    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _add(document: "Document", words: str, *, close: bool = False) -> "Paragraph":
    paragraph = document.add_paragraph(_line(words))
    if close:
        paragraph.paragraph_format.space_after = 0
    return paragraph


def _line(text: str) -> str:
    return " ".join(printable(text).split())
