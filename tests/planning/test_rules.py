"""Stays against the rules: each bound from both sides, and what would mend a breach."""

import pytest

from mapsvc.domain.grant_calls import UnknownCall, calls
from mapsvc.domain.mobility_rules import rules_of
from mapsvc.planning.rules import Breach, Broken, PlannedStay, breaches, fitting

RULES = rules_of(2026)
DAYS = {
    "group": (2, 30),
    "short_term": (10, 89),
    "long_term": (90, 365),
    "job_shadowing": (2, 60),
    "teaching": (2, 365),
    "courses": (2, 10),
    "experts": (2, 60),
}


def found(activity: str, **said: float) -> list[tuple[Broken, float, float]]:
    stay = PlannedStay(**{"name": "A01", "days": 10, "people": 2, "accompanying": 1, **said})  # type: ignore[arg-type]
    return [(one.what, one.has, one.bound) for one in breaches(RULES, RULES.activities[activity], [stay])]


@pytest.mark.parametrize("year", calls())
def test_the_days_are_those_of_every_call(year: int) -> None:
    rules = rules_of(year)

    assert {key: (one.least_days, one.most_days) for key, one in rules.activities.items()} == DAYS
    assert (rules.fee_a_day, rules.fee_at_most) == (80, 10 * 80)


@pytest.mark.parametrize("activity", DAYS)
def test_the_days_of_an_activity_hold_at_both_ends(activity: str) -> None:
    least, most = DAYS[activity]

    assert found(activity, days=least) == found(activity, days=most) == []
    assert found(activity, days=least - 1) == [(Broken.TOO_SHORT, least - 1, least)]
    assert found(activity, days=most + 1) == [(Broken.TOO_LONG, most + 1, most)]


@pytest.mark.parametrize(
    ("activity", "said", "broken"),
    [
        ("group", {"people": 1}, [(Broken.TOO_FEW, 1, 2)]),
        ("group", {"accompanying": 0}, [(Broken.NOBODY_ALONG, 0, 1)]),
        ("group", {"accompanying": 0, "youngest": 17}, [(Broken.NOBODY_ALONG, 0, 1)]),
        ("short_term", {"accompanying": 0, "youngest": 17}, [(Broken.MINORS_ALONE, 17, 18)]),
        ("short_term", {"accompanying": 0, "youngest": 18}, []),
        ("short_term", {"accompanying": 0}, []),
        ("long_term", {"days": 90, "accompanying": 0, "youngest": 16}, [(Broken.MINORS_ALONE, 16, 18)]),
        ("job_shadowing", {"accompanying": 0, "youngest": 17}, []),
        ("short_term", {"people": 3, "seats": 2}, [(Broken.SEATS, 3, 2)]),
        ("short_term", {"people": 3, "seats": 3}, []),
        ("short_term", {"travel": 310, "travel_paid": 309}, [(Broken.TRAVEL, 310, 309)]),
        ("short_term", {"travel": 309, "travel_paid": 309}, []),
        ("courses", {"days": 5, "fee": 400}, []),
        ("courses", {"days": 5, "fee": 400.5}, [(Broken.FEE, 400.5, 400)]),
        ("courses", {"days": 10, "fee": 801}, [(Broken.FEE, 801, 800)]),
        ("teaching", {"fee": 5000}, []),
    ],
)
def test_people_company_seats_and_sums_are_held(activity, said, broken) -> None:  # type: ignore[no-untyped-def]
    assert found(activity, **said) == broken


def test_all_breaches_of_all_stays_are_named_in_order() -> None:
    stays = [
        PlannedStay("A", 1, people=1),
        PlannedStay("B", 5, people=2, accompanying=1),
        PlannedStay("C", 31),
    ]

    broken = breaches(RULES, RULES.activities["group"], stays)

    assert [(one.stay, one.what) for one in broken] == [
        ("A", Broken.TOO_SHORT),
        ("A", Broken.TOO_FEW),
        ("A", Broken.NOBODY_ALONG),
        ("C", Broken.TOO_LONG),
        ("C", Broken.TOO_FEW),
        ("C", Broken.NOBODY_ALONG),
    ]


def test_a_length_that_is_wrong_names_the_activities_of_the_same_people_that_fit() -> None:
    (breach,) = breaches(RULES, RULES.activities["short_term"], [PlannedStay("A", 9)])

    assert breach == Breach("A", Broken.TOO_SHORT, 9, 10, ("group",))
    assert fitting(RULES, RULES.activities["courses"], 61) == ("teaching",)
    assert fitting(RULES, RULES.activities["group"], 400) == ()


def test_each_call_with_amounts_has_rules_with_their_source() -> None:
    for year in calls():
        rules = rules_of(year)
        assert f"Erasmus+ Programme Guide {year}" in rules.source
        assert {key: (one.least_days, one.most_days) for key, one in rules.activities.items()} == DAYS
    with pytest.raises(UnknownCall, match="1999"):
        rules_of(1999)
