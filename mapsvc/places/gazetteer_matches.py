"""Finds the names that a folded text equals, begins or nearly is."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rapidfuzz.distance import OSA

from mapsvc.places.gazetteer_build import LISTED, LONGEST_LISTED
from mapsvc.places.gazetteer_questions import Question, Where
from mapsvc.places.gazetteer_ranking import (
    OTHER,
    OWN,
    as_exact,
    as_typo,
    as_typo_at_the_beginning,
    as_whole_words,
)

LAST = "\U0010ffff"
WHOLE = (OWN, OTHER)
BEGINNING_WITH = "SELECT key FROM name WHERE kind < 2 AND length = ? AND key >= ? AND key < ?"
ENDING_WITH = "SELECT key FROM name WHERE kind < 2 AND length = ? AND backwards >= ? AND backwards < ?"
LOOKED_UP = 72
COMPARED = 400

# Below, one typo makes almost any other name.
SHORTEST_TYPO = 4
SHORTEST_TYPO_AT_THE_BEGINNING = 6


@dataclass(frozen=True, slots=True)
class Match:
    """A name that fits a question, with its score."""

    place: int
    name: int
    score: float


@dataclass(frozen=True, slots=True)
class _Row:
    place: int
    name: int
    kind: int
    score: float
    key: str


@dataclass(frozen=True, slots=True)
class _Names:
    """The names within some areas."""

    connection: sqlite3.Connection
    where: Where | None

    def equal_to(self, key: str) -> list[_Row]:
        return self._rows("name.key = ?", (key,))

    def beginning_with(self, key: str, *, most: int) -> list[_Row]:
        """The best of them, at most most in each country asked for."""
        order = f"ORDER BY name.score DESC LIMIT {most:d}"
        return self._rows("name.key >= ? AND name.key < ?", (key, key + LAST), order)

    def _rows(self, condition: str, values: tuple[str, ...], order: str = "") -> list[_Row]:
        # Each condition is a literal of this class; what people typed is among the values.
        query = f"SELECT name.place, name.id, name.kind, name.score, name.key FROM name WHERE {condition}"  # noqa: S608 # nosec B608
        if self.where is None:
            return [_Row(*row) for row in self.connection.execute(f"{query} {order}", values)]
        inside = f"{query} AND name.country = ?"
        region = "EXISTS (SELECT 1 FROM place WHERE place.id = name.place AND place.region = ?)"
        rows = []
        for country, name in sorted(self.where.areas, key=str):
            if name is None:
                rows += self.connection.execute(f"{inside} {order}", (*values, country)).fetchall()
            else:
                bound = (*values, country, name)
                rows += self.connection.execute(f"{inside} AND {region} {order}", bound).fetchall()
        return [_Row(*row) for row in rows]


def best_matches(connection: sqlite3.Connection, question: Question) -> list[Match]:
    """The best match of each place with the question, in no order.

    Typos are forgiven only where no name is typed in full.
    """
    exact = list(exact_matches(connection, question))
    found = [*exact, *prefix_matches(connection, question)]
    if not exact:
        found += typo_matches(connection, question)
    return best_of_each_place(found)


def best_of_each_place(matches: Iterable[Match]) -> list[Match]:
    """The match with the highest score of each place."""
    best: dict[int, Match] = {}
    for match in matches:
        if match.place not in best or match.score > best[match.place].score:
            best[match.place] = match
    return list(best.values())


def exact_matches(connection: sqlite3.Connection, question: Question) -> Iterator[Match]:
    """The names that are the question's town, or end in it."""
    rows = _Names(connection, question.where).equal_to(question.town)
    quarters = _quarters_among(connection, [row.place for row in rows])
    for row in rows:
        score = as_exact(row.score, row.kind, len(question.town), quarter=row.place in quarters)
        yield Match(row.place, row.name, score)


def _quarters_among(connection: sqlite3.Connection, places: list[int]) -> set[int]:
    query = "SELECT id FROM place WHERE part_of IS NOT NULL AND id IN (SELECT value FROM json_each(?))"
    return {place for (place,) in connection.execute(query, (json.dumps(places),))}


def prefix_matches(connection: sqlite3.Connection, question: Question) -> Iterator[Match]:
    """The best names that begin with the question's town, the better where it ends with a word."""
    for row in _beginning_with(connection, question.town, question.where):
        yield Match(row.place, row.name, row.score)
    for row in _beginning_with(connection, question.town + " ", question.where):
        yield Match(row.place, row.name, as_whole_words(row.score, row.kind))


def _beginning_with(connection: sqlite3.Connection, key: str, where: Where | None) -> list[_Row]:
    """The best names that begin with key: those listed beforehand, else looked up."""
    if len(key) > LONGEST_LISTED:
        return _Names(connection, where).beginning_with(key, most=LOOKED_UP)
    query = "SELECT place, name, kind, score, '' FROM listed WHERE prefix = ? AND country = ?"
    found = []
    for country, region in sorted(where.areas, key=str) if where else [("", None)]:
        one = Where(frozenset({(country, region)})) if where else None
        listed = connection.execute(query, (key, country)).fetchall() if region is None else []
        found += [_Row(*row) for row in listed] or _Names(connection, one).beginning_with(key, most=LOOKED_UP)
    return found


def typo_matches(connection: sqlite3.Connection, question: Question) -> Iterator[Match]:
    """The names that one typo makes the question's town, and those that such a town begins.

    A typo is a letter too many, missing or wrong, or two neighbours swapped. It leaves one
    half of the text intact, so only names that share a half are compared; a swap across
    the middle spoils both halves and is undone before looking.
    """
    town = question.town
    if len(town) < SHORTEST_TYPO:
        return
    middle = len(town) // 2
    swapped = town[: middle - 1] + town[middle] + town[middle - 1] + town[middle + 1 :]
    names = _Names(connection, question.where)
    keys = {key for key in _sharing_a_half(connection, town) if OSA.distance(town, key, score_cutoff=1) <= 1}
    for key in sorted(keys | {swapped}):
        for row in names.equal_to(key):
            if row.kind in WHOLE:
                yield Match(row.place, row.name, as_typo(row.score, row.kind, len(town)))
    if len(town) >= SHORTEST_TYPO_AT_THE_BEGINNING:
        for row in _beginning_nearly_with(names, town, swapped):
            yield Match(row.place, row.name, as_typo_at_the_beginning(row.score, row.kind))


def _sharing_a_half(connection: sqlite3.Connection, town: str) -> Iterator[str]:
    """The whole names as long as town, or one letter more or less, with its first or second half."""
    middle = len(town) // 2
    first, second = town[:middle], town[middle:][::-1]
    for length in (len(town) - 1, len(town), len(town) + 1):
        for query, half in ((BEGINNING_WITH, first), (ENDING_WITH, second)):
            yield from (key for (key,) in connection.execute(query, (length, half, half + LAST)))


def _beginning_nearly_with(names: _Names, town: str, swapped: str) -> list[_Row]:
    """The best longer names whose first letters are one typo, in the second half, from town."""
    half = town[: len(town) // 2]
    rows = names.beginning_with(half, most=COMPARED) + names.beginning_with(swapped, most=LISTED)
    lengths = (len(town), len(town) + 1, len(town) - 1)
    near = (
        row
        for row in rows
        if row.kind in WHOLE
        and any(OSA.distance(town, row.key[:length], score_cutoff=1) <= 1 for length in lengths)
    )
    return list(islice(near, LISTED))
