"""Hosts that claim, correct, confirm and remove themselves: by pages, mails and links."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from mapsvc.config import Settings
from mapsvc.directory.directory import Directory
from mapsvc.domain.base import now
from mapsvc.domain.hosts import Organisation, Site
from mapsvc.domain.people import Letter, Role
from mapsvc.domain.reviews import Report, Suppression
from mapsvc.services.confirming import ask_yearly
from mapsvc.services.installations import Installation
from mapsvc.services.suppressing import suppress
from mapsvc.storage.engine import writing
from tests import make
from tests.letters import link_in
from tests.publish import publish
from tests.web.conftest import Serve, close
from tests.web.signed_in import given, post, sign_in


@pytest.fixture
def app(settings: Settings, engine: Engine, serve: Serve) -> Iterator[Flask]:
    with writing(engine) as session:
        publish(
            session,
            make.host(
                website="https://www.falegnameria-rossi.it",
                kind="company",
                offers=(make.offer(contact={"email": "Anna.Rossi@gmail.com"}),),
            ),
            source="a list of School A",
        )
    app = serve(settings)
    yield app
    close(app)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def page(engine: Engine) -> str:
    with writing(engine) as session:
        return f"/hosts/{session.scalars(select(Site.slug)).one()}"


def number_of(engine: Engine) -> int:
    with writing(engine) as session:
        return session.scalars(select(Organisation.id)).one()


def mails(engine: Engine) -> list[Letter]:
    with writing(engine) as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def link(engine: Engine) -> str:
    return link_in(mails(engine)[-1].body).split("localhost", 1)[1]


def refresh(app: Flask) -> None:
    directory: Directory = app.extensions["mapsvc"].directory
    directory.refresh(at_once=True)


def test_the_page_of_a_host_offers_three_ways_and_begins_no_session(visitor: FlaskClient, page: str) -> None:
    answer = visitor.get(page)

    assert all(f'href="{page}/{way}"' in answer.text for way in ("claim", "correct", "remove"))
    assert "Set-Cookie" not in answer.headers


def test_a_host_claims_by_an_address_on_its_own_domain(
    app: Flask, visitor: FlaskClient, page: str, engine: Engine
) -> None:
    sent = post(visitor, f"{page}/claim", {"email": "info@falegnameria-rossi.it"})
    opened = visitor.get(link(engine))
    before = post(visitor, "/my-hosts/1/confirm")
    accepted = post(visitor, link(engine))
    mine = visitor.get("/my-hosts")

    assert sent.status_code == 200
    assert "Yes, this is us" in opened.text
    assert before.status_code == 303
    assert before.location.startswith("/sign-in")
    assert (accepted.status_code, accepted.location) == (303, "/my-hosts")
    assert "Falegnameria Rossi" in mine.text
    told = [one for one in mails(engine) if one.to_address == "anna.rossi@gmail.com"]
    assert [one.subject for one in told] == ["Somebody speaks for “Falegnameria Rossi” now"]


def test_another_address_asks_those_who_keep_the_entry(
    visitor: FlaskClient, page: str, engine: Engine
) -> None:
    given(engine, "referent@example.org", Role.REFERENT, sending="School A")
    with writing(engine) as session:
        session.scalars(select(Organisation)).one().source.owner_id = 1
        session.commit()

    post(visitor, f"{page}/claim", {"email": "anna.rossi@gmail.com", "text": "I am Anna."})
    opened = visitor.get(link(engine))
    answer = post(visitor, link(engine))

    assert "Ask them" in opened.text
    assert answer.status_code == 200
    last = mails(engine)[-1]
    assert last.to_address == "referent@example.org"
    assert "I am Anna." in last.body
    assert f"/desk/hosts/{number_of(engine)}/invite?email=anna.rossi%40gmail.com" in last.body
    assert visitor.get("/my-hosts").status_code == 303


def test_a_referent_invites_a_host_who_then_speaks_for_it(
    app: Flask, visitor: FlaskClient, engine: Engine
) -> None:
    number = number_of(engine)
    given(engine, "boss@example.org", Role.ADMINISTRATOR)
    boss = app.test_client()
    sign_in(boss, engine, "boss@example.org")

    form = boss.get(f"/desk/hosts/{number}/invite?email=anna.rossi@gmail.com")
    sent = post(boss, f"/desk/hosts/{number}/invite", {"email": "anna.rossi@gmail.com"})
    post(visitor, link(engine))

    assert 'value="anna.rossi@gmail.com"' in form.text
    assert sent.status_code == 200
    assert "Falegnameria Rossi" in visitor.get("/my-hosts").text


def test_a_contact_removes_the_host_by_mail(
    app: Flask, visitor: FlaskClient, page: str, engine: Engine
) -> None:
    post(visitor, f"{page}/remove", {"email": "anna.rossi@gmail.com"})
    opened = visitor.get(link(engine))
    still_there = visitor.get(page)
    answer = post(visitor, link(engine))
    refresh(app)

    assert "Erase the entry" in opened.text
    assert still_there.status_code == 200
    assert "Erased" in answer.text
    assert visitor.get(page).status_code == 404
    with writing(engine) as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 0
        assert session.scalar(select(func.count()).select_from(Suppression))


def test_a_stranger_removes_nobody(app: Flask, visitor: FlaskClient, page: str, engine: Engine) -> None:
    given(engine, "moderator@example.org", Role.MODERATOR)

    post(visitor, f"{page}/remove", {"email": "rival@example.org", "text": "Please."})
    opened = visitor.get(link(engine))
    post(visitor, link(engine))
    refresh(app)

    assert "Send the request" in opened.text
    assert visitor.get(page).status_code == 200
    with writing(engine) as session:
        report = session.scalars(select(Report)).one()
    assert (report.reason, report.email, report.text) == ("removal", "rival@example.org", "Please.")
    assert mails(engine)[-1].to_address == "moderator@example.org"


def test_the_answer_says_nothing_of_whether_an_address_is_known(visitor: FlaskClient, page: str) -> None:
    known = post(visitor, f"{page}/remove", {"email": "anna.rossi@gmail.com"})
    stranger = post(visitor, f"{page}/remove", {"email": "anna.bianchi@gmail.com"})

    # The link that a local service shows is a secret of each.
    plain = [re.sub(r"/removals/[\w-]+", "", one.text) for one in (known, stranger)]
    assert plain[0].replace("anna.rossi", "") == plain[1].replace("anna.bianchi", "")
    assert "anna.rossi" in plain[0]


def test_a_correction_goes_to_those_who_keep_the_entry(
    visitor: FlaskClient, page: str, engine: Engine
) -> None:
    given(engine, "moderator@example.org", Role.MODERATOR)

    refused = post(visitor, f"{page}/correct", {"email": "me@example.org", "parts": ["website"]})
    post(
        visitor,
        f"{page}/correct",
        {"email": "me@example.org", "parts": ["website", "dates"], "text": "We moved."},
    )
    opened = visitor.get(link(engine))
    post(visitor, link(engine))

    assert refused.status_code == 422
    assert 'value="me@example.org"' in refused.text
    assert "We moved." in opened.text
    with writing(engine) as session:
        report = session.scalars(select(Report)).one()
    assert report.reason == "correction"
    assert report.text == "Website, Dates, age or languages\n\nWe moved."


def test_a_link_serves_once(visitor: FlaskClient, page: str, engine: Engine) -> None:
    post(visitor, f"{page}/correct", {"email": "me@example.org", "text": "We moved."})

    first, second = post(visitor, link(engine)), post(visitor, link(engine))

    assert (first.status_code, second.status_code) == (200, 410)


def test_one_click_in_the_yearly_mail_confirms_the_entry(
    app: Flask, visitor: FlaskClient, page: str, engine: Engine
) -> None:
    with writing(engine) as session:
        session.scalars(select(Organisation)).one().created = now() - timedelta(400)
        session.commit()
        ask_yearly(session, installation=Installation("the map", "http://localhost", "key"))

    opened = visitor.get(link(engine))
    answer = post(visitor, link(engine))
    refresh(app)

    assert all(words in opened.text for words in ("Still true", "Correct it", "Remove us", "Workshop"))
    assert answer.status_code == 200
    assert "The host confirmed this entry on" in visitor.get(page).text


def test_the_yearly_mail_also_removes(app: Flask, visitor: FlaskClient, page: str, engine: Engine) -> None:
    with writing(engine) as session:
        session.scalars(select(Organisation)).one().created = now() - timedelta(400)
        session.commit()
        ask_yearly(session, installation=Installation("the map", "http://localhost", "key"))
    path = link(engine)

    opened = visitor.get(f"{path}/remove")
    answer = post(visitor, f"{path}/remove")
    refresh(app)

    assert "Erase the entry" in opened.text
    assert "Erased" in answer.text
    assert visitor.get(page).status_code == 404


def test_a_host_leaves_and_the_entry_stays(app: Flask, visitor: FlaskClient, engine: Engine) -> None:
    number = number_of(engine)
    given(engine, "info@falegnameria-rossi.it", Role.HOST, organisation_id=number)
    sign_in(visitor, engine, "info@falegnameria-rossi.it")

    asked = visitor.get(f"/my-hosts/{number}/leave")
    left = post(visitor, f"/my-hosts/{number}/leave")

    assert "You are the only one" in asked.text
    assert left.status_code == 303
    assert "You speak for no host." in visitor.get("/my-hosts").text
    assert number_of(engine) == number


def test_a_host_erases_its_entry_after_a_tick(app: Flask, visitor: FlaskClient, engine: Engine) -> None:
    number = number_of(engine)
    given(engine, "info@falegnameria-rossi.it", Role.HOST, organisation_id=number)
    sign_in(visitor, engine, "info@falegnameria-rossi.it")

    refused = post(visitor, f"/my-hosts/{number}/erase")
    erased = post(visitor, f"/my-hosts/{number}/erase", {"sure": "y"})

    assert (refused.status_code, erased.status_code) == (422, 303)
    with writing(engine) as session:
        assert session.scalars(select(Organisation)).all() == []


def test_vouching_shows_on_the_public_page(
    app: Flask, visitor: FlaskClient, page: str, engine: Engine
) -> None:
    number = number_of(engine)
    given(engine, "boss@example.org", Role.ADMINISTRATOR)
    sign_in(visitor, engine, "boss@example.org")

    form = visitor.get(f"/desk/hosts/{number}/vouch")
    nothing = post(visitor, f"/desk/hosts/{number}/vouch", {"valid_until": "2099-01-01"})
    done = post(visitor, f"/desk/hosts/{number}/vouch", {"checks": ["mentor", "safety"]})
    refresh(app)
    shown = visitor.get(page).text
    post(visitor, f"/desk/hosts/{number}/vouch/withdraw")
    refresh(app)

    assert "Mentor named" in form.text
    assert nothing.status_code == 422
    assert done.status_code == 303
    assert "Who has checked this host" in shown
    assert "Mentor named" in shown
    assert "Who has checked this host" not in visitor.get(page).text


def test_who_asked_not_to_be_listed_is_not_put_on_the_map_by_hand(
    app: Flask, visitor: FlaskClient, page: str, engine: Engine
) -> None:
    with writing(engine) as session:
        organisation = session.scalars(select(Organisation)).one()
        organisation.status = "paused"
        suppress(session, organisation, app.extensions["mapsvc"].settings.secret)
        session.commit()
    given(engine, "boss@example.org", Role.ADMINISTRATOR)
    sign_in(visitor, engine, "boss@example.org")

    answer = post(visitor, f"/desk/hosts/{number_of(engine)}/resume")

    assert answer.status_code == 400
    assert "asked not to be listed here" in answer.text
    with writing(engine) as session:
        assert session.scalars(select(Organisation.status)).one() == "paused"


def test_no_form_is_offered_for_what_is_not_public(visitor: FlaskClient, engine: Engine, page: str) -> None:
    with writing(engine) as session:
        session.scalars(select(Organisation)).one().status = "paused"
        session.commit()

    assert [visitor.get(f"{page}/{way}").status_code for way in ("claim", "correct", "remove")] == [404] * 3
