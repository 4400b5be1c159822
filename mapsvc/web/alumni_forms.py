"""The forms by which a person puts a stay on the map, and corrects it."""

from typing import Any

from babel import Locale
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput

from mapsvc import i18n
from mapsvc.domain import vocabulary
from mapsvc.domain.alumni import LengthUnit
from mapsvc.domain.base import now
from mapsvc.domain.class_invitations import ClassInvitation
from mapsvc.domain.consents import CONSENT_TEXTS, ConsentKind
from mapsvc.domain.pin_values import LONGEST_HOST_NAME, LONGEST_NAME, LONGEST_STORY, PinDraft
from mapsvc.domain.sheet_values import TEXT_LANGUAGES
from mapsvc.places.gazetteer import LONGEST_QUERY
from mapsvc.presentation.labels import country_label, language_label
from mapsvc.web.forms import LONGEST_ADDRESS, Form, choices

NEEDED = _l("Please fill this in.")
NO_TOWN = _l("We do not know the town of this stay. Type it, or the next larger one.")
NUMBER = {"inputmode": "numeric", "autocomplete": "off"}
CODE_LETTERS = 2
FROM_CLASS = ("from_country", "field", "year")  # what an invitation of a class fills in
TICKS = {
    ConsentKind.PIN: "agree",
    ConsentKind.SURNAME: "agree_surname",
    ConsentKind.HOST_NAME: "agree_host",
}


class AgeForm(Form):
    """How old somebody is: asked before anything else, and not kept."""

    age: Field = IntegerField(
        _l("How old are you?"),
        [InputRequired(_l("Please say how old you are."))],
        description=_l("In years. We do not keep it."),
        render_kw={**NUMBER, "maxlength": 3},
    )


class PinForm(Form):
    """All of a stay. Its consents are ticks of their own, and none is ticked before."""

    age: Field = HiddenField()
    seen: Field = HiddenField()  # the area that was shown before
    town: Field = StringField(
        _l("In which town were you?"),
        [InputRequired(NEEDED)],
        description=_l("Only the area around it is shown, where at least 5,000 people live. No address."),
        render_kw={"maxlength": LONGEST_QUERY, "autocomplete": "off", "spellcheck": "false", "dir": "auto"},
    )
    place: Field = RadioField(
        _l("Which of these do you mean?"), [Optional()], validate_choice=False, choices=[]
    )
    field: Field = SelectField(_l("Field of training"), [InputRequired(NEEDED)], choices=[])
    year: Field = StringField(_l("Year"), [InputRequired(NEEDED)], render_kw={**NUMBER, "maxlength": 4})
    length: Field = StringField(
        _l("How long?"), [InputRequired(NEEDED)], render_kw={**NUMBER, "maxlength": 3}
    )
    length_unit: Field = SelectField(
        _l("Weeks or months"),
        choices=choices([(LengthUnit.WEEKS, _l("weeks")), (LengthUnit.MONTHS, _l("months"))]),
    )
    from_country: Field = SelectField(_l("Country you came from"), [InputRequired(NEEDED)], choices=[])
    languages: Field = SelectMultipleField(
        _l("Languages you speak"), option_widget=CheckboxInput(), choices=[]
    )
    story: Field = TextAreaField(
        _l("What would you tell others?"),
        description=_l("Up to 1,000 characters. No phone numbers, addresses or links: leave them out."),
        render_kw={"rows": 6, "maxlength": LONGEST_STORY, "dir": "auto"},
    )
    may_be_asked: Field = BooleanField(_l("Others may ask me questions. Nobody sees my mail address."))
    ask_about: Field = SelectMultipleField(_l("About what?"), option_widget=CheckboxInput(), choices=[])
    display_name: Field = StringField(
        _l("First name, or a name that you make up"),
        [InputRequired(_l("The name is empty. Give a first name, or one that you make up."))],
        render_kw={"maxlength": LONGEST_NAME, "autocomplete": "given-name", "dir": "auto"},
    )
    surname: Field = StringField(
        _l("Surname"), render_kw={"maxlength": LONGEST_NAME, "autocomplete": "family-name", "dir": "auto"}
    )
    agree_surname: Field = BooleanField()
    host_name: Field = StringField(
        _l("Name of the host"), render_kw={"maxlength": LONGEST_HOST_NAME, "dir": "auto"}
    )
    agree_host: Field = BooleanField()
    email: Field = EmailField(
        _l("Mail address"),
        [InputRequired(_l("Please give your mail address."))],
        description=_l("We mail you a link. Nothing is shown before you use it. The address is not public."),
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": LONGEST_ADDRESS},
    )
    agree: Field = BooleanField()

    @classmethod
    def opened(
        cls,
        draft: PinDraft | None = None,
        *,
        town: str = "",
        signed_in: bool,
        invitation: ClassInvitation | None = None,
        fresh: bool = False,
    ) -> "PinForm":
        """The form for a draft, empty without one; with a request that sends it, what that says.

        invitation is that of a class, which fills in what it knows. fresh says that the request sends
        something else.
        """
        known = {name: getattr(invitation, name) for name in FROM_CLASS} if invitation else {}
        sends = {"formdata": None} if fresh else {}
        form = cls(**sends, data=_filled(draft, town) if draft else known)
        language = i18n.language()
        form.field.choices = [("", gettext("Choose")), *fields(language)]
        form.from_country.choices = [("", gettext("Choose")), *countries(language)]
        form.languages.choices = _languages(language)
        form.ask_about.choices = [
            (key, vocabulary.label("ask_topics", key, language)) for key in vocabulary.keys("ask_topics")
        ]
        for kind, name in TICKS.items():
            form[name].label.text = i18n.said(CONSENT_TEXTS[kind].words)
        if not form.year.data:
            form.year.render_kw = {**NUMBER, "maxlength": 4, "placeholder": str(now().year)}
        if signed_in:
            del form.email
        return form

    def said(self, place_id: int) -> dict[str, Any]:
        """What was typed, as `PinDraft.of` reads it."""
        names = ("field", "year", "length", "length_unit", "from_country", "languages", "story")
        more = ("may_be_asked", "ask_about", "display_name", "surname", "host_name")
        return {
            **{name: self[name].data for name in (*names, *more)},
            "place_id": place_id,
            "consents": [kind for kind, name in TICKS.items() if self[name].data],
        }

    def at(self, field: str) -> str:
        """The field of this form that stands for one of a draft."""
        return {"consents": "agree", "place_id": "town"}.get(field, field)


def _filled(draft: PinDraft, town: str) -> dict[str, Any]:
    kept = {name: value for name, value in draft.kept().items() if name not in {"place_id", "consents"}}
    ticked = {name: kind in draft.consents for kind, name in TICKS.items()}
    return {**kept, **ticked, "town": town, "place": str(draft.place_id)}


def fields(language: str) -> list[tuple[str, str]]:
    """The fields of training to choose from, in the order of their codes: (code, words)."""
    return [(code, vocabulary.label("fields", code, language)) for code in vocabulary.keys("fields")]


def countries(language: str) -> list[tuple[str, str]]:
    """The countries to choose from, by name: (code, name)."""
    known = map(str, Locale("en").territories)
    codes = [code for code in known if len(code) == CODE_LETTERS and code.isalpha()]
    left_out = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
    found = [(code, country_label(code, language)) for code in codes if code not in left_out]
    return sorted(found, key=lambda one: one[1])


def _languages(language: str) -> list[tuple[str, str]]:
    found = [(code, language_label(code, language)) for code in TEXT_LANGUAGES]
    return sorted(found, key=lambda one: one[1])
