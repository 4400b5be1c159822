import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from mapsvc.errors import InvalidInput
from mapsvc.planning import pairings
from mapsvc.planning.cohorts import Weights, Wish, WishKind
from mapsvc.planning.outcomes import Outcome, PairWish, Part
from mapsvc.planning.placing import place
from mapsvc.planning.scores import points_of, spread_points
from tests.conftest import FULL
from tests.planning.brute_force import best, km
from tests.planning.cohorts import COMO, LECCO, LYON, TODAY, cohort, demands, learner, offer

COHORTS = 100 if FULL else 10


def places(outcome: Outcome) -> dict[str, str]:
    return {one.learner: one.offer for one in outcome.placements}


def points(part: Part, *, weights: Weights, **said: object) -> int:
    """The points of one part, at the one offer that there is in Como."""
    asked = {key: said.pop(key) for key in ("base",) if key in said}
    there = {key: said.pop(key) for key in ("confirmed_on", "at") if key in said}
    (only,) = place([learner(**said)], [offer(**there)], demands(weights=weights, **asked)).placements
    return dict(only.parts)[part]


def town(spot: object) -> Wish:
    return Wish(WishKind.TOWN, spot.name, spot.name, spot)


# Locks


def test_a_lock_is_kept_before_anything_else() -> None:
    wishes = (town(LYON),)
    there = [offer("offer:como"), offer("offer:lyon", at=LYON)]

    free = place([learner(wishes=wishes)], there, demands())
    kept = place([learner(wishes=wishes)], there, demands(locks=(("a", "offer:como"),)))

    assert (places(free), places(kept)) == ({"a": "offer:lyon"}, {"a": "offer:como"})
    assert [one.locked for one in (*free.placements, *kept.placements)] == [False, True]


def test_a_lock_is_kept_even_where_it_costs_two_others_their_place() -> None:
    learners = [
        learner("a", last=date(2027, 3, 26)),
        learner("b"),
        learner("c", first=date(2027, 3, 15), last=date(2027, 3, 26)),
    ]

    assert len(place(learners, [offer()], demands()).placements) == 2
    assert places(place(learners, [offer()], demands(locks=(("a", "offer:1"),)))) == {"a": "offer:1"}


def test_a_lock_is_kept_against_a_rule_and_beyond_the_seats() -> None:
    full = offer(seats=0, min_age=18)

    outcome = place([learner(age=16)], [full], demands(locks=(("a", "offer:1"),)))

    assert places(outcome) == {"a": "offer:1"}


def test_locked_learners_take_seats_from_the_others() -> None:
    locks = (("a", "offer:1"), ("b", "offer:1"))
    learners = [learner(code) for code in "abcd"]

    assert len(place(learners, [offer(seats=3)], demands(locks=locks)).placements) == 3
    assert len(place(learners, [offer(seats=1)], demands(locks=locks)).placements) == 2


def test_locks_whose_offer_or_learner_is_gone_are_told() -> None:
    locks = (("gone", "offer:1"), ("a", "offer:gone"))

    outcome = place([learner("a")], [offer()], demands(locks=locks))

    assert outcome.vanished == (("a", "offer:gone"), ("gone", "offer:1"))
    assert places(outcome) == {"a": "offer:1"}


def test_one_learner_cannot_be_locked_to_two_offers() -> None:
    with pytest.raises(InvalidInput, match="“a” is locked to two hosts"):
        place(
            [learner()],
            [offer(), offer("offer:2")],
            demands(locks=(("a", "offer:1"), ("a", "offer:2"))),
        )


def test_a_code_or_key_that_is_there_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match="the code “a”"):
        place([learner(), learner()], [], demands())
    with pytest.raises(InvalidInput, match="the key “offer:1”"):
        place([], [offer(), offer()], demands())


def test_the_same_lock_said_twice_is_one() -> None:
    assert len(place([learner()], [offer()], demands(locks=(("a", "offer:1"),) * 2)).placements) == 1


# Scores


def test_the_points_of_all_parts_come_to_a_thousand_whatever_the_weights() -> None:
    for weights in (Weights(), Weights(1, 1, 1, 0), Weights(7, 3, 9, 10), Weights(0, 0, 0, 1)):
        assert sum(points_of(weights).values()) == 1000
    assert set(points_of(Weights(0, 0, 0, 0)).values()) == {0}


@pytest.mark.parametrize(
    ("wishes", "share"),
    [
        ((town(COMO),), 1000),
        ((town(LYON), town(COMO)), 800),
        ((town(LYON), town(LYON), town(COMO), town(COMO)), 600),
        ((*[town(LYON)] * 6, town(COMO)), 200),
        ((town(LYON),), 0),
        ((), 500),  # who wishes for nothing is as happy everywhere
        ((Wish(WishKind.REGION, "IT1", ""),), 1000),
        ((Wish(WishKind.REGION, "FR1", ""), Wish(WishKind.COUNTRY, "IT", "")), 800),
        ((Wish(WishKind.TOWN, "1", "Nowhere"), town(COMO)), 800),  # a town of which the place is not known
    ],
)
def test_the_first_wish_that_is_met_gives_points_by_its_rank(wishes: tuple[Wish, ...], share: int) -> None:
    assert points(Part.WISH, weights=Weights(1, 0, 0, 0), wishes=wishes) == share


def test_a_town_is_met_within_25_km() -> None:
    ranks = [
        place([learner(wishes=(town(LECCO),))], [offer(lon=lon)], demands()).placements[0].wish
        for lon in (9.08, 9.05)
    ]

    assert [round(km(LECCO.lon, LECCO.lat, offer(lon=lon)), 1) for lon in (9.08, 9.05)] == [24.9, 27.1]
    assert ranks == [1, None]


def test_distance_is_from_the_base_then_from_the_first_town_wished_for_then_neutral() -> None:
    alone = Weights(0, 1, 0, 0)
    lecco = int(1000 * 100 / (100 + km(LECCO.lon, LECCO.lat, offer())))
    lyon = int(1000 * 100 / (100 + km(LYON.lon, LYON.lat, offer())))
    wishes = (Wish(WishKind.COUNTRY, "IT", ""), town(LYON), town(COMO))

    assert points(Part.DISTANCE, weights=alone, base=LECCO, wishes=wishes) == lecco
    assert points(Part.DISTANCE, weights=alone, wishes=wishes) == lyon
    assert points(Part.DISTANCE, weights=alone) == 500


@pytest.mark.parametrize(
    ("days", "expected"), [(0, 1000), (30, 1000), (-5, 1000), (380, 500), (730, 0), (2000, 0), (None, 0)]
)
def test_freshness_falls_from_a_month_to_two_years(days: int | None, expected: int) -> None:
    confirmed = None if days is None else TODAY - timedelta(days=days)

    assert points(Part.FRESHNESS, weights=Weights(0, 0, 1, 0), confirmed_on=confirmed) == expected


def test_later_learners_at_a_site_have_fewer_points_though_at_other_offers() -> None:
    one_site = [offer(f"offer:{number}", site_key="site") for number in range(6)]
    learners = [learner(code) for code in "abcdef"]

    outcome = place(learners, one_site, demands(weights=Weights(0, 0, 0, 1)))

    assert [one.score for one in outcome.placements] == [1000, 750, 500, 250, 0, 0]


def test_points_for_the_spread_never_rise_with_the_learners_at_a_site() -> None:
    for most in range(1001):
        assert sorted(spread_points(most), reverse=True) == list(spread_points(most))


def test_learners_are_spread_over_sites_where_it_costs_less_than_it_gives() -> None:
    sites = [offer("offer:1", seats=2), offer("offer:2", confirmed_on=None)]
    learners = [learner("a"), learner("b")]

    spread = place(learners, sites, demands(weights=Weights(0, 0, 1, 9)))
    fresh = place(learners, sites, demands(weights=Weights(0, 0, 9, 1)))

    assert sorted(places(spread).values()) == ["offer:1", "offer:2"]
    assert sorted(places(fresh).values()) == ["offer:1", "offer:1"]


def test_a_placement_tells_its_distance_from_the_base_and_none_without() -> None:
    with_base = place([learner()], [offer(at=LECCO)], demands(base=COMO)).placements[0]
    without = place([learner()], [offer(at=LECCO)], demands()).placements[0]

    assert with_base.distance_km == round(km(COMO.lon, COMO.lat, offer(at=LECCO)), 3)
    assert without.distance_km is None


# Pairs


def test_a_pair_comes_to_one_town_where_that_costs_little() -> None:
    learners = [learner("a", together_with=("b",)), learner("b")]
    there = [offer("offer:1"), offer("offer:2", at=LYON), offer("offer:3", at=LYON, confirmed_on=None)]

    outcome = place(learners, there, demands())

    assert outcome.pairs == (PairWish("a", "b", met=True, distance_km=0.0),)
    assert sorted(places(outcome).values()) == ["offer:2", "offer:3"]
    assert outcome.gap == 0


def test_a_pair_never_costs_a_place() -> None:
    learners = [
        learner("a", together_with=("b",)),
        learner("b", fields=("10",)),
        learner("c", fields=("07",)),
    ]
    there = [offer("offer:1", fields=("07",)), offer("offer:2", at=LYON), offer("offer:3", fields=("10",))]

    outcome = place(learners, there[:2], demands())

    assert len(outcome.placements) == 2
    assert outcome.score == sum(one.score for one in outcome.placements)


def test_a_pair_with_a_locked_learner_draws_the_other_there() -> None:
    learners = [learner("a"), learner("b", together_with=("a", "nobody", "b"))]
    there = [offer("offer:1", confirmed_on=None), offer("offer:2", at=LYON), offer("offer:3", at=LYON)]
    there[2] = replace(there[2], confirmed_on=None)

    drawn = place(learners, there, demands(locks=(("a", "offer:2"),)))

    assert places(drawn) == {"a": "offer:2", "b": "offer:3"}
    assert [(pair.learner, pair.other, pair.met) for pair in drawn.pairs] == [("a", "b", True)]


def test_a_pair_of_which_one_has_no_place_is_not_met() -> None:
    outcome = place([learner("a", together_with=("b",)), learner("b")], [offer()], demands())

    assert outcome.pairs == (PairWish("a", "b", met=False, distance_km=None),)


def test_pairs_are_met_as_well_as_trying_everything_finds() -> None:
    met = 0
    for seed in range(COHORTS):
        chance = random.Random(7_000 + seed)
        learners, offers, asked = cohort(chance, 5, 5, kind="mild")
        learners[0] = replace(learners[0], together_with=("L001", "L002"))
        learners[3] = replace(learners[3], together_with=("L004",))

        outcome = place(learners, offers, asked)

        wishes = [(pair.learner, pair.other) for pair in outcome.pairs]
        together = 500 * sum(pair.met for pair in outcome.pairs)
        assert wishes == [("L000", "L001"), ("L000", "L002"), ("L003", "L004")]
        assert (len(outcome.placements), outcome.score + together) == best(learners, offers, asked, wishes), (
            seed
        )
        assert outcome.gap == 0, seed
        met += sum(pair.met for pair in outcome.pairs)
    assert met


def test_where_there_is_no_time_for_pairs_the_gap_says_how_much_may_be_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learners = [learner("a", together_with=("b",)), learner("b")]
    there = [offer("offer:1"), offer("offer:2", at=LYON), offer("offer:3", at=LYON, confirmed_on=None)]
    whole = place(learners, there, demands())
    monkeypatch.setattr(pairings, "FIRST_S", 0.0)
    monkeypatch.setattr(pairings, "WITHIN_S", 0.0)
    monkeypatch.setattr(pairings, "MOST_PROVED", 0)

    hasty = place(learners, there, demands())

    assert len(hasty.placements) == 2
    assert 0 < hasty.gap < 1
    assert hasty.score / (1 - hasty.gap) >= whole.score + 500


@pytest.mark.full
def test_more_pairs_than_can_be_proved_still_come_to_a_placing_with_a_gap() -> None:
    learners, offers, asked = cohort(random.Random(1), 200, 300, stays=4, kind="mild")
    codes = [one.code for one in learners]
    learners = [replace(one, together_with=(code,)) for one, code in zip(learners, codes[::-1], strict=True)]

    outcome = place(learners, offers, asked)

    assert 0 <= outcome.gap < 0.5
    assert sum(pair.met for pair in outcome.pairs) > 50
    assert outcome.seconds < 60
