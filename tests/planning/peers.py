"""The same question asked of OR-tools' CP-SAT, in a process of its own: it does not load beside HiGHS."""

import json
import subprocess
import sys
from collections.abc import Sequence

from mapsvc.planning.cohorts import Demands, Learner, OpenOffer
from mapsvc.planning.eligibility import broken_rules
from tests.planning.brute_force import choices, slots, total_score

Cohort = tuple[list[Learner], list[OpenOffer], Demands]

SOLVER = """
import json, sys
from ortools.sat.python import cp_model

answers = []
for asked in json.load(sys.stdin):
    model = cp_model.CpModel()
    place = {(who, to): model.new_bool_var("") for who, to, _points in asked["pairs"]}
    for who in {who for who, _to in place}:
        model.add_at_most_one(var for (one, _to), var in place.items() if one == who)
    for to, learners, most in asked["rows"]:
        model.add(sum(place[who, to] for who in learners if (who, to) in place) <= most)
    points = [place[who, to] * (asked["most"] + points) for who, to, points in asked["pairs"]]
    for offers in asked["sites"]:
        there = [var for (_who, to), var in place.items() if to in offers]
        steps = [model.new_bool_var("") for _one in there]
        model.add(sum(steps) == sum(there))
        for number, step in enumerate(steps):
            if number:
                model.add_implication(step, steps[number - 1])
            points.append(step * asked["slots"][min(number, len(asked["slots"]) - 1)])
    model.maximize(sum(points))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    answers.append(divmod(round(solver.objective_value), asked["most"]))
json.dump(answers, sys.stdout)
"""


def most_learners_and_score(cohorts: Sequence[Cohort]) -> list[tuple[int, int]]:
    """For each cohort the most learners that can be placed and the greatest sum of scores with so many."""
    done = subprocess.run(
        [sys.executable, "-c", SOLVER],
        input=json.dumps([_asked(*cohort) for cohort in cohorts]),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [(placed, points) for placed, points in json.loads(done.stdout)]


def _asked(learners: list[Learner], offers: list[OpenOffer], demands: Demands) -> dict[str, object]:
    """A cohort in numbers; the points of a pair are without those for the spread."""
    steps = slots(demands)
    pairs = [
        (who, to, total_score([learner], [offer], demands, {learner.code: offer.key}) - steps[0])
        for who, learner in enumerate(learners)
        for to, offer in enumerate(offers)
        if not broken_rules(learner, offer, demands)
    ]
    rows = []
    for to, offer in enumerate(offers):
        weeks: dict[str, list[tuple[int, int]]] = {}
        for who, learner in enumerate(learners):
            for week, seats in choices(offer, learner):
                weeks.setdefault(week, []).append((seats, who))
        rows += [
            (to, [who for seats, who in there if seats <= bound], bound)
            for there in weeks.values()
            for bound in {seats for seats, _who in there}
        ]
    sites: dict[str, list[int]] = {}
    for to, offer in enumerate(offers):
        sites.setdefault(offer.site_key, []).append(to)
    most = 1_000 * len(learners) + 1
    return {"pairs": pairs, "rows": rows, "sites": list(sites.values()), "slots": steps, "most": most}
