"""The forms of those who speak for a host without an account."""

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from mapsvc.services.mailed_links import LONGEST_TEXT
from mapsvc.web.forms import AddressForm, choices

PARTS = {
    "name": _l("Name"),
    "place": _l("Address or place on the map"),
    "website": _l("Website"),
    "offer": _l("What learners can do"),
    "dates": _l("Dates, age or languages"),
    "closed": _l("It does not exist any more"),
    "other": _l("Something else"),
}


class ClaimForm(AddressForm):
    """Who claims, and a word to those who keep the entry."""

    text: Field = TextAreaField(
        _l("A word to those who keep this entry"),
        [Length(max=LONGEST_TEXT)],
        description=_l("Who you are and what you do there. Only needed with another address."),
        render_kw={"maxlength": LONGEST_TEXT},
    )


class RemovalForm(AddressForm):
    """Who asks to be removed."""

    text: Field = TextAreaField(
        _l("Why, if you want to say it"), [Length(max=LONGEST_TEXT)], render_kw={"maxlength": LONGEST_TEXT}
    )


class CorrectionForm(AddressForm):
    """What is wrong, and what is right."""

    parts: Field = SelectMultipleField(
        _l("What is not right?"),
        choices=choices(PARTS.items()),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    text: Field = TextAreaField(
        _l("What is right?"),
        [InputRequired(_l("Write what should be changed.")), Length(max=LONGEST_TEXT)],
        render_kw={"maxlength": LONGEST_TEXT},
    )


class InviteForm(AddressForm):
    """Whom to invite to speak for a host."""
