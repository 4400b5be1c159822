"""The file of towns among which a press on a map chooses."""

import gzip
from itertools import accumulate

import orjson

from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.towns_to_choose import LEAST_INHABITANTS, towns_to_choose


def test_every_town_of_the_file_is_one_of_the_gazetteer_in_which_people_can_be_shown(
    gazetteer: Gazetteer,
) -> None:
    file = orjson.loads(towns_to_choose(gazetteer).body)
    italy = file["countries"]["IT"]

    for at, number in enumerate(accumulate(italy["ids"])):
        if at % 100:
            continue
        place = gazetteer.place(number)
        assert place is not None
        assert (place.name, place.country) == (italy["names"][at], "IT")
        assert place.population >= LEAST_INHABITANTS
        assert abs(place.lon - italy["lons"][at] / file["per_degree"]) < 0.006
        assert abs(place.lat - italy["lats"][at] / file["per_degree"]) < 0.006
        assert gazetteer.area_of(number) is not None


def test_the_file_of_towns_has_every_country_and_stays_small(gazetteer: Gazetteer) -> None:
    file = towns_to_choose(gazetteer)

    assert len(orjson.loads(file.body)["countries"]) > 40
    assert len(gzip.compress(file.body, 6)) < 400_000
