"""The forms of cohorts and scenarios: a file, the day of deletion, rules and weights, one learner."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    IntegerRangeField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from mapsvc.domain.cohorts import LONGEST_NAME
from mapsvc.errors import InvalidInput
from mapsvc.http import running
from mapsvc.i18n import language
from mapsvc.intake.cohort_codes import LONGEST_CODE
from mapsvc.intake.cohorts import SUFFIXES
from mapsvc.places.gazetteer import Place
from mapsvc.planning.cohorts import Demands, Spot, Weights
from mapsvc.services.cohort_templates import template_words
from mapsvc.web.alumni_forms import NEEDED, NUMBER
from mapsvc.web.alumni_towns import towns_meant
from mapsvc.web.forms import Form, choices

WEIGHTS = ("wish", "distance", "freshness", "spread")
SWITCHES = ("languages", "safety_course")
MOST_KM = 5_000
TEXT = {"maxlength": 400, "dir": "auto", "autocomplete": "off"}
FIELDS = (
    *("code", "fields", "languages", "age", "wish_1", "wish_2", "wish_3"),
    *("wheelchair", "accommodation", "home", "safety_course", "together_with"),
)
SAME_TOWN_KM = 1.0  # within which a base is taken for the middle of a town


class CohortForm(Form):
    """What is said of a cohort beside its file."""

    sending: Field = SelectField(_l("School, chamber or region"), choices=[], validate_choice=False)
    name: Field = StringField(
        _l("Name of the cohort"),
        description=_l("Such as Bakers, spring 2027. Only referents of your organisation see it."),
        render_kw={"maxlength": LONGEST_NAME, "dir": "auto", "autocomplete": "off"},
    )
    delete_on: Field = DateField(
        _l("Delete everything on"),
        [Optional()],
        description=_l("Left empty: 90 days after the last stay. At most two years from today."),
    )


class ListForm(CohortForm):
    """A new cohort, from a file; faults are what could not be used of one of which nobody can be."""

    faults: tuple[dict[str, Any], ...] = ()
    file: Field = FileField(
        _l("List of learners"), render_kw={"accept": ",".join(SUFFIXES), "required": True}
    )


class NewerListForm(Form):
    """A newer file of a cohort; faults as those of a ListForm."""

    faults: tuple[dict[str, Any], ...] = ()
    file: Field = FileField(
        _l("List of learners"), render_kw={"accept": ",".join(SUFFIXES), "required": True}
    )


class NameForm(Form):
    """Another name of a scenario."""

    name: Field = StringField(
        _l("Name of the scenario"),
        render_kw={"maxlength": LONGEST_NAME, "dir": "auto", "autocomplete": "off"},
    )


def _weight(label: Any, description: Any) -> Field:
    return IntegerRangeField(
        label,
        [NumberRange(0, 10, _l("From 0 to 10."))],
        description=description,
        render_kw={"min": 0, "max": 10, "step": 1},
    )


class ScenarioForm(NameForm):
    """What is asked of a placing."""

    base: Field = StringField(
        _l("Base town"),
        description=_l("From here the distance counts: where the group lives or meets."),
        render_kw={"autocomplete": "off", "dir": "auto", "maxlength": 120},
    )
    place: Field = RadioField(_l("Which one do you mean?"), choices=[], validate_choice=False)
    max_km: Field = IntegerField(
        _l("At most so many kilometres from the base"),
        [Optional(), NumberRange(1, MOST_KM, _l("From 1 to 5,000."))],
        description=_l("In a straight line. Left empty, any distance will do."),
        render_kw={**NUMBER, "maxlength": 4},
    )
    languages: Field = BooleanField(
        _l("The language level must be enough"),
        description=_l("Switched off, a host that asks for B1 may get somebody with A2."),
    )
    safety_course: Field = BooleanField(
        _l("The safety course must be done"),
        description=_l("Who has not done it, or of whom the list does not say it, is not placed."),
    )
    wish: Field = _weight(_l("Wishes"), _l("Who named a region or town goes there if possible."))
    distance: Field = _weight(
        _l("Short ways"), _l("Hosts near the base come first, or near home without one.")
    )
    freshness: Field = _weight(_l("Fresh entries"), _l("Hosts that said lately that their entry is true."))
    spread: Field = _weight(_l("Spread"), _l("Many hosts with few learners, not few hosts with many."))
    locks: Field = SelectMultipleField(
        _l("Keep these places"),
        choices=[],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    after: Field = HiddenField()  # the number of the scenario that it is made after

    @classmethod
    def after_demands(
        cls, demands: Demands, *, name: str, locks: Mapping[str, str], after: str
    ) -> "ScenarioForm":
        """The form filled in with what another scenario asked; locks are the words of each, by code."""
        data = {one: getattr(demands.weights, one) for one in WEIGHTS}
        data |= {one: getattr(demands, one) for one in SWITCHES}
        km = None if demands.max_km is None else math.ceil(demands.max_km)
        form = cls(data={**data, "name": name, "max_km": km, "locks": list(locks), "after": after})
        form.locks.choices = choices(locks.items())
        if not form.is_submitted() and demands.base is not None:
            form.fill_base(demands.base)
        return form

    def fill_base(self, spot: Spot) -> None:
        """Puts a base into the form, with the number of its town."""
        self.base.data = spot.name
        near = running().gazetteer.nearest(spot.lon, spot.lat, within_km=SAME_TOWN_KM)
        if near is not None:
            self.offer_towns([near])
            self.place.data = str(near.id)

    def offer_towns(self, towns: list[Place]) -> None:
        """Offers towns to choose from."""
        self.place.choices = choices((str(one.id), _town(one)) for one in towns)

    def demands(self, *, today: date, locks: tuple[tuple[str, str], ...]) -> Demands:
        """What is asked, with those of the locks that were kept. Raises InvalidInput at the field."""
        base = self._base()
        if base is None and self.max_km.data is not None:
            raise InvalidInput(gettext("Say from which town the kilometres count."), field="base")
        kept = set(self.locks.data or ())
        return Demands(
            today=today,
            base=base,
            max_km=None if self.max_km.data is None else float(self.max_km.data),
            languages=bool(self.languages.data),
            safety_course=bool(self.safety_course.data),
            weights=Weights(**{one: self[one].data for one in WEIGHTS}),
            locks=tuple(one for one in locks if one[0] in kept),
        )

    def _base(self) -> Spot | None:
        text = self.base.data or ""
        if not text:
            return None
        meant = towns_meant(text, request.form.get("place", ""))
        if isinstance(meant, Place):
            self.offer_towns([meant])
            return Spot(meant.name, meant.lon, meant.lat)
        self.offer_towns([one.place for one in meant])
        fault = (
            gettext("Several towns may be meant. Choose one.") if meant else gettext("No such town is known.")
        )
        raise InvalidInput(fault, field="base")


def changed(demands: Demands, asked: Mapping[str, str]) -> Demands:
    """Demands with the changes that an address asks for; what is no such change is left out."""
    km = asked.get("max_km", "")
    if km.isascii() and km.isdigit() and 0 < int(km[:6]) <= MOST_KM:
        demands = replace(demands, max_km=float(km))
    elif km == "any":
        demands = replace(demands, max_km=None)
    if asked.get("languages") == "off":
        demands = replace(demands, languages=False)
    if asked.get("safety_course") == "off":
        demands = replace(demands, safety_course=False)
    return demands


def _town(place: Place) -> str:
    return ", ".join(part for part in (place.name, place.region_name, place.country) if part)


class LearnerForm(Form):
    """One learner, in the words of the list: what is read of a file is read here too."""

    code: Field = StringField(
        _l("Code"),
        [InputRequired(NEEDED)],
        description=_l("Your own code, such as A01. No names, please."),
        render_kw={"maxlength": LONGEST_CODE, "dir": "auto", "autocomplete": "off"},
    )
    first: Field = DateField(_l("First day"), [InputRequired(NEEDED)])
    last: Field = DateField(_l("Last day"), [InputRequired(NEEDED)])
    fields: Field = StringField(
        _l("Fields of training"),
        description=_l("Trades or ISCED-F codes, with a semicolon between them: carpenter; 0713."),
        render_kw=TEXT,
    )
    languages: Field = StringField(
        _l("Languages and levels"), description=_l("Such as English B1; Italian A2."), render_kw=TEXT
    )
    age: Field = StringField(_l("Age on departure"), render_kw={**NUMBER, "maxlength": 2})
    wish_1: Field = StringField(
        _l("First wish"),
        description=_l("A town, a region or a country: Como (IT), Lombardia, Italy."),
        render_kw=TEXT,
    )
    wish_2: Field = StringField(_l("Second wish"), render_kw=TEXT)
    wish_3: Field = StringField(_l("Further wishes"), render_kw=TEXT)
    wheelchair: Field = SelectField(_l("Needs a place without steps"), validate_choice=False)
    accommodation: Field = SelectField(_l("Needs a bed, or help to find one"), validate_choice=False)
    home: Field = StringField(
        _l("Home town"), description=_l("With its country: Rennes (FR)."), render_kw=TEXT
    )
    safety_course: Field = SelectField(_l("Safety course done"), validate_choice=False)
    together_with: Field = StringField(
        _l("Wants to be in the same town as"),
        description=_l("Codes of this cohort, with a semicolon between them."),
        render_kw=TEXT,
    )

    @classmethod
    def opened(cls, cells: Mapping[str, str], *, code: str = "") -> "LearnerForm":
        """The form filled in with the cells of a list; a code that is there already stays as it is."""
        days = {name: _day(cells.get(name, "")) for name in ("first", "last")}
        form = cls(data={**cells, **days})
        words = template_words(language())
        yes, no = (words.yes, gettext("Yes")), (words.no, gettext("No"))
        form.wheelchair.choices = form.accommodation.choices = choices([("", gettext("No")), yes])
        form.safety_course.choices = choices([("", gettext("Not said")), yes, no])
        if code:
            form.code.data = code
            form.code.render_kw = {**form.code.render_kw, "readonly": True}
        return form

    def cells(self) -> dict[str, str]:
        """What was filled in, as the cells of a list."""
        found = {name: self[name].data or "" for name in FIELDS}
        return found | {name: self[name].data.isoformat() for name in ("first", "last")}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
