"""Signing in by link and code: secrets that open once, limits, and sign-ins that end."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.people import Account, Letter, Pass, Purpose, Role, SignIn
from mapsvc.errors import NotFound, TooMany
from mapsvc.services import accounts, passes, signing_in
from mapsvc.services.installations import Installation
from mapsvc.services.letters import InvalidAddress, address
from mapsvc.services.passes import PassGone, WrongCode
from mapsvc.services.secrets import digest, new_secret, typed
from mapsvc.storage.engine import writing
from tests.letters import code_in, link_in

HERE = Installation("a test", "https://map.example", "key")


def ask(session: Session, email: str = "ada@example.org", network: str = "192.0.2.1") -> signing_in.Asked:
    return signing_in.ask(session, email, installation=HERE, language="en", network=network)


def mail(session: Session) -> Letter:
    return session.scalars(select(Letter).order_by(Letter.id.desc())).first() or pytest.fail("no mail")


def test_the_link_of_the_mail_signs_in_and_makes_the_account(session: Session) -> None:
    asked = ask(session, " Ada@Example.ORG ")

    begun = signing_in.by_link(session, asked.link.rpartition("/")[2], browser="Firefox")

    found = signing_in.known(session, begun.secret)
    assert asked.email == "ada@example.org"
    assert asked.link == link_in(mail(session).body)
    assert found is not None
    assert found[1].email == "ada@example.org"
    assert found[1].roles == {Role.LEARNER}


def test_a_link_opens_once(session: Session) -> None:
    secret = ask(session).link.rpartition("/")[2]
    signing_in.by_link(session, secret, browser="")

    with pytest.raises(PassGone):
        signing_in.by_link(session, secret, browser="")


def test_of_two_who_use_a_link_at_once_one_gets_in(session: Session, engine: Engine) -> None:
    secret = ask(session).link.rpartition("/")[2]
    found = passes.look(session, Purpose.SIGN_IN, secret)
    session.rollback()
    with writing(engine) as other:
        signing_in.by_link(other, secret, browser="")

    assert not passes.people.use_pass(session, found.id, at=now())


def test_looking_at_a_link_does_not_use_it_up(session: Session) -> None:
    secret = ask(session).link.rpartition("/")[2]

    for _scan in range(3):
        passes.look(session, Purpose.SIGN_IN, secret)

    assert signing_in.by_link(session, secret, browser="").viewer.email == "ada@example.org"


def test_a_link_is_good_for_sixty_minutes(session: Session) -> None:
    secret = ask(session).link.rpartition("/")[2]
    kept = session.scalars(select(Pass)).one()
    lifetime = kept.expires - kept.created
    kept.expires = now()
    session.commit()

    with pytest.raises(PassGone):
        signing_in.by_link(session, secret, browser="")
    assert lifetime == timedelta(minutes=60)


def test_a_link_of_one_purpose_opens_no_other(session: Session) -> None:
    secret = ask(session).link.rpartition("/")[2]

    with pytest.raises(PassGone):
        accounts.passes.use(session, Purpose.INVITATION, secret)


def test_the_code_signs_in_the_browser_that_asked_and_no_other(session: Session) -> None:
    asked = ask(session)
    code = code_in(mail(session).body)

    with pytest.raises(WrongCode):
        signing_in.by_code(session, code, asker=new_secret(), installation=HERE, browser="")
    begun = signing_in.by_code(session, code.lower(), asker=asked.asker, installation=HERE, browser="")

    assert begun.viewer.email == "ada@example.org"


def test_a_code_is_closed_after_five_tries(session: Session) -> None:
    asked = ask(session)
    code = code_in(mail(session).body)
    for _wrong in range(passes.MOST_TRIES):
        with pytest.raises(WrongCode):
            signing_in.by_code(session, "AAAAAAAA", asker=asked.asker, installation=HERE, browser="")

    with pytest.raises(WrongCode):
        signing_in.by_code(session, code, asker=asked.asker, installation=HERE, browser="")
    assert passes.MOST_TRIES == 5


def test_after_the_link_was_used_its_code_is_used_too(session: Session) -> None:
    asked = ask(session)
    code = code_in(mail(session).body)
    signing_in.by_link(session, asked.link.rpartition("/")[2], browser="")

    with pytest.raises(WrongCode):
        signing_in.by_code(session, code, asker=asked.asker, installation=HERE, browser="")


def test_neither_link_nor_code_nor_cookie_is_kept(session: Session) -> None:
    asked = ask(session)
    code = code_in(mail(session).body)
    secret = asked.link.rpartition("/")[2]
    begun = signing_in.by_link(session, secret, browser="")

    kept = session.scalars(select(Pass)).one()
    sign_in = session.scalars(select(SignIn)).one()
    texts = {kept.digest, kept.code_digest, kept.asker_digest, kept.network_digest, sign_in.digest}
    assert len(secret) >= 43  # 256 bits
    assert kept.digest == digest(secret)
    assert not texts & {secret, code, typed(code), asked.asker, begun.secret, "192.0.2.1"}


def test_an_address_gets_five_mails_in_a_quarter_of_an_hour_known_or_not(session: Session) -> None:
    signing_in.account_for(session, "known@example.org", language="en")
    for email in ("known@example.org", "unknown@example.org"):
        for _mail in range(5):
            ask(session, email)
        with pytest.raises(TooMany):
            ask(session, email)
        session.rollback()

    for kept in session.scalars(select(Pass)):
        kept.created -= timedelta(minutes=16)
    session.commit()
    assert ask(session, "known@example.org").email == "known@example.org"


def test_a_class_behind_one_network_address_can_sign_in(session: Session) -> None:
    for number in range(passes.MOST_PER_NETWORK):
        passes.issue(
            session, Purpose.SIGN_IN, installation=HERE, email=f"{number}@example.org", network="192.0.2.7"
        )
    session.commit()

    with pytest.raises(TooMany):
        ask(session, "one.more@example.org", "192.0.2.7")
    session.rollback()
    assert ask(session, "one.more@example.org", "192.0.2.8").email == "one.more@example.org"
    assert passes.MOST_PER_NETWORK == 200


def test_what_is_written_is_the_same_for_known_and_unknown_addresses(session: Session) -> None:
    signing_in.account_for(session, "known@example.org", language="en")
    session.commit()

    counts = []
    for email in ("known@example.org", "strange@example.org"):
        before = [session.query(noun).count() for noun in (Pass, Letter, Account)]
        ask(session, email)
        after = [session.query(noun).count() for noun in (Pass, Letter, Account)]
        counts.append([b - a for a, b in zip(before, after, strict=True)])

    assert counts == [[1, 1, 0], [1, 1, 0]]


def aged(session: Session, *, created: timedelta, seen: timedelta, role: Role | None) -> bool:
    """Whether a sign-in that began and was last used so long ago still counts."""
    account = signing_in.account_for(session, "ada@example.org", language="en")
    if role:
        accounts.grant(session, account.email, role)
    begun = signing_in.begin(session, account, browser="")
    kept = session.scalars(select(SignIn).where(SignIn.digest == digest(begun.secret))).one()
    kept.created, kept.seen = now() - created, now() - seen
    session.flush()
    return signing_in.known(session, begun.secret) is not None


@pytest.mark.parametrize(
    ("role", "created_h", "seen_min", "counts"),
    [
        (None, 11.9, 300, True),
        (None, 12.1, 0, False),
        (Role.MODERATOR, 2, 59, True),
        (Role.MODERATOR, 2, 61, False),
        (Role.ADMINISTRATOR, 12.1, 0, False),
        (Role.PROFESSIONAL, 2, 61, True),
    ],
)
def test_a_sign_in_ends_after_twelve_hours_and_for_staff_after_an_idle_hour(
    session: Session, role: Role | None, created_h: float, seen_min: float, counts: bool
) -> None:
    still = aged(session, created=timedelta(hours=created_h), seen=timedelta(minutes=seen_min), role=role)

    assert still is counts


def test_signing_out_ends_the_sign_in_at_once(session: Session) -> None:
    begun = signing_in.begin(
        session, signing_in.account_for(session, "ada@example.org", language="en"), browser=""
    )
    session.commit()

    signing_in.sign_out(session, begun.secret)

    assert signing_in.known(session, begun.secret) is None


def test_the_sign_in_of_somebody_else_cannot_be_ended(session: Session) -> None:
    own = signing_in.begin(
        session, signing_in.account_for(session, "a@example.org", language="en"), browser=""
    )
    other = signing_in.begin(
        session, signing_in.account_for(session, "b@example.org", language="en"), browser=""
    )
    number = session.scalars(select(SignIn.id).where(SignIn.digest == digest(other.secret))).one()
    session.commit()

    with pytest.raises(NotFound):
        signing_in.end(session, own.viewer, number)
    assert signing_in.known(session, other.secret)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a@b",
        "a@b@c.org",
        "a\nBcc: b@c.org",
        "a@exa mple.org",
        "<a@example.org>",
        "a@example.org\r\nX: y",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidAddress):
        address(text)
