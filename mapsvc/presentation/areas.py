"""Areas in which people are shown, as a map draws them."""

from typing import Any

from mapsvc.places.area_outlines import outline
from mapsvc.places.area_table import Area
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions

Feature = dict[str, Any]


def area_feature(area: Area, regions: Regions) -> Feature:
    """An area as a GeoJSON Feature: its outline, and what is said of it.

    `label` is its largest town, `lon` and `lat` where its marker stands. Nothing depends on a town
    that somebody chose.
    """
    told = {
        "key": area.key,
        "label": area.label,
        "level": area.level.value,
        "country": area.country,
        "region": area.region,
        "inhabitants": area.inhabitants,
        "lon": area.lon,
        "lat": area.lat,
    }
    return {"type": "Feature", "id": area.key, "properties": told, "geometry": outline(area, regions)}


def feature_of_town(place_id: int, gazetteer: Gazetteer, regions: Regions) -> Feature | None:
    """The area that will be shown for a town, by its GeoNames id, for a form to draw before it is sent.

    None where the town is unknown, and where nobody can be shown as its country has too few inhabitants.
    """
    area = gazetteer.area_of(place_id)
    return area_feature(area, regions) if area else None
