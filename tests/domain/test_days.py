"""Days in words are spelt as people of a language spell them."""

from datetime import date

import pytest

from mapsvc.domain.days import spelt


@pytest.mark.parametrize(
    ("day", "pattern", "language", "said"),
    [
        (date(2027, 3, 1), "long", "fr", "1er mars 2027"),
        (date(2027, 3, 1), "EEEE d MMMM y", "fr", "lundi 1er mars 2027"),
        (date(2027, 3, 1), "d MMM", "fr", "1er mars"),
        (date(2027, 3, 11), "long", "fr", "11 mars 2027"),
        (date(2027, 3, 1), "MMMM y", "fr", "mars 2027"),
        (date(2027, 3, 1), "d MMMM y", "en", "1 March 2027"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(
    day: date, pattern: str, language: str, said: str
) -> None:
    assert spelt(day, pattern, language) == said
