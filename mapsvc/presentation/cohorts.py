"""Cohorts and the results of their scenarios as their referents see them."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapsvc.catalogues import speaker
from mapsvc.domain.cohorts import ScenarioStage
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Demands, Learner, OpenOffer
from mapsvc.planning.outcomes import Change, LeftOver, PairWish, Rule
from mapsvc.planning.results import Result, Stay
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.placement_words import (
    PARTS,
    RULES,
    change_words,
    fields_words,
    languages_words,
    number_words,
    why_words,
)

STAGES: Mapping[str, str] = {
    ScenarioStage.WAITING: _("Waits"),
    ScenarioStage.WORKING: _("Is being placed"),
    ScenarioStage.DONE: _("Done"),
    ScenarioStage.CANCELLED: _("Cancelled"),
    ScenarioStage.FAILED: _("Did not work"),
}
LEAST_GAP = 0.0005  # below it a result is said to be the best
WEIGHT_WORDS: Mapping[str, str] = {
    "wish": _("wishes %(weight)s"),
    "distance": _("short ways %(weight)s"),
    "freshness": _("fresh entries %(weight)s"),
    "spread": _("spread %(weight)s"),
}


@dataclass(frozen=True, slots=True)
class FaultLine:
    """What could not be used of a list: row None for the whole file; text and help are marked sentences."""

    row: int | None
    code: str
    column: str
    value: str
    text: str
    values: Mapping[str, Any]
    help: str
    left_out: bool


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """A learner of a cohort as a line of its table."""

    id: int
    learner: Learner
    fields: str
    languages: str
    wishes: str
    faults: tuple[FaultLine, ...]


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A learner with a place; wish is the name of the wish that it meets, "" for none."""

    stay: Stay
    country: str
    wish: str
    why: str
    parts: str
    locked: bool  # for the next scenario
    public: bool  # whether the offer still is


@dataclass(frozen=True, slots=True)
class Way:
    """A change that would help: its words, the words of its button, and what the button asks for.

    ask are parameters of a new scenario, None where only the learner's own entry can be changed.
    """

    words: str
    button: str
    ask: Mapping[str, str] | None
    weeks: int | None = None
    hosts: tuple[OpenOffer, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A learner without a place: the rules that excluded hosts, what would help, who would have to move."""

    learner: Learner
    excluded: tuple[tuple[str, int], ...]
    ways: tuple[Way, ...]
    moves: tuple[tuple[str, str, str], ...]  # mover, host that they leave, host that they go to


@dataclass(frozen=True, slots=True)
class ResultView:
    """A scenario that is done: gap is None where the result is proved to be the best, else a percentage."""

    placed: tuple[PlacedRow, ...]
    left: tuple[LeftRow, ...]
    pairs: tuple[PairWish, ...]
    vanished: tuple[str, ...]
    score: int
    gap: str | None
    seconds: str
    asked: str


def faults_of(kept: Iterable[Mapping[str, Any]]) -> tuple[FaultLine, ...]:
    """What a cohort or a file keeps of its faults, as lines."""
    return tuple(
        FaultLine(
            row=one.get("row"),
            code=str(one.get("code") or ""),
            column=str(one.get("column") or ""),
            value=str(one.get("value") or ""),
            text=str(one["text"]),
            values=one.get("values") or {},
            help=str(one.get("help") or ""),
            left_out=bool(one.get("left_out")),
        )
        for one in kept
    )


def learner_rows(
    learners: Sequence[tuple[int, Learner]], faults: Iterable[Mapping[str, Any]], language: str
) -> list[LearnerRow]:
    """The learners of a cohort, each with what could not be used of its row."""
    known = faults_of(faults)
    return [
        LearnerRow(
            id_,
            one,
            fields_words(one.fields, language),
            languages_words(one.languages, language),
            "; ".join(wish.name for wish in one.wishes),
            tuple(fault for fault in known if fault.code == one.code),
        )
        for id_, one in learners
    ]


def result_view(
    result: Result, locks: Collection[tuple[str, str]], public: Collection[str], language: str
) -> ResultView:
    """What the page of a result shows. locks are those for the next scenario, public the offers' keys."""
    outcome = result.outcome
    locked = set(locks)
    placed = tuple(
        PlacedRow(
            stay=stay,
            country=country_label(stay.offer.country, language),
            wish=_wish(stay),
            why=why_words(stay, language),
            parts=_parts(stay, language),
            locked=(stay.learner.code, stay.offer.key) in locked,
            public=stay.offer.key in public,
        )
        for stay in result.stays()
    )
    return ResultView(
        placed=placed,
        left=tuple(_left(learner, one, result, language) for learner, one in result.left_over()),
        pairs=outcome.pairs,
        vanished=tuple(sorted({code for code, _key in outcome.vanished})),
        score=outcome.score,
        gap=None if outcome.gap < LEAST_GAP else number_words(100 * outcome.gap, language),
        seconds=number_words(outcome.seconds, language),
        asked=asked_words(result.demands, language),
    )


def asked_words(demands: Demands, language: str) -> str:
    """The rules and weights of a scenario in one line."""
    say = speaker(language)
    words = []
    if demands.base is not None and demands.max_km is not None:
        km = number_words(demands.max_km, language)
        words.append(say(_("at most %(km)s km from %(town)s"), km=km, town=demands.base.name))
    elif demands.base is not None:
        words.append(say(_("any distance from %(town)s"), town=demands.base.name))
    if not demands.languages:
        words.append(say(_("without the language rule")))
    if demands.safety_course:
        words.append(say(_("safety course done")))
    words += [say(text, weight=getattr(demands.weights, name)) for name, text in WEIGHT_WORDS.items()]
    if demands.locks:
        words.append(say(_("places kept: %(count)s"), count=len(demands.locks)))
    return ", ".join(words)


def lock_words(locks: Iterable[tuple[str, str]], result: Result | None) -> dict[str, str]:
    """The words of each locked place, by the learner's code."""
    offers = result.offers if result else {}
    return {code: f"{code}: {offers[key].host if key in offers else key}" for code, key in locks}


def free_name(taken: Collection[str], language: str) -> str:
    """A name for a new scenario that none of its cohort has."""
    say = speaker(language)
    numbers = range(1, len(taken) + 2)
    names = (say(_("Scenario %(number)s"), number=number) for number in numbers)
    return next(name for name in names if name not in taken)


def _wish(stay: Stay) -> str:
    rank = stay.placement.wish
    return stay.learner.wishes[rank - 1].name if rank and rank <= len(stay.learner.wishes) else ""


def _parts(stay: Stay, language: str) -> str:
    say = speaker(language)
    return "; ".join(f"{say(PARTS[part])}: {points}" for part, points in stay.placement.parts)


def _left(learner: Learner, one: LeftOver, result: Result, language: str) -> LeftRow:
    say = speaker(language)
    at = {placement.learner: placement.offer for placement in result.outcome.placements}

    def host(key: str) -> str:
        return result.offers[key].host if key in result.offers else key

    return LeftRow(
        learner=learner,
        excluded=tuple((say(RULES[rule]), count) for rule, count in one.excluded if count),
        ways=tuple(_way(change, result, language) for change in one.changes),
        moves=tuple((move.mover, host(at.get(move.mover, move.offer)), host(move.to)) for move in one.moves),
    )


def _way(change: Change, result: Result, language: str) -> Way:
    say = speaker(language)
    button, ask, weeks = "", None, None
    value = change.value
    if change.rule is Rule.DISTANCE and isinstance(value, (int, float)):
        km = math.ceil(value)
        button, ask = say(_("Try with %(km)s km"), km=number_words(km, language)), {"max_km": str(km)}
    elif change.rule is Rule.DISTANCE:
        button, ask = say(_("Try with any distance")), {"max_km": "any"}
    elif change.rule is Rule.LANGUAGE:
        button, ask = say(_("Try without the language rule")), {"languages": "off"}
    elif change.rule is Rule.SAFETY_COURSE:
        button, ask = say(_("Try without the safety course")), {"safety_course": "off"}
    elif change.rule is Rule.SEATS and isinstance(value, int):
        button, weeks = say(_("Move the stay")), value
    elif change.rule in {Rule.LENGTH, Rule.SEATS}:
        button, weeks = say(_("Change the days")), 0
    hosts = tuple(result.offers[key] for key in change.offers if key in result.offers)
    return Way(change_words(change, language), button, ask, weeks, hosts)
