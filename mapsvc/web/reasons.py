"""Reasons that moderators give often, in the language of who reads them."""

from mapsvc.catalogues import translate
from mapsvc.messages import mark as _

# Each as moderators see it, and as the author reads it.
PRESETS = (
    _("Please take the phone number out of the text."),
    _("Please take the link or mail address out of the text. There is a field for the website."),
    _("Please take the street address out of the text. There is a field for it."),
    _("Please say more about what a learner does at your place."),
    _("Please take the names of people out of the text."),
    _("This text is the same as one of another entry. Please write in your own words."),
    _("This reads like advertising. Please say what a learner can see and do."),
)


def presets(language: str) -> list[tuple[str, str]]:
    """The sentences, and each in the language of who reads the mail."""
    return [(one, translate(language, one)) for one in PRESETS]
