"""What counts as a number when it comes from outside."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.numbers import MAX_CHARACTERS, InvalidInteger, InvalidNumber, parse_integer, parse_number
from mapsvc.errors import MapsvcError


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("48.58", 48.58),
        ("-7", -7.0),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("2.5E-2", 0.025),
        ("007", 7.0),
        ("1e-999", 0.0),
    ],
)
def test_plain_numbers_are_read(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1e400",
        "-1e400",
        "٤٨.٥٨",
        "４８",
        "4_8.58",
        "48,58",
        "0x10",
        "1e",
        ".",
        "+",
        "--1",
        "1.2.3",
        "−2.5",
        "1" * (MAX_CHARACTERS + 1),
    ],
)
def test_anything_else_is_not_a_number(text: str) -> None:
    with pytest.raises(InvalidNumber) as caught:
        parse_number(text)
    assert "is not a finite number" in str(caught.value)
    assert isinstance(caught.value, MapsvcError)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read_back_the_same(number: float) -> None:
    assert parse_number(repr(number)) == number


@given(st.text(max_size=20))
def test_a_text_is_a_finite_number_or_refused(text: str) -> None:
    try:
        assert math.isfinite(parse_number(text))
        assert text.isascii()
    except InvalidNumber:
        assert text not in {"0", "1"}


@given(st.integers(min_value=-(10**90), max_value=10**90))
def test_whole_numbers_are_read_back_the_same(number: int) -> None:
    assert parse_integer(str(number)) == number


@pytest.mark.parametrize("text", ["", "1.0", "1e3", "٤", "1_000", " 1", "9" * 5000])
def test_anything_else_is_not_a_whole_number(text: str) -> None:
    with pytest.raises(InvalidInteger):
        parse_integer(text)
