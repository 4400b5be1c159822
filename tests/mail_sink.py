"""A mail server on this machine that keeps what it is sent, and refuses what a test wants refused."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.service import free_port

WAIT_S = 30


@dataclass
class MailSink:
    """What came in, in order; `at_recipient` and `at_data` may hold an answer that refuses, by address."""

    url: str = ""
    received: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    at_recipient: dict[str, str] = field(default_factory=dict)
    at_data: dict[str, str] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["MailSink"]:
        """A sink that listens on a loopback port of its own."""
        sink = cls()
        port = free_port()
        server = Controller(sink, hostname="127.0.0.1", port=port)
        server.start()
        sink.url = f"smtp://127.0.0.1:{port}"
        try:
            yield sink
        finally:
            server.stop()

    def to(self, address: str) -> list[EmailMessage]:
        """What came for an address, in order."""
        return [message for addresses, message in self.received if address in addresses]

    def wait_for(self, address: str, *, having: str, after: int = 0) -> EmailMessage:
        """The first mail to an address with this text in its subject or body; fails when none comes.

        after is how many of its mails are too old to count.
        """
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            for message in self.to(address)[after:]:
                if having in message["Subject"] or having in text_of(message):
                    return message
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} with {having!r}: {self.received}")

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.asked.append(address)
        if answer := self.at_recipient.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        for address in envelope.rcpt_tos:
            if answer := self.at_data.get(address):
                return answer
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append((list(envelope.rcpt_tos), message))
        return "250 OK"


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
