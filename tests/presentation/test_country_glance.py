"""What libraries know of a country can be said in the reader's language."""

import holidays
import pytest

from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.presentation.country_glance import COMMON_DAYS


@pytest.mark.parametrize(
    "country", sorted({kit.town.data.country for kit in usable(Tree.of()).kits.values()})
)
def test_each_public_holiday_of_a_country_with_a_kit_has_words_of_ours(country: str) -> None:
    days = holidays.country_holidays(country, years=range(2026, 2031), language="en_US")

    assert {name for names in days.values() for name in names.split("; ")} - set(COMMON_DAYS) == set()
