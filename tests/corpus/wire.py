"""Bad inputs that only a real service on a real socket can be given."""

import selectors
import socket
import time
from contextlib import ExitStack
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


class SlowHeaders:
    """Connections that send the head of a request a byte at a time, and never its end."""

    def __init__(self, url: str, number: int) -> None:
        self.place = urlsplit(url)
        self.number = number
        self.stack = ExitStack()
        self.open: list[socket.socket] = []

    def __enter__(self) -> "SlowHeaders":
        for _ in range(self.number):
            connection = socket.create_connection((self.place.hostname, self.place.port), timeout=10)
            self.open.append(self.stack.enter_context(connection))
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def send_a_byte(self) -> None:
        """One more byte of each head; connections that the service has closed are let go."""
        for connection in list(self.open):
            try:
                connection.sendall(b"a")
            except OSError:
                self.open.remove(connection)

    def wait_closed(self, *, until: float) -> int:
        """Waits until the service has closed them all, or that monotonic time; how many are open still."""
        with selectors.DefaultSelector() as selector:
            for connection in self.open:
                selector.register(connection, selectors.EVENT_READ)
            while self.open and time.monotonic() < until:
                for key, _ in selector.select(timeout=1):
                    connection = key.fileobj
                    if not isinstance(connection, socket.socket) or _says_more(connection):
                        continue
                    selector.unregister(connection)
                    self.open.remove(connection)
        return len(self.open)


def _says_more(connection: socket.socket) -> bool:
    """Whether the service sent something rather than closing."""
    try:
        return bool(connection.recv(4096))
    except OSError:
        return False
