"""Links for classes: a referent makes, prints and ends them; a learner finds the form half filled in."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from mapsvc.domain.base import now
from mapsvc.domain.class_invitations import ClassInvitation
from mapsvc.domain.people import Role
from mapsvc.storage.engine import reading, writing
from tests.web.signed_in import given, post, sign_in
from tests.web.test_alumni import FILLED, mailed

TODAY = now().date()
CLASS: dict[str, Any] = {
    "name": "Bakers <b>2025</b>",
    "from_country": "FR",
    "field": "0716",
    "year": "2024",
    "language": "en",
    "ends_on": (TODAY + timedelta(days=30)).isoformat(),
    "most": "20",
}


def signed_in(app: Flask, engine: Engine, email: str, role: Role, sending: str | None = None) -> FlaskClient:
    given(engine, email, role, sending=sending)
    client = app.test_client()
    sign_in(client, engine, email)
    return client


@pytest.fixture
def referent(app: Flask, engine: Engine) -> FlaskClient:
    return signed_in(app, engine, "referent@example.org", Role.REFERENT, "School A")


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


def made(client: FlaskClient, **changed: Any) -> str:
    """The path of the page of a new link."""
    answer = post(client, "/desk/classes/new", CLASS | changed)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def kept(engine: Engine) -> ClassInvitation:
    with reading(engine) as session:
        return session.scalars(select(ClassInvitation)).one()


def join(engine: Engine) -> str:
    """The path of the link of the only class."""
    return f"/alumni/join/{kept(engine).token}"


def confirmed(client: FlaskClient, engine: Engine, path: str) -> None:
    """Somebody fills in the form at a path, and uses the link of the mail."""
    shown = post(client, path, FILLED)
    seen, chosen = (
        shown.text.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]
        for name in ("seen", "place")
    )
    assert post(client, path, {**FILLED, "seen": seen, "place": chosen}).status_code == 200
    assert post(client, mailed(engine)).status_code == 303


def chosen(page: TestResponse, name: str) -> str:
    """The value that is chosen in a list of a page."""
    options = page.text.partition(f'name="{name}"')[2].partition("</select>")[0]
    return options.partition("<option selected value=")[2].strip('"').partition('"')[0]


def test_without_a_class_the_page_says_how_to_begin(referent: FlaskClient) -> None:
    page = referent.get("/desk/classes").text

    assert "No class has a link yet." in page
    assert 'href="/desk/classes/new"' in page
    assert 'href="/desk/classes"' in referent.get("/desk/").text


def test_a_referent_makes_a_link_and_finds_it_again(referent: FlaskClient, engine: Engine) -> None:
    path = made(referent)

    page = referent.get(path).text
    assert f'value="http://localhost{join(engine)}"' in page
    assert "used 0 of 20" in page
    assert "Bakers &lt;b&gt;2025" in page
    assert path in referent.get("/desk/classes").text


def test_the_sheet_is_a_pdf_with_the_link(referent: FlaskClient, engine: Engine) -> None:
    answer = referent.get(f"{made(referent)}/sheet.pdf")

    said = " ".join(PdfReader(io.BytesIO(answer.data)).pages[0].extract_text().split())
    assert answer.mimetype == "application/pdf"
    assert f"http://localhost{join(engine)}" in said
    assert "Bakers <b>2025</b>" in said
    assert "private" in answer.headers["Cache-Control"] or "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("verb", ["", "/sheet.pdf", "/end"])
def test_a_referent_of_another_school_finds_nothing_there(
    app: Flask, engine: Engine, referent: FlaskClient, verb: str
) -> None:
    path = made(referent)
    other = signed_in(app, engine, "other@example.org", Role.REFERENT, "School B")

    answer = post(other, path + verb) if verb == "/end" else other.get(path + verb)

    assert answer.status_code == 404
    assert kept(engine).revoked is None
    assert "Bakers" not in other.get("/desk/classes").text


def test_a_class_cannot_be_made_in_the_name_of_another_school(
    app: Flask, engine: Engine, referent: FlaskClient
) -> None:
    made(referent)
    sending = str(kept(engine).sending_id)
    other = signed_in(app, engine, "other@example.org", Role.REFERENT, "School B")

    assert post(other, "/desk/classes/new", CLASS | {"sending": sending}).status_code == 422


def test_a_moderator_chooses_the_school(app: Flask, engine: Engine, referent: FlaskClient) -> None:
    made(referent)
    sending = kept(engine).sending_id
    given(engine, "b@example.org", Role.REFERENT, sending="School B")
    moderator = signed_in(app, engine, "mo@example.org", Role.MODERATOR)

    path = made(moderator, sending=str(sending), name="Cooks")

    assert 'name="sending"' in moderator.get("/desk/classes/new").text
    assert "Cooks" in referent.get(path).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ends_on", timedelta(days=-1)),
        ("ends_on", timedelta(days=366)),
        ("ends_on", "tomorrow"),
        ("most", "0"),
        ("most", "501"),
        ("most", "many"),
        ("field", "9999"),
        ("from_country", "XXX"),
        ("year", "1900"),
        ("name", ""),
        ("name", "x" * 81),
        ("language", "xx"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    referent: FlaskClient, field: str, value: str | timedelta
) -> None:
    if isinstance(value, timedelta):
        value = (now().date() + value).isoformat()
    answer = post(referent, "/desk/classes/new", CLASS | {field: value})

    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert "Please look at this again" in answer.text
    assert "No class has a link yet." in referent.get("/desk/classes").text


def test_the_link_asks_the_age_first_and_then_fills_in_what_it_knows(
    referent: FlaskClient, reader: FlaskClient, engine: Engine
) -> None:
    made(referent)
    path = join(engine)

    first, then = reader.get(path), post(reader, path, {"age": "19"})

    assert 'name="age"' in first.text
    assert 'name="town"' not in first.text
    assert (chosen(then, "field"), chosen(then, "from_country")) == ("0716", "FR")
    assert 'value="2024"' in then.text
    assert "fault" not in then.text


def test_the_link_tells_nothing_of_the_class(
    referent: FlaskClient, reader: FlaskClient, engine: Engine
) -> None:
    made(referent)
    path = join(engine)

    pages = reader.get(path).text + post(reader, path, {"age": "19"}).text

    assert "Bakers" not in pages
    assert "School A" not in pages


def test_who_is_under_18_is_refused_by_the_link_of_a_class_too(
    referent: FlaskClient, reader: FlaskClient, engine: Engine
) -> None:
    made(referent)

    assert post(reader, join(engine), {"age": "17"}).status_code == 403


def test_a_confirmed_stay_counts_and_its_referent_learns_no_more(
    referent: FlaskClient, reader: FlaskClient, engine: Engine
) -> None:
    path = made(referent)

    confirmed(reader, engine, join(engine))

    page = referent.get(path).text
    assert "used 1 of 20" in page
    assert "Ana" not in page
    assert "ana@example.org" not in page


def test_what_the_form_was_filled_in_with_can_be_changed(
    referent: FlaskClient, reader: FlaskClient, engine: Engine
) -> None:
    made(referent)

    page = post(reader, join(engine), {**FILLED, "year": "2022", "from_country": "DE"})

    assert 'value="2022"' in page.text
    assert chosen(page, "from_country") == "DE"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ends_on": TODAY - timedelta(days=1)}, "has ended"),
        ({"revoked": now()}, "has ended"),
        ({"used": 20}, "as often as it can be"),
    ],
)
def test_a_link_that_is_over_says_so_and_leads_to_the_plain_form(
    referent: FlaskClient, reader: FlaskClient, engine: Engine, values: dict[str, Any], words: str
) -> None:
    made(referent)
    with writing(engine) as session:
        session.execute(update(ClassInvitation).values(values))
        session.commit()

    answers = [reader.get(join(engine)), post(reader, join(engine), {"age": "19"})]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert all(words in answer.text and 'href="/alumni/new"' in answer.text for answer in answers)


def test_a_link_that_ends_while_somebody_types_loses_nothing_of_it(
    referent: FlaskClient, reader: FlaskClient, engine: Engine
) -> None:
    path = made(referent)
    post(referent, f"{path}/end")

    confirmed(reader, engine, join(engine))

    assert kept(engine).used == 0
    assert "This link has ended." in referent.get(path).text


def test_a_link_that_is_none_of_ours_is_nowhere(reader: FlaskClient) -> None:
    assert reader.get("/alumni/join/nothing").status_code == 404


def test_coordinates_are_refused_by_the_link_of_a_class_too(
    referent: FlaskClient, reader: FlaskClient, engine: Engine
) -> None:
    made(referent)

    assert post(reader, join(engine), {**FILLED, "lat": "45.8", "lon": "9.1"}).status_code == 400
