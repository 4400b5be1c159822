"""The reader's language: chosen at the door, used for every string."""

from flask import Flask, Response, request
from flask_babel import Babel, get_locale, gettext

from mapsvc.errors import MapsvcError
from mapsvc.messages import LANGUAGES
from mapsvc.resources import PACKAGE

COOKIE = "lang"
YEAR_S = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Makes every page speak the reader's language, and remember it when it was chosen by link."""
    Babel(
        app,
        locale_selector=chosen_language,
        default_translation_directories=str(PACKAGE / "translations"),
    )
    app.context_processor(lambda: {"language": language()})
    app.after_request(_remember)


def chosen_language() -> str:
    """The language of this request: `lang=` in the address, else the cookie, else the browser's wish."""
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def language() -> str:
    """The code of the language of this request, one of LANGUAGES."""
    return str(get_locale() or LANGUAGES[0])


def spoken(error: MapsvcError) -> str:
    """The message of an error in the reader's language."""
    return said(error.text, error.values)


def said(message: str, values: object = None) -> str:
    """A marked message in the reader's language, with its values put in."""
    text = str(gettext(message))
    return text % values if values else text


def _remember(response: Response) -> Response:
    wish = request.args.get("lang")
    if wish in LANGUAGES and wish != request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE, wish, max_age=YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response
