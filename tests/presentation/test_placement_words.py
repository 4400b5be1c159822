"""What would help somebody who is left over is said in plain words that count."""

import pytest

from mapsvc.planning.cohorts import OpenOffer
from mapsvc.planning.outcomes import Change, Rule
from mapsvc.presentation.placement_words import change_words


def an_offer(key: str, site: str) -> OpenOffer:
    return OpenOffer(key, site, site, "Host", "", "Como", "IT", 9.08, 45.81)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(Rule.DISTANCE, 40.0, ("a", "b", "c")), "Accept 40 km: 3 offers with a free seat"),
        (Change(Rule.AGE, 18, ("a",)), "Wait until the age of 18: 1 offer with a free seat"),
        (Change(Rule.SEATS, 1, ("a",)), "Go 1 week later: 1 offer with a free seat"),
        (Change(Rule.SEATS, -2, ("a",)), "Go 2 weeks earlier: 1 offer with a free seat"),
        (Change(Rule.LENGTH, 1, ("a",)), "Stay 1 day: 1 offer with a free seat"),
        (Change(Rule.LENGTH, 28, ("a",)), "Stay 28 days: 1 offer with a free seat"),
        (Change(Rule.LANGUAGE, "A2", ("a",), "en"), "Accept English at level A2: 1 offer with a free seat"),
        (Change(Rule.LANGUAGE, None, ("a",), "de"), "Do without German: 1 offer with a free seat"),
        (Change(Rule.FIELD, None, ("a",)), "Accept another field: 1 offer with a free seat"),
    ],
)
def test_a_change_says_what_is_asked_and_what_it_opens(change: Change, said: str) -> None:
    assert change_words(change, "en") == said


def test_two_offers_of_one_host_are_one_host() -> None:
    offers = {key: an_offer(key, "site:1" if key in "ab" else "site:2") for key in "abc"}

    said = change_words(Change(Rule.DISTANCE, 40.0, ("a", "b", "c")), "en", offers)

    assert said == "Accept 40 km: 2 hosts with a free seat"
