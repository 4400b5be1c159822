"""A marked sentence in a language, where there is no request whose language would count: in mails."""

from collections.abc import Callable
from functools import cache, partial

from babel.support import NullTranslations, Translations

from mapsvc.messages import LANGUAGES
from mapsvc.resources import PACKAGE


def translate(language: str, message: str, **values: object) -> str:
    """The message in a language of LANGUAGES, else in English, with its values put in."""
    text = _catalogue(language if language in LANGUAGES else LANGUAGES[0]).gettext(message)
    return text % values if values else text


def speaker(language: str) -> Callable[..., str]:
    """What says messages in a language, with their values put in."""
    return partial(translate, language)


def counter(language: str) -> Callable[..., str]:
    """What says messages that count, in a language of LANGUAGES: (one, many, number, values by name).

    The number is among the values as num. Call it ngettext, the name that the extraction looks for.
    """
    catalogue = _catalogue(language if language in LANGUAGES else LANGUAGES[0])

    def counted(one: str, many: str, number: int, **values: object) -> str:
        return catalogue.ngettext(one, many, number) % {"num": number, **values}

    return counted


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(str(PACKAGE / "translations"), [language])
