import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from mapsvc.planning.cohorts import Demands, Learner, OpenOffer
from mapsvc.planning.eligibility import broken_rules
from mapsvc.planning.outcomes import Change, LeftOver, Outcome, Rule
from mapsvc.planning.placing import place
from tests.conftest import FULL
from tests.planning.brute_force import all_seated, choices, km
from tests.planning.cohorts import COMO, LECCO, LYON, MONDAY, cohort, demands, learner, offer

COHORTS = 300 if FULL else 45
LAW = {Rule.FIELD, Rule.ACCESS, Rule.ACCOMMODATION, Rule.SAFETY_COURSE}


def left(learners: Sequence[Learner], offers: Sequence[OpenOffer], **asked: object) -> LeftOver:
    (only,) = place(learners, offers, demands(**asked)).left_over
    return only


def change_of(told: LeftOver, rule: Rule) -> Change:
    (only,) = [change for change in told.changes if change.rule is rule]
    return only


def test_each_rule_is_told_with_the_offers_that_it_keeps_away() -> None:
    offers = [
        offer("offer:1", fields=("0732",), min_age=18),
        offer("offer:2", min_age=20),
        offer("offer:3", seats=0),
    ]

    told = left([learner(age=17, fields=("0713",))], offers)

    assert told.excluded == ((Rule.FIELD, 1), (Rule.AGE, 2), (Rule.SEATS, 1))


def test_seats_that_others_of_the_cohort_have_are_told_as_taken() -> None:
    told = left([learner("a"), learner("b")], [offer()])

    assert told.excluded == ((Rule.TAKEN, 1),)


def test_the_nearest_distance_that_opens_an_offer_is_told_in_steps_of_5_km() -> None:
    offers = [offer("offer:near", at=LECCO), offer("offer:far", at=LYON)]

    change = change_of(left([learner()], offers, base=COMO, max_km=10.0), Rule.DISTANCE)

    assert change == Change(Rule.DISTANCE, 25.0, ("offer:near",))


def test_offers_without_a_seat_left_are_not_counted() -> None:
    near, taken = offer("offer:near", at=LECCO), offer("offer:taken", at=LECCO)
    asked = {"base": COMO, "max_km": 10.0, "locks": (("a", "offer:taken"),)}

    change = change_of(left([learner("a"), learner("b")], [near, taken], **asked), Rule.DISTANCE)

    assert change.offers == ("offer:near",)


def test_the_least_age_that_would_do_is_told() -> None:
    offers = [offer(f"offer:{age}", min_age=age) for age in (20, 18)]

    assert left([learner(age=17)], offers).changes == (Change(Rule.AGE, 18, ("offer:18",)),)
    assert left([learner(age=None)], offers).changes == (Change(Rule.AGE, 18, ("offer:18",)),)


def test_the_level_to_accept_is_the_one_that_the_learner_has() -> None:
    asks = [
        offer("offer:1", languages=(("de", "B1"),)),
        offer("offer:2", languages=(("de", "C1"), ("fr", "A1"))),
    ]

    spoken = left([learner(languages=(("de", "A2"), ("en", "C1")))], asks)
    unspoken = left([learner(languages=(("en", "C1"),))], asks)

    assert spoken.changes == (Change(Rule.LANGUAGE, "A2", ("offer:1", "offer:2"), language="de"),)
    assert unspoken.changes == (Change(Rule.LANGUAGE, None, ("offer:1", "offer:2"), language="de"),)


def test_the_days_to_stay_are_told_if_there_are_seats_for_them() -> None:
    long = offer("offer:long", min_days=19)
    short = offer("offer:short", max_days=5, periods=((MONDAY, MONDAY + timedelta(days=4), 1),))

    assert left([learner()], [long]).changes == (Change(Rule.LENGTH, 19, ("offer:long",)),)
    assert left([learner()], [replace(long, min_days=20), short]).changes[0].value == 5
    assert left([learner()], [short]).changes == (Change(Rule.LENGTH, 5, ("offer:short",)),)


def test_the_weeks_by_which_to_move_a_stay_are_told() -> None:
    early = offer("offer:1", periods=((date(2027, 2, 15), date(2027, 3, 7), 1),))
    late = offer("offer:2", periods=((date(2027, 3, 8), date(2027, 4, 2), 1),))

    assert left([learner()], [early]).changes == (Change(Rule.SEATS, -1, ("offer:1",)),)
    assert left([learner()], [early, late]).changes == (Change(Rule.SEATS, 1, ("offer:2",)),)
    assert left([learner()], [early], today=date(2027, 2, 23)).changes == ()


def test_a_learner_whose_place_is_taken_is_told_of_weeks_with_a_seat() -> None:
    told = left([learner("a"), learner("b")], [offer()])

    assert told.changes == (Change(Rule.SEATS, 2, ("offer:1",)),)


def test_rules_that_can_only_be_let_go_are_told_without_a_value() -> None:
    told = left(
        [learner(fields=("0713",))], [offer("offer:1", fields=("10",)), offer("offer:2", fields=("10",))]
    )

    assert told.changes == (Change(Rule.FIELD, None, ("offer:1", "offer:2")),)


def test_changes_come_the_smallest_first() -> None:
    offers = [
        offer("offer:field", fields=("10",)),
        offer("offer:age", min_age=18),
        offer("offer:days", min_days=13),
    ]

    told = left([learner(age=15, fields=("0713",))], offers)

    assert [change.rule for change in told.changes] == [Rule.LENGTH, Rule.AGE, Rule.FIELD]


def test_who_is_locked_where_another_could_be_is_told_with_where_to_go() -> None:
    flexible = learner("a")
    tied = learner("b", fields=("0713",))
    both = [offer("offer:1", fields=("0713",)), offer("offer:2", fields=("1013",))]
    tied_down = replace(flexible, fields=("0713", "1013"))

    told = left([tied_down, tied], both, locks=(("a", "offer:1"),))

    assert [(move.offer, move.mover, move.to) for move in told.moves] == [("offer:1", "a", "offer:2")]


def test_reasons_changes_and_moves_are_those_that_trying_finds() -> None:
    kinds = check_cohorts(range(COHORTS))

    assert kinds == {*Rule, "move"} - {Rule.TAKEN, Rule.SAFETY_COURSE}


def check_cohorts(seeds: Iterable[int]) -> set[str]:
    """Checks what is told of everybody left over in some cohorts; which kinds of help were told."""
    kinds: set[str] = set()
    for seed in seeds:
        chance = random.Random(5_000 + seed)
        learners, offers, asked = cohort(chance, 7, 6, kind="mild" if seed % 3 == 0 else "strict")
        locked = chance.sample(learners, 2)
        asked = replace(
            asked,
            base=COMO if seed % 2 else None,
            max_km=chance.choice([5.0, 30.0, 400.0]),
            locks=tuple((one.code, chance.choice(offers).key) for one in locked),
        )

        outcome = place(learners, offers, asked)

        trial = Trial(learners, offers, asked, outcome)
        for told in outcome.left_over:
            check_left_over(told, trial)
            kinds |= {change.rule for change in told.changes} | {"move" for _move in told.moves}
    return kinds


class Trial:
    """An outcome, with which changed learners can be tried."""

    def __init__(
        self, learners: list[Learner], offers: list[OpenOffer], asked: Demands, outcome: Outcome
    ) -> None:
        self.offers = sorted(offers, key=lambda one: one.key)
        self.asked = asked
        self.codes = {one.code: one for one in learners}
        self.places = {one.learner: one.offer for one in outcome.placements}

    def rules(self, one: Learner, to: OpenOffer, asked: Demands | None = None) -> set[Rule]:
        return set(broken_rules(one, to, asked or self.asked))

    def seated(self, one: Learner, to: OpenOffer, *, without: str = "") -> bool:
        there = [self.codes[code] for code, key in self.places.items() if key == to.key and code != without]
        locked_alone = [code for code, _key in self.asked.locks]
        others = [other for other in there if other.code not in locked_alone]
        assert all_seated(to, others)
        return fits_beside(one, to, there)

    def opened(self, one: Learner, asked: Demands | None = None, rules: set[Rule] | None = None) -> list[str]:
        return [
            to.key
            for to in self.offers
            if self.rules(one, to, asked) <= (rules or set()) and self.seated(one, to)
        ]


def fits_beside(one: Learner, to: OpenOffer, there: list[Learner]) -> bool:
    """Whether one more is seated, where locks may have filled more than there is."""
    for week, seats in choices(to, one):
        others = [many for other in there for when, many in choices(to, other) if when == week]
        bounds = [seats, *(many for many in others if many > seats)]
        if seats < 1 or any(sum(many <= bound for many in others) >= bound for bound in bounds):
            return False
    return True


def check_left_over(told: LeftOver, trial: Trial) -> None:
    one = trial.codes[told.learner]
    rules = [trial.rules(one, to) for to in trial.offers]
    counts = {rule: sum(rule in broken for broken in rules) for rule in Rule}
    counts[Rule.TAKEN] = sum(
        not broken and not trial.seated(one, to) for broken, to in zip(rules, trial.offers, strict=True)
    )
    assert dict(told.excluded) == {rule: count for rule, count in counts.items() if count}
    assert {change.rule: (change.value, change.offers) for change in told.changes} == expected(one, trial)
    assert [(move.offer, move.mover) for move in told.moves] == moves(one, trial, told)


def expected(one: Learner, trial: Trial) -> dict[Rule, tuple[object, tuple[str, ...]]]:
    """For each rule the smallest change that opens an offer, found by trying values in order."""
    found: dict[Rule, tuple[object, tuple[str, ...]]] = {}
    keep = set(trial.opened(one))
    assert not keep, "an optimum leaves nobody out who breaks no rule where there is a seat"

    def first(rule: Rule, tries: Iterable[tuple[object, Sequence[str]]]) -> None:
        for value, opened in tries:
            if opened:
                found[rule] = value, tuple(opened)
                return

    for rule in LAW:
        first(rule, [(None, trial.opened(one, rules={rule}))])
    ages = range((one.age or 0), 25)
    first(Rule.AGE, ((age, trial.opened(replace(one, age=age))) for age in ages))
    if trial.asked.base and trial.asked.max_km:
        free = replace(trial.asked, max_km=None)
        opened = [to for to in trial.offers if to.key in trial.opened(one, free)]
        there = {to.key: km(COMO.lon, COMO.lat, to) for to in opened}
        tries = range(0, 4_000, 5)
        first(Rule.DISTANCE, ((float(far), [key for key in there if there[key] <= far]) for far in tries))
    first(Rule.LANGUAGE, language_tries(one, trial))
    days = (one.last - one.first).days + 1
    lengths = sorted(
        (value for value in range(1, days + 61) if value != days), key=lambda n: (abs(n - days), n)
    )
    first(Rule.LENGTH, ((n, length_opened(one, n, trial)) for n in lengths))
    first(Rule.SEATS, (shifted(one, by, trial) for by in range(1, 9)))
    return found


def language_tries(one: Learner, trial: Trial) -> list[tuple[str | None, list[str]]]:
    """English is the only language spoken here; German the only other that is asked for."""
    opened = [to for to in trial.offers if trial.rules(one, to) == {Rule.LANGUAGE} and trial.seated(one, to)]
    level = dict(one.languages)["en"]
    english = [to for to in opened if "en" in dict(to.languages)]
    return [(level, [to.key for to in english])]


def length_opened(one: Learner, days: int, trial: Trial) -> list[str]:
    other = replace(one, last=one.first + timedelta(days=days - 1))
    was = {to.key for to in trial.offers if Rule.LENGTH in trial.rules(one, to)}
    return [key for key in trial.opened(other) if key in was]


def shifted(one: Learner, by: int, trial: Trial) -> tuple[int, list[str]]:
    sides = []
    for weeks in (by, -by):
        moved = replace(one, first=one.first + timedelta(weeks=weeks), last=one.last + timedelta(weeks=weeks))
        if moved.first >= trial.asked.today:
            sides.append((len(trial.opened(moved)), weeks, trial.opened(moved)))
    _many, weeks, opened = max(sides)
    return weeks, opened


def moves(one: Learner, trial: Trial, told: LeftOver) -> list[tuple[str, str]]:
    """Those who can go elsewhere and leave a seat that is enough; in the order in which they are told."""
    found = set()
    for code, key in trial.places.items():
        to = next(to for to in trial.offers if to.key == key)
        elsewhere = [
            other.key
            for other in trial.offers
            if other.key != key
            and not trial.rules(trial.codes[code], other)
            and trial.seated(trial.codes[code], other)
        ]
        wanted = not trial.rules(one, to) and not trial.seated(one, to)
        if elsewhere and wanted and trial.seated(one, to, without=code):
            found.add((key, code))
    assert found == {(move.offer, move.mover) for move in told.moves}
    return [(move.offer, move.mover) for move in told.moves]


def test_distances_told_are_those_of_the_ellipsoid() -> None:
    there = offer(at=LECCO)
    told = change_of(left([learner()], [there], base=COMO, max_km=1.0), Rule.DISTANCE)

    assert told.value - 5 < km(COMO.lon, COMO.lat, there) <= told.value
