"""A placing as tables: who goes where, who is left over and why, what was asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from mapsvc.catalogues import speaker
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Learner
from mapsvc.planning.outcomes import LeftOver, Part, Rule
from mapsvc.planning.results import Result, Stay
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.placement_words import (
    PARTS,
    RULES,
    changes_words,
    excluded_words,
    fields_words,
    languages_words,
    moves_words,
    printable,
    why_words,
)

Cell = str | int | float | bool | date | None
Row = dict[str, Cell]  # by the key of the column


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: the name by which programs know it, and its heading."""

    key: str
    heading: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words of a table depend on: the language, and the whole address of a host's page."""

    language: str
    page: Callable[[str], str]  # from the host's slug


LEARNER = {
    "code": _("Learner"),
    "first": _("First day"),
    "last": _("Last day"),
    "days": _("Days"),
    "fields": _("Field of training"),
    "languages": _("Languages"),
    "age": _("Age on departure"),
    "wishes": _("Wishes"),
    "home": _("Home town"),
}
HOST = {
    "host": _("Host"),
    "offer": _("Offer"),
    "town": _("Town"),
    "country": _("Country"),
    "wish": _("Wish met"),
    "base_km": _("Kilometres from the base"),
    "home_km": _("Kilometres from home"),
    "score": _("Points"),
    **{f"points_{part}": PARTS[part] for part in Part},
    "locked": _("Locked"),
    "why": _("Why"),
    "page": _("Page of the host"),
    "lon": _("Longitude"),
    "lat": _("Latitude"),
}
REASONS = {
    **{f"without_{rule}": RULES[rule] for rule in Rule},
    "reasons": _("Why"),
    "changes": _("What would help"),
    "moves": _("Who could move"),
}
PLACED = LEARNER | HOST
LEFT = LEARNER | REASONS
# One table for programs: everybody, whether placed or not.
EVERYBODY = ("code", "state", *tuple(LEARNER)[1:], *HOST, "reasons", "changes", "moves")


def columns(headings: Mapping[str, str], language: str) -> list[Heading]:
    """The columns of a table, their headings in a language."""
    say = speaker(language)
    return [Heading(key, say(heading)) for key, heading in headings.items()]


def placed_rows(result: Result, asked: Asked) -> list[Row]:
    """One row a learner who has a host, in order of code, with the columns of PLACED."""
    return [_learner(one.learner, asked) | _host(one, asked) for one in result.stays()]


def left_rows(result: Result, asked: Asked) -> list[Row]:
    """One row a learner who has none, in order of code, with the columns of LEFT."""
    return [
        _learner(learner, asked) | _counts(one) | _reasons(one, result, asked)
        for learner, one in result.left_over()
    ]


def all_rows(result: Result, asked: Asked) -> list[Row]:
    """One row a learner, in order of code, with the columns of EVERYBODY; what does not hold is None."""
    placed = [
        _learner(one.learner, asked) | _host(one, asked) | {"state": "placed"} for one in result.stays()
    ]
    left = [
        _learner(learner, asked) | _reasons(one, result, asked) | {"state": "left over"}
        for learner, one in result.left_over()
    ]
    ordered = sorted(placed + left, key=lambda row: str(row["code"]))
    return [{key: row.get(key) for key in EVERYBODY} for row in ordered]


def settings_rows(result: Result, language: str) -> list[tuple[str, Cell]]:
    """What was asked for and what came of it, as pairs of words and value."""
    say, demands, outcome = speaker(language), result.demands, result.outcome
    weights = demands.weights
    return [
        (say(_("Cohort")), printable(result.cohort)),
        (say(_("Scenario")), printable(result.scenario)),
        (say(_("Day of the placing")), demands.today),
        (say(_("Learners")), len(result.learners)),
        (say(_("Placed")), len(outcome.placements)),
        (say(_("Left over")), len(outcome.left_over)),
        (say(_("Points in all")), outcome.score),
        (say(_("Farthest from the best possible, in percent")), round(outcome.gap * 100, 2)),
        (say(_("Seconds of computing")), round(outcome.seconds, 2)),
        (say(_("Base")), printable(demands.base.name) if demands.base else None),
        (say(_("At most so many kilometres from the base")), demands.max_km),
        (say(_("Language level is a rule")), _yes(demands.languages, language)),
        (say(_("Safety course is a rule")), _yes(demands.safety_course, language)),
        (say(_("Weight of the wish")), weights.wish),
        (say(_("Weight of the distance")), weights.distance),
        (say(_("Weight of the fresh entry")), weights.freshness),
        (say(_("Weight of the spread")), weights.spread),
        (say(_("Locked choices")), len(demands.locks)),
        *_pairs(result, language),
    ]


def _pairs(result: Result, language: str) -> list[tuple[str, Cell]]:
    say = speaker(language)
    return [
        (
            say(
                _("Same town: %(one)s and %(other)s"), one=printable(one.learner), other=printable(one.other)
            ),
            _yes(one.met, language),
        )
        for one in result.outcome.pairs
    ]


def _learner(learner: Learner, asked: Asked) -> Row:
    return {
        "code": printable(learner.code),
        "first": learner.first,
        "last": learner.last,
        "days": (learner.last - learner.first).days + 1,
        "fields": fields_words(learner.fields, asked.language),
        "languages": languages_words(learner.languages, asked.language),
        "age": learner.age,
        "wishes": printable("; ".join(wish.name for wish in learner.wishes)),
        "home": printable(learner.home.name) if learner.home else None,
    }


def _host(stay: Stay, asked: Asked) -> Row:
    offer, placement, points = stay.offer, stay.placement, dict(stay.placement.parts)
    return {
        "host": printable(offer.host),
        "offer": printable(offer.title),
        "town": printable(offer.town),
        "country": country_label(offer.country, asked.language),
        "wish": placement.wish,
        "base_km": _tenths(placement.distance_km),
        "home_km": _tenths(stay.home_km),
        "score": placement.score,
        **{f"points_{part}": points.get(part) for part in Part},
        "locked": _yes(placement.locked, asked.language),
        "why": printable(why_words(stay, asked.language)),
        "page": asked.page(offer.slug),
        "lon": offer.lon,
        "lat": offer.lat,
    }


def _counts(one: LeftOver) -> Row:
    counts = dict(one.excluded)
    return {f"without_{rule}": counts.get(rule, 0) for rule in Rule}


def _reasons(one: LeftOver, result: Result, asked: Asked) -> Row:
    return {
        "reasons": excluded_words(one, asked.language),
        "changes": printable(changes_words(one, asked.language)),
        "moves": printable(moves_words(one, result.offers, asked.language)),
    }


def _tenths(km: float | None) -> float | None:
    return None if km is None else round(km, 1)


def _yes(value: bool, language: str) -> str:
    return speaker(language)(_("yes") if value else _("no"))
