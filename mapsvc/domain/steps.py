"""The steps of a host's sheet: which part of it, of which site and which offer."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from mapsvc.domain.sheets import COLUMNS, Part, Values
from mapsvc.errors import NotFound

State = dict[str, Any]  # of an organisation, as `mapsvc.storage.hosts.state_of` gives it


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the sheet; site and offer count from 1, 0 is none, one past the last is a new one."""

    part: Part = Part.ORGANISATION
    site: int = 0
    offer: int = 0


def found_at(state: State, step: Step) -> State:
    """The organisation, the site or the offer of a step; {} for a new one.

    Raises NotFound where the sheet has no such place.
    """
    if not step.site:
        return state
    holder, place = held_in(state, step)
    if not 0 <= place <= len(holder):
        raise NotFound
    return holder[place] if place < len(holder) else {}


def held_in(state: State, step: Step) -> tuple[list[State], int]:
    """The list that the site or the offer of a step is in, and its place there from 0. Raises NotFound."""
    sites = state["sites"]
    if not step.offer:
        return sites, step.site - 1
    if not 1 <= step.site <= len(sites):
        raise NotFound
    return sites[step.site - 1]["offers"], step.offer - 1


def at_the_end(state: State, step: Step) -> Step:
    """The step of a new site or offer, after all that are there."""
    holder, _place = held_in(state, step)
    last = len(holder) + 1
    return replace(step, offer=last) if step.offer else replace(step, site=last)


def values_of(state: State, step: Step) -> Values:
    """What the sheet says in a step: a value a column, None where a new one says nothing yet."""
    found = found_at(state, step)
    return {column: found.get(column) for column in COLUMNS[step.part]}


def version_of(state: State, step: Step) -> str:
    """Sixteen hexadecimal digits that change whenever the sheet says something else in a step."""
    return _digest(found_at(state, step), step.part)


def new_version(step: Step) -> str:
    """The version of a step of something new."""
    return _digest({}, step.part)


def _digest(found: State, part: Part) -> str:
    said = {"id": found.get("id"), **{column: found.get(column) for column in COLUMNS[part]}}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]
