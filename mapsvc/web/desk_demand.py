"""Where visitors look for hosts and find few or none: where to look for new ones."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, SelectChoice, SelectField

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.domain.days import spelt
from mapsvc.domain.demands import FEW, LEAST_SHOWN, MONTHS_KEPT
from mapsvc.http import running
from mapsvc.places.region_sets import RegionSet, RegionSets, region_sets
from mapsvc.presentation.demands import BY_TOTAL, as_csv, demand_table
from mapsvc.services.demands import last_months, monthly
from mapsvc.storage.demands import Count
from mapsvc.viewers import looking, needs, viewer
from mapsvc.web.forms import Form, choices

SHOWN = 12  # months, where nobody chose others

bp = Blueprint("demand", __name__, url_prefix="/demand")


def _region_sets() -> RegionSets:
    return region_sets(running().settings.folder)


def _keys() -> list[str]:
    """The months of which counts may be there, the oldest first."""
    return [f"{month:%Y-%m}" for month in last_months(now().date(), MONTHS_KEPT + 1)]


def _months() -> list[SelectChoice]:
    said = [(key, spelt(date.fromisoformat(f"{key}-01"), "LLLL y", i18n.language())) for key in _keys()]
    return choices((key, text[:1].upper() + text[1:]) for key, text in reversed(said))


def _sets() -> list[SelectChoice]:
    return choices((one.key, one.name) for one in _region_sets().all())


class SpanForm(Form):
    """From which month to which, and by which regions."""

    class Meta(Form.Meta):
        """A search changes nothing: it needs no token."""

        csrf = False

    first: Field = SelectField(_l("From"), choices=_months, default=lambda: _keys()[-SHOWN])
    last: Field = SelectField(_l("To"), choices=_months, default=lambda: _keys()[-1])
    regions: Field = SelectField(_l("Regions"), choices=_sets, default=lambda: _region_sets().default().key)

    def months(self) -> list[date]:
        """The first days of the months that were chosen, whichever of the two is the earlier one."""
        first, last = sorted((self.first.data, self.last.data))
        return [date.fromisoformat(f"{key}-01") for key in _keys() if first <= key <= last]

    def region_set(self) -> RegionSet:
        """The set of regions that was chosen."""
        return _region_sets().get(self.regions.data) or _region_sets().default()


@bp.get("/")
@needs(Action.USE_DESK)
def overview() -> str | tuple[str, int]:
    """Regions by fields, for a span of months."""
    form = SpanForm(request.args)
    is_right = form.validate()
    sort, is_rising = request.args.get("sort", BY_TOTAL), request.args.get("order") == "up"
    found = _counts(form) if is_right else []
    table = demand_table(found, form.region_set(), language=i18n.language(), sort=sort, is_rising=is_rising)
    shown = render_template("desk/demand.html", form=form, table=table, is_right=is_right, **_rules())
    return shown if is_right else (shown, 422)


@bp.get("/demand.csv")
@needs(Action.USE_DESK)
def download() -> Response:
    """The counts by month, as a file for spreadsheets; months or regions that are not known are the usual."""
    form = SpanForm(request.args)
    if not form.validate():
        form = SpanForm(MultiDict())
    body = as_csv(_counts(form), form.region_set(), language=i18n.language())
    answer = Response(body, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="searches-that-found-few-hosts.csv"'
    return answer


def _counts(form: SpanForm) -> list[Count]:
    with looking() as opened:
        return monthly(opened, viewer(), set_key=form.regions.data, months=form.months())


def _rules() -> dict[str, Any]:
    """By what searches are counted, as the page explains it."""
    is_counted = running().demand is not None
    return {"few": FEW, "least": LEAST_SHOWN, "months_kept": MONTHS_KEPT, "is_counted": is_counted}
