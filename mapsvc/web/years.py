"""Our year: the counters of the coordinator's report, as a page, a sheet to print, a workbook and a table."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer
from wtforms import Field, IntegerField
from wtforms.validators import Optional

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.domain.people import SendingOrganisation
from mapsvc.domain.years import FIRST_YEAR, LAST_YEAR
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.http import running
from mapsvc.params.values import choice, integer
from mapsvc.planning.years import Year, YearKind, year_of
from mapsvc.presentation import year_files as files
from mapsvc.presentation.course_pages import course_view
from mapsvc.presentation.years import YearPage, year_page
from mapsvc.services import years as service
from mapsvc.services.table_files import MEDIA_TYPES
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.alumni_forms import NUMBER
from mapsvc.web.courses import courses
from mapsvc.web.desk_fields import is_number
from mapsvc.web.forms import Form

WHOLE = "all"  # the whole installation, where an address names a sending organisation
YEARS_BACK = 9
FORMATS = {"pdf": "application/pdf", "xlsx": MEDIA_TYPES["xlsx"], "csv": MEDIA_TYPES["csv"]}

bp = Blueprint("year", __name__, url_prefix="/desk/year")


class NumbersForm(Form):
    """What nothing here tells of a year; an empty field says nothing."""

    green: Field = IntegerField(
        _l("Stays with green travel"),
        [Optional()],
        description=_l("By train, bus, bicycle or shared car for most of the way."),
        render_kw={**NUMBER, "maxlength": 6},
    )
    fewer: Field = IntegerField(
        _l("Stays of learners with fewer opportunities"),
        [Optional()],
        description=_l("As you report them to your national agency. Type numbers only, no names."),
        render_kw={**NUMBER, "maxlength": 6},
    )


class Asked(NamedTuple):
    """Whose year is looked at, and which: sending_id is None for the whole installation."""

    year: Year
    sending_id: int | None
    senders: list[SendingOrganisation]

    @property
    def values(self) -> dict[str, Any]:
        """The same in an address."""
        of = WHOLE if self.sending_id is None else self.sending_id
        return {"of": of, "kind": self.year.kind.value, "year": self.year.begins}


@bp.get("")
@needs(Action.REPORT_YEAR)
def overview() -> str:
    """The counters of a year."""
    asked = _asked(request.args)
    return _page(asked, None)


@bp.post("/numbers")
@needs(Action.REPORT_YEAR)
def type_numbers() -> str | Answer | tuple[str, int]:
    """Keeps what a referent types of a year."""
    asked, form = _asked(request.form), NumbersForm()
    if asked.sending_id is None:
        raise NotFound
    if form.validate_on_submit():
        try:
            typed = service.Typed(form.green.data, form.fewer.data)
            with acting() as opened:
                service.type_numbers(opened, viewer(), asked.year, typed, sending_id=asked.sending_id)
            flash(gettext("The numbers are kept."))
            return redirect(url_for("year.overview", **asked.values), 303)
        except InvalidInput as fault:
            form.take(fault)
    return _page(asked, form), 422


@bp.get("/our-year.<file_format>")
@needs(Action.REPORT_YEAR)
def download(file_format: str) -> Response:
    """The counters of a year as a file."""
    asked = _asked(request.args)
    if file_format not in FORMATS:
        raise NotFound
    page, language, made = _counted(asked), i18n.language(), now().replace(microsecond=0)
    if file_format == "pdf":
        body = files.year_pdf(page, language, site=running().settings.site_name, made=made)
    else:
        is_book = file_format == "xlsx"
        body = files.year_xlsx(page, language, made=made) if is_book else files.year_csv(page)
    answer = Response(body, content_type=FORMATS[file_format])
    name = f"our-year-{asked.year.kind.value}-{asked.year.begins}.{file_format}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(said: MultiDict[str, str]) -> Asked:
    """Whose year, and which: one's own first organisation and the year of today where nothing is said.

    Raises NotFound for what is not the viewer's, InvalidSearch.
    """
    with looking() as opened:
        senders = service.own_senders(opened, viewer())
    kind = YearKind(choice(said, "kind", tuple(YearKind)) or YearKind.CALENDAR)
    begins = integer(said, "year", FIRST_YEAR, LAST_YEAR)
    year = year_of(now().date(), kind) if begins is None else Year(kind, begins)
    of = said.get("of", "")
    if of == WHOLE or (not of and not senders):
        return Asked(year, None, senders)
    if of and not is_number(of):
        raise NotFound
    return Asked(year, int(of) if of else senders[0].id, senders)


def _counted(asked: Asked) -> YearPage:
    here, language = running(), i18n.language()
    with looking() as opened:
        report = service.year_report(
            opened,
            viewer(),
            asked.year,
            sending_id=asked.sending_id,
            regions=here.regions,
            kits_counted=here.kept_kits is not None,
        )
    titles = {slug: course_view(course, language).title for slug, course in courses().items()}
    towns = {slug: kit.town.data.name for slug, kit in here.shelf.library.kits.items()}
    return year_page(report, language, site=here.settings.site_name, courses=titles, kits=towns)


def _page(asked: Asked, form: NumbersForm | None) -> str:
    if form is None and asked.sending_id is not None:
        with looking() as opened:
            typed = service.typed_of(opened, viewer(), asked.year, sending_id=asked.sending_id)
        form = NumbersForm(formdata=None, data={"green": typed.green, "fewer": typed.fewer})
    this = now().year
    return render_template(
        "years/overview.html",
        page=_counted(asked),
        asked=asked,
        form=form,
        whole=WHOLE,
        sees_whole=service.sees_whole(viewer()),
        years=sorted({*range(this - YEARS_BACK, this + 2), asked.year.begins}, reverse=True),
    )
