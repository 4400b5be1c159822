"""What the forms of every page share: texts that are trimmed, faults of services at their fields."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from mapsvc import i18n
from mapsvc.errors import InvalidInput

LONGEST_ADDRESS = 254


class Form(FlaskForm):  # type: ignore[misc]
    """A form with a token against other sites, and without the browser's own bubbles."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Trims every text."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """A field that trims what was typed."""
            if issubclass(unbound_field.field_class, StringField):
                options = {"filters": [trimmed], **options}
            return unbound_field.bind(form=form, **options)

    def take(self, fault: InvalidInput) -> None:
        """Shows the fault of a service at the field that it names, or above the form."""
        said = i18n.spoken(fault)
        if fault.field in self:
            self[fault.field].errors = [*self[fault.field].errors, said]
        else:
            self.form_errors: list[str] = [said]


class AddressForm(Form):
    """A mail address."""

    email: Field = EmailField(
        _l("Mail address"),
        [InputRequired(_l("Please give your mail address.")), Length(max=LONGEST_ADDRESS)],
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": LONGEST_ADDRESS},
    )


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """The choices of a field, from what is sent and the words that are shown."""
    return [SelectChoice(value, label) for value, label in pairs]


def trimmed(text: object) -> object:
    """A text without spaces around it."""
    return text.strip() if isinstance(text, str) else text
