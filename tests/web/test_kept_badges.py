"""What the list of hosts says of each: on the map only what is there, and made up what is."""

from datetime import date

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from mapsvc.domain.people import Role
from tests import make
from tests.publish import publish
from tests.web.signed_in import given, sign_in


def test_a_host_without_a_place_is_not_said_to_be_on_the_map(
    app: Flask, engine: Engine, session: Session
) -> None:
    publish(session, make.host("Placed"), source="one")
    publish(session, make.host("Waiting", at=None), source="two")
    session.close()
    given(engine, "admin@example.org", Role.ADMINISTRATOR)
    client = app.test_client()
    sign_in(client, engine, "admin@example.org")

    placed, waiting = (client.get(f"/desk/hosts?words={name}").text for name in ("Placed", "Waiting"))

    assert "On the map" in placed.split("<tbody>")[1]
    assert "On the map" not in waiting.split("<tbody>")[1]
    assert "Not placed on the map yet" in waiting


def test_a_made_up_host_is_marked_and_nobody_can_vouch_for_it(
    app: Flask, engine: Engine, session: Session
) -> None:
    publish(session, make.host("Made up", sample=True))
    publish(session, make.host("Real"), source="two")
    session.close()
    given(engine, "admin@example.org", Role.ADMINISTRATOR)
    client = app.test_client()
    sign_in(client, engine, "admin@example.org")

    sample, real = client.get("/desk/hosts/1").text, client.get("/desk/hosts/2").text

    assert "mark-sample" in sample
    assert "Vouch for it" not in sample
    assert "mark-sample" not in real
    assert "Vouch for it" in real


def test_the_last_confirmation_is_that_of_the_host_or_of_an_offer(
    app: Flask, engine: Engine, session: Session
) -> None:
    offer = make.offer(confirmed_on=date(2026, 3, 14))
    publish(session, make.host("Confirmed", offers=(offer, make.offer())))
    session.close()
    given(engine, "admin@example.org", Role.ADMINISTRATOR)
    client = app.test_client()
    sign_in(client, engine, "admin@example.org")

    listed, sheet = client.get("/desk/hosts").text, client.get("/desk/hosts/1").text

    assert "14 Mar 2026" in listed
    assert "Last confirmed: 14 Mar 2026" in sheet
