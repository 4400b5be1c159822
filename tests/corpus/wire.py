"""Bad inputs that only a real service on a real socket can be given."""

import select
import socket
import time
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen


def raw_answer(url: str, request: bytes) -> bytes:
    """What the service answers to these bytes."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def sent_until_answered(url: str, *, most: int) -> int:
    """How many bytes of a body in chunks the service takes before it answers or hangs up; at most so many."""
    place, chunk, sent = urlsplit(url), b"10000\r\n" + b"a" * 65_536 + b"\r\n", 0
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        connection.sendall(SLOW_CHUNKS.opening.encode())
        while sent < most and not select.select([connection], [], [], 0)[0]:
            try:
                connection.sendall(chunk)
            except OSError:
                break
            sent += len(chunk)
    return sent


def seconds_of_requests(url: str, *, until: float) -> list[float]:
    """How long requests took, one after another until that monotonic time; each must answer 200."""
    taken = []
    while time.monotonic() < until:
        begun = time.monotonic()
        with urlopen(f"{url}/api/search?limit=1", timeout=10) as answer:
            assert answer.status == 200
        taken.append(time.monotonic() - begun)
        time.sleep(0.05)
    return taken


def status_of(url: str) -> int:
    """The status of an answer, faults too."""
    try:
        with urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as fault:
        fault.close()
        return fault.code


@dataclass(frozen=True)
class Slowness:
    """How a client is slow: what it sends at once, and again and again; without a word it reads a byte."""

    opening: str
    then: bytes = b""


SLOW_HEADS = Slowness("GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"a")
SLOW_BODIES = Slowness("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n", b"a")
SLOW_CHUNKS = Slowness(
    "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"
)


def readers(path: str) -> Slowness:
    """Clients that ask for this and hardly read the answer."""
    return Slowness(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")


class SlowConnections:
    """So many connections that are slow in one way."""

    def __init__(self, url: str, number: int, slowness: Slowness = SLOW_HEADS) -> None:
        self.place = urlsplit(url)
        self.number = number
        self.slowness = slowness
        self.open: list[socket.socket] = []

    def __enter__(self) -> "SlowConnections":
        for _ in range(self.number):
            self._open_one()
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self.open:
            connection.close()

    def go_on(self) -> int:
        """One more byte of each, but of those that the service has closed; how many these were."""
        before = list(self.open)
        for connection in before:
            try:
                if self.slowness.then:
                    connection.sendall(self.slowness.then)
                self._look(connection)
            except OSError:
                self.open.remove(connection)
                connection.close()
        return len(before) - len(self.open)

    def go_on_with_all(self) -> None:
        """The same, and as many new ones as the service has closed."""
        for _ in range(self.go_on()):
            self._open_one()

    def wait_closed(self, *, until: float) -> int:
        """Waits until the service has closed them all, or that monotonic time; how many are open still."""
        while self.open and time.monotonic() < until:
            self._go_without()
            time.sleep(0.1)
        return len(self.open)

    def _open_one(self) -> None:
        connection = socket.socket()
        # Else the whole of a large answer would fit in between, and its reader would not be slow.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(10)
        connection.connect((self.place.hostname, self.place.port))
        connection.sendall(self.slowness.opening.encode())
        self.open.append(connection)

    def _go_without(self) -> None:
        for connection in list(self.open):
            try:
                self._look(connection)
            except OSError:
                self.open.remove(connection)
                connection.close()

    def _look(self, connection: socket.socket) -> None:
        """Reads what is there: a byte of a large answer, all of what a slow request was told."""
        connection.setblocking(False)
        try:
            if not connection.recv(4096 if self.slowness.then else 1):
                raise ConnectionResetError
        except BlockingIOError:
            return
        finally:
            connection.settimeout(10)
