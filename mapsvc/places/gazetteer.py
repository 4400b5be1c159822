"""The gazetteer: towns of Europe by name, by prefix, and by position."""

import math
import os
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mapsvc.errors import Misconfigured
from mapsvc.messages import mark as _
from mapsvc.places.area_table import Area, area_of_town, area_with_key
from mapsvc.places.folding import fold
from mapsvc.places.gazetteer_build import CELLS_PER_DEGREE, Progress, cell_of, up_to_date_file
from mapsvc.places.gazetteer_locating import located
from mapsvc.places.gazetteer_matches import Match, best_matches, best_of_each_place, exact_matches
from mapsvc.places.gazetteer_questions import (
    Question,
    Where,
    areas_called,
    in_country,
    last_words_as_area,
    other_spellings,
    split_question,
    without_postcode,
)
from mapsvc.resources import resource

LONGEST_QUERY = 120
MOST_SUGGESTIONS = 20
WIDEST_KM = 500.0
EARTH_RADIUS_KM = 6371.0088
KM_PER_DEGREE = 111.0

# Put into statements as it is: a constant, never a text that somebody typed.
_PLACE = "id, name, country, region, lon, lat, population"
_SAVED_FOR_SPELLINGS = 0.1


@dataclass(frozen=True, slots=True)
class Place:
    """A town: its GeoNames id, the name its people use, and its middle in WGS 84 degrees.

    country is an ISO 3166-1 code; region_name is None where the gazetteer has no regions.
    """

    id: int
    name: str
    country: str
    region_name: str | None
    lon: float
    lat: float
    population: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place that may be meant, and the name by which it was found, such as "Cologne" for Köln.

    near is a larger town close by, given only where another place of the same name is in
    the same region.
    """

    place: Place
    matched: str
    near: str | None

    @property
    def label(self) -> str:
        """The name to show first."""
        return self.place.name

    @property
    def context(self) -> str:
        """What tells the place from its homonyms: "~ Melun, Île-de-France, FR"."""
        near = f"~ {self.near}" if self.near else None
        return ", ".join(part for part in (near, self.place.region_name, self.place.country) if part)


class Gazetteer:
    """The places of the shipped list, read from a file that is built once. Safe between threads."""

    def __init__(self, path: Path) -> None:
        """A reader of an existing file; use `open` to have it built."""
        self.path = path
        self._local = threading.local()

    @classmethod
    def open(cls, folder: Path, *, source: Path | None = None, progress: Progress | None = None) -> Self:
        """The gazetteer kept in folder, built first where it is missing or out of date.

        Building takes some seconds, during which progress is told the part done from 0 to
        1; opening a built one takes milliseconds. source is the folder of another list, which
        then has no areas; None for the program's own.

        Raises Misconfigured when the list is missing or folder cannot be written.
        """
        try:
            shipped = source or resource("data/gazetteer")
            areas = None if source else resource("data/areas")
        except FileNotFoundError as error:
            raise Misconfigured(_("The list of places (data/gazetteer) is missing.")) from error
        return cls(up_to_date_file(folder, shipped, areas=areas, progress=progress))

    def suggest(self, query: str, *, limit: int = 8, country: str | None = None) -> list[Suggestion]:
        """The places that a typed text may mean, best first; at most limit, and never over 20.

        query may be incomplete, without accents, have one typo, name an inner word, or be
        followed by a country or region ("Frankfurt, Germany", "como italie", "Como (IT)").
        country is an ISO code that all answers have, its overseas territories included.
        Text that names nothing, or is longer than 120 characters, gives an empty list.
        """
        limit = min(limit, MOST_SUGGESTIONS)
        if limit < 1 or len(query) > LONGEST_QUERY or not fold(query):
            return []
        within = in_country(country) if country else None
        matches = self._matches(query, within)
        return self._suggestions(sorted(matches, key=lambda match: (-match.score, match.place))[:limit])

    def place(self, place_id: int) -> Place | None:
        """The place with that GeoNames id, or None."""
        # SQLite holds 64 bits; a larger number from an address bar is no place's.
        if not 0 < place_id < 2**63:
            return None
        row = self._connection().execute(f"SELECT {_PLACE} FROM place WHERE id = ?", (place_id,)).fetchone()  # noqa: S608 # nosec B608
        return Place(*row) if row else None

    def area_of(self, place_id: int) -> Area | None:
        """The area in which people of that place are shown.

        None for an unknown id, and for the places of a country that has fewer than 5,000 inhabitants
        in the gazetteer: nobody can be shown there.
        """
        return area_of_town(self._connection(), place_id) if 0 < place_id < 2**63 else None

    def area(self, key: str) -> Area | None:
        """The area with that key, such as "10kmE4320N3210-FR"; None when there is none."""
        return area_with_key(self._connection(), key)

    def locate(self, town: str, *, country: str | None, postcode: str | None = None) -> Place | None:
        """The town that a cell of a spreadsheet names, or None: names must be equal once folded.

        In a country (ISO code; EL and UK are understood) the most populous of its towns of
        that name, then of its overseas territories; a quarter of a larger town counts with
        a fifth of its inhabitants; a French or Spanish postcode rules out towns of other
        regions. Without a country the name must be that of one place, or of
        one at least 20 times as large as the next. "St" may stand for Saint or Sankt,
        two names with a slash for either, and a district's number is left out.
        """
        if len(town) > LONGEST_QUERY or not fold(town):
            return None
        found = located(self._connection(), town, country or None, postcode)
        return None if found is None else self.place(found)

    def nearest(self, lon: float, lat: float, *, within_km: float = 25) -> Place | None:
        """The place whose middle is nearest to a point in WGS 84 degrees, None beyond within_km.

        Where that is a quarter of a larger town that is also within within_km, the town.
        within_km is at most 500. Distances are on a sphere, within 0.6 % of the ellipsoid's.
        Of equally near places, the one with the lower id.
        """
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lat) <= 90 and abs(lon) <= 180):  # noqa: PLR2004
            return None
        if not within_km > 0:
            return None
        # Most points have a town close by, and the wide ring is costly.
        for radius_km in sorted({min(within_km, 10.0, WIDEST_KM), min(within_km, WIDEST_KM)}):
            found = [
                (sphere_km(lon, lat, place.lon, place.lat), place)
                for place in self._around(lon, lat, radius_km)
            ]
            near = [(km, place.id, place) for km, place in found if km <= radius_km]
            if near:
                closest = min(near)[2]
                town = self._town_of(closest)
                if town and sphere_km(lon, lat, town.lon, town.lat) <= within_km:
                    return town
                return closest
        return None

    def towns_of(self, least: int) -> Iterator[tuple[str, int, str, float, float]]:
        """The country, id, name, longitude and latitude of the towns of `least` inhabitants and more.

        Quarters of towns and places without an area are left out. By country, then by id.
        """
        return self._connection().execute(
            "SELECT country, id, name, lon, lat FROM place JOIN area_of_place ON place = id "
            "WHERE population >= ? AND part_of IS NULL ORDER BY country, id",
            (least,),
        )

    def areas(self, text: str) -> frozenset[tuple[str, str | None]]:
        """The countries and regions that a text names, or whose code it is: (country, region or None)."""
        return areas_called(self._connection(), fold(text), codes=True)

    def largest_towns(self) -> list[tuple[str, float, float]]:
        """The largest place of each country: its code, longitude and latitude, by code."""
        query = "SELECT country, lon, lat, max(population) FROM place GROUP BY country ORDER BY country"
        return [(row[0], row[1], row[2]) for row in self._connection().execute(query)]

    def close(self) -> None:
        """Close the connection of the calling thread."""
        if (kept := getattr(self._local, "kept", None)) is not None:
            kept[1].close()
            self._local.kept = None

    def _connection(self) -> sqlite3.Connection:
        """The calling thread's own read-only connection, never one from before a fork."""
        kept = getattr(self._local, "kept", None)
        if kept is None or kept[0] != os.getpid():
            address = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
            kept = self._local.kept = (os.getpid(), sqlite3.connect(address, uri=True))
        connection: sqlite3.Connection = kept[1]
        return connection

    def _matches(self, query: str, within: Where | None) -> list[Match]:
        """The matches of all readings of the query, one a place."""
        connection = self._connection()
        question, area_understood = split_question(connection, query)
        if area_understood:
            return self._spelt(Question(question.town, _both(question.where, within)))
        whole = Question(without_postcode(fold(query)), within)
        found = self._spelt(whole)
        if any(exact_matches(connection, whole)):
            return found
        if shorter := last_words_as_area(connection, whole.town):
            found = [*found, *best_matches(connection, Question(shorter.town, _both(shorter.where, within)))]
        if not found and question.town != whole.town:
            found = best_matches(connection, Question(question.town, within))
        return best_of_each_place(found)

    def _spelt(self, question: Question) -> list[Match]:
        """The matches of a question, and those of its other spellings a little below them."""
        connection = self._connection()
        found = best_matches(connection, question)
        for spelling in other_spellings(question.town):
            other = Question(spelling, question.where)
            found += [
                Match(match.place, match.name, match.score - _SAVED_FOR_SPELLINGS)
                for match in best_matches(connection, other)
            ]
        return best_of_each_place(found)

    def _suggestions(self, matches: list[Match]) -> list[Suggestion]:
        marks = ", ".join("?" * len(matches))
        rows = self._connection().execute(
            f"SELECT name.id, shown, near, {', '.join('place.' + column for column in _PLACE.split(', '))} "  # noqa: S608 # nosec B608
            f"FROM name JOIN place ON place.id = name.place WHERE name.id IN ({marks})",
            [match.name for match in matches],
        )
        by_name = {row[0]: Suggestion(Place(*row[3:]), row[1], row[2]) for row in rows}
        return [by_name[match.name] for match in matches]

    def _town_of(self, quarter: Place) -> Place | None:
        """The larger town that a place is a quarter of, None for a place that stands alone."""
        row = self._connection().execute("SELECT part_of FROM place WHERE id = ?", (quarter.id,)).fetchone()
        return self.place(row[0]) if row and row[0] else None

    def _around(self, lon: float, lat: float, radius_km: float) -> Iterator[Place]:
        """The places in the squares that a circle touches, and some more."""
        degrees = radius_km / KM_PER_DEGREE + 0.01
        widest = max(math.cos(math.radians(min(abs(lat) + degrees, 89))), 0.01)
        west, east = max(lon - degrees / widest, -180), min(lon + degrees / widest, 180)
        south, north = max(lat - degrees, -90), min(lat + degrees, 90)
        rows = math.ceil((north - south) * CELLS_PER_DEGREE) + 1
        query = f"SELECT {_PLACE} FROM place WHERE cell BETWEEN ? AND ?"  # noqa: S608 # nosec B608
        for row in range(rows):
            level = min(south + row / CELLS_PER_DEGREE, 90)
            ends = (cell_of(west, level), cell_of(east, level))
            yield from (Place(*found) for found in self._connection().execute(query, ends))


def sphere_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """The distance of two points on a sphere, in km (haversine formula)."""
    south, north = math.radians(lat), math.radians(other_lat)
    across = math.sin(math.radians(other_lon - lon) / 2) ** 2 * math.cos(south) * math.cos(north)
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, math.sin((north - south) / 2) ** 2 + across)))


def _both(where: Where | None, within: Where | None) -> Where | None:
    return where.within(within) if where else within
