"""Asks a running service over one kept connection."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, Self
from urllib.parse import urlsplit

from tests.service import RunningService

ANSWER_WITHIN_S = 10


@dataclass(frozen=True, slots=True)
class Asker:
    """A connection to a service on this machine."""

    connection: HTTPConnection

    @classmethod
    @contextmanager
    def of(cls, service: RunningService) -> Iterator[Self]:
        """An asker of a service, closed at the end."""
        with cls.at(service.url) as asker:
            yield asker

    @classmethod
    @contextmanager
    def at(cls, url: str) -> Iterator[Self]:
        """An asker of whatever listens at a URL, closed at the end."""
        host = urlsplit(url)
        connection = HTTPConnection(str(host.hostname), host.port, timeout=ANSWER_WITHIN_S)
        with closing(connection):
            yield cls(connection)

    def get(self, address: str) -> bytes:
        """The body of the answer. Raises RuntimeError when the service refuses the question."""
        self.connection.request("GET", address)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status} {body[:200]!r}")
        return body

    def json(self, address: str) -> Any:
        """The answer, read as JSON."""
        return json.loads(self.get(address))
