"""What the forms of a host's sheet share: opened with a part of the sheet, closed with what was typed."""

from collections.abc import Sequence
from typing import Any

from babel import Locale
from flask_babel import gettext
from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.widgets import CheckboxInput

from mapsvc import i18n
from mapsvc.domain import vocabulary
from mapsvc.domain.sheet_values import (
    TEXT_LANGUAGES,
)
from mapsvc.domain.sheets import InvalidSheet, Values
from mapsvc.presentation.labels import language_label
from mapsvc.presentation.sheet_words import KEYS, LABELS, text_language
from mapsvc.web.forms import Form
from mapsvc.web.keeping_fields import (
    TextsField,
)

YES_OR_NO = {"yes": True, "no": False}
CODE_LETTERS = 2  # of countries and languages, three-letter codes are for others
NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}


class SheetForm(Form):
    """A part of the sheet: opened with what it says, closed with what was typed."""

    version: Field = HiddenField()

    @classmethod
    def opened(cls, values: Values, *, version: str, languages: Sequence[str]) -> "SheetForm":
        """The form of a part that says these values; with a request that sends it, what that says.

        languages are those in which its texts are asked for, beside those in which there are some.
        """
        form = cls(data=cls.filled(values) | {"version": version})
        form.prepare(i18n.language())
        held = {code for field in form.texts() for code in (field.data or {}) if field.data[code]}
        form.languages = list(
            dict.fromkeys([*languages, *sorted(held - {""}), *([""] if "" in held else [])])
        )
        return form

    @classmethod
    def filled(cls, values: Values) -> dict[str, Any]:
        """The data of the fields from the columns of the part."""
        return dict(values)

    def said(self) -> Values:
        """The columns of the part from what was typed."""
        return {field.name: field.data for field in self if field.name not in {"version", "csrf_token"}}

    def prepare(self, language: str) -> None:
        """Gives the fields their choices, in the reader's language; what is chosen already is one of them."""
        for field in self:
            if field.name in KEYS and isinstance(field, SelectField | RadioField | SelectMultipleField):
                self._choose(field, KEYS[field.name], language)

    def texts(self) -> list[TextsField]:
        """The fields that are asked for by language."""
        return [field for field in self if isinstance(field, TextsField)]

    def more_languages(self) -> list[tuple[str, str]]:
        """The languages that can be added: (code, name), by name."""
        left = [code for code in TEXT_LANGUAGES if code not in self.languages]
        return sorted(((code, text_language(code, i18n.language())) for code in left), key=lambda one: one[1])

    def take_all(self, fault: InvalidSheet) -> None:
        """Shows every fault of a sheet at its field."""
        for name, one in fault.faults.items():
            one.field = self.field_of(name)
            self.take(one)

    def field_of(self, column: str) -> str:
        """The field at which the fault of a column is shown."""
        return column

    def _choose(self, field: Any, name: str, language: str) -> None:
        held = field.object_data if isinstance(field.object_data, list) else [field.object_data]
        keys = dict.fromkeys([*vocabulary.keys(name), *filter(None, held)])
        none = [] if isinstance(field, SelectMultipleField) else [("", gettext("Not said"))]
        field.choices = [*none, *((key, vocabulary.label(name, key, language)) for key in keys)]


def ticks(label: Any, help_text: Any) -> Field:
    """A field of boxes to be ticked."""
    return SelectMultipleField(label, option_widget=CheckboxInput(), description=help_text, choices=[])


def line(column: str, help_text: Any, *, most: int, kind: type[Field] = StringField, **render: Any) -> Field:
    """A field of one line for a column."""
    return kind(LABELS[column], description=help_text, render_kw={"maxlength": most, **render})


def spoken_choices(language: str) -> list[tuple[str, str]]:
    """The languages that people speak: (code, name), by name."""
    codes = [str(code) for code in Locale("en").languages if len(str(code)) == CODE_LETTERS]
    return sorted(((code, language_label(code, language)) for code in codes), key=lambda one: one[1])
