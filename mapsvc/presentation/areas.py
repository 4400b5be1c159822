"""Areas in which people are shown, as a map draws them."""

from typing import Any

from flask_babel import gettext

from mapsvc.domain.shown_areas import ShownArea, named_after_town
from mapsvc.places.area_outlines import outline
from mapsvc.places.area_table import Area
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.presentation.labels import RegionNames, country_label

Feature = dict[str, Any]


def around(place: str, region: str, country: str, *, language: str, regions: RegionNames) -> str:
    """The words for an area: "Around Strasbourg", or the name of its region or country; without a full stop.

    place is the largest town of a square, empty for a region and for a country; region is then the
    region, empty for a country. Needs Flask's context.
    """
    if place:
        return str(gettext("Around %(place)s", place=place))
    return regions.name(region, language) if region else country_label(country, language)


def around_area(area: ShownArea, *, language: str, regions: RegionNames) -> str:
    """The words for an area before anybody is shown in it, the same as afterwards."""
    place = area.label if named_after_town(area.key) else ""
    return around(place, area.region or "", area.country, language=language, regions=regions)


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
