import json
import time

import pytest
from flask.testing import FlaskClient

from tests.api.proximity_cases import CASES, SLOWEST_S, Case
from tests.conftest import real_file

RUN = {name: case for name, case in CASES.items() if isinstance(case, Case) and name.startswith("NEAR")}


@pytest.mark.parametrize("name", RUN)
def test_bad_questions_are_answered_or_refused_plainly_and_quickly(name: str, client: FlaskClient) -> None:
    case = RUN[name]
    client.get("/api/search?q=warm")
    begun = time.thread_time()

    answer = client.get(case.path)

    assert case.holds(answer), (answer.status_code, answer.text)
    assert time.thread_time() - begun < SLOWEST_S


def test_every_row_of_the_corpus_has_a_case_or_a_reason() -> None:
    lines = real_file("corpus/bad_inputs.jsonl").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["surface"] in {"proximity-query", "tile-query"}]

    assert {row["id"] for row in rows} == set(CASES)
