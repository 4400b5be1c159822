"""Stands between the web server and the application, so that no thread waits for somebody's network.

The application answers each request in a thread, and there are few. A form or a file that comes in a
byte at a time would keep one of them waiting, and eight such visitors would be the whole service. So the
gateway takes a request in whole before a thread begins with it, and gives the thread back before
the answer leaves.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LARGEST_BODY = 11_000_000  # bytes: an upload of 10 MB and the form around it; nothing larger is read
IN_MEMORY = 64 * 1024  # bytes of a body or an answer; the rest lies in a temporary file
PART = 64 * 1024  # bytes of an answer that leave at a time
GRACE_S = 15.0
SLOWEST_BYTES_PER_S = 2_000
"""A body may take GRACE_S, and a second more for each of these many bytes that have come."""
STALL_S = 30.0
"""How long a reader may take for one part of an answer."""

THREADS = 4
"""Requests that one worker answers at a time; more wait in line and are answered in turn."""
MOST_WAITING = 200
LONG_PATHS = ("/download/",)
"""What takes seconds to make; it has a line of its own, where only those wait who asked for such."""
LONG_BODY = 1_000_000  # bytes; larger ones are lists to import, and take long as well
MOST_WAITING_LONG = 20

OVERLOADED = "mapsvc.overloaded"
"""The key in the environment of a request that has to be turned away, as too many wait already."""


class TooMany(Exception):
    """A line has no place left."""


class Gone(Exception):
    """The client has hung up, or is too slow to be waited for."""


class Line:
    """Threads of one kind of work, and those who wait for them."""

    def __init__(self, threads: int, *, waiting: int) -> None:
        self.pool = ThreadPoolExecutor(threads)
        self.places = threads + waiting

    async def run(self, work: Callable[[], "Answer"]) -> "Answer":
        """What the work gives, done when its turn comes. Raises TooMany when too many wait already."""
        if not self.places:
            raise TooMany
        self.places -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.pool, work)
        finally:
            self.places += 1


@dataclass(slots=True)
class Answer:
    """What the application said: a status, headers, and a file that is read from its beginning."""

    body: IO[bytes]
    status: int = 500
    headers: list[tuple[str, str]] | None = None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
        """WSGI's start_response."""
        self.status, self.headers = int(status.split(" ", 1)[0]), headers
        return self.body.write


class Gateway:
    """The ASGI application over a WSGI one."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app
        self.quick = Line(THREADS, waiting=MOST_WAITING)
        self.long = Line(1, waiting=MOST_WAITING_LONG)
        self.turned_away = Line(1, waiting=MOST_WAITING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Takes the request in, has it answered, lets the answer out."""
        has_body = _announced(scope) != b"0"
        with (
            SpooledTemporaryFile(IN_MEMORY) if has_body else io.BytesIO() as body,
            SpooledTemporaryFile(IN_MEMORY) as out,
        ):
            try:
                length = await _take_in(scope, receive, body) if has_body else 0
                body.seek(0)
                answer = await self._answer(environment(scope, body, length=length), Answer(out))
            except Gone:
                answer = _plain(408, "The request came too slowly.")
            except TooMany:
                answer = _plain(503, "Too many people ask just now. Please try again in a minute.")
            except OSError as fault:
                # No room for the body or the answer: the application's own faults never come this far.
                print(f"gateway: {fault}", file=sys.stderr)  # noqa: T201
                answer = _plain(503, "This cannot be taken just now. Please try again in a minute.")
            await _let_out(answer, send)

    async def _answer(self, environ: "WSGIEnvironment", answer: Answer) -> Answer:
        def work() -> Answer:
            return _run(self.app, environ, answer)

        long = environ["PATH_INFO"].startswith(LONG_PATHS)
        long = long or LONG_BODY < int(environ.get("CONTENT_LENGTH") or 0) <= LARGEST_BODY
        try:
            return await (self.long if long else self.quick).run(work)
        except TooMany:
            environ[OVERLOADED] = True
            return await self.turned_away.run(work)


def environment(scope: Scope, body: IO[bytes], *, length: int) -> "WSGIEnvironment":
    """The request as WSGI says it (PEP 3333), from how ASGI does.

    length is of the body in bytes; where it is above LARGEST_BODY the body was not read, and is empty.
    """
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"].partition(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(scope["server"][0]),
        "SERVER_PORT": str(scope["server"][1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(scope["client"][0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body if length <= LARGEST_BODY else io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        # "X_Forwarded_For" and "X-Forwarded-For" would have one key; only the second is a proxy's.
        if b"_" not in raw:
            _add_header(environ, raw.decode("latin-1").upper().replace("-", "_"), value.decode("latin-1"))
    environ["CONTENT_LENGTH"] = str(length) if length else environ.get("CONTENT_LENGTH", "")
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # undone: the body lies there in whole
    return environ


def _add_header(environ: "WSGIEnvironment", name: str, value: str) -> None:
    key = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
    between = "; " if name == "COOKIE" else ","
    environ[key] = f"{environ[key]}{between}{value}" if key in environ else value


def _announced(scope: Scope) -> bytes:
    """The length of the body as the client says it; b"" where it comes in chunks, b"0" without one."""
    announced = b"0"
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return b""
        if name == b"content-length":
            announced = value
    return announced


async def _take_in(scope: Scope, receive: Receive, body: IO[bytes]) -> int:
    """Writes the body of the request; its bytes, above LARGEST_BODY where it is too long to be read.

    Raises Gone when the client hangs up or is too slow.
    """
    announced = _announced(scope)
    if announced.isdigit() and int(announced) > LARGEST_BODY:
        return int(announced)
    size, began = 0, asyncio.get_running_loop().time()
    while size <= LARGEST_BODY:
        try:
            async with asyncio.timeout_at(began + GRACE_S + size / SLOWEST_BYTES_PER_S):
                message = await receive()
        except TimeoutError as fault:
            raise Gone from fault
        if message["type"] == "http.disconnect":
            raise Gone
        size += len(message["body"])
        if size <= LARGEST_BODY:
            body.write(message["body"])
        if not message.get("more_body"):
            break
    return size


def _run(app: "WSGIApplication", environ: "WSGIEnvironment", answer: Answer) -> Answer:
    """Has the application answer, from its first byte to its last."""
    parts: Iterable[bytes] = app(environ, answer.start)
    try:
        for part in parts:
            answer.body.write(part)
    finally:
        if close := getattr(parts, "close", None):
            close()
    answer.body.seek(0)
    return answer


def _plain(status: int, line: str) -> Answer:
    headers = [("Content-Type", "text/plain"), ("X-Content-Type-Options", "nosniff"), ("Connection", "close")]
    if status == 503:  # noqa: PLR2004
        headers.append(("Retry-After", "30"))
    return Answer(io.BytesIO(f"{line}\n".encode()), status, headers)


async def _let_out(answer: Answer, send: Send) -> None:
    """Sends the answer, as quickly as its reader takes it; a reader who stalls is left."""
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers or ()
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    part, following = answer.body.read(PART), answer.body.read(PART)
    if not following:  # the server takes what is whole at once, whenever its reader does
        await send({"type": "http.response.body", "body": part, "more_body": False})
        return
    while part:
        try:
            async with asyncio.timeout(STALL_S):
                await send({"type": "http.response.body", "body": part, "more_body": bool(following)})
        except TimeoutError:
            return  # An answer that ends too early has its connection closed by the server.
        part, following = following, answer.body.read(PART)
