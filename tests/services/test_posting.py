"""Letters go to a real mail server once, again later where that helps, and never where it does not."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.people import Letter
from mapsvc.services.letters import write_letter
from mapsvc.services.posting import MOST_TRIES, deliver, transport
from mapsvc.storage.engine import reading, writing
from tests.mail_sink import MailSink, text_of
from tests.service import free_port
from tests.services.moderators import HERE

ADA = "ada@example.org"
FOREVER = timedelta(days=365)


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink.open() as running:
        yield running


def write(engine: Engine, to: str = ADA, *, subject: str = "Your host", text: str = "It is public.") -> int:
    with writing(engine) as session:
        letter = write_letter(
            session, to, installation=HERE, language="fr", subject=subject, paragraphs=[text]
        )
        session.commit()
        return letter.id


def post(engine: Engine, sink_url: str) -> int:
    return deliver(engine, transport(sink_url, Path("unused")), sender="Map <map@site.example>")


def kept(engine: Engine, id_: int) -> Letter:
    with reading(engine) as session:
        return session.scalars(select(Letter).where(Letter.id == id_)).one()


def make_due(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(update(Letter).values(due=now()))
        session.commit()


def test_a_letter_arrives_whole_and_its_text_is_forgotten(engine: Engine, sink: MailSink) -> None:
    id_ = write(engine, subject="Votre lieu d’accueil", text="Il est publié : déjà.\n.\nAprès le point.")

    sent = post(engine, sink.url)

    (message,) = sink.to(ADA)
    assert sent == 1
    assert (message["Subject"], message["From"], message["To"]) == (
        "Votre lieu d’accueil",
        "Map <map@site.example>",
        ADA,
    )
    assert text_of(message).startswith("Il est publié : déjà.\n.\nAprès le point.")
    assert (message["Content-Language"], message["Auto-Submitted"]) == ("fr", "auto-generated")
    assert kept(engine, id_).sent is not None
    assert kept(engine, id_).body == ""
    assert post(engine, sink.url) == 0


@pytest.mark.parametrize("where", ["at_recipient", "at_data"])
def test_what_a_server_refuses_for_good_is_not_tried_again(
    engine: Engine, sink: MailSink, where: str
) -> None:
    getattr(sink, where)[ADA] = "550 No such user"
    id_ = write(engine)

    sent = post(engine, sink.url)

    letter = kept(engine, id_)
    assert sent == 0
    assert letter.due > now() + FOREVER
    assert (letter.sent, letter.body) == (None, "")
    assert "550" in str(letter.fault)
    assert post(engine, sink.url) == 0
    assert sink.asked == [ADA]


@pytest.mark.parametrize("where", ["at_recipient", "at_data"])
def test_what_a_server_cannot_take_now_is_tried_later_and_arrives(
    engine: Engine, sink: MailSink, where: str
) -> None:
    getattr(sink, where)[ADA] = "451 Come back later"
    id_ = write(engine)

    first = post(engine, sink.url)
    waiting = kept(engine, id_)
    too_early = post(engine, sink.url)
    getattr(sink, where).clear()
    make_due(engine)
    later = post(engine, sink.url)

    assert (first, too_early, later) == (0, 0, 1)
    assert now() < waiting.due <= now() + timedelta(minutes=2)
    assert waiting.tries == 1
    assert len(sink.to(ADA)) == 1


def test_waits_grow_and_end(engine: Engine, sink: MailSink) -> None:
    sink.at_recipient[ADA] = "451 Come back later"
    id_, waits = write(engine), []

    for _try in range(MOST_TRIES):
        make_due(engine)
        post(engine, sink.url)
        waits.append(kept(engine, id_).due - now())

    assert all(later > earlier * 1.5 for earlier, later in pairwise(waits[:-1]))
    assert waits[-2] < timedelta(days=2)
    assert waits[-1] > FOREVER
    assert kept(engine, id_).body == ""


def test_a_server_that_is_away_or_hangs_up_is_asked_again_later(engine: Engine, sink: MailSink) -> None:
    id_ = write(engine)

    with hanging_up() as url:
        hung_up = post(engine, url)
    first = kept(engine, id_)
    make_due(engine)
    away = post(engine, f"smtp://127.0.0.1:{free_port()}")
    make_due(engine)

    assert (hung_up, away) == (0, 0)
    assert (first.tries, first.sent) == (1, None)
    assert first.body != ""
    assert post(engine, sink.url) == 1


def test_one_refused_letter_keeps_no_other_from_going(engine: Engine, sink: MailSink) -> None:
    sink.at_recipient["gone@example.org"] = "550 No such user"
    for to in ("gone@example.org", ADA):
        write(engine, to)

    assert post(engine, sink.url) == 1
    assert len(sink.to(ADA)) == 1


def test_two_workers_at_once_deliver_each_letter_once(engine: Engine, sink: MailSink) -> None:
    for number in range(10):
        write(engine, subject=f"Letter {number}")
    together, sent = threading.Barrier(2), []

    def work() -> None:
        together.wait()
        sent.append(post(engine, sink.url))

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    subjects = sorted(message["Subject"] for message in sink.to(ADA))
    assert sum(sent) == 10
    assert subjects == [f"Letter {number}" for number in range(10)]


def test_a_name_with_line_breaks_adds_no_header(engine: Engine, sink: MailSink) -> None:
    write(engine, subject="Hello\r\nBcc: eve@example.org\r\n\r\nBuy now", text="\r\nBcc: eve@example.org")

    post(engine, sink.url)

    ((addresses, message),) = sink.received
    assert addresses == [ADA]
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Bcc: eve@example.org Buy now"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("subject", "Hello\r\nBcc: eve@example.org"),
        ("to_address", "ada@example.org\r\nBcc: eve@example.org"),
        ("to_address", "ada@example.org, eve@example.org\n"),
    ],
)
def test_a_letter_that_would_break_its_head_is_never_sent_and_stops_nobody(
    session: Session, engine: Engine, sink: MailSink, column: str, value: str
) -> None:
    session.add(Letter(**{"to_address": ADA, "subject": "Hello", "body": "Text", column: value}))
    session.commit()
    write(engine, "bob@example.org")

    sent = post(engine, sink.url)

    assert sent == 1
    assert [addresses for addresses, _message in sink.received] == [["bob@example.org"]]


class hanging_up:  # noqa: N801 - reads as a phrase
    """A server that closes every connection at once."""

    def __enter__(self) -> str:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._answer)
        self.thread.start()
        return f"smtp://127.0.0.1:{self.server.getsockname()[1]}"

    def __exit__(self, *_fault: object) -> None:
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join()

    def _answer(self) -> None:
        try:
            while True:
                self.server.accept()[0].close()
        except OSError:
            pass
