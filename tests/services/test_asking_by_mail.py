"""All that a mail server sees of a conversation, byte by byte: no address of the other side."""

from pathlib import Path

from sqlalchemy import Engine, func, select

from mapsvc.domain.asking import Side
from mapsvc.domain.people import Letter
from mapsvc.services.answering import decline, reply
from mapsvc.services.posting import deliver, transport
from mapsvc.services.safeguarding import release
from mapsvc.storage.engine import reading, writing
from tests.mail_sink import MailSink, text_of
from tests.services.keepers import referent
from tests.services.mailing import HERE
from tests.services.questions import ADA, BEN, held, open_pin, sent
from tests.services.stays import ANA

SENDER = "The map <map@site.example>"


def post_all(engine: Engine, sink: MailSink) -> None:
    send = transport(sink.url, Path("unused"))
    while deliver(engine, send, sender=SENDER):
        pass


def bytes_to(sink: MailSink, address: str) -> list[bytes]:
    """Each mail to an address as it came, with its text once more, for a coding that would hide it."""
    return [message.as_bytes() + text_of(message).encode() for message in sink.to(address)]


def test_no_byte_of_any_mail_names_the_address_of_the_other_side(engine: Engine) -> None:
    with MailSink.open() as sink, writing(engine) as session:
        referent(session, ADA)
        conversation = sent(session, open_pin(session), age=17, referent=ADA)
        release(session, held(conversation, Side.REFERENT), installation=HERE)
        reply(session, held(conversation, Side.ALUMNUS), "Bring ear plugs.", installation=HERE)
        reply(session, held(conversation, Side.SENDER), "I will.", installation=HERE)
        decline(session, held(conversation, Side.ALUMNUS), installation=HERE)
        post_all(engine, sink)

        named = {
            (to, other): sum(whole.count(other.encode()) for whole in bytes_to(sink, to))
            for to in (ANA, BEN, ADA)
            for other in {ANA, BEN, ADA} - {to}
        }
        for to in (ANA, BEN, ADA):
            assert len(sink.to(to)) >= 4
            assert all("Reply-To" not in message for message in sink.to(to))
            assert {str(message["From"]) for message in sink.to(to)} == {SENDER}
        assert set(named.values()) == {0}, named
        assert b"Bring ear plugs." in b"".join(bytes_to(sink, BEN))


def test_an_address_that_is_planted_is_found(engine: Engine) -> None:
    with MailSink.open() as sink, writing(engine) as session:
        conversation = sent(session, open_pin(session))
        reply(session, held(conversation, Side.ALUMNUS), "Bring ear plugs.", installation=HERE)
        planted = session.scalars(select(Letter).where(Letter.to_address == BEN)).all()[-1]
        planted.body += ANA
        session.commit()
        post_all(engine, sink)

        assert sum(whole.count(ANA.encode()) for whole in bytes_to(sink, BEN)) >= 1


def test_a_mail_that_bounces_tells_nobody(engine: Engine) -> None:
    with MailSink.open() as sink:
        sink.at_recipient[ANA] = f"550 No such user {ANA}"
        with writing(engine) as session:
            sent(session, open_pin(session))
        post_all(engine, sink)

    with reading(engine) as session:
        refused = session.scalars(select(Letter).where(Letter.to_address == ANA)).all()
        assert [("550" in str(one.fault), one.body) for one in refused] == [(True, "")] * len(refused)
        assert session.scalar(select(func.count(Letter.id)).where(Letter.to_address == BEN)) == 1
    assert (len(refused) > 0, sink.to(ANA), len(sink.to(BEN))) == (True, [], 1)
