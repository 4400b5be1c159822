"""Learners, offers, demands and outcomes as plain data that JSON can hold, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from mapsvc.planning.cohorts import Demands, Learner, OpenOffer, Spot, Weights, Wish, WishKind
from mapsvc.planning.outcomes import Change, LeftOver, Move, Outcome, PairWish, Part, Placement, Rule

Plain = dict[str, Any]


def learner_as_json(learner: Learner) -> Plain:
    """A learner as plain data; days are ISO 8601."""
    return dict(_plain(asdict(learner)))


def learner_from_json(said: Mapping[str, Any]) -> Learner:
    """What learner_as_json() was given. Raises KeyError, TypeError or ValueError for anything else."""
    wishes = [dict(wish, kind=WishKind(wish["kind"]), spot=_spot(wish["spot"])) for wish in said["wishes"]]
    return Learner(
        **dict(said)
        | {
            "first": date.fromisoformat(said["first"]),
            "last": date.fromisoformat(said["last"]),
            "fields": tuple(said["fields"]),
            "languages": _pairs(said["languages"]),
            "wishes": tuple(Wish(**wish) for wish in wishes),
            "home": _spot(said["home"]),
            "together_with": tuple(said["together_with"]),
        }
    )


def offer_as_json(offer: OpenOffer) -> Plain:
    """An offer as plain data; days are ISO 8601."""
    return dict(_plain(asdict(offer)))


def offer_from_json(said: Mapping[str, Any]) -> OpenOffer:
    """What offer_as_json() was given. Raises KeyError, TypeError or ValueError for anything else."""
    periods = [
        (date.fromisoformat(first), date.fromisoformat(last), seats) for first, last, seats in said["periods"]
    ]
    return OpenOffer(
        **dict(said)
        | {
            "regions": tuple(said["regions"]),
            "fields": tuple(said["fields"]),
            "languages": _pairs(said["languages"]),
            "periods": tuple(periods),
            "confirmed_on": None
            if said["confirmed_on"] is None
            else date.fromisoformat(said["confirmed_on"]),
        }
    )


def demands_as_json(demands: Demands) -> Plain:
    """Demands as plain data; days are ISO 8601."""
    return dict(_plain(asdict(demands)))


def demands_from_json(said: Mapping[str, Any]) -> Demands:
    """What demands_as_json() was given. Raises KeyError, TypeError or ValueError for anything else."""
    return Demands(
        **dict(said)
        | {
            "today": date.fromisoformat(said["today"]),
            "base": _spot(said["base"]),
            "weights": Weights(**said["weights"]),
            "locks": _pairs(said["locks"]),
        }
    )


def as_json(outcome: Outcome) -> Plain:
    """An outcome as plain data."""
    return dict(_plain(asdict(outcome)))


def from_json(said: Mapping[str, Any]) -> Outcome:
    """What as_json() was given. Raises KeyError, TypeError or ValueError for anything else."""
    return Outcome(
        **dict(said)
        | {
            "placements": tuple(map(_placement, said["placements"])),
            "left_over": tuple(map(_left_over, said["left_over"])),
            "pairs": tuple(PairWish(**pair) for pair in said["pairs"]),
            "vanished": _pairs(said["vanished"]),
        }
    )


def _placement(said: Mapping[str, Any]) -> Placement:
    return Placement(**dict(said) | {"parts": tuple((Part(part), points) for part, points in said["parts"])})


def _left_over(said: Mapping[str, Any]) -> LeftOver:
    changes = [
        Change(**change | {"rule": Rule(change["rule"]), "offers": tuple(change["offers"])})
        for change in said["changes"]
    ]
    return LeftOver(
        learner=said["learner"],
        excluded=tuple((Rule(rule), count) for rule, count in said["excluded"]),
        changes=tuple(changes),
        moves=tuple(Move(**move) for move in said["moves"]),
    )


def _spot(said: Mapping[str, Any] | None) -> Spot | None:
    return None if said is None else Spot(**said)


def _pairs(said: Any) -> tuple[Any, ...]:
    return tuple((one, other) for one, other in said)


def _plain(value: Any) -> Any:
    """The same with lists for tuples, ISO 8601 for days and words for members of lists."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
