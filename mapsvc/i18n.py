"""The reader's language: chosen at the door, used for every string."""

from datetime import date, datetime
from functools import lru_cache

import babel.numbers
from flask import Flask, Response, request
from flask_babel import Babel, format_datetime, get_locale, gettext, to_user_timezone
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from mapsvc.domain.days import ordinal, spelt
from mapsvc.errors import MapsvcError
from mapsvc.headers import EMBED
from mapsvc.messages import LANGUAGES
from mapsvc.resources import PACKAGE

COOKIE = "lang"
TIMEZONE = "Europe/Brussels"  # of the moments that pages show: most of Europe shares it
YEAR_S = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Makes every page speak the reader's language, and remember it when it was chosen by link."""
    Babel(
        app,
        default_timezone=TIMEZONE,
        locale_selector=chosen_language,
        default_translation_directories=str(PACKAGE / "translations"),
    )
    app.context_processor(lambda: {"language": language()})
    app.jinja_env.filters.update(moment=moment, day=day, dateformat=day, datetimeformat=moment)
    app.after_request(_remember)


def chosen_language() -> str:
    """The language of this request: `lang=` in the address, else the cookie, else the browser's wish.

    What stands inside another site neither reads nor sets a cookie.
    """
    for wish in (request.args.get("lang"), request.path != EMBED and request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    return _best(request.headers.get("Accept-Language", ""))


@lru_cache(256)
def _best(accepted: str) -> str:
    return parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES) or LANGUAGES[0]


def language() -> str:
    """The code of the language of this request, one of LANGUAGES."""
    return str(get_locale() or LANGUAGES[0])


def moment(value: datetime, pattern: str = "d MMM y, HH:mm") -> str:
    """A moment as pages show it: 22 Nov 2026, 14:05. Never 11/22, which half of Europe reads otherwise."""
    return ordinal(to_user_timezone(value), str(format_datetime(value, pattern)), language())


def day(value: date, pattern: str = "d MMM y") -> str:
    """A day as pages show it: 22 Nov 2026."""
    return spelt(value, pattern, language())


def count(value: float) -> str:
    """A number as the reader writes it: 12,345 or 12 345."""
    return _decimal(value, language())


@lru_cache(4096)
def _decimal(value: float, code: str) -> str:
    return str(babel.numbers.format_decimal(value, locale=code))


def spoken(error: MapsvcError) -> str:
    """The message of an error in the reader's language."""
    return said(error.text, error.values)


def said(message: str, values: object = None) -> str:
    """A marked message in the reader's language, with its values put in."""
    text = str(gettext(message))
    return text % values if values else text


def _remember(response: Response) -> Response:
    # A machine says it each time, and its answers may be kept by anybody.
    if response.mimetype != "text/html" or request.path == EMBED:
        return response
    wish = request.args.get("lang")
    if wish in LANGUAGES and wish != request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE, wish, max_age=YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response
