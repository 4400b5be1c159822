"""The page that tells how a kit is written offers the files for a town that it knows."""

import re

import pytest
from flask.testing import FlaskClient


def test_the_files_of_a_town_are_offered(client: FlaskClient) -> None:
    page = client.get("/kits/write?town=Lecco&lang=en").text

    (path,) = re.findall(r'"(/kits/write/\d+\.zip)"', page)
    answer = client.get(path)
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert answer.mimetype == "application/zip"
    assert again.status_code == 304
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kit-lecco.zip"'


def test_a_town_with_a_kit_is_said_to_have_one(client: FlaskClient) -> None:
    assert 'href="/kits/como"' in client.get("/kits/write?town=Como").text.partition("Read it first")[0]


@pytest.mark.parametrize("town", ["Xyzzyville", "\x00", "a" * 5_000, "{{7*7}}", "<b>"])
def test_a_town_that_nobody_knows_is_said_to_be_unknown(client: FlaskClient, town: str) -> None:
    page = client.get("/kits/write", query_string={"town": town, "lang": "en"})

    assert page.status_code in {200, 400, 414}
    assert ".zip" not in page.text


@pytest.mark.parametrize("number", ["0", "9" * 20, "-1", "x"])
def test_a_number_of_no_town_has_no_template(client: FlaskClient, number: str) -> None:
    assert client.get(f"/kits/write/{number}.zip").status_code == 404
