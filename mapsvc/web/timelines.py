"""Timelines: what to do before, during and after a stay, and the papers that help."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from mapsvc import i18n
from mapsvc.content.stays import LONGEST_WEEKS, Stay, steps_of
from mapsvc.content.timelines import Timeline
from mapsvc.content.words import said_in, shown_in
from mapsvc.domain.base import now
from mapsvc.errors import NotFound
from mapsvc.http import running
from mapsvc.presentation.content_links import address
from mapsvc.presentation.content_words import other_language
from mapsvc.presentation.paper_files import MIMETYPE, paper_docx
from mapsvc.presentation.papers import Fields, Paper, paper_html, paper_of, plain_text
from mapsvc.presentation.timeline_words import KINDS
from mapsvc.presentation.timelines import NoteView, notes_on, papers_of, phases_of
from mapsvc.viewers import open_to_all
from mapsvc.web.page import mailto

WEEKS = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 26)
MINOR = {"yes": True, "no": False}
HOUSING = ("provided", "not-provided")

bp = Blueprint("timelines", __name__, url_prefix="/timelines")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader says of the stay, as it stands in the address; "" is not said."""

    minor: str = ""
    weeks: str = ""
    housing: str = ""
    texts: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Choice":
        """What can be understood of an address; the rest is left out."""
        minor, weeks, housing = (args.get(name, "") for name in ("minor", "weeks", "housing"))
        counts = weeks.isascii() and weeks.isdecimal() and 1 <= int(weeks[:9]) <= LONGEST_WEEKS
        return cls(
            minor if minor in MINOR else "",
            str(int(weeks)) if counts else "",
            housing if housing in HOUSING else "",
            "all" if args.get("texts") == "all" else "",
        )

    @property
    def stay(self) -> Stay:
        """The stay that is meant."""
        return Stay(MINOR.get(self.minor), int(self.weeks) if self.weeks else None, self.housing or None)

    def address(self, *, texts: str) -> str:
        """The same choice as a query, with all texts open or closed."""
        said = {"minor": self.minor, "weeks": self.weeks, "housing": self.housing, "texts": texts}
        return "?" + urlencode({name: value for name, value in said.items() if value})


@bp.get("/<slug>")
@open_to_all
def show(slug: str) -> str:
    """The steps of a stay, by phase, for all stays or for those that the reader chose."""
    timeline, language, choice = timeline_named(slug), i18n.language(), Choice.of(request.args)
    steps = steps_of(timeline, choice.stay)
    return render_template(
        "timelines/timeline.html",
        slug=slug,
        title=said_in(timeline.data.title, language),
        summary=said_in(timeline.data.summary, language),
        spoken=shown_in(timeline.data.title, language),
        phases=phases_of(timeline, steps, language, today=now().date()),
        papers=papers_of(timeline, list(timeline.resources), language),
        count=len(steps),
        choice=choice,
        weeks=sorted({*WEEKS, *([int(choice.weeks)] if choice.weeks else [])}),
    )


@bp.get("/<slug>/papers/<resource>")
@open_to_all
def paper(slug: str, resource: str) -> str:
    """A paper, to read, to print, to send."""
    return paper_page(
        slug, resource, back=f"/timelines/{slug}", file=f"/timelines/{slug}/papers/{resource}.docx"
    )


@bp.get("/<slug>/papers/<resource>.docx")
@open_to_all
def paper_file(slug: str, resource: str) -> Response:
    """A paper as a document, to be changed."""
    return paper_answer(slug, resource)


def timeline_named(slug: str) -> Timeline:
    """The timeline of an address. Raises NotFound."""
    found = running().shelf.library.timelines.get(slug)
    if found is None:
        raise NotFound
    return found


def paper_page(slug: str, key: str, *, back: str, file: str, fields: Fields | None = None) -> str:
    """The page of a paper, with names and days filled in where they are given. Raises NotFound."""
    timeline = timeline_named(slug)
    found = _paper(timeline, key, fields)
    return render_template(
        "timelines/paper.html",
        paper=found,
        kind=i18n.said(KINDS[found.kind]),
        text=paper_html(found, links=address),
        sources=_notes(timeline, found),
        other=other_language(found.language, i18n.language()),
        back=back,
        file=file,
        filled=fields is not None,
        mail=mailto(subject=found.title, body=plain_text(found)) if found.kind == "message" else None,
    )


def paper_answer(slug: str, key: str, *, fields: Fields | None = None) -> Response:
    """A paper as a document. Raises NotFound."""
    timeline = timeline_named(slug)
    found = _paper(timeline, key, fields)
    body = paper_docx(
        found,
        _notes(timeline, found),
        sources=gettext("Where this comes from"),
        site=running().settings.site_name,
    )
    answer = Response(body, mimetype=MIMETYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{key}.{found.language}.docx"'
    return answer


def _paper(timeline: Timeline, key: str, fields: Fields | None) -> Paper:
    resource = timeline.resources.get(key)
    found = paper_of(resource, i18n.language(), fields=fields) if resource else None
    if found is None:
        raise NotFound
    return found


def _notes(timeline: Timeline, found: Paper) -> list[NoteView]:
    language, today = i18n.language(), now().date()
    return notes_on(timeline.data.facts, found.numbers, language, today=today, of=found.facts)
