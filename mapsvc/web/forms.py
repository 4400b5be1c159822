"""What the forms of every page share: texts that are trimmed, faults of services at their fields."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DecimalField, EmailField, Field, IntegerField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from mapsvc import i18n
from mapsvc.domain.numbers import InvalidNumber, parse_number
from mapsvc.errors import InvalidInput

LONGEST_ADDRESS = 254
CENTS = 2  # digits of an amount after its point
NO_WHOLE_NUMBER = _l("Please type a whole number.")
NO_AMOUNT = _l("Please type an amount, such as %(amount)s.")


class Form(FlaskForm):  # type: ignore[misc]
    """A form with a token against other sites, and without the browser's own bubbles."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Trims every text."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """A field that trims what was typed."""
            if issubclass(unbound_field.field_class, StringField):
                options = {"filters": [trimmed], **options}
            return unbound_field.bind(form=form, **options)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is right. What is no number is told as that alone: no bound is told beside it."""
        right: bool = super().validate(extra_validators)
        for field in self:
            if told := _told_of_no_number(field):
                field.errors = [told]
        return right

    def take(self, fault: InvalidInput) -> None:
        """Shows the fault of a service at the field that it names, or above the form."""
        said = i18n.spoken(fault)
        if fault.field in self:
            self[fault.field].errors = [*self[fault.field].errors, said]
        else:
            self.form_errors: list[str] = [said]


class AmountField(DecimalField):  # type: ignore[misc]
    """An amount, with a point or a comma before its cents.

    A field of text: browsers in English drop the comma from fields of numbers, and 41,50 becomes 4150.
    """

    widget = TextInput()

    @property
    def no_number(self) -> str:
        """What is said of a text that is no amount, with one as the reader writes it."""
        return str(NO_AMOUNT) % {"amount": format_decimal(Decimal("41.5"), "0.00")}

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads what was typed; spaces between thousands do not count."""
        if not valuelist:
            return
        text = "".join(valuelist[0].split()).replace(",", ".")
        self.data = None
        try:
            parse_number(text)
        except InvalidNumber as fault:
            raise ValueError(self.no_number) from fault
        if len(text.partition(".")[2]) > CENTS:  # "1,234" and "1.234" are a thousand to half of Europe
            raise ValueError(self.no_number)
        self.data = Decimal(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(format_decimal(self.data, "0.00"))


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


def _told_of_no_number(field: Field) -> str:
    """What is said of a text in a field of numbers that is none; "" of all else, and of an empty field."""
    if not field.errors or not field.process_errors or not (field.raw_data or [""])[0].strip():
        return ""
    if isinstance(field, AmountField):
        return field.no_number
    return str(NO_WHOLE_NUMBER) if isinstance(field, IntegerField) else ""
