import random

import pytest

from mapsvc.planning.placing import place
from tests.conftest import FULL
from tests.planning.brute_force import best
from tests.planning.cohorts import cohort

SMALL_COHORTS = 2_000 if FULL else 200


@pytest.mark.parametrize("tenth", range(10))
def test_a_placing_is_as_good_as_the_best_of_all_that_there_are(tenth: int) -> None:
    for seed in range(tenth * SMALL_COHORTS // 10, (tenth + 1) * SMALL_COHORTS // 10):
        chance = random.Random(seed)
        learners, offers, demands = cohort(chance, chance.randrange(1, 7), chance.randrange(1, 6))

        outcome = place(learners, offers, demands)

        assert (len(outcome.placements), outcome.score) == best(learners, offers, demands), seed
        assert outcome.gap == 0, seed
