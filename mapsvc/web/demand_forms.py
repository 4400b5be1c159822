"""The form that says which months, and which regions, the page on unmet demand is about."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, SelectField

from mapsvc import i18n
from mapsvc.domain.base import now
from mapsvc.domain.days import spelt
from mapsvc.domain.demands import MONTHS_KEPT
from mapsvc.http import running
from mapsvc.places.region_sets import RegionSet, RegionSets, region_sets
from mapsvc.presentation.coverage_forms import level_label
from mapsvc.presentation.demand_maps import Shown
from mapsvc.presentation.region_words import set_label
from mapsvc.services.demands import last_months
from mapsvc.web.forms import Form, choices

SHOWN = 12  # months, where nobody chose others


def _sets_here() -> RegionSets:
    return region_sets(running().settings.folder)


def _keys() -> list[str]:
    """The months of which counts may be there, the oldest first."""
    return [f"{month:%Y-%m}" for month in last_months(now().date(), MONTHS_KEPT + 1)]


def _months() -> list[SelectChoice]:
    said = [(key, spelt(date.fromisoformat(f"{key}-01"), "LLLL y", i18n.language())) for key in _keys()]
    return choices((key, text[:1].upper() + text[1:]) for key, text in reversed(said))


def _sets() -> list[SelectChoice]:
    return choices((one.key, set_label(one)) for one in _sets_here().all())


def _shown() -> list[SelectChoice]:
    words = {Shown.VISITORS: _l("Visitors"), Shown.PER_SEAT: _l("Visitors for each seat")}
    return choices((one.value, words[one]) for one in Shown)


class SpanForm(Form):
    """From which month to which, and by which regions."""

    class Meta(Form.Meta):
        """A search changes nothing: it needs no token."""

        csrf = False

    first: Field = SelectField(_l("From"), choices=_months, default=lambda: _keys()[-SHOWN])
    last: Field = SelectField(_l("To"), choices=_months, default=lambda: _keys()[-1])
    regions: Field = SelectField(_l("Regions"), choices=_sets, default=lambda: _sets_here().default().key)

    level: Field = SelectField(_l("Shown by"), choices=[])
    shown: Field = SelectField(_l("On the map"), choices=_shown, default=Shown.VISITORS.value)

    def __init__(self, *args: Any, **more: Any) -> None:
        """Offers the levels of the regions that are chosen; one that they do not have is their finest."""
        super().__init__(*args, **more)
        regions = self.region_set()
        self.level.choices = choices((str(level), level_label(regions, level)) for level in regions.levels)
        if self.level.data not in {one.value for one in self.level.choices}:
            self.level.data = str(regions.levels[-1])

    def months(self) -> list[date]:
        """The first days of the months that were chosen, whichever of the two is the earlier one."""
        first, last = sorted((self.first.data, self.last.data))
        return [date.fromisoformat(f"{key}-01") for key in _keys() if first <= key <= last]

    def region_set(self) -> RegionSet:
        """The set of regions that was chosen."""
        return _sets_here().get(self.regions.data) or _sets_here().default()
