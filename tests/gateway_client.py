"""Asks an ASGI application as a web server does, with clients of several tempers."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from mapsvc.gateway import Gateway, Message, Scope

T = TypeVar("T")


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, in a thread of its own: a browser test may have left a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@dataclass
class Heard:
    """What came back."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""


@dataclass
class Asked:
    """A request, and how its client sends and reads."""

    address: str
    method: str = "GET"
    headers: list[tuple[str, str]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    pause_s: float = 0
    hangs_up: bool = False
    reads_parts: int | None = None
    taken: int = 0

    def again(self) -> "Asked":
        return replace(self, taken=0)

    def scope(self) -> Scope:
        path, _, query = self.address.partition("?")
        headers = [("host", "localhost"), *self.headers]
        return {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": self.method,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers],
            "client": ("127.0.0.1", 40_000),
            "server": ("127.0.0.1", 80),
        }

    async def receive(self) -> Message:
        await asyncio.sleep(self.pause_s)
        if self.taken == len(self.parts):
            if self.hangs_up:
                return {"type": "http.disconnect"}
            await asyncio.Event().wait()
        self.taken += 1
        more = self.hangs_up or self.taken < len(self.parts)
        return {"type": "http.request", "body": self.parts[self.taken - 1], "more_body": more}


async def heard_from(gateway: Gateway, asked: Asked) -> Heard:
    heard, parts = Heard(), 0

    async def send(message: Message) -> None:
        nonlocal parts
        if message["type"] == "http.response.start":
            heard.status, heard.headers = message["status"], message["headers"]
            return
        if parts == asked.reads_parts:
            await asyncio.Event().wait()
        parts += 1
        heard.body += message["body"]

    await gateway(asked.scope(), asked.receive, send)
    return heard


def ask(gateway: Gateway, *asked: Asked) -> list[Heard]:
    """The answers, one after the other."""

    async def each() -> list[Heard]:
        return [await heard_from(gateway, one) for one in asked]

    return in_a_loop(asyncio.wait_for(each(), 20))


async def asked_at_once(
    gateway: Gateway, several: list[Asked], one: Asked, *, then: Callable[[], None]
) -> tuple[Heard, list[Heard]]:
    """What one client hears while several others wait, and what these hear after `then`."""
    async with asyncio.timeout(20):
        waiting = [asyncio.create_task(heard_from(gateway, asked)) for asked in several]
        await asyncio.sleep(0.1)
        try:
            answer = await heard_from(gateway, one)
        finally:
            then()
        return answer, list(await asyncio.gather(*waiting))
