"""The upload rows of the corpus of bad inputs, given to the reader."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import real_file
from tests.corpus.uploads import ELSEWHERE, NOT_APPLICABLE, UPLOADS, give_to_reader, megabytes_of
from tests.intake import bombs


def rows() -> dict[str, Any]:
    listed = map(json.loads, real_file("corpus/bad_inputs.jsonl").read_text("utf-8").splitlines())
    return {row["id"]: row for row in listed if row["surface"] == "upload"}


def test_every_upload_row_has_a_check_or_a_reason() -> None:
    assert set(rows()) == {*UPLOADS, *NOT_APPLICABLE, *ELSEWHERE}


@pytest.mark.parametrize("case", UPLOADS)
def test_an_upload_of_the_corpus_is_refused_as_expected(case: str, tmp_path: Path) -> None:
    UPLOADS[case](rows()[case], give_to_reader(tmp_path))


def test_the_billion_laughs_and_the_packed_gigabyte_take_no_memory(tmp_path: Path) -> None:
    laughs, said = megabytes_of(tmp_path, "x.gpx", rows()["UPL-001"]["input"].encode())
    gigabyte, _said = megabytes_of(tmp_path, "x.kmz", bombs.zeros("doc.kml", 1024))

    assert "DTD refused" in said
    assert laughs < 20
    assert gigabyte < 50
