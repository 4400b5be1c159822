"""A referent who imports lists in a browser, and the worker that does it."""

import io
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from mapsvc.domain.people import Role
from mapsvc.services import upload_steps
from mapsvc.storage.engine import reading
from tests.web.signed_in import ORIGIN, given, post, sign_in, token_of

HOSTS = """name,town,country,lat,lon,phone,state
Falegnameria Rossi,Como,IT,45.80812,9.08521,+39 031 1,Lombardia
,Lecco,IT,,,,
"""


def post_parts(client: FlaskClient, path: str, form: dict[str, Any]) -> TestResponse:
    """Sends a form with a file; put together here, as the client leaves the files of large bodies open."""
    boundary, body = encode_multipart(form)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(path, data=body, content_type=kind, headers={"Origin": ORIGIN})


class Referent:
    """A referent in front of a browser, and the worker."""

    def __init__(self, app: Flask, engine: Engine, email: str, sending: str) -> None:
        self.app, self.engine = app, engine
        given(engine, email, Role.REFERENT, sending=sending)
        self.client: FlaskClient = app.test_client()
        sign_in(self.client, engine, email)

    def send(self, content: str | bytes, name: str = "hosts.csv", **fields: Any) -> TestResponse:
        raw = content.encode() if isinstance(content, str) else content
        form = {"csrf_token": token_of(self.client), "file": FileStorage(io.BytesIO(raw), name), **fields}
        return post_parts(self.client, "/desk/imports/", form)

    def begun(self, content: str = HOSTS, **fields: Any) -> str:
        """The address of a new upload that the worker has read."""
        answer = self.send(content, **fields)
        assert answer.status_code == 303, answer.text
        self.work()
        return answer.headers["Location"]

    def work(self) -> None:
        folder = self.app.extensions["mapsvc"].settings.folder
        upload_steps.take_steps(self.engine, folder, key="a key")

    def columns(self, page: str, **changes: str) -> dict[str, str]:
        """What the form of columns would send, with some answers changed, by the column's name."""
        text = self.client.get(page).text
        fields = {"list_name": "Hosts", "licence": "", "crs": ""}
        for name, place, options in re.findall(
            r'<span dir="auto">([^<]*)</span>.*?<select id="column-(\d+)"(.*?)</select>', text, re.DOTALL
        ):
            chosen = re.search(r'value="(\w*)" selected', options)
            fields[f"column-{place}"] = changes.get(name, chosen[1] if chosen else "")
        return fields

    def reviewed(self, content: str = HOSTS, **fields: Any) -> str:
        page = self.begun(content, **fields)
        assert post(self.client, f"{page}columns", self.columns(page)).status_code == 303
        self.work()
        return page

    def imported(self, content: str = HOSTS) -> str:
        page = self.reviewed(content)
        assert post(self.client, f"{page}confirm").status_code == 303
        self.work()
        return page

    def count(self, noun: type) -> int:
        with reading(self.engine) as session:
            return session.scalar(select(func.count()).select_from(noun)) or 0
