"""What counts as JSON when it comes from outside."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.strict_json import (
    MAX_DEPTH,
    InvalidJson,
    JsonDuplicateKey,
    JsonNotANumber,
    JsonNotText,
    JsonTooDeep,
    load_json,
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**30), max_value=10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=15,
)


@given(VALUES)
def test_what_the_standard_writer_writes_is_read_back(value: object) -> None:
    assert load_json(json.dumps(value)) == value
    assert load_json(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize("text", ["[NaN]", "[Infinity]", "-Infinity", "[1e400]", "[" + "9" * 5000 + "]"])
def test_numbers_are_finite(text: str) -> None:
    with pytest.raises(JsonNotANumber):
        load_json(text)


def test_a_key_is_named_once() -> None:
    with pytest.raises(JsonDuplicateKey, match="type"):
        load_json('{"type":"Point","type":"Polygon","coordinates":[7,48]}')


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000 + "]" * 100_000, "[" * 100_000, '{"a":' * 100_000, '[{"a":' * 50_000 + "1"],
)
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(JsonTooDeep):
        load_json(text)
    assert time.perf_counter() - start < 1


def test_brackets_inside_strings_do_not_nest() -> None:
    assert load_json(json.dumps(["[" * 500, '"{' * 500])) == ["[" * 500, '"{' * 500]


def test_the_bound_itself_is_allowed() -> None:
    assert load_json("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    with pytest.raises(JsonTooDeep):
        load_json("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


def test_an_endless_string_of_escapes_takes_no_time() -> None:
    start = time.perf_counter()
    with pytest.raises(InvalidJson):
        load_json('"' + '\\"' * 200_000)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("text", [b"\xff\xfe", b'"\xc3"', '"\\ud800"', '"\ud800"'])
def test_half_characters_are_refused(text: str | bytes) -> None:
    with pytest.raises(JsonNotText):
        load_json(text)


def test_a_pair_of_escapes_is_one_character() -> None:
    assert load_json('"\\ud83d\\ude00"') == "\U0001f600"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert load_json(b"\xef\xbb\xbf[1]") == [1]


def test_the_line_of_the_fault_is_named() -> None:
    with pytest.raises(InvalidJson, match="line 2"):
        load_json("[1,\n2,]")
