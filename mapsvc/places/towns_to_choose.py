"""The towns among which a press on a map chooses, as one file that tells nobody where the press was."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

import orjson

from mapsvc.places.gazetteer import Gazetteer

LEAST_INHABITANTS = 2_000  # with less the file would be over 400 kB on its way; smaller places are typed
PER_DEGREE = 100  # a town's middle is told to a kilometre


@dataclass(frozen=True, slots=True)
class TownFile:
    """The towns as JSON, and twelve hexadecimal digits that change with them."""

    digest: str
    body: bytes


@lru_cache(maxsize=2)
def towns_to_choose(gazetteer: Gazetteer) -> TownFile:
    """All towns of LEAST_INHABITANTS and more in which people can be shown, the same for everybody.

    By country: names, ids (the first, then how much each is above the one before), and longitudes and
    latitudes in hundredths of a degree of WGS 84.
    """
    countries = {}
    for country, rows in groupby(gazetteer.towns_of(LEAST_INHABITANTS), key=lambda row: row[0]):
        towns = list(rows)
        ids = [town[1] for town in towns]
        countries[country] = {
            "names": [town[2] for town in towns],
            "ids": ids[:1] + [after - before for before, after in pairwise(ids)],
            "lons": [round(town[3] * PER_DEGREE) for town in towns],
            "lats": [round(town[4] * PER_DEGREE) for town in towns],
        }
    body = orjson.dumps({"per_degree": PER_DEGREE, "countries": countries})
    return TownFile(hashlib.sha256(body).hexdigest()[:12], body)
