"""The forms of a host's sheet, one a part: of the organisation and of its sites."""

from collections.abc import Mapping
from typing import Any

from babel import Locale
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    SelectField,
    StringField,
    URLField,
)
from wtforms.validators import InputRequired

from mapsvc.domain.sheet_values import (
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_POSTCODE,
    LONGEST_TEXT,
    LONGEST_TOWN,
    LONGEST_WEBSITE,
)
from mapsvc.domain.sheets import Part, Values
from mapsvc.intake.names import country_code
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.sheet_words import LABELS
from mapsvc.web.keeping_fields import (
    DegreesField,
    LegalIdsField,
    NamesField,
    SpokenField,
    TextsField,
)
from mapsvc.web.keeping_form_base import CODE_LETTERS, SheetForm, line, ticks
from mapsvc.web.keeping_offer_forms import ConditionsForm, ContactForm, WhatForm, WhenForm, WhomForm


class OrganisationForm(SheetForm):
    """What the organisation is."""

    name: Field = StringField(
        LABELS["name"],
        [InputRequired(_l("Give the name of the organisation."))],
        description=_l("As it stands on the door or on its website."),
        render_kw={"maxlength": LONGEST_NAME, "autocomplete": "organization"},
    )
    kind: Field = SelectField(LABELS["kind"], description=_l("What fits best."), choices=[])
    sectors: Field = ticks(
        LABELS["sectors"], _l("All in which somebody can work there. Learners search by them.")
    )
    about: Field = TextsField(
        LABELS["about"],
        description=_l("Two or three sentences: what it makes or does, how many people work there."),
        longest=LONGEST_TEXT,
        rows=4,
    )
    website: Field = line(
        "website",
        _l("The whole address. It begins with https:// or http://"),
        most=LONGEST_WEBSITE,
        kind=URLField,
        inputmode="url",
        placeholder="https://example.org",
    )
    languages: Field = SpokenField(
        LABELS["languages"], description=_l("Those that people there speak at work, and how well.")
    )
    other_names: Field = NamesField(
        LABELS["other_names"],
        description=_l("A short name, a former name or a name in another language. One a line."),
        render_kw={"rows": 2},
    )
    legal_ids: Field = LegalIdsField(
        LABELS["legal_ids"],
        description=_l("OID, PIC, SIRET or VAT number, one a line, such as: OID E10000000. They are public."),
        render_kw={"rows": 2},
    )

    @classmethod
    def filled(cls, values: Values) -> dict[str, Any]:
        """Legal ids as pairs; nothing said is a choice too."""
        pairs = [(one["scheme"], one["value"]) for one in values.get("legal_ids") or ()]
        return {**values, "legal_ids": pairs, "kind": values.get("kind") or ""}


class WhereForm(SheetForm):
    """Where a site is."""

    town: Field = line("town", _l("As on the road signs."), most=LONGEST_TOWN, autocomplete="address-level2")
    postcode: Field = line(
        "postcode", _l("It tells towns of one name apart."), most=LONGEST_POSTCODE, autocomplete="postal-code"
    )
    country: Field = SelectField(
        LABELS["country"], description=_l("Leave it open if you are not sure: the town tells."), choices=[]
    )
    address: Field = line(
        "address",
        _l("It is public. Leave it empty where somebody works at home."),
        most=LONGEST_LINE,
        autocomplete="street-address",
    )
    lon: Field = DegreesField(
        LABELS["lon"],
        description=_l(
            "Empty: the pin stands in the middle of the town. Set it on the map for the very door."
        ),
        render_kw={"inputmode": "decimal", "autocomplete": "off", "maxlength": 30},
    )
    lat: Field = DegreesField(
        LABELS["lat"],
        description=_l("In degrees, such as 45.8081."),
        render_kw={"inputmode": "decimal", "autocomplete": "off", "maxlength": 30},
    )

    @classmethod
    def filled(cls, values: Values) -> dict[str, Any]:
        """A point that stands for the town is none that somebody set."""
        in_town = values.get("precision") != "address"
        values = {**values, "country": values.get("country") or ""}
        return {**values, **({"lon": None, "lat": None} if in_town else {})}

    def prepare(self, language: str) -> None:
        """Countries by name."""
        codes = {
            country_code(str(code)) for code in Locale("en").territories if len(str(code)) == CODE_LETTERS
        }
        labels = {code: country_label(code, language) for code in codes if code}
        named = sorted((name, code) for code, name in labels.items() if name != code)
        self.country.choices = [("", gettext("Not said")), *((code, name) for name, code in named)]


FORMS: Mapping[Part, type[SheetForm]] = {
    Part.ORGANISATION: OrganisationForm,
    Part.WHERE: WhereForm,
    Part.WHAT: WhatForm,
    Part.WHEN: WhenForm,
    Part.WHOM: WhomForm,
    Part.CONDITIONS: ConditionsForm,
    Part.CONTACT: ContactForm,
}
