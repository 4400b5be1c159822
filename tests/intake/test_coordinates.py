"""Coordinates as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.numbers import InvalidNumber
from mapsvc.intake.coordinates import read_ordinate, split_pair, writes_commas


@pytest.mark.parametrize(
    ("text", "number", "axis"),
    [
        ("48.58", 48.58, None),
        ("−4.5", -4.5, None),
        ("48.58°", 48.58, None),
        ("48°34'48\"N", 48.58, "lat"),
        ('48°34\'48""N', 48.58, "lat"),
        ("7°45'E", 7.75, "lon"),
        ("48° 34.8' N", 48.58, "lat"),
        ("N 48 34 48", 48.58, "lat"),
        ("48°34′48″", 48.58, None),
        ("0°30'W", -0.5, "lon"),
        ("33°S", -33.0, "lat"),
        ("1 053 700.5", 1053700.5, None),
    ],
)
def test_degrees_minutes_and_seconds_are_exact(text: str, number: float, axis: str | None) -> None:
    found = read_ordinate(text, comma=False)

    assert found.number == pytest.approx(number, abs=1e-12)
    assert found.axis == axis


@pytest.mark.parametrize(
    "text",
    [
        "48°61'N",
        "48°34'60\"N",
        "-48°N",
        "7°45'O",
        "48 34 48",
        "N48E",
        "48.5°30'N",
        "48,58",
        "٤٨°",
        "abc",
        "",
        "nan",
        "1e999",
        "48.584.123",
    ],
)
def test_what_is_unclear_is_refused(text: str) -> None:
    with pytest.raises(InvalidNumber):
        read_ordinate(text, comma=False)


@given(st.integers(0, 89), st.integers(0, 59), st.integers(0, 59), st.sampled_from("NS"))
def test_any_angle_is_read_to_the_second(degrees: int, minutes: int, seconds: int, letter: str) -> None:
    expected = (degrees * 3600 + minutes * 60 + seconds) / 3600 * (1 if letter == "N" else -1)

    assert read_ordinate(f"{degrees}°{minutes:02}'{seconds:02}\"{letter}", comma=False).number == expected


@pytest.mark.parametrize(
    ("values", "commas"),
    [
        (["48,58", "48,6"], True),
        (["48,58", "48"], True),
        (["48,58", "48.6"], False),
        (["48.58"], False),
        ([], False),
        (["48,58", "NaN"], True),
    ],
)
def test_a_column_writes_commas_throughout_or_not_at_all(values: list[str], commas: bool) -> None:
    assert writes_commas(values) is commas


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("48.58, 7.75", ("48.58", "7.75", None)),
        ("48.58,7.75", ("48.58", "7.75", None)),
        ("48,58; 7,75", ("48,58", "7,75", None)),
        ("48,58, 7,75", ("48,58", "7,75", None)),
        ("48,58,7,75", ("48,58", "7,75", None)),
        ("(48.58 7.75)", ("48.58", "7.75", None)),
        ("POINT(7.75 48.58)", ("7.75", "48.58", "lon")),
        ("48°34'48\"N 7°45'E", ("48°34'48\"N", "7°45'E", None)),
        ("48,75", None),
        ("48.58", None),
        ("1,2,3", None),
    ],
)
def test_a_pair_is_split_only_where_it_is_clear(text: str, pair: tuple[str, str, str | None] | None) -> None:
    assert split_pair(text) == pair
