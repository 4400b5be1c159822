"""What every answer over HTTP shares: headers, errors, and the running things behind the pages."""

import errno
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_babel import gettext
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import IntegerConverter, Map
from werkzeug.sansio.utils import host_is_trusted

from mapsvc import i18n
from mapsvc.config import Settings
from mapsvc.directory.directory import Directory
from mapsvc.errors import (
    Busy,
    Gone,
    InvalidSearch,
    MapsvcError,
    Misconfigured,
    NotFound,
    NotSignedIn,
    TooMany,
    UnreadableFile,
)
from mapsvc.gateway import LARGEST_BODY, OVERLOADED
from mapsvc.headers import EMBED, headers_of
from mapsvc.messages import LANGUAGES
from mapsvc.messages import mark as _
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.presentation.items import Items
from mapsvc.services.corrected_shelves import CorrectedShelf
from mapsvc.services.coverages import Coverages
from mapsvc.services.demand_buffers import DemandBuffer
from mapsvc.services.kept_kit_buffers import KeptKitBuffer

PAGES = frozenset({"text/html", "image/svg+xml"})  # an SVG is a page too, when somebody opens it by itself
FOR_GOOD = "public, max-age=31536000, immutable"  # what a name that changes with its content allows
BY_READER = "Accept-Language, Cookie"  # the parts of a request that say the reader's language
LANGUAGE_NAMES = {"en": "English", "fr": "Français"}
PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE})
FOR_PROGRAMS = ("/api/", "/tiles/")  # what the paths begin with that programs ask
LONGEST_QUERY = 4096  # bytes; a longer address is no search
LARGEST_NUMBER = 2**31 - 1  # that a thing behind the sign-in can have

# The only table from errors to status; the first class that fits counts.
STATUS: tuple[tuple[type[MapsvcError], int], ...] = (
    (NotFound, 404),
    (NotSignedIn, 401),
    (Gone, 410),
    (TooMany, 429),
    (InvalidSearch, 400),
    (UnreadableFile, 400),
    (Busy, 503),
    (Misconfigured, 500),
    (MapsvcError, 400),
)


@dataclass(frozen=True, slots=True)
class Running:
    """The things that a running service holds, made once by `mapsvc.app`."""

    settings: Settings
    public_engine: Engine
    private_engine: Engine
    directory: Directory
    gazetteer: Gazetteer
    regions: Regions
    items: Items
    shelf: CorrectedShelf
    coverages: Coverages
    demand: DemandBuffer | None = None  # None where searches are not counted
    kept_kits: KeptKitBuffer | None = None  # None where kits that are kept are not counted


class _Number(IntegerConverter):
    """The number of a thing in a path; one that no database could hold is at no address."""

    def __init__(self, routes: Map, **bounds: Any) -> None:
        super().__init__(routes, **{"max": LARGEST_NUMBER, **bounds})


def running() -> Running:
    """The running things of the current application."""
    held: Running = current_app.extensions["mapsvc"]
    return held


def status_of(error: MapsvcError) -> int:
    """The HTTP status of an error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def init_app(app: Flask) -> None:
    """Sets the headers of every answer and turns every fault into a page or an object."""
    app.url_map.converters["int"] = _Number
    app.context_processor(frame)
    app.before_request(_refuse_foreign_hosts)
    app.before_request(_refuse_long_queries)
    app.before_request(_refuse_large_bodies)
    app.before_request(_turn_away_when_overloaded)
    app.after_request(_set_headers)
    app.register_error_handler(MapsvcError, _fault)
    app.register_error_handler(HTTPException, _http_fault)
    app.register_error_handler(DBAPIError, _database_fault)
    app.register_error_handler(PoolTimeout, _database_fault)
    app.register_error_handler(OSError, _machine_fault)


def frame() -> dict[str, Any]:
    """What every page shows around its content, pages of faults too: the operator, the languages."""
    settings = running().settings
    operator = {
        "name": settings.operator_name,
        "email": settings.operator_email,
        "site_name": settings.site_name,
        "provider": settings.oidc_issuer and (settings.oidc_name or "OpenID Connect"),
    }
    return {
        "operator": operator,
        "languages": language_links(),
        "offline": settings.offline,
        "kits_counted": running().kept_kits is not None,
        "embeds": bool(settings.embed_ancestors),
    }


def language_links(*, page: bool = True) -> list[tuple[str, str, str]]:
    """The same page in each language: (code, name, address); the first page, where there is no such page."""
    # Not url_for: a reader's parameters named "_scheme" or "endpoint" would be taken for its own. Nor the
    # path of no page: "//elsewhere.example" would lead there.
    path, kept = "/", []
    if page and request.endpoint:
        path = quote(_path_to_open())
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return [
        (code, LANGUAGE_NAMES[code], f"{path}?{urlencode([*kept, ('lang', code)])}") for code in LANGUAGES
    ]


def _path_to_open() -> str:
    """The path of this request, or the nearest above it that can be opened: some only take what is sent."""
    path = request.path
    if request.url_rule and "GET" in (request.url_rule.methods or ()):
        return path
    pages = current_app.url_map.bind("")
    while path != "/" and not pages.test(path, "GET"):
        path = path.rpartition("/")[0] or "/"
    return path


def answer_fault(message: str, status: int, *, hint: str = "") -> tuple[Response | str, int]:
    """A fault as the asker can read it: an object where programs ask, a page elsewhere."""
    if request.path.startswith(FOR_PROGRAMS):
        return jsonify(error={"message": message}), status
    missing = status == 404  # noqa: PLR2004
    if missing:
        # The same in every byte for what is not there and for what is not for this reader.
        hint = gettext("The link may be old or cut short.")
    title = gettext("Page not found") if missing else gettext("That did not work")
    links = language_links(page=not missing)
    template = "embeds/fault.html" if is_framed() else "errors/error.html"
    page = render_template(template, title=title, message=message, hint=hint, languages=links)
    return page, status


def is_framed() -> bool:
    """Whether what is asked may stand inside a page of another site."""
    return request.path == EMBED and bool(running().settings.embed_ancestors)


def _refuse_foreign_hosts() -> tuple[Response | str, int] | None:
    """Refuses a host that the settings do not trust, so that no page ever links to it.

    Flask's own TRUSTED_HOSTS leaves a request without addresses, so that no page can be made of its
    fault, and does not know IPv6.
    """
    if _is_trusted(request.host, tuple(running().settings.trusted_hosts)):
        return None
    return answer_fault(gettext("This request cannot be answered as it was sent."), 400)


@lru_cache(256)
def _is_trusted(host: str, trusted: tuple[str, ...]) -> bool:
    return host_is_trusted(host, trusted) or (
        host.startswith("[") and f"{host.partition(']')[0]}]" in trusted
    )


def _refuse_long_queries() -> tuple[Response | str, int] | None:
    if len(request.query_string) > LONGEST_QUERY:
        return answer_fault(gettext("This address is too long to be a search."), 414)
    return None


def _refuse_large_bodies() -> None:
    """Refuses what no route takes, so that a path that reads no body says so too.

    A form without files may not be larger than its texts; werkzeug looks at those of forms in parts alone.
    """
    if not request.content_length:
        return
    typed = request.mimetype == "application/x-www-form-urlencoded"
    limit = (request.max_form_memory_size or LARGEST_BODY) if typed else LARGEST_BODY
    if request.content_length > limit:
        raise RequestEntityTooLarge


def _turn_away_when_overloaded() -> None:
    if request.environ.get(OVERLOADED):
        raise Busy(_("Too many people ask just now. Please try again in a minute."))


def _set_headers(response: Response) -> Response:
    mimetype, headers = response.mimetype, response.headers
    ancestors = running().settings.embed_ancestors if is_framed() else ()
    for name, value in headers_of(ancestors, page=mimetype in PAGES).items():
        headers.setdefault(name, value)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.status_code == 503:  # noqa: PLR2004
        headers.setdefault("Retry-After", "30")
    if mimetype in {"text/html", "application/json"}:
        headers.setdefault("Vary", BY_READER)
        headers.setdefault("Cache-Control", "no-cache")
    return response


def _fault(error: MapsvcError) -> Response:
    # What exactly is not there is for the command line: here it would tell what is somebody else's.
    said = i18n.said(NotFound.message) if isinstance(error, NotFound) else i18n.spoken(error)
    response = current_app.make_response(answer_fault(said, status_of(error)))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = f"{error.retry_after.total_seconds():.0f}"
    return response


def _http_fault(error: HTTPException) -> Response | tuple[Response | str, int] | HTTPException:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect is no fault
        return error
    if status == 404:  # noqa: PLR2004
        return answer_fault(i18n.said(NotFound.message), 404)
    if status == 413:  # noqa: PLR2004
        return answer_fault(gettext("What was sent is too large."), status, hint=_largest())
    if status >= 500:  # noqa: PLR2004
        return answer_fault(gettext("Something went wrong on our side. Please try again."), status)
    body, status = answer_fault(gettext("This request cannot be answered as it was sent."), status)
    response = current_app.make_response((body, status))
    # What the fault itself says to a program: which methods are allowed, how long a file is.
    for name, value in error.get_headers():
        if name in {"Allow", "Content-Range"}:
            response.headers[name] = value
    return response


def _machine_fault(error: OSError) -> tuple[Response | str, int]:
    """A full or read-only disk and the like pass; any other fault of a file is ours."""
    if error.errno not in PASSING:
        raise error
    current_app.logger.error("machine: %s", error)
    return answer_fault(i18n.said(Busy.message), 503)


def _largest() -> str:
    """How much can be sent here, where it was more; nothing where a form has too many or too long texts."""
    limit = request.max_content_length or LARGEST_BODY
    if (request.content_length or 0) <= limit:
        return ""
    megabytes = f"{limit / 1_000_000:.0f}"
    return str(gettext("At most %(limit)s MB can be sent here at a time.", limit=megabytes))


def _database_fault(error: DBAPIError | PoolTimeout) -> tuple[Response | str, int]:
    current_app.logger.error("database: %s", error)
    return answer_fault(i18n.said(Busy.message), 503)
