"""Saved searches mail new and changed hosts once, at most weekly, never empty, never after their end."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, viewer_of
from mapsvc.config import Settings
from mapsvc.directory.directory import Directory
from mapsvc.domain.alerts import (
    KEPT_FOR,
    MOST_NAMED,
    MOST_OF_ONE,
    Alert,
    AlertEvent,
    AlertState,
    AlertTold,
    after,
)
from mapsvc.domain.base import now
from mapsvc.domain.people import Letter, Pass, Role
from mapsvc.domain.tombstones import Erased, Tombstone
from mapsvc.errors import InvalidInput, NotFound, TooMany
from mapsvc.params.followed import read_followed
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.services import alerts, telling
from mapsvc.services.accounts import ask_new_address, end_accounts, grant, take_new_address
from mapsvc.services.alert_links import alert_token
from mapsvc.services.alerts import Saved, TooManyAlerts
from mapsvc.services.erasing_again import erase_again
from mapsvc.services.mending_copies import end_visits
from mapsvc.services.passes import PassGone
from mapsvc.services.posting import deliver, message_of, transport
from mapsvc.services.publishing import republish
from mapsvc.services.telling import Reader, tell_of_hosts
from mapsvc.storage.engine import reading
from mapsvc.storage.tombstones import tombstones
from tests import make
from tests.mail_sink import MailSink, text_of
from tests.publish import publish
from tests.services.mailing import HERE, letters, secret
from tests.services.pin_world import Clock

ADA = "ada@example.org"
COMO = Saved("lon=9.0852&lat=45.8081&radius_km=20", "20 km around Como")
WEEK = timedelta(days=7)


def asked(session: Session, saved: Saved = COMO, email: str = ADA, language: str = "en") -> str:
    """The secret of the mail that asks whether an address is right."""
    alerts.ask_for_alert(session, saved, email, installation=HERE, language=language, network="192.0.2.1")
    return secret(session)


def begun(session: Session, saved: Saved = COMO, email: str = ADA) -> str:
    """What the addresses of an alert that was confirmed hold."""
    return alert_token(alerts.begin_alert(session, asked(session, saved, email)), HERE)


@pytest.fixture
def read(gazetteer: Gazetteer) -> Reader:
    return lambda query: read_followed(query, gazetteer)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    clock.put_up(monkeypatch)
    return clock


@pytest.fixture
def look(clock: Clock, session: Session, engine: Engine, public: Engine, read: Reader) -> "Look":
    return Look(clock, session, engine, public, read)


class Look:
    """Weekly looks, each a week after the one before."""

    def __init__(self, clock: Clock, session: Session, engine: Engine, public: Engine, read: Reader) -> None:
        self._clock, self._session, self._engine, self._read = clock, session, engine, read
        self._directory = Directory(public, today=lambda: clock.today)

    def __call__(self, *, days: float = 7) -> list[str]:
        """The texts of the mails of a look, so many days after the last."""
        self._clock.moment += timedelta(days=days)
        self._session.rollback()  # what a test only read keeps others from writing, on SQLite
        self._session.expire_all()
        with reading(self._engine) as session:
            last = session.scalar(select(func.max(Letter.id))) or 0
        tell_of_hosts(self._engine, lambda: self._directory, self._read, installation=HERE)
        with reading(self._engine) as session:
            found = session.scalars(select(Letter).where(Letter.id > last).order_by(Letter.id))
            return [letter.body for letter in found]


def test_an_address_is_on_no_list_before_it_is_confirmed(session: Session, look: Look) -> None:
    link = asked(session)
    publish(session, make.host("Rossi"))

    assert alerts.look_at_alert(session, link).email == ADA
    assert session.scalars(select(Alert)).all() == []
    assert look() == []


def test_the_first_mail_says_nothing_that_was_typed(session: Session) -> None:
    asked(session, Saved("q=Zwqkana", "“Zwqkana”"))

    (letter,) = letters(session)
    assert "Zwqkana" not in letter.subject + letter.body


def test_what_is_there_already_is_not_mailed_and_what_comes_is_once(session: Session, look: Look) -> None:
    publish(session, make.host("Old"))
    begun(session)
    assert look() == []
    publish(session, make.host("New"), source="another")

    (mail,) = look()

    assert "New hosts:\n\n- New: Como, Italy\n  https://map.example.org/hosts/" in mail
    assert "Old" not in mail
    assert [look(), look()] == [[], []]


def test_what_the_search_does_not_find_is_not_mailed(session: Session, look: Look) -> None:
    begun(session)
    publish(session, make.host("Far", make.LILLE, site_values={"town": "Lille", "country": "FR"}))

    assert look() == []


def test_a_changed_host_is_mailed_as_changed_and_once(session: Session, look: Look) -> None:
    publish(session, make.host("Rossi"))
    begun(session)
    publish(session, make.host("Rossi", website="https://rossi.example"))

    (mail,) = look()

    assert "Changed, or new in your search:\n\n- Rossi: Como, Italy" in mail
    assert "New hosts:" not in mail
    assert look() == []


def test_what_is_projected_anew_is_no_change(
    session: Session, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(session, make.host("Rossi"))
    begun(session)
    look(days=8)
    monkeypatch.setattr("mapsvc.access.projections.PROJECTION_VERSION", 999)

    assert republish(session) == 1
    session.commit()

    assert look() == []


def test_what_goes_back_to_how_it_was_told_is_not_told_again(session: Session, look: Look) -> None:
    begun(session)
    publish(session, make.host("Rossi"))
    assert len(look()) == 1
    publish(session, make.host("Rossi", website="https://rossi.example"))
    assert len(look()) == 1
    publish(session, make.host("Rossi"))

    assert look() == []


def test_a_look_comes_once_a_week_at_most(session: Session, look: Look) -> None:
    begun(session)
    publish(session, make.host("Rossi"))

    assert look(days=6.9) == []
    assert len(look(days=0.2)) == 1


def test_a_mail_names_twenty_hosts_and_says_how_many_there_are(session: Session, look: Look) -> None:
    begun(session)
    publish(session, *(make.host(f"Host {number}", (9.0852 + number / 1e4, 45.8081)) for number in range(23)))

    (mail,) = look()

    assert mail.count("\n- Host") == MOST_NAMED
    assert "There are 23 hosts in all. Here are the first 20." in mail
    assert f"https://map.example.org/?{COMO.query}&lang=en" in mail
    assert look() == []


def test_a_paused_alert_mails_nothing_and_catches_up_when_it_goes_on(session: Session, look: Look) -> None:
    token = begun(session)
    alerts.pause_alert(session, token, installation=HERE)
    publish(session, make.host("Rossi"))
    assert look() == []

    alerts.resume_alert(session, token, installation=HERE)

    (mail,) = look()
    assert "Rossi" in mail


@pytest.mark.parametrize("verb", [alerts.stop_alert, alerts.pause_alert])
def test_a_mail_that_waits_is_not_sent_after_its_reader_stopped_it(
    session: Session, engine: Engine, look: Look, verb: object, tmp_path: Path
) -> None:
    token, other = begun(session), begun(session, email="bo@example.org")
    publish(session, make.host("Rossi"))
    assert len(look()) == 2

    verb(session, token, installation=HERE)  # type: ignore[operator]

    waiting = [one.to_address for one in letters(session) if "List-Unsubscribe" in one.headers]
    assert waiting == ["bo@example.org"]
    assert other != token


def test_stopping_erases_the_address_of_mails_that_were_sent_too(
    session: Session, engine: Engine, look: Look
) -> None:
    token, other = begun(session), begun(session, Saved("q=Rossi", "Rossi"))
    publish(session, make.host("Rossi"))
    assert len(look()) == 2
    while deliver(engine, lambda _message: None, sender="map@example.org"):
        pass
    session.rollback()

    alerts.stop_alert(session, token, installation=HERE)

    (kept,) = [
        one.headers["List-Unsubscribe"] for one in letters(session) if "List-Unsubscribe" in one.headers
    ]
    assert other in kept


def test_stopping_erases_the_alert_and_twice_is_no_fault(session: Session, look: Look) -> None:
    token = begun(session)
    publish(session, make.host("Rossi"))
    look()
    session.expire_all()
    (number,) = session.scalars(select(Alert.id))

    first = alerts.stop_alert(session, token, installation=HERE)
    again = alerts.stop_alert(session, token, installation=HERE)

    assert (first, again) == (True, False)
    assert session.scalars(select(AlertTold)).all() == []
    assert [(one.noun, one.row_id) for one in session.scalars(select(Tombstone))] == [(Erased.ALERT, number)]
    with pytest.raises(NotFound):
        alerts.alert_of(session, token, installation=HERE)


@pytest.mark.parametrize("token", ["", "1", "1-" + "0" * 40, "x" * 43, "0-" + "a" * 40, "１-" + "a" * 40])
def test_a_guessed_address_opens_and_stops_nothing(session: Session, token: str) -> None:
    begun(session)

    with pytest.raises(NotFound):
        alerts.alert_of(session, token, installation=HERE)
    with pytest.raises(NotFound):
        alerts.stop_alert(session, token, installation=HERE)
    assert len(session.scalars(select(Alert)).all()) == 1


def test_a_search_is_saved_once_for_an_address_however_often_it_is_confirmed(session: Session) -> None:
    links = [asked(session), asked(session)]

    made = {alerts.begin_alert(session, link).id for link in links}

    assert len(made) == 1
    with pytest.raises(PassGone):
        alerts.begin_alert(session, links[0])


def test_an_address_has_ten_saved_searches_at_most(session: Session) -> None:
    year = now().date() + KEPT_FOR
    session.add_all(
        Alert(email=ADA, language="en", query=f"q={n}", title="", change=0, newest_site=0, ends_on=year)
        for n in range(MOST_OF_ONE)
    )
    session.commit()
    link = asked(session)

    with pytest.raises(TooManyAlerts):
        alerts.begin_alert(session, link)
    session.rollback()

    assert alerts.look_at_alert(session, link).email == ADA


def test_an_address_gets_five_such_mails_in_a_quarter_of_an_hour(session: Session) -> None:
    for _time in range(5):
        asked(session)

    with pytest.raises(TooMany):
        asked(session)


def test_what_is_no_address_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput):
        asked(session, email="nobody")


def test_an_alert_ends_after_a_year_or_with_the_stay(session: Session) -> None:
    today = now().date()
    begun(session)
    begun(session, Saved("from=2027-01-04", "4 January", today + timedelta(days=30)))

    assert alerts.end_old_alerts(session, installation=HERE, today=today + timedelta(days=30)) == 0
    assert alerts.end_old_alerts(session, installation=HERE, today=today + timedelta(days=31)) == 1
    assert alerts.end_old_alerts(session, installation=HERE, today=today + KEPT_FOR) == 0
    assert alerts.end_old_alerts(session, installation=HERE, today=today + KEPT_FOR + timedelta(days=1)) == 1


def test_an_alert_that_stopped_since_a_backup_is_stopped_again(session: Session) -> None:
    token = begun(session)
    alerts.erase_alerts(session, session.scalars(select(Alert)).all())
    graves = tombstones(session)
    session.rollback()

    assert erase_again(session, graves, key=HERE.key) == 1

    with pytest.raises(NotFound):
        alerts.alert_of(session, token, installation=HERE)


def test_a_link_that_waited_at_a_backup_begins_nothing_after_it(session: Session) -> None:
    link = asked(session)

    end_visits(session)

    with pytest.raises(PassGone):
        alerts.begin_alert(session, link)


def test_alerts_go_with_the_account_of_their_address(session: Session) -> None:
    begun(session)
    begun(session, email="bo@example.org")
    account = grant(session, ADA, Role.ALUMNUS)

    end_accounts(session, [account], by=VISITOR)
    session.commit()

    assert [one.email for one in session.scalars(select(Alert))] == ["bo@example.org"]
    assert session.scalars(select(Pass.email).where(Pass.email == ADA)).all() == []


def test_alerts_follow_an_account_to_its_new_address_and_go_with_it(session: Session) -> None:
    both, new = Saved("q=both", "Both"), "ada@new.example.org"
    token = begun(session)
    begun(session, both)
    begun(session, both, new)
    account = grant(session, ADA, Role.ALUMNUS)
    session.commit()
    who = viewer_of(account)
    ask_new_address(session, who, new, installation=HERE, language="en", network="192.0.2.1")

    take_new_address(session, who, secret(session))

    assert sorted((one.email, one.query) for one in session.scalars(select(Alert))) == [
        (new, COMO.query),
        (new, both.query),
    ]
    assert alerts.alert_of(session, token, installation=HERE).email == new
    alerts.move_alerts(session, new, to=new)
    assert alerts.alert_of(session, token, installation=HERE).email == new
    end_accounts(session, [account], by=VISITOR)
    assert session.scalars(select(Alert)).all() == []


def test_a_search_that_the_program_reads_no_more_mails_nothing(session: Session, look: Look) -> None:
    begun(session, Saved("sector=no-such-sector", "Something"))
    publish(session, make.host("Rossi"))

    assert look() == []


def test_one_search_that_cannot_be_looked_at_keeps_no_other_waiting(
    clock: Clock, session: Session, engine: Engine, public: Engine, read: Reader
) -> None:
    begun(session, Saved("age=17", "First in order"), "bo@example.org")
    begun(session)
    publish(session, make.host("Rossi"))

    def broken(query: str) -> object:
        return read(query) if query == COMO.query else 1 / 0

    look = Look(clock, session, engine, public, broken)  # type: ignore[arg-type]
    with pytest.raises(ExceptionGroup) as raised:
        look()

    assert raised.group_contains(ZeroDivisionError)
    mailed = [one.to_address for one in letters(session) if "List-Unsubscribe" in one.headers]
    assert mailed == [ADA]


def test_what_a_host_says_stays_in_its_line_of_the_mail(session: Session, look: Look) -> None:
    begun(session)
    publish(session, make.host("Rossi\n\nEnd", site_values={"town": "Como\n\nOpen https://evil.example"}))

    (mail,) = look()

    assert "- Rossi End: Como Open https://evil.example, Italy\n  https://map.example.org/" in mail


def test_kept_for_another_year_an_alert_still_ends_with_its_stay(
    session: Session, look: Look, clock: Clock
) -> None:
    stay = clock.today + KEPT_FOR + timedelta(days=20)
    token = begun(session, Saved(f"from={stay.isoformat()}", "A stay", stay))
    look(days=300)

    alerts.resume_alert(session, token, installation=HERE)

    (alert,) = session.scalars(select(Alert))
    assert alert.ends_on == stay


def test_a_run_that_is_killed_between_two_mails_mails_nobody_twice(
    session: Session, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"{name}@example.org" for name in ("ada", "bo", "cy")]
    for email in people:
        begun(session, email=email)
    publish(session, make.host("Rossi"))
    real, calls = telling.write_news, iter([None, KeyboardInterrupt])

    def killed(*given: object, **named: object) -> None:
        real(*given, **named)  # type: ignore[arg-type]
        if fault := next(calls, None):
            raise fault

    monkeypatch.setattr(telling, "write_news", killed)
    with pytest.raises(KeyboardInterrupt):
        look()
    monkeypatch.setattr(telling, "write_news", real)
    look(days=0)

    mailed = [one.to_address for one in letters(session) if "List-Unsubscribe" in one.headers]
    assert sorted(mailed) == people


def test_two_runs_at_once_mail_once(
    session: Session, engine: Engine, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(session)
    publish(session, make.host("Rossi"))
    real = telling._look

    def raced(*given: object) -> object:
        found = real(*given)  # type: ignore[arg-type]
        monkeypatch.setattr(telling, "_look", real)
        look(days=0)
        return found

    monkeypatch.setattr(telling, "_look", raced)
    look()

    assert len([one for one in letters(session) if "List-Unsubscribe" in one.headers]) == 1


def test_each_move_of_an_alert_is_in_its_table() -> None:
    assert after(AlertState.ASKED, AlertEvent.CONFIRM) is AlertState.ACTIVE
    assert {after(state, AlertEvent.STOP) for state in (AlertState.ACTIVE, AlertState.PAUSED)} == {
        AlertState.ENDED
    }
    for state in (AlertState.ASKED, AlertState.PAUSED, AlertState.ENDED):
        with pytest.raises(NotFound):
            after(state, AlertEvent.LOOK)


def test_the_mail_reaches_a_real_server_with_the_heads_of_one_click(
    session: Session, engine: Engine, look: Look, tmp_path: Path, settings: Settings
) -> None:
    alerts.begin_alert(session, asked(session, language="fr"))
    publish(session, make.host("Rossi\r\nBcc: evil@example.org & <b>"))
    look()

    with MailSink.open() as sink:
        while deliver(engine, transport(sink.url, tmp_path), sender="map@example.org"):
            pass

    *_first, mail = sink.to(ADA)
    (alert,) = session.scalars(select(Alert))
    stop = f"https://map.example.org/alerts/{alert_token(alert, HERE)}/stop"
    assert mail["List-Unsubscribe"] == f"<{stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Content-Language"] == "fr"
    assert mail["Bcc"] is None
    assert text_of(mail).count(stop) == 1
    assert "- Rossi Bcc: evil@example.org & <b>: Como, Italie" in text_of(mail)


def test_an_address_in_the_head_of_a_mail_is_sent_as_it_is_however_long() -> None:
    url = "<https://a-very-long-name.of-a-region.example.org/alerts/123456-" + "a" * 40 + "/stop>"
    letter = Letter(
        id=1, to_address=ADA, subject="x", body="é", created=now(), headers={"List-Unsubscribe": url}
    )

    sent = message_of(letter, sender="map@example.org").as_bytes()

    assert f"\r\nList-Unsubscribe: {url}\r\n".encode() in sent
