"""What leaves from behind the sign-in is what its page shows, and that of one's own school alone."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.people import Role
from mapsvc.domain.sources import Import, Source
from mapsvc.domain.uploads import QuarantinedRow
from mapsvc.services.accounts import sending_organisation
from tests import make
from tests.publish import publish
from tests.web.signed_in import given, sign_in

TABLES = (
    "/desk/hosts/table",
    "/desk/rows/table",
    "/desk/duplicates/table",
    "/desk/kits/table",
    "/desk/demand/demand",
    "/desk/courses/table",
    "/desk/cohorts/table",
    "/desk/imports/table",
    "/desk/grants/table",
)


def rows_of(client: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


@pytest.fixture
def schools(app: Flask, engine: Engine, session: Session) -> tuple[FlaskClient, FlaskClient]:
    """The browsers of a referent of School A, who keeps a host and a row to correct, and one of School B."""
    publish(session, make.host("=1+1", at=None), make.host("Bakery"), source="a list of School A")
    source = session.scalars(select(Source)).one()
    source.owner_id = sending_organisation(session, "School A").id
    record = session.scalars(select(Import)).first()
    assert record is not None
    session.add(
        QuarantinedRow(
            import_id=record.id,
            line=7,
            cells=[["name", "@bad"], ["town", "Nowhere"]],
            column="town",
            value="Nowhere",
            message="There is nothing at this address.",
        )
    )
    session.commit()
    session.close()
    clients = []
    for school in ("School A", "School B"):
        email = f"{school[-1].lower()}@example.org"
        given(engine, email, Role.REFERENT, sending=school)
        clients.append(app.test_client())
        sign_in(clients[-1], engine, email)
    return clients[0], clients[1]


def test_a_referent_takes_along_the_hosts_of_their_school_and_of_no_other(
    schools: tuple[FlaskClient, FlaskClient],
) -> None:
    ours, theirs = schools

    hosts = rows_of(ours, "/desk/hosts/table.csv")
    rows = rows_of(ours, "/desk/rows/table.csv")

    assert sorted(row["name"] for row in hosts) == ["'=1+1", "Bakery"]
    assert [bool(row["lon"]) for row in sorted(hosts, key=lambda row: row["name"])] == [False, True]
    assert [(row["line"], row["value"], row["cells"]) for row in rows] == [
        ("7", "Nowhere", "name: @bad; town: Nowhere")
    ]
    assert rows_of(theirs, "/desk/hosts/table.csv") == rows_of(theirs, "/desk/rows/table.csv") == []
    assert [row["list"] for row in rows_of(ours, "/desk/imports/table.csv")] == ["a list of School A"]
    assert rows_of(theirs, "/desk/imports/table.csv") == []


def test_a_file_of_hosts_has_those_that_the_list_was_asked_for(
    schools: tuple[FlaskClient, FlaskClient],
) -> None:
    found = rows_of(schools[0], "/desk/hosts/table.csv?words=bakery")

    assert [row["name"] for row in found] == ["Bakery"]
    assert 'href="/desk/hosts/table.csv?words=bakery"' in schools[0].get("/desk/hosts?words=bakery").text


@pytest.mark.parametrize("path", TABLES)
def test_every_table_of_the_desk_has_its_formats_and_no_others(
    path: str, schools: tuple[FlaskClient, FlaskClient]
) -> None:
    client = schools[0]

    book = client.get(f"{path}.xlsx")

    assert book.status_code == 200
    assert book.data.startswith(b"PK")
    assert f"-{now():%Y-%m-%d}.xlsx" in book.headers["Content-Disposition"]
    assert client.get(f"{path}.pdf").status_code == 404
    assert client.get(f"{path}.fgb").status_code == (200 if path == "/desk/hosts/table" else 404)
