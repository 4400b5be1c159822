"""The upload rows of the corpus of bad inputs, given to the page that takes files, and to the worker."""

import html
import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from mapsvc.domain.hosts import Organisation
from mapsvc.domain.sources import Import
from mapsvc.domain.uploads import Upload, UploadFile
from mapsvc.storage.engine import reading
from tests.conftest import real_file
from tests.corpus.uploads import UPLOADS, Give
from tests.intake import bombs
from tests.web.referents import Referent
from tests.web.signed_in import post

FAULTS = re.compile(r'<div class="faults".*?</div>', re.DOTALL)
TAGS = re.compile(r"<[^>]+>")
MOST_PARTS = 50_000
TOO_LARGE = "UPL-010"  # 18 MB: refused before anybody looks into it

pytestmark = pytest.mark.parametrize("settings", ["spatialite"], indirect=True)


def rows() -> dict[str, Any]:
    listed = map(json.loads, real_file("corpus/bad_inputs.jsonl").read_text("utf-8").splitlines())
    return {row["id"]: row for row in listed if row["surface"] == "upload"}


@pytest.fixture
def anna(app: Flask, engine: Engine) -> Referent:
    return Referent(app, engine, "anna@school.example", "A school")


def give_to_page(anna: Referent) -> Give:
    """A give() that sends a file, has it read, and goes on to its hosts where there are columns."""

    def give(file_name: str, content: bytes) -> str | None:
        answer = anna.send(content, file_name)
        if answer.status_code == 303:
            anna.work()
            page = answer.headers["Location"]
            answer = anna.client.get(page)
            if "What do the columns hold?" in answer.text:
                answer = post(anna.client, f"{page}columns", anna.columns(page))
        assert answer.status_code in {200, 303, 422}
        faults = FAULTS.search(answer.text)
        return html.unescape(" ".join(TAGS.sub(" ", faults[0]).split())) if faults else None

    return give


@pytest.mark.parametrize("case", sorted({*UPLOADS} - {TOO_LARGE}))
def test_a_bad_upload_is_refused_in_words_and_stores_nothing(anna: Referent, case: str) -> None:
    UPLOADS[case](rows()[case], give_to_page(anna))

    assert [anna.count(noun) for noun in (Organisation, Import, UploadFile)] == [0, 0, 0]
    with reading(anna.engine) as session:
        assert all(stage == "failed" for stage in session.scalars(select(Upload.stage)))


def test_an_archive_of_200000_entries_is_too_large_to_be_sent(anna: Referent) -> None:
    row = rows()[TOO_LARGE]

    answer = anna.send(bombs.many_entries(row["input"]["zip_entries"]), "x.zip")

    assert answer.status_code == 413
    assert "At most 10 MB" in answer.text
    assert anna.count(Upload) == 0


def test_a_form_of_fifty_thousand_parts_is_not_read(anna: Referent) -> None:
    answer = post(anna.client, "/desk/imports/", {f"p{n}": "" for n in range(MOST_PARTS)})

    assert answer.status_code == 413
    assert anna.count(Upload) == 0
