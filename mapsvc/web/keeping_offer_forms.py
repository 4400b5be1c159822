"""The forms of an offer, one a part; each field says in a sentence what it is for."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    Field,
    RadioField,
    StringField,
    TelField,
)

from mapsvc.domain.sheet_values import (
    LONGEST_LINE,
    LONGEST_TEXT,
)
from mapsvc.domain.sheets import Values
from mapsvc.presentation.sheet_words import LABELS
from mapsvc.web.keeping_fields import (
    LinesField,
    NumberField,
    PeriodsField,
    SpokenField,
    TextsField,
)
from mapsvc.web.keeping_form_base import NUMERIC, YES_OR_NO, SheetForm, ticks


class WhatForm(SheetForm):
    """What somebody who comes can do."""

    title: Field = TextsField(
        LABELS["title"], description=_l("A few words, such as: Furniture workshop."), longest=LONGEST_LINE
    )
    summary: Field = TextsField(
        LABELS["summary"],
        description=_l("What a day looks like, in simple sentences. A learner of 17 should understand it."),
        longest=LONGEST_TEXT,
        rows=5,
    )
    missions: Field = LinesField(
        LABELS["missions"],
        description=_l("What the learner sees and does. One task a line."),
        longest=LONGEST_TEXT,
        rows=4,
    )
    fields: Field = ticks(
        LABELS["fields"], _l("The fields of training that fit, in the words of the European list ISCED-F.")
    )
    sectors: Field = ticks(LABELS["sectors"], _l("Only if they differ from those of the organisation."))
    profiles: Field = LinesField(
        LABELS["profiles"],
        description=_l("With whom the learner works: their trade, not their names. One a line."),
        longest=LONGEST_TEXT,
        rows=3,
    )


class WhenForm(SheetForm):
    """When somebody can come, for how long."""

    periods: Field = PeriodsField(
        LABELS["periods"],
        description=_l(
            "First day, last day and how many people can come. Leave it empty if any time is good."
        ),
    )
    min_days: Field = NumberField(
        LABELS["min_days"], description=_l("Fewer days are of no use."), render_kw=NUMERIC | {"maxlength": 5}
    )
    max_days: Field = NumberField(
        LABELS["max_days"], description=_l("More days are too many."), render_kw=NUMERIC | {"maxlength": 5}
    )


class WhomForm(SheetForm):
    """Whom the host takes."""

    min_age: Field = NumberField(
        LABELS["min_age"],
        description=_l("The youngest age at which somebody may come. Many learners are 16 or 17."),
        render_kw=NUMERIC | {"maxlength": 3},
    )
    languages: Field = SpokenField(
        LABELS["languages"],
        description=_l("Those of which a learner needs one, and how well. A2 is enough for most."),
    )
    welcome: Field = TextsField(
        LABELS["welcome"],
        description=_l(
            "What a learner should bring along: a year of training, a driving licence, curiosity."
        ),
        longest=LONGEST_TEXT,
        rows=3,
    )
    wheelchair: Field = RadioField(
        LABELS["wheelchair"],
        description=_l("Whether the place can be entered and used in a wheelchair."),
        choices=[],
        coerce=lambda said: said if isinstance(said, bool) else YES_OR_NO.get(said),
    )
    programmes: Field = ticks(
        LABELS["programmes"], _l("Under which somebody can come. Leave it open if you do not know.")
    )

    def prepare(self, language: str) -> None:
        """Yes, no, or nothing said."""
        super().prepare(language)
        self.wheelchair.choices = [("yes", gettext("Yes")), ("no", gettext("No")), ("", gettext("Not said"))]


class ConditionsForm(SheetForm):
    """What the host does for those who come, and what it asks of them."""

    accommodation: Field = RadioField(
        LABELS["accommodation"], description=_l("What the host does about a place to sleep."), choices=[]
    )
    conditions: Field = TextsField(
        LABELS["conditions"],
        description=_l("Hours, clothes, meals, how to get there: what one should know before."),
        longest=LONGEST_TEXT,
        rows=4,
    )
    documents: Field = LinesField(
        LABELS["documents"],
        description=_l("Papers that must be ready before, such as an insurance. One a line."),
        longest=LONGEST_TEXT,
        rows=3,
    )
    effects_visitor: Field = TextsField(
        LABELS["effects_visitor"],
        description=_l("What the learner can do afterwards."),
        longest=LONGEST_TEXT,
        rows=3,
    )
    effects_host: Field = TextsField(
        LABELS["effects_host"], description=_l("Why the host does this."), longest=LONGEST_TEXT, rows=3
    )

    @classmethod
    def filled(cls, values: Values) -> dict[str, Any]:
        """Nothing said is a choice too."""
        return {**values, "accommodation": values.get("accommodation") or ""}


class ContactForm(SheetForm):
    """Whom referents write to. Never public."""

    contact_name: Field = StringField(
        _l("Name of the contact"),
        description=_l("Private: only those who keep this host see it."),
        render_kw={"maxlength": LONGEST_LINE, "autocomplete": "off"},
    )
    contact_email: Field = EmailField(
        _l("Mail address"),
        description=_l("Private. It is never shown on the map, in lists or in downloads."),
        render_kw={"maxlength": LONGEST_LINE, "inputmode": "email", "autocomplete": "off"},
    )
    contact_phone: Field = TelField(
        _l("Telephone"),
        description=_l("Private. With the code of the country, such as +49."),
        render_kw={"maxlength": 80, "inputmode": "tel", "autocomplete": "off"},
    )

    @classmethod
    def filled(cls, values: Values) -> dict[str, Any]:
        """The contact in three fields."""
        return {f"contact_{name}": text for name, text in (values.get("contact") or {}).items()}

    def said(self) -> Values:
        """One column of the three fields."""
        return {"contact": {name: self[f"contact_{name}"].data for name in ("name", "email", "phone")}}

    def field_of(self, column: str) -> str:
        """The mail address is the field that is most often wrong."""
        return "contact_email"
