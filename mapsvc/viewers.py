"""Who is asking: the signed-in person behind a request, what they may open, and forms that are theirs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from flask import (
    Flask,
    Request,
    Response,
    current_app,
    g,
    has_request_context,
    redirect,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.access.permissions import VISITOR, Action, Viewer, could
from mapsvc.errors import NotFound, NotSignedIn
from mapsvc.http import answer_fault, running
from mapsvc.services import signing_in
from mapsvc.services.installations import Installation
from mapsvc.storage.engine import hasty, reading, writing_soon

OPEN = "open"  # the decision that anybody may ask
SECRET = "sign_in"  # noqa: S105 - the place of the sign-in's secret in the cookie
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")

F = TypeVar("F", bound=Callable[..., Any])
Answer = AnyResponse | str | tuple[Response | str, int]


def open_to_all(view: F) -> F:
    """Decides that anybody may ask a view; it loads no session."""
    view.decision = OPEN  # type: ignore[attr-defined]
    return view


def from_anywhere(view: F) -> F:
    """Lets a request change something that no page of ours sent, with no token and no cookie.

    For addresses alone that nobody guesses, each good for one thing: whoever has one may do that thing.
    """
    view.from_anywhere = True  # type: ignore[attr-defined]
    return view


def without_token(view: F) -> F:
    """Lets any page of ours send something, also one that a device kept: it has no token and no cookie.

    For what needs no rights and belongs to nobody. The browser still has to say that a page of ours sends it.
    """
    view.without_token = True  # type: ignore[attr-defined]
    return view


def needs(action: Action) -> Callable[[F], F]:
    """Decides that a view is for those who could do this; the service looks at the thing itself."""

    def decided(view: F) -> F:
        view.decision = action  # type: ignore[attr-defined]
        return view

    return decided


def init_app(app: Flask) -> None:
    """Has every request decided before its view runs; a view without a decision does not exist."""
    app.session_interface = _Cookie()
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the sign-in: what is typed slowly is not lost
        WTF_CSRF_CHECK_DEFAULT=False,  # asked below, but of what may come from anywhere
        WTF_CSRF_SSL_STRICT=False,  # the Origin is looked at, by us, with https and without
    )
    app.before_request(_refuse_foreign_origins)
    tokens = CSRFProtect(app)
    app.before_request(lambda: None if _is_exempt() or _has_mark("without_token") else tokens.protect())
    app.before_request(_refuse_broken_forms)
    app.before_request(_decide)
    app.after_request(_keep_private)
    app.register_error_handler(NotSignedIn, _to_sign_in)
    app.register_error_handler(CSRFError, _form_too_old)
    app.context_processor(lambda: {"viewer": g.get("viewer", VISITOR), "could": could, "Action": Action})


def viewer() -> Viewer:
    """Who asks; looked up at the first use in a request."""
    if "viewer" not in g:
        g.viewer = _look_up()
    held: Viewer = g.viewer
    return held


def begin(signed_in: signing_in.SignedIn) -> None:
    """Makes this browser one in which somebody is signed in: with a new session, whatever it held."""
    session.clear()
    session[SECRET] = signed_in.secret
    g.viewer = signed_in.viewer


def secret() -> str:
    """The secret of this browser's sign-in; "" when there is none."""
    return str(session.get(SECRET) or "")


@contextmanager
def acting() -> Iterator[Session]:
    """A database session for one verb."""
    with writing_soon(running().private_engine) as opened:
        yield opened


@contextmanager
def looking() -> Iterator[Session]:
    """A database session that only reads."""
    with reading(running().private_engine) as opened:
        yield opened


def installation() -> Installation:
    """This installation, under the address that the operator set or that was asked."""
    settings = running().settings
    return Installation(
        name=settings.site_name,
        base_url=(settings.base_url or request.host_url).rstrip("/"),
        key=settings.secret,
        operator=settings.operator_name,
    )


def network() -> str:
    """The network address that asks; only ever kept as a keyed hash."""
    return request.remote_addr or ""


def browser() -> str:
    """The browser and system that ask, in two words, for the list of sign-ins."""
    said = request.headers.get("User-Agent", "")
    names = ("Edg", "Firefox", "OPR", "SamsungBrowser", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    found = [next((word for word in words if word in said), "") for words in (names, systems)]
    return ", ".join(word.replace("Edg", "Edge").replace("OPR", "Opera") for word in found if word)


def is_local() -> bool:
    """Whether the person at this machine asks, of a service that no mail server and no name was given.

    Then the page itself may show what would be mailed.
    """
    near = request.remote_addr in LOOPBACK and not any(name in request.headers for name in FORWARDED)
    return running().settings.is_local and near


def inside(path: str | None, *, otherwise: str) -> str:
    """A path of this site that somebody wanted to go to, or another where it leads elsewhere."""
    path = path or ""
    parts = urlsplit(path)
    plain = unquote(path)
    clean = plain.startswith("/") and not plain.startswith("//") and plain.isprintable() and "\\" not in plain
    return path if clean and not parts.netloc else otherwise


class _Cookie(SecureCookieSessionInterface):
    """A cookie that over https belongs to this very host and to secure connections alone."""

    def get_cookie_name(self, app: Flask) -> str:
        return "__Host-session" if self.get_cookie_secure(app) else "session"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request; for one without its cookie no keys are made ready to read it."""
        if not request.cookies.get(self.get_cookie_name(app)):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keeps the cookie, and an answer that came from it to the one who asked."""
        if session.accessed:
            response.headers["Cache-Control"] = "no-store"
        if session.accessed or session.modified:
            super().save_session(app, session, response)

    def get_cookie_secure(self, app: Flask) -> bool:
        return has_request_context() and request.is_secure


def _decision() -> object:
    view = current_app.view_functions.get(request.endpoint or "")
    return OPEN if request.endpoint == "static" else getattr(view, "decision", None)


def _decide() -> None:
    if request.endpoint is None or (decision := _decision()) == OPEN:
        return
    if not isinstance(decision, Action):
        raise NotFound
    asks = viewer()
    if asks.account_id is None:
        raise NotSignedIn
    if not could(asks, decision):
        raise NotFound


def _is_exempt() -> bool:
    """Whether a request needs no sign that a page of ours sent it."""
    return request.method in SAFE_METHODS or request.endpoint is None or _has_mark("from_anywhere")


def _has_mark(name: str) -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, name, False))


def _refuse_foreign_origins() -> Answer | None:
    """Refuses what would change something, unless the browser says that a page of ours sends it."""
    if _is_exempt():
        return None
    if request.headers.get("Origin") == request.host_url.rstrip("/"):
        return None
    return answer_fault(gettext("This form was sent from another site. Nothing was changed."), 403)


def _refuse_broken_forms() -> Answer | None:
    """Refuses a form with a character that PostgreSQL does not keep, and no keyboard types."""
    if request.method in SAFE_METHODS or request.endpoint is None:
        return None
    if any("\x00" in value for _name, value in request.form.items(multi=True)):
        return answer_fault(gettext("This request cannot be answered as it was sent."), 400)
    return None


def _look_up() -> Viewer:
    if not (held := secret()):
        return VISITOR
    with looking() as opened:
        found = signing_in.known(opened, held)
    if found is None:
        session.clear()
        return VISITOR
    sign_in, who = found
    if signing_in.needs_mark(sign_in):
        _mark(sign_in.id)
    return who


def _mark(id_: int) -> None:
    try:
        with hasty(running().private_engine) as opened:
            signing_in.mark_seen(opened, id_)
    except DBAPIError:  # somebody writes for long, such as an import: the next request will do
        current_app.logger.info("a sign-in was not marked as in use")


def _keep_private(response: Response) -> Response:
    if request.endpoint is not None and _decision() != OPEN:
        response.headers["Cache-Control"] = "no-store"
    return response


def _to_sign_in(error: NotSignedIn) -> Answer:
    if request.path.startswith("/api/"):
        return answer_fault(gettext("Please sign in first."), 401)
    wanted = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
    return redirect(url_for("signing_in.form", next=wanted), 303)


def _form_too_old(error: CSRFError) -> Answer:
    return answer_fault(
        gettext("This form is too old to be sent, or cookies are switched off. Nothing was changed."),
        400,
        hint=gettext("Go back, load the page again and send it once more. Keep a copy of long texts."),
    )
